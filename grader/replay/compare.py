"""The calls of a request asked again of every source, and what each source has in common with the learner."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.replay.answers import Answers, module, questions_of
from grader.replay.request import Answer, Recorded, Request
from grader.sameness import Difference, difference, leaves, numbers, same, same_exception
from grader.sameness.distance import absolute_error, margin

MOST_COMPARED = 20_000


def replay(request: Request) -> dict[str, Any]:
    """For every source but the first, what it has in common with the learner: one dict an entry point."""
    return _Replay(request).whole()


def reference_values(request: Request) -> list[Any]:
    """The reference's answers to the calls, for a look at the shape of an error."""
    answers = Answers(request, request["sources"][0], questions_of(request["calls"]))
    return [answers.of(index).value for index in range(len(request["calls"]))]


class _Replay:
    """One request at work."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._groups = request["groups"]
        self._within = request["rtol"], request["atol"]
        self._questions = questions_of(request["calls"])
        self._learner = [Answer.of(call["answer"]) for call in request["calls"]]
        self._reference = self._answers(request["sources"][0])
        for index in sorted({index for indexes in self._groups.values() for index in indexes}):
            self._reference.of(index)
        self._wrong = {
            entry: [index for index in indexes if not self._same(self._learner[index], self._reference.of(index))]
            for entry, indexes in self._groups.items()
        }

    def whole(self) -> dict[str, Any]:
        """What is sent back."""
        variants = [self._compared(self._answers(source)) for source in self._request["sources"][1:]]
        return {"wrong": self._wrong, "variants": variants, "predicates": self._predicates()}

    def _answers(self, source: str) -> Answers:
        return Answers(self._request, source, self._questions)

    def _compared(self, variant: Answers) -> dict[str, dict[str, Any]]:
        """Agreement of one variant with the learner, entry point by entry point, given up at the first difference.

        How far it is from the reference matters only where the learner is wrong.
        """
        found = {}
        for entry, indexes in self._groups.items():
            agreed = values_agreed = True
            for index in indexes:
                mine, theirs = self._learner[index], variant.of(index)
                agreed = agreed and self._same(mine, theirs)
                values_agreed = agreed or (values_agreed and self._same_value(mine, theirs))
                if not values_agreed:
                    break
            separating = self._separation(variant, indexes) if values_agreed and self._wrong[entry] else {}
            found[entry] = {"agreed": agreed, "values_agreed": values_agreed, "calls": len(indexes), **separating}
        return found

    def _separation(self, variant: Answers, indexes: list[int]) -> dict[str, Any]:
        """Where a variant is furthest from the reference: which call, by how much, and by how many tolerances."""
        best = {"separating_call": 0, "difference": 0.0, "margin": 0.0}
        for place, index in enumerate(indexes, start=1):
            distance, tolerances = self._distance(variant.of(index), self._reference.of(index))
            if tolerances > best["margin"]:
                best = {"separating_call": place, "difference": distance, "margin": tolerances}
        return best

    def _distance(self, mine: Answer, theirs: Answer) -> tuple[float, float]:
        """Greatest difference between two answers, absolute and in tolerances; infinite where they differ in kind."""
        if self._same(mine, theirs):
            return 0.0, 0.0
        if mine.raised is not None or theirs.raised is not None:
            return math.inf, math.inf
        worst = (0.0, 0.0)
        for pair in leaves((mine.value, mine.arguments), (theirs.value, theirs.arguments)):
            apart = difference(pair, *self._within)
            if apart is None:
                continue
            both = numbers(pair)
            if apart is not Difference.VALUE or both is None:
                return math.inf, math.inf
            tolerances = margin(*both, *self._within)
            if tolerances > worst[1]:
                worst = float(absolute_error(*both).max()), tolerances
        return worst

    def _same(self, got: Answer, expected: Answer) -> bool:
        """Whether two answers are one: the same exception, or the same values and changed arguments."""
        if got.raised is not None or expected.raised is not None:
            return same_exception((got.raised or "", got.message), (expected.raised or "", expected.message))
        if got.seal is None or expected.seal is None:
            return same(got.whole, expected.whole, *self._within)
        if got.seal == expected.seal:
            return True
        key = (got.seal, expected.seal, *self._within)
        if key not in _compared:
            if len(_compared) >= MOST_COMPARED:
                _compared.clear()
            _compared[key] = same(got.whole, expected.whole, *self._within)
        return _compared[key]

    def _same_value(self, got: Answer, expected: Answer) -> bool:
        """Whether two answers return the same, whatever became of the arguments."""
        returned = got.raised is None and expected.raised is None
        return returned and same(got.value, expected.value, *self._within)

    def _predicates(self) -> dict[str, dict[str, Any]]:
        """Which families of beliefs the learner's answers belong to, per entry point."""
        names = self._request["predicate_names"]
        if not names:
            return {}
        families = module("predicates", self._request["predicates"], "predicates.py")
        found = {}
        for entry, indexes in self._groups.items():
            calls = [self._request["calls"][index] for index in indexes]
            mine = [_seen(call, self._learner[index]) for call, index in zip(calls, indexes, strict=True)]
            right = [_seen(call, self._reference.of(index)) for call, index in zip(calls, indexes, strict=True)]
            held = {name: _holds(getattr(families, name), mine, right) for name in names}
            found[entry] = {name: answer for name, answer in held.items() if answer}
        return found


_compared: dict[tuple[Any, ...], bool] = {}


def _holds(predicate: Any, mine: list[SimpleNamespace], right: list[SimpleNamespace]) -> bool | str:
    """What a predicate says: "partly" where something is wrong that it does not explain, otherwise yes or no."""
    try:
        with np.errstate(all="ignore"):
            said = predicate(mine, right)
        return said if isinstance(said, str) else bool(said)
    except Exception:  # answers a predicate was not written for are not in its family
        return False


def _seen(call: Recorded, answer: Answer) -> SimpleNamespace:
    """A call and its answer, as a predicate sees them."""
    return SimpleNamespace(
        function=call["function"],
        arguments=tuple(call["arguments"]),
        keywords=call["keywords"],
        value=answer.value,
        arguments_after=tuple(answer.arguments),
        raised=answer.raised,
        message=answer.message if answer.raised is not None else None,
    )
