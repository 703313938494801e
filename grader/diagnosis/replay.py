"""Runs inside a trusted child: recorded calls asked again of many variants, each compared with the learner's answer.

The child gets this file's text as its program, so it stands alone: NumPy and the standard library, nothing of
`grader`. All variants are course code; what came from a learner is values only.
"""

import hashlib
import math
import re
import signal
import sys
import types
from copy import deepcopy
from functools import cache
from inspect import signature

import numpy as np


class TookTooLong(BaseException):
    """A variant that loops is cut off, whatever it catches, and has then answered nothing."""


BREAKS = (Exception, SystemExit, TookTooLong)
MOST_BYTES = 2 << 20
"""Of remembered answers: what counts are the many small ones; a large one is worked out as fast as it is compared."""
MOST_SOURCES = 256
MOST_COMPARED = 20_000
ROOM = {"bytes": MOST_BYTES, "sources": MOST_SOURCES}
"""What is remembered where a request does not say: `grade verify`, which asks every pair about every pair, has more."""
PLAIN = frozenset({bool, int, float, complex, str, bytes, type(None)})
"""Types whose values are equal where they are written alike, and cannot be changed."""


def replay(request):
    """For every source of the request, what it has in common with the learner: one dict an entry point.

    `request`: filename, entry_points, harness, sources (the reference first), groups (entry point -> indexes of
    its calls), calls, rtol, atol, seconds, predicates (source), predicate_names. A call is a dict of function,
    arguments, keywords and answer; an answer has either value, arguments_after, keywords_after, or raised, message.
    """
    calls, groups = request["calls"], request["groups"]
    request["questions"] = _questions(calls)
    asked = sorted({index for indexes in groups.values() for index in indexes})
    expected = _Answers(request, request["sources"][0], calls)
    for index in asked:
        expected.of(index)
    wrong = {
        entry: [index for index in indexes if not _same(expected.of(index), calls[index]["answer"], request)]
        for entry, indexes in groups.items()
    }
    results = [_compare(request, source, expected, wrong) for source in request["sources"][1:]]
    return {"wrong": wrong, "variants": results, "predicates": _predicates(request, expected)}


def reference_values(request):
    """The reference's answers to the calls, for a look at the shape of an error."""
    calls = request["calls"]
    request["questions"] = _questions(calls)
    expected = _Answers(request, request["sources"][0], calls)
    return [expected.of(index).get("value") for index in range(len(calls))]


class _Answers:
    """One source's answers to the calls of a request, each worked out once, when it is first wanted.

    What the same source answered in an earlier request is not worked out again where all questions are the same, as
    they are in a class: a variant may remember what it was asked before, and goes on where it was.
    """

    remembered = 0

    def __init__(self, request, source, calls):
        self.request, self.calls, self.known = request, calls, {}
        self.room = request.get("room", ROOM)
        whole = request["filename"], request["harness"], request["seconds"], tuple(request["questions"])
        self.source = _source(self.room["sources"], source, *whole)

    def of(self, index):
        question = self.request["questions"][index]
        if question in self.source.answers:
            return self.source.answers[question]
        if index not in self.known:
            self.known[index] = self.source.broken or self.ask(self.calls[index])
            self.remember(question, self.known[index])
        return self.known[index]

    def remember(self, question, answer):
        # One that was cut off may be quicker another time, when the machine is less busy.
        if _Answers.remembered < self.room["bytes"] and answer.get("raised") != "TookTooLong":
            self.source.answers[question] = answer
            _Answers.remembered += _bytes(answer)

    def ask(self, call):
        arguments, keywords = _copied(call["arguments"]), _copied(call["keywords"])
        try:
            with _Deadline(self.request["seconds"]), np.errstate(all="ignore"):
                value = self.function(call["function"])(*arguments, **keywords)
        except TookTooLong:
            return {"raised": "TookTooLong", "message": ""}
        except (Exception, SystemExit) as error:
            return {"raised": type(error).__name__, "message": str(error), "arguments_after": arguments}
        finally:
            _put_back()
        return {"value": value, "arguments_after": arguments, "keywords_after": keywords}

    def function(self, name):
        entry_points = self.request["entry_points"]
        if name in entry_points:
            return getattr(self.source.module, name)
        driver = getattr(self.source.harness, name)
        handed = [getattr(self.source.module, own) for own in signature(driver).parameters if own in entry_points]
        return lambda *arguments, **keywords: driver(*handed, *arguments, **keywords)


class _Source:
    """A source as modules, or why it has none: a mutant may not even load, and then answers everything with that.

    One for each list of questions, with the answers to these.
    """

    def __init__(self, source, filename, harness, seconds, questions):
        self.answers, self.broken, self.module, self.harness = {}, None, None, None
        try:
            with _Deadline(seconds):
                self.module = _module("submission", source, filename)
                self.harness = _module("harness", harness, "harness.py")
        except BREAKS as error:
            self.broken = {"raised": type(error).__name__, "message": str(error)}


_sources = {}


def _source(most, *whole):
    """One made before, or a new one; where there are many, as in a search among mutants, none is kept for long."""
    if whole not in _sources:
        if len(_sources) >= most:
            _sources.clear()
            _Answers.remembered = 0
        _sources[whole] = _Source(*whole)
    return _sources[whole]


def _copied(value):
    """As `deepcopy`, which is slow over the few kinds of values that most questions are made of."""
    kind = type(value)
    if kind is np.ndarray and not value.dtype.hasobject:
        return value.copy(order="K")
    if kind is list or kind is tuple:
        return kind([_copied(part) for part in value])
    if kind is dict:
        return {name: _copied(part) for name, part in value.items()}
    return value if kind in PLAIN else deepcopy(value)


def _questions(calls):
    return [_digest((call["function"], call["arguments"], call["keywords"])) for call in calls]


def _digest(value):
    """Equal for equal questions only: arrays count by dtype, shape and bytes."""
    digest = hashlib.blake2b(digest_size=16)
    _feed(digest.update, value)
    return digest.digest()


def _feed(update, value):
    if isinstance(value, np.ndarray):
        update(f"array {value.dtype.str} {value.shape} ".encode())
        update(value.tobytes())
    elif isinstance(value, (tuple, list)):
        update(f"{type(value).__name__} {len(value)} ".encode())
        for part in value:
            _feed(update, part)
    elif isinstance(value, dict):
        update(f"dict {len(value)} ".encode())
        for name, part in value.items():
            _feed(update, (name, part))
    else:
        text = repr(value).encode()
        update(f"{type(value).__name__} {len(text)} ".encode() + text)


def _bytes(value):
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return 100 + sum(map(_bytes, value.values()))
    return 100 + sum(map(_bytes, value)) if isinstance(value, (tuple, list)) else 50


def _compare(request, source, expected, wrong):
    """Agreement of one variant with the learner, entry point by entry point, given up at the first difference.

    How far it is from the reference matters only where the learner is wrong.
    """
    answers, found = _Answers(request, source, request["calls"]), {}
    for entry, indexes in request["groups"].items():
        agreed = values_agreed = True
        for index in indexes:
            mine, theirs = answers.of(index), request["calls"][index]["answer"]
            agreed = agreed and _same(mine, theirs, request)
            values_agreed = agreed or (values_agreed and _same_value(mine, theirs, request))
            if not values_agreed:
                break
        separating = _separation(request, answers, expected, indexes) if values_agreed and wrong[entry] else {}
        found[entry] = {"agreed": agreed, "values_agreed": values_agreed, "calls": len(indexes), **separating}
    return found


def _separation(request, answers, expected, indexes):
    """Where a variant is furthest from the reference: which call, by how much, and by how many tolerances."""
    best = {"separating_call": 0, "difference": 0.0, "margin": 0.0}
    for place, index in enumerate(indexes, start=1):
        difference, margin = _distance(answers.of(index), expected.of(index), request)
        if margin > best["margin"]:
            best = {"separating_call": place, "difference": difference, "margin": margin}
    return best


def _distance(mine, theirs, request):
    """Greatest difference between two answers, absolute and in tolerances; infinite where they differ in kind."""
    if _same(mine, theirs, request):
        return 0.0, 0.0
    if "raised" in mine or "raised" in theirs:
        return math.inf, math.inf
    pairs = [
        *_leaves(mine["value"], theirs["value"]),
        *_leaves(mine["arguments_after"], theirs["arguments_after"]),
    ]
    worst = (0.0, 0.0)
    for own, other in pairs:
        a, b = _number(own), _number(other)
        if a is None and b is None and _equal(own, other, request):
            continue
        if a is None or b is None or a.shape != b.shape:
            return math.inf, math.inf
        with np.errstate(all="ignore"):
            error = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
            share = np.where(error == 0.0, 0.0, error / (request["atol"] + request["rtol"] * np.abs(b)))
        error, share = (np.where(np.isnan(part), np.inf, part) for part in (error, share))
        if share.size and share.max() > worst[1]:
            worst = (float(error.max()), float(share.max()))
    return worst


def _leaves(a, b):
    if isinstance(b, dict) and isinstance(a, dict) and a.keys() == b.keys():
        return [pair for key in b for pair in _leaves(a[key], b[key])]
    if isinstance(b, (tuple, list)) and isinstance(a, (tuple, list)) and len(a) == len(b):
        return [pair for x, y in zip(a, b, strict=True) for pair in _leaves(x, y)]
    return [(a, b)]


def _same(mine, theirs, request):
    """Whether two answers are one: the same kind of exception, or the same values and changed arguments."""
    if "raised" in mine or "raised" in theirs:
        return mine.get("raised") == theirs.get("raised") and _plain(mine.get("message")) == _plain(
            theirs.get("message")
        )
    seals = _seal(mine), _seal(theirs)
    if None in seals:
        return _close(mine, theirs, request)
    if seals[0] == seals[1]:
        return True
    key = (*seals, request["rtol"], request["atol"])
    if key not in _compared:
        if len(_compared) >= MOST_COMPARED:
            _compared.clear()
        _compared[key] = _close(mine, theirs, request)
    return _compared[key]


_compared = {}


def _close(mine, theirs, request):
    return (
        _equal(mine["value"], theirs["value"], request)
        and _equal(mine["arguments_after"], theirs["arguments_after"], request)
        and _equal(mine["keywords_after"], theirs["keywords_after"], request)
    )


def _seal(answer):
    """Alike only for answers alike to the last bit, as most are; None where it holds more than plain values.

    Worked out once an answer: variants and learners who differ in one place give the same answers in all others.
    """
    if "seal" not in answer:
        whole = answer["value"], answer["arguments_after"], answer["keywords_after"]
        answer["seal"] = _digest(whole) if _is_plain(whole) else None
    return answer["seal"]


def _is_plain(value):
    if isinstance(value, np.ndarray):
        return not value.dtype.hasobject
    if isinstance(value, dict):
        return all(type(name) in PLAIN and _is_plain(part) for name, part in value.items())
    return all(map(_is_plain, value)) if type(value) in (tuple, list) else type(value) in PLAIN


def _same_value(mine, theirs, request):
    """Whether two answers return the same, whatever became of the arguments."""
    return "value" in mine and "value" in theirs and _equal(mine["value"], theirs["value"], request)


def _plain(message):
    """An exception's message without what depends on names and sizes."""
    return re.sub(r"'[^']*'|\d+|\s+", " ", message or "").strip()


def _equal(a, b, request):
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(_equal(a[key], b[key], request) for key in b)
    if isinstance(b, (tuple, list)):
        same = isinstance(a, (tuple, list)) and len(a) == len(b)
        return same and all(_equal(x, y, request) for x, y in zip(a, b, strict=True))
    x, y = _number(a), _number(b)
    if x is None or y is None:
        return x is None and y is None and _kind(a) == _kind(b) and (not isinstance(b, str) or a == b)
    if x.shape != y.shape or isinstance(a, np.ndarray) != isinstance(b, np.ndarray):
        return False
    if isinstance(a, np.ndarray) and a.dtype != b.dtype:
        return False
    with np.errstate(all="ignore"):
        close = np.isfinite(y) & (np.abs(x - y) <= request["atol"] + request["rtol"] * np.abs(y))
    return bool(np.all(close | (x == y) | (np.isnan(x) & np.isnan(y))))


def _number(value):
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind == "c" else value.astype(float) if value.dtype.kind in "biuf" else None
    if isinstance(value, (int, float, np.number, np.bool_)):
        try:
            return np.asarray(float(value))
        except (OverflowError, TypeError):
            return None
    return None


def _kind(value):
    """A value's type as the learner's side names it, for what is no number."""
    name = getattr(value, "type_name", None)
    if name is not None:
        return name
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _predicates(request, expected):
    """Which families of beliefs the learner's answers belong to, per entry point."""
    if not request["predicate_names"]:
        return {}
    module = _module("predicates", request["predicates"], "predicates.py")
    found = {}
    for entry, indexes in request["groups"].items():
        mine = [_call(request["calls"][i], request["calls"][i]["answer"]) for i in indexes]
        right = [_call(request["calls"][i], expected.of(i)) for i in indexes]
        held = {name: _holds(getattr(module, name), mine, right) for name in request["predicate_names"]}
        found[entry] = {name: answer for name, answer in held.items() if answer}
    return found


def _holds(predicate, mine, right):
    """What a predicate says: "partly" where something is wrong that it does not explain, otherwise yes or no."""
    try:
        with np.errstate(all="ignore"):
            said = predicate(mine, right)
        return said if isinstance(said, str) else bool(said)
    except Exception:  # answers a predicate was not written for are not in its family
        return False


def _call(call, answer):
    return types.SimpleNamespace(
        function=call["function"],
        arguments=tuple(call["arguments"]),
        keywords=call["keywords"],
        value=answer.get("value"),
        arguments_after=tuple(answer.get("arguments_after", ())),
        raised=answer.get("raised"),
        message=answer.get("message"),
    )


def _module(name, source, filename):
    module = types.ModuleType(name)
    exec(_code(source, filename), module.__dict__)
    return module


@cache
def _code(source, filename):
    """Compiling takes longer than most answers, and every variant has the same harness."""
    return compile(source, filename, "exec")


def _put_back():
    """A variant may leave torch's gradients switched off; the next must not inherit that."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_grad_enabled(True)


class _Deadline:
    """Cuts off what runs longer than some seconds, where the system has interval timers."""

    def __init__(self, seconds):
        self.seconds = seconds if hasattr(signal, "setitimer") else None

    def __enter__(self):
        if self.seconds:
            signal.signal(signal.SIGALRM, self._expired)
            signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_):
        if self.seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)

    @staticmethod
    def _expired(number, frame):
        raise TookTooLong
