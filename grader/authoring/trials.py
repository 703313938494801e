"""Course code run through an exercise's checks, and what the checks and the diagnosis say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar

from grader.checker import checked
from grader.checker.submissions import Checked
from grader.course import Exercise
from grader.diagnosis import Replayer, diagnose
from grader.grading import Examiner
from grader.replay.request import Room
from grader.results import Diagnosis, Outcome, Report, overall_outcome

ROOM: Room = {"bytes": 128 << 20, "sources": 4096}
"""For what hundreds of variants answered: each is asked what each pair was asked."""
_WRONG = frozenset(Outcome) - {Outcome.PASSED, Outcome.GRADER_ERROR}


Found = TypeVar("Found")


class Trials:
    """Everything that is tried on one exercise, with one examiner's interpreters."""

    def __init__(self, examiner: Examiner, exercise: Exercise) -> None:
        self.examiner = examiner
        self.exercise = exercise

    def grade(self, content: bytes, seed: int) -> Report:
        """The report a learner would get."""
        return self.examiner.grade(self.exercise, content, seed=seed)

    def grade_all(self, sources: Sequence[str], seed: int) -> list[Report]:
        """The reports a class would get, with one seed for all."""
        contents = [source.encode() for source in sources]
        return in_order(self.examiner.reports(self.exercise, contents, seed=seed))

    def check_all(
        self, sources: Sequence[str], seed: int, *, runtime: Literal["numpy", "torch"] | None = None
    ) -> list[Checked]:
        """What the checks alone find, in the trusted interpreter of `runtime` (otherwise the exercise's own)."""
        return in_order(self._checked(sources, seed, runtime))

    def diagnosed(self, sources: Sequence[str], seed: int) -> Iterator[tuple[int, Checked, tuple[Diagnosis, ...]]]:
        """Check and diagnose each in turn; of what was handed on nothing is kept."""
        runtime = self.exercise.manifest.runtime
        with Replayer(lambda: self.examiner.pool(runtime, trusted=True), seed, room=ROOM) as replayer:
            for place, found in self._checked(sources, seed, None):
                told = diagnose(self.exercise, found.calls, replayer) if outcome(found) in _WRONG else ()
                yield place, found, told

    def _checked(
        self, sources: Sequence[str], seed: int, runtime: Literal["numpy", "torch"] | None
    ) -> Iterator[tuple[int, Checked]]:
        chosen = runtime or self.exercise.manifest.runtime
        return checked(
            self.exercise,
            [source.encode() for source in sources],
            pool=lambda: self.examiner.pool(chosen, trusted=True),
            reference=lambda: self.examiner.reference(self.exercise, seed),
            seed=seed,
            lint=False,
        )


def in_order(numbered: Iterable[tuple[int, Found]]) -> list[Found]:
    """What was found of each, by its number."""
    return [found for _, found in sorted(numbered, key=lambda pair: pair[0])]


def outcome(checked: Checked) -> Outcome:
    """How the checks ended, taken together."""
    return overall_outcome(checked.results)
