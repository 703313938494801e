"""Course code run through an exercise's checks, and what the checks and the diagnosis say of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from grader.checker import run_checks
from grader.checker.submissions import Checked
from grader.course import Exercise
from grader.diagnosis import Replayer, diagnose
from grader.grading import Examiner
from grader.results import Diagnosis, Outcome, Report, overall_outcome

ROOM = {"bytes": 128 << 20, "sources": 4096}
"""For what hundreds of variants answered: each is asked what each pair was asked."""
_WRONG = frozenset(Outcome) - {Outcome.PASSED, Outcome.GRADER_ERROR}


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
        reports: dict[int, Report] = {}
        contents = [source.encode() for source in sources]
        self.examiner.grade_all(self.exercise, contents, seed=seed, on_report=reports.__setitem__)
        return [reports[place] for place in range(len(sources))]

    def check_all(
        self, sources: Sequence[str], seed: int, *, runtime: Literal["numpy", "torch"] | None = None
    ) -> list[Checked]:
        """What the checks alone find, in the trusted interpreter of `runtime` (otherwise the exercise's own)."""
        found: dict[int, Checked] = {}
        self._check(sources, seed, found.__setitem__, runtime)
        return [found[place] for place in range(len(sources))]

    def diagnose_all(
        self, sources: Sequence[str], seed: int, on_told: Callable[[int, Checked, tuple[Diagnosis, ...]], None]
    ) -> None:
        """Check and diagnose each in turn, and hand on both; of what was handed on nothing is kept."""
        runtime = self.exercise.manifest.runtime
        with Replayer(lambda: self.examiner.pool(runtime, trusted=True), seed, room=ROOM) as replayer:

            def on_checked(place: int, checked: Checked) -> None:
                told = diagnose(self.exercise, checked.calls, replayer) if outcome(checked) in _WRONG else ()
                on_told(place, checked, told)

            self._check(sources, seed, on_checked, None)

    def _check(
        self,
        sources: Sequence[str],
        seed: int,
        on_checked: Callable[[int, Checked], None],
        runtime: Literal["numpy", "torch"] | None,
    ) -> None:
        chosen = runtime or self.exercise.manifest.runtime
        run_checks(
            self.exercise,
            [source.encode() for source in sources],
            pool=lambda: self.examiner.pool(chosen, trusted=True),
            reference=lambda: self.examiner.reference(self.exercise, seed),
            seed=seed,
            on_checked=on_checked,
            lint=False,
        )


def outcome(checked: Checked) -> Outcome:
    """How the checks ended, taken together."""
    return overall_outcome(checked.results)
