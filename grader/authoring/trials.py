"""Course code run through an exercise's checks, and what the checks and the diagnosis say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Literal, cast

from grader.checker import run_checks
from grader.checker.submissions import Checked
from grader.course import Exercise
from grader.diagnosis import diagnose
from grader.grading import Examiner
from grader.results import Diagnosis, Outcome, Report, overall_outcome
from grader.sandbox import Limits, Pool, Program, Session

HOURS = 3600.0
MEMORY_MB = 4096
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
        """Check and diagnose each in turn, and hand on both; of what was handed on nothing is kept.

        All replays of the batch share one child, which compiles each variant once: with some two hundred pairs
        that halves the time, and the answers are those of a fresh child.
        """
        with _one_child(lambda: self.examiner.pool(self.exercise.manifest.runtime, trusted=True)) as pool:

            def on_checked(place: int, checked: Checked) -> None:
                told = diagnose(self.exercise, checked.calls, pool, seed) if outcome(checked) in _WRONG else ()
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


@contextmanager
def _one_child(pool: Callable[[], Pool]) -> Iterator[Callable[[], Pool]]:
    lasting = _LastingChild(pool)
    try:
        # A diagnosis asks nothing of a pool but to open a program.
        yield lambda: cast("Pool", lasting)
    finally:
        lasting.close()


class _LastingChild:
    """Opens the same program again and again in one child, which goes on where it was."""

    def __init__(self, pool: Callable[[], Pool]) -> None:
        self._pool = pool
        self._session: Session | None = None

    def open(self, program: Program, limits: Limits, seed: int) -> _LastingChild:
        if self._session is None:
            patient = Limits(call_seconds=limits.call_seconds, total_seconds=HOURS, memory_mb=MEMORY_MB)
            self._session = self._pool().open(program, patient, seed)
        return self

    def __enter__(self) -> Session:
        assert self._session is not None
        return self._session

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The next diagnosis goes on with the same child."""

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
