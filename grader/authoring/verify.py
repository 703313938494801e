"""A course's exercises turned into verdicts on their checks: may anyone be graded with them?

The questions about an exercise are asked in rounds that need nothing of each other: several processes share them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from multiprocessing.util import Finalize
from pathlib import Path
from typing import NamedTuple

import msgspec

from grader.authoring.asking import asking_finding
from grader.authoring.catalogue import catalogue_finding
from grader.authoring.dimensions import dimensions_finding
from grader.authoring.files import files_finding
from grader.authoring.findings import Finding, Verdict
from grader.authoring.idle import idle_finding
from grader.authoring.languages import languages_finding
from grader.authoring.pairs import pairs_finding
from grader.authoring.quiz_lint import quizzes_finding
from grader.authoring.right import figures_finding, oracle_finding, reference_finding, starter_finding
from grader.authoring.secrets import secrets_finding
from grader.authoring.terms import terms_finding
from grader.authoring.trials import Trials
from grader.authoring.wrong import misconception_findings, mutants_finding
from grader.classroom.workers import local_workers
from grader.course import FOLDER, Course, Exercise, open_course
from grader.errors import CourseError, GraderError
from grader.grading import Examiner
from grader.locale import say
from grader.text import Text


class Seeds(msgspec.Struct, frozen=True, kw_only=True):
    """How many seeds, from 0 on, each kind of answer is tried at."""

    reference: int = 50
    variants: int = 20
    pairs: int = 2

    @classmethod
    def at_most(cls, count: int) -> Seeds:
        """The usual numbers where `count` is the usual one for variants or more, otherwise no more than `count`."""
        usual = cls()
        if count >= usual.variants:
            return cls(reference=max(usual.reference, count), variants=count)
        return cls(reference=count, variants=count, pairs=min(usual.pairs, count))


class Proved(msgspec.Struct, frozen=True):
    """The verdict on each exercise, and what the quizzes' lint says; None where it was not asked."""

    verdicts: tuple[Verdict, ...]
    quizzes: Finding | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was objected anywhere."""
        return all(verdict.holds for verdict in self.verdicts) and (self.quizzes is None or self.quizzes.holds)


MOST_LETTERS = 600
OnVerdict = Callable[[Verdict], None]
OnRound = Callable[[int, int], None]


class Question(NamedTuple):
    """What is asked in one go; the answer to some has two findings."""

    name: str
    title: Text
    ask: Callable[[Trials, Seeds], tuple[Finding, ...]]


ROUNDS: dict[str, tuple[Question, ...]] = {
    "reading": (
        Question("files", say("files"), lambda trials, _: (files_finding(trials.exercise),)),
        Question("languages", say("languages"), lambda trials, _: (languages_finding(trials.exercise),)),
        Question(
            "terms", say("terms"), lambda trials, _: (terms_finding(trials.exercise, trials.examiner.course.root),)
        ),
        Question("catalogue", say("catalogue"), lambda trials, _: (catalogue_finding(trials.exercise),)),
        Question("secrets", say("secrets"), lambda trials, _: (secrets_finding(trials.exercise),)),
    ),
    "right": (
        Question("starter", say("starter"), lambda trials, _: (starter_finding(trials),)),
        Question("reference", say("reference"), lambda trials, seeds: (reference_finding(trials, seeds.reference),)),
        Question("oracle", say("oracle"), lambda trials, seeds: (oracle_finding(trials, seeds.variants),)),
        Question("idle", say("idle programs"), lambda trials, _: (idle_finding(trials),)),
        Question("asking", say("asking"), lambda trials, _: (asking_finding(trials),)),
        Question("figures", say("pictures"), lambda trials, _: (figures_finding(trials),)),
    ),
    "wrong": (
        Question(
            "misconceptions",
            say("misconceptions"),
            lambda trials, seeds: misconception_findings(trials, seeds.variants),
        ),
    ),
    "dimensions": (
        Question(
            "dimensions",
            say("dimensions"),
            lambda trials, seeds: (dimensions_finding(trials, seeds.variants),),
        ),
    ),
    "pairs": (Question("pairs", say("pairs"), lambda trials, seeds: (pairs_finding(trials, seeds.pairs),)),),
    "mutants": (Question("mutants", say("mutants"), lambda trials, _: (mutants_finding(trials),)),),
}
"""Rounds and their questions, in the order in which answers are shown."""


def verify(
    course: Course,
    exercises: Sequence[Path],
    *,
    seeds: Seeds,
    workers: int = 1,
    quizzes: bool = False,
    on_verdict: OnVerdict = lambda _: None,
    on_round: OnRound = lambda done, of: None,
) -> Proved:
    """Ask every question about the exercises in these folders; with `quizzes`, lint those too.

    Verdicts are handed on in order, each as soon as it and those before it are complete; `on_round` hears how many
    rounds of how many are done. What a course has wrong is an objection; only the grader's own faults are raised.
    """
    ready = _InOrder(exercises, on_verdict)
    total = len(exercises) * len(ROUNDS) + quizzes
    on_round(0, total)
    linted: Finding | None = None
    for done, (folder, name, findings) in enumerate(_answers(course, exercises, seeds, workers, quizzes), start=1):
        if folder is None:
            (linted,) = findings
        else:
            ready.take(folder, name, findings)
        on_round(done, total)
    return Proved(tuple(ready.verdicts), linted)


Answer = tuple[Path | None, str, tuple[Finding, ...]]


def _answers(course: Course, exercises: Sequence[Path], seeds: Seeds, workers: int, quizzes: bool) -> Iterator[Answer]:
    """Every round's findings as they come; those about the quizzes have no folder."""
    asked: list[tuple[Path | None, str]] = [(folder, name) for folder in exercises for name in ROUNDS]
    asked += [(None, "quizzes")] if quizzes else []
    if workers <= 1:
        with Examiner(course) as examiner:
            yield from ((folder, name, _ask(examiner, folder, name, seeds)) for folder, name in asked)
        return
    with local_workers(workers) as executor:
        waiting: dict[Future[_Reply], tuple[Path | None, str]] = {
            executor.submit(_ask_here, course.root, folder, name, seeds): (folder, name) for folder, name in asked
        }
        for future in as_completed(waiting):
            yield (*waiting[future], future.result().findings())


def _ask(examiner: Examiner, folder: Path | None, name: str, seeds: Seeds) -> tuple[Finding, ...]:
    """One round's findings."""
    if folder is None:
        return _answered("quizzes", say("quizzes"), lambda: (quizzes_finding(examiner.course),))
    course, solution = examiner.course, examiner.course.root / "solutions" / folder.name
    found: list[Finding] = []
    for question in ROUNDS[name]:
        # Read anew for each: what is wrong with one file must not keep the other questions from being asked.
        found += _answered(
            question.name,
            question.title,
            lambda ask=question.ask: ask(Trials(examiner, Exercise(folder, solution, course.info.languages)), seeds),  # type: ignore[misc]
        )
    return tuple(found)


def _answered(name: str, title: Text, ask: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """The findings; what the course has wrong, so that the question cannot even be asked, is one of its own."""
    try:
        return ask()
    except CourseError as error:
        why = error.message
    except GraderError:
        raise
    except Exception as error:  # course code runs in many places, and all of it may be wrong
        if os.environ.get("GRADE_DEBUG"):
            raise
        problem = f"{type(error).__name__}: {str(error)[-MOST_LETTERS:]}"
        why = say("The course's code fails: {problem}", problem=problem)
    return (Finding(question=name, title=title, summary=say("could not be asked"), objections=(why,)),)


class _InOrder:
    """Findings that come in any order, made into verdicts that leave in the exercises' order."""

    def __init__(self, exercises: Sequence[Path], on_verdict: OnVerdict) -> None:
        self.verdicts: list[Verdict] = []
        self._folders = list(exercises)
        self._found: dict[Path, dict[str, tuple[Finding, ...]]] = {folder: {} for folder in exercises}
        self._on_verdict = on_verdict

    def take(self, folder: Path, name: str, findings: tuple[Finding, ...]) -> None:
        self._found[folder][name] = findings
        while len(self.verdicts) < len(self._folders):
            following = self._folders[len(self.verdicts)]
            if len(self._found[following]) < len(ROUNDS):
                return
            verdict = _verdict(following, self._found[following])
            self.verdicts.append(verdict)
            self._on_verdict(verdict)


def _verdict(folder: Path, found: dict[str, tuple[Finding, ...]]) -> Verdict:
    match = FOLDER.fullmatch(folder.name)
    assert match is not None
    findings = [finding for name in ROUNDS for finding in found[name]]
    return Verdict(number=int(match[1]), id=match[2], findings=tuple(_said_once(findings)))


def _said_once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """A manifest that cannot be read stops every round for the same reason: that is told with the first."""
    told: set[Text] = set()
    for finding in findings:
        fresh = tuple(objection for objection in finding.objections if objection not in told)
        if fresh or finding.holds:
            yield msgspec.structs.replace(finding, objections=fresh)
        told.update(fresh)


class _Reply(msgspec.Struct, frozen=True):
    """What comes back from another process: findings, or a fault of the grader in a form that survives the way."""

    found: tuple[Finding, ...] = ()
    fault: tuple[Text, Text | None] | None = None

    def findings(self) -> tuple[Finding, ...]:
        if self.fault is not None:
            raise GraderError(*self.fault)
        return self.found


_examiners: dict[Path, Examiner] = {}


def _ask_here(root: Path, folder: Path | None, name: str, seeds: Seeds) -> _Reply:
    """Runs in a worker, whose interpreters stay warm from one round to the next and end with it."""
    if root not in _examiners:
        _examiners[root] = examiner = Examiner(open_course(root).with_drafts())
        Finalize(None, examiner.close, exitpriority=1)
    try:
        return _Reply(_ask(_examiners[root], folder, name, seeds))
    except GraderError as error:
        return _Reply(fault=(error.message, error.hint))
