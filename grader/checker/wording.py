"""Values and endings of calls turned into sentences a learner can read, in every language."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grader.checker.learner import Call
from grader.checker.places import Places
from grader.cleaning import one_line
from grader.locale import join, say
from grader.results import Number
from grader.sandbox import Died, Opaque, Raised, TimedOut
from grader.text import Text


def kind_of(value: Any) -> str:
    """What a value is, as a learner would say it in code: ``float64 array (3, 2)``, ``tuple of 3``, ``None``."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array {value.shape}"
    if isinstance(value, np.generic):
        return f"{value.dtype}"
    if isinstance(value, Opaque):
        return one_line(value.type_name)
    if isinstance(value, tuple | list | dict):
        return f"{type(value).__name__} of {len(value)}"
    return "None" if value is None else type(value).__name__


def kind_said(value: Any) -> Text | str:
    """The same within a sentence, where every language has its own order of words."""
    if isinstance(value, np.ndarray):
        return say("{dtype} array {shape}", dtype=str(value.dtype), shape=str(value.shape))
    if isinstance(value, tuple | list | dict):
        return say("{kind} of {number}", kind=type(value).__name__, number=len(value))
    return kind_of(value)


def number(value: float) -> Number:
    """A number for a report: finite ones as they are, the others as a word."""
    plain = float(value)
    if math.isnan(plain):
        return "nan"
    if math.isinf(plain):
        return "inf" if plain > 0 else "-inf"
    return plain


def two_numbers(got: float, expected: float) -> tuple[str, str]:
    """Both numbers with as few digits as still tell them apart, at least six."""
    got, expected = got + 0.0, expected + 0.0  # -0.0 equals 0 and is not to be told from it
    for digits in range(6, 18):
        first, second = f"{got:.{digits}g}", f"{expected:.{digits}g}"
        if first != second:
            return first, second
    return f"{got:.6g}", f"{expected:.6g}"


def question(call: Call) -> str:
    """A call with the shapes of its arguments: ``adam_step(array (5,), array (5,), 1, lr=0.1)``.

    Where the harness drives the learner's function, that comes first: ``adam_step [unroll(array (3,), …)]``.
    """
    parts = [_brief(value) for value in call.arguments]
    parts += [f"{name}={_brief(value)}" for name, value in call.keywords.items()]
    shown = parts if len(parts) <= 10 else [*parts[:9], "…"]
    asked = f"{call.function}({', '.join(shown)})"
    return asked if call.subject in ("", call.function) else f"{call.subject} [{asked}]"


def ending(call: Call) -> Text:
    """Why a call did not return."""
    ended = call.ended
    if isinstance(ended, Raised):
        return _raised(call, ended)
    if isinstance(ended, TimedOut):
        return _timed_out(call, ended)
    if isinstance(ended, Died):
        return _died(call, ended)
    raise TypeError(f"the call returned: {call.function}")


def load_failure(ended: Raised | TimedOut | Died, places: Places) -> Text:
    """Why a file could not be loaded."""
    if isinstance(ended, TimedOut):
        return say(
            "{file} had not finished loading after {seconds:g} s: look for a loop or a wait outside the functions.",
            file=places.file,
            seconds=ended.seconds,
        )
    if isinstance(ended, Died):
        return say(
            "The program ended while loading {file} ({how}): take out whatever runs outside the functions.",
            file=places.file,
            how=death(ended),
        )
    line = ended.line or (ended.frames[-1].line if ended.frames else None)
    if line is None:
        return _advised(ended, say("{file} does not load: {problem}.", file=places.file, problem=problem(ended)))
    file, line = places.of(line)
    return _advised(ended, say("{file}, line {line}: {problem}.", file=file, line=line, problem=problem(ended)))


def problem(raised: Raised) -> str:
    """An exception as Python words it, without a final full stop."""
    return f"{raised.type}: {raised.message}".rstrip(". ") if raised.message else raised.type


def death(died: Died) -> Text:
    """How a process ended, in a few words."""
    words = {
        "exit": say("it left with exit code {detail}", detail=died.detail),
        "signal": say("it was stopped by {detail}", detail=died.detail),
        "memory": say("it ran out of the memory allowed"),
        "cpu": say("it used up the computing time allowed"),
        "protocol": say("its answer could not be read"),
        "replies": say("its answers together are larger than the {detail} allowed", detail=died.detail),
    }
    return words[died.reason]


def _raised(call: Call, ended: Raised) -> Text:
    if ended.type == "MissingEntryPoint":
        return say("The file does not define a function {name}.", name=one_line(ended.message or call.function))
    if ended.type == "NotImplementedError":
        return say("Not written yet: {message}.", message=ended.message or call.function)
    subject = call.subject or call.function
    return _advised(ended, say("{function} raised {problem}.", function=subject, problem=problem(ended)))


def _advised(ended: Raised, sentence: Text) -> Text:
    """The sentence, and what to do instead where the program tried what cannot work while it is graded."""
    return sentence if ended.advice is None else join(" ", [sentence, ended.advice])


def _timed_out(call: Call, ended: TimedOut) -> Text:
    if ended.kind == "total":
        return say(
            "The time for the whole submission ({seconds:g} s) was used up before {question} answered.",
            seconds=ended.seconds,
            question=question(call),
        )
    return say(
        "{question} had not answered after {seconds:g} s: look for a loop that never ends.",
        question=question(call),
        seconds=ended.seconds,
    )


def _died(call: Call, ended: Died) -> Text:
    return say("The program ended during {question}: {how}.", question=question(call), how=death(ended))


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array {value.shape}"
    if isinstance(value, bool | int | str) or value is None:
        text = repr(value)
        return text if len(text) <= 20 else text[:19] + "…"
    if isinstance(value, float | np.generic):
        return f"{float(value):g}" if isinstance(value, float | np.floating) else str(value)
    return kind_of(value)
