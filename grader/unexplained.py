"""The functions of a wrong submission that no belief explains become their behaviour, by which a class is grouped."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from grader.behaviour import Behaviour, Digests, alike
from grader.checker import (
    Call,
    Callee,
    Checked,
    Checking,
    Remembering,
    digests,
    driven_entry_points,
    prepare,
    reference_callee,
)
from grader.course import Exercise
from grader.diagnosis.diagnoser import fingerprint
from grader.errors import GraderError
from grader.results import Diagnosis, Outcome
from grader.sandbox import Pool, Raised, Returned

LASTING_SEED = 20_261_201
"""Of the questions that are the same in every term. Who knows them has no points of it: none are given for them."""
MOST_REMEMBERED = 256
NAMING = ("misconception", "one_of")
NEVER = ("NotImplementedError", "MissingEntryPoint")
Named = tuple[str, ...]
"""Entry points that one call drives, as a learner is told of them."""


class Behaviours:
    """Tells how the unexplained functions of one exercise's submissions behave; to be closed.

    Who answers alike is asked the lasting questions once, so in a class few submissions are run a second time.
    """

    def __init__(
        self, exercise: Exercise, pool: Callable[[], Pool], trusted: Callable[[], Pool], seed: int = LASTING_SEED
    ) -> None:
        self.exercise = exercise
        self._pool = pool
        self._trusted = trusted
        self._seed = seed
        self._checking: Checking | None = None
        self._reference: Remembering | None = None
        self._alike: OrderedDict[tuple[bytes | None, frozenset[str]], tuple[Behaviour, ...]] = OrderedDict()
        self._known: OrderedDict[tuple[tuple[Named, Digests], ...], dict[Named, Digests]] = OrderedDict()

    def of(
        self, content: bytes, found: Checked, diagnosis: Sequence[Diagnosis], reference: Callee
    ) -> tuple[Behaviour, ...]:
        """One for each function that is wrong and unexplained, the most basic first; `reference` is what is right."""
        explained = _explained(self.exercise, diagnosis)
        key = fingerprint(found.calls), frozenset(explained)
        if key[0] is None:
            return self._of(content, found, explained, reference)
        if key not in self._alike:
            self._alike[key] = self._of(content, found, explained, reference)
            _forget_oldest(self._alike)
        self._alike.move_to_end(key)
        return self._alike[key]

    def _of(self, content: bytes, found: Checked, explained: set[str], reference: Callee) -> tuple[Behaviour, ...]:
        here = {names: (check, own) for names, check, own in self._wrong(found, reference, explained)}
        if not here:
            return ()
        lasting = self._lasting(content, tuple((names, own) for names, (_, own) in here.items()))
        return tuple(
            Behaviour(", ".join(names), check, own, lasting.get(names)) for names, (check, own) in here.items()
        )

    def close(self) -> None:
        """Let go of the reference."""
        if self._reference is not None:
            self._reference.close()
        self._checking = self._reference = None

    def _lasting(self, content: bytes, here: tuple[tuple[Named, Digests], ...]) -> dict[Named, Digests]:
        if here not in self._known:
            self._known[here] = self._asked_again(content)
            _forget_oldest(self._known)
        self._known.move_to_end(here)
        return self._known[here]

    def _asked_again(self, content: bytes) -> dict[Named, Digests]:
        prepared = prepare(self.exercise, content)
        if isinstance(prepared, Checked):
            return {}
        if self._checking is None or self._reference is None:
            self._reference = reference_callee(self.exercise, self._trusted, self._seed)
            self._checking = Checking(self.exercise, self._reference, self._seed)
        found = self._checking.check(prepared, self._pool())
        return {names: own for names, _, own in self._wrong(found, self._reference, set())}

    def _wrong(self, found: Checked, reference: Callee, explained: set[str]) -> Iterator[tuple[Named, str, Digests]]:
        """The functions that failing checks found wrong, with the first such check, and how they behave.

        Silent about a function that once did not answer. Where a call drives several, and one of them is wrong by
        itself, that one is the reason.
        """
        first: dict[Named, str] = {}
        for result in found.results:
            if result.outcome is Outcome.FAILED:
                asked = [call for call in found.calls if call.check == result.id]
                left = [call for call in asked if not explained.intersection(self._driven(call))]
                for names in self._to_blame(left, reference, is_certain=left == asked):
                    first.setdefault(names, result.id)
        for names, check in first.items():
            if not names or (len(names) > 1 and any((name,) in first for name in names)):
                continue
            calls = [call for call in found.calls if self._driven(call) == names]
            if all(_is_answered(call) for call in calls):
                yield names, check, digests(calls, self.exercise.manifest.tolerance)

    def _to_blame(self, calls: Sequence[Call], reference: Callee, *, is_certain: bool) -> list[Named]:
        """What a failing check found wrong: it may ask several functions before it looks at any of the answers.

        Where all are as they should be, the last one asked, if it `is_certain` that something there is wrong.
        """
        wrong = [call for call in calls if not self._is_right(call, reference)] or (calls[-1:] if is_certain else [])
        return list(dict.fromkeys(map(self._driven, wrong)))

    def _is_right(self, call: Call, reference: Callee) -> bool:
        try:
            ended = reference.call(call.function, call.arguments, call.keywords)
        except GraderError:  # what only this learner's answers made the check ask
            return False
        tolerance = self.exercise.manifest.tolerance
        own, right = (digests([replace(call, ended=each)], tolerance) for each in (call.ended, ended))
        return alike(own, right)

    def _driven(self, call: Call) -> Named:
        return driven_entry_points(call.function, self.exercise.manifest.entry_points, self.exercise.harness)


def _forget_oldest(known: OrderedDict[Any, Any]) -> None:
    if len(known) > MOST_REMEMBERED:
        known.popitem(last=False)


def _is_answered(call: Call) -> bool:
    return isinstance(call.ended, Returned) or (isinstance(call.ended, Raised) and call.ended.type not in NEVER)


def _explained(exercise: Exercise, diagnosis: Sequence[Diagnosis]) -> set[str]:
    """The functions that a told belief explains whole.

    A belief is told once. So what was told by its deeds, not its numbers, or together with another, is not told again
    where it shows in another function that it concerns.
    """
    whole = [found for found in diagnosis if found.kind in NAMING and not found.partial]
    concerned = {entry.id: entry.entry_points for entry in exercise.misconceptions}
    told = Counter(
        name
        for found in whole
        for belief in found.beliefs
        for name in concerned.get(belief.id, ()) * (1 if found.is_exact else 2)
    )
    return {one.entry_point for found in whole for one in found.evidence} | {
        name for name, times in told.items() if times > 1
    }
