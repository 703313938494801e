"""One submission's bytes turned into a `Report`: checked behind the wall, then diagnosed."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

import msgspec

from grader import __version__
from grader.course import Course, Exercise, secret_trees
from grader.errors import SubmissionError
from grader.locale import say
from grader.results import (
    Diagnosis,
    ExerciseRef,
    FigureData,
    Isolation,
    Outcome,
    Report,
    Submission,
    overall_outcome,
)
from grader.sandbox import Line, Pool
from grader.text import Text

if TYPE_CHECKING:
    from grader.behaviour import Behaviour
    from grader.checker import Callee, Checked, Observation, Remembering
    from grader.diagnosis import Diagnoser
    from grader.unexplained import Behaviours

MOST_SEEDS = 2**31
NEVER_DIAGNOSED = (Outcome.PASSED, Outcome.DID_NOT_LOAD, Outcome.GRADER_ERROR)
logger = logging.getLogger(__name__)
logger.addHandler(logging.NullHandler())  # a learner reads no log; whoever wants one adds a handler
Runtime = Literal["numpy", "torch"]


def fresh_seed() -> int:
    """A seed no learner can know beforehand; it stands in the report, so that every grade can be replayed."""
    return secrets.randbelow(MOST_SEEDS)


class Examiner:
    """Keeps warm interpreters for one course and grades with them; a context manager.

    Two for each runtime, one on either side of the wall: what forks learners holds no secret, and what holds
    the course's code forks no learner. A `line` lets another thread call off what is under way.
    """

    def __init__(self, course: Course, *, spares: int = 0, line: Line | None = None) -> None:
        self.course = course
        self._line = line
        self._spares = spares
        self._pools: dict[tuple[Runtime, bool], Pool] = {}
        self._reference: Remembering | None = None
        self._reference_of: tuple[object, ...] = ()
        self._drawn: tuple[Path, int] | None = None
        self._diagnoser: Diagnoser | None = None
        self._behaviours: Behaviours | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every interpreter."""
        self._forget_reference()
        self._forget_diagnoser()
        self._forget_behaviours()
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def warm(self, runtime: Runtime) -> None:
        """Start both interpreters of a runtime; they boot while the caller goes on."""
        self.pool(runtime)
        self.pool(runtime, trusted=True)

    def pool(self, runtime: Runtime, *, trusted: bool = False) -> Pool:
        """The warm interpreter of one runtime on one side of the wall."""
        key = (runtime, trusted)
        if key not in self._pools:
            masked = () if trusted else secret_trees(self.course.root)
            self._pools[key] = Pool(runtime, trusted=trusted, masked=masked, spares=self._spares, line=self._line)
        return self._pools[key]

    def prepare(self, exercise: Exercise) -> None:
        """Draw the seed of the next grading, and have the reference answer what it will be asked then."""
        from grader.checker import ask_reference

        seed = fresh_seed()
        ask_reference(exercise, self.reference(exercise, seed), seed)
        self._drawn = exercise.folder, seed

    def grade(self, exercise: Exercise, content: bytes, *, seed: int | None = None) -> Report:
        """The report on one submission; draws a fresh seed where none is given."""
        drawn, self._drawn = self._drawn, None
        if seed is None and drawn is not None and drawn[0] == exercise.folder:
            seed = drawn[1]
        ((_, report),) = self.reports(exercise, [content], seed=seed)
        return report

    def not_loaded(self, exercise: Exercise, content: bytes, fault: SubmissionError, seed: int | None = None) -> Report:
        """The report on what cannot be read as a program, so that nothing of it was run."""
        from grader.checker import unloaded

        found = unloaded(exercise, fault)
        return self._report(exercise, content, found, fresh_seed() if seed is None else seed, ())

    def reports(
        self, exercise: Exercise, contents: Sequence[bytes], *, seed: int | None = None
    ) -> Iterator[tuple[int, Report]]:
        """The report on each of a batch, with its index, as it is known; one seed for all."""
        own_seed = fresh_seed() if seed is None else seed
        for index, found in self._checked(exercise, contents, own_seed):
            yield index, self._diagnosed(exercise, contents[index], found, own_seed)

    def behaviours(
        self, exercise: Exercise, contents: Sequence[bytes], *, seed: int
    ) -> Iterator[tuple[int, Report, tuple[Behaviour, ...]]]:
        """As `reports`, and how those functions behave that are wrong and that no belief explains."""
        for index, found in self._checked(exercise, contents, seed):
            report = self._diagnosed(exercise, contents[index], found, seed)
            yield index, report, self._unexplained(exercise, contents[index], found, report)

    def stages(self, exercise: Exercise, content: bytes) -> Iterator[Report]:
        """The report on one submission as far as it is known: the verdict, then with what explains it."""
        drawn, self._drawn = self._drawn, None
        seed = drawn[1] if drawn is not None and drawn[0] == exercise.folder else fresh_seed()
        for _, found in self._checked(exercise, [content], seed):
            yield self._report(exercise, content, found, seed, ())
            yield self._diagnosed(exercise, content, found, seed)

    def _checked(self, exercise: Exercise, contents: Sequence[bytes], seed: int) -> Iterator[tuple[int, Checked]]:
        from grader.checker import checked

        return checked(
            exercise,
            contents,
            pool=lambda: self.pool(exercise.manifest.runtime),
            reference=lambda: self.reference(exercise, seed),
            seed=seed,
        )

    def observe(self, exercise: Exercise, content: bytes, function: str, *, seed: int = 0) -> Observation:
        """What one function of the harness shows of a submission and of the reference: a trace, or a figure's data."""
        from grader.checker import observe

        return observe(
            exercise,
            content,
            function,
            pool=lambda: self.pool(exercise.manifest.runtime),
            reference=self.reference(exercise, seed),
            seed=seed,
        )

    def with_figures(self, report: Report, exercise: Exercise, content: bytes) -> Report:
        """The same report with what its exercise's figures draw: the learner's run and the expected one."""
        figures = []
        for figure in exercise.manifest.figure:
            seen = self.observe(exercise, content, figure.function, seed=report.seed)
            if isinstance(seen.expected, dict):
                own = seen.own if isinstance(seen.own, dict) and seen.own.keys() == seen.expected.keys() else None
                figures.append(
                    FigureData(
                        kind=figure.kind,
                        title=figure.title,
                        caption=figure.caption,
                        x_label=figure.x_label,
                        y_label=figure.y_label,
                        expected=seen.expected,
                        learner=own,
                    )
                )
        return msgspec.structs.replace(report, figures=tuple(figures))

    def reference(self, exercise: Exercise, seed: int) -> Callee:
        """What answers for the reference: this process for NumPy, the trusted interpreter for torch.

        One is kept, with its answers, until another exercise or seed is asked for: a class has one seed for all.
        """
        from grader.checker import reference_callee

        wanted = (exercise.folder, exercise.reference, exercise.harness, seed)
        if self._reference is None or self._reference_of != wanted:
            self._forget_reference()
            self._reference = reference_callee(exercise, lambda: self.pool("torch", trusted=True), seed)
            self._reference_of = wanted
        return self._reference

    def _forget_reference(self) -> None:
        if self._reference is not None:
            self._reference.close()
            self._reference = None

    def _diagnosed(self, exercise: Exercise, content: bytes, checked: Checked, seed: int) -> Report:
        """The report with what the learner seems to believe; nothing where the grader failed or no call was made."""
        found: tuple[Diagnosis, ...] = ()
        if checked.calls and overall_outcome(checked.results) not in NEVER_DIAGNOSED:
            found = self._diagnosis(exercise, checked, seed)
        return self._report(exercise, content, checked, seed, found)

    def _diagnosis(self, exercise: Exercise, checked: Checked, seed: int) -> tuple[Diagnosis, ...]:
        try:
            return self._diagnoser_for(exercise, seed).diagnose(checked.calls)
        except Exception as error:
            # Whatever went wrong there, the checks have spoken: a diagnosis that fails costs the diagnosis only.
            if os.environ.get("GRADE_DEBUG"):
                raise
            logger.warning("no diagnosis of exercise %s: %r", exercise.id, error)
            return ()

    def _diagnoser_for(self, exercise: Exercise, seed: int) -> Diagnoser:
        """One is kept, with what it knows, as the reference is."""
        from grader.diagnosis import Diagnoser

        if self._diagnoser is None or self._diagnoser.exercise is not exercise or self._diagnoser.seed != seed:
            self._forget_diagnoser()
            self._diagnoser = Diagnoser(exercise, lambda: self.pool(exercise.manifest.runtime, trusted=True), seed)
        return self._diagnoser

    def _forget_diagnoser(self) -> None:
        if self._diagnoser is not None:
            self._diagnoser.close()
            self._diagnoser = None

    def _unexplained(self, exercise: Exercise, content: bytes, found: Checked, report: Report) -> tuple[Behaviour, ...]:
        """Whatever goes wrong there costs the grouping only, as with a diagnosis."""
        if not found.calls or report.outcome in NEVER_DIAGNOSED:
            return ()
        from grader.unexplained import Behaviours

        if self._behaviours is None or self._behaviours.exercise is not exercise:
            self._forget_behaviours()
            runtime = exercise.manifest.runtime
            self._behaviours = Behaviours(
                exercise, lambda: self.pool(runtime), lambda: self.pool(runtime, trusted=True)
            )
        try:
            return self._behaviours.of(content, found, report.diagnosis, self.reference(exercise, report.seed))
        except Exception as error:
            if os.environ.get("GRADE_DEBUG"):
                raise
            logger.warning("no behaviour of exercise %s: %r", exercise.id, error)
            return ()

    def _forget_behaviours(self) -> None:
        if self._behaviours is not None:
            self._behaviours.close()
            self._behaviours = None

    def _report(
        self, exercise: Exercise, content: bytes, checked: Checked, seed: int, diagnosis: tuple[Diagnosis, ...]
    ) -> Report:
        outcome = overall_outcome(checked.results)
        ran = bool(checked.calls) or outcome is Outcome.DID_NOT_LOAD
        pool = self._pools.get((exercise.manifest.runtime, False)) if ran else None
        return Report(
            exercise=ExerciseRef(exercise.number, exercise.id),
            outcome=outcome,
            points=sum(result.points for result in checked.results),
            max_points=exercise.max_points,
            message=checked.message,
            notes=_notes(checked, outcome),
            checks=checked.results,
            diagnosis=diagnosis,
            isolation=pool.isolation if pool else NOT_RUN,
            seed=seed,
            submission=Submission(hashlib.sha256(content).hexdigest()),
            seconds=checked.seconds,
            output=checked.output,
            versions={"descenso": __version__, "course": self.course.info.version, **(pool.versions if pool else {})},
        )


def _notes(checked: Checked, outcome: Outcome) -> tuple[Text, ...]:
    """What may be why it did not pass, and what was put aside unless that is the reason itself."""
    return (
        *(() if outcome is Outcome.PASSED else checked.notes),
        *(() if outcome is Outcome.DID_NOT_LOAD else checked.put_aside),
    )


NOT_RUN = Isolation("-", say("Nothing was run."))
