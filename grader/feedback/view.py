"""A report and its exercise into plain view models: every string cleaned, every number spelled, no object left."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from grader.feedback import clean
from grader.feedback.checklist import CheckView, check_list, full_check
from grader.feedback.figures import FigureView, figure_view
from grader.feedback.markdown import Html, blocks, inline
from grader.feedback.verdict import Verdict, verdict
from grader.locale import join, numbers, same, say
from grader.locale.numbers import Words
from grader.results import Belief, CheckResult, Diagnosis, Outcome, Report
from grader.telling import diagnosis
from grader.telling.page import Told
from grader.text import Text

_MOST_CALLS = 6


class BeliefView(msgspec.Struct, frozen=True):
    """A belief in the learner's voice, what happens and why, and the question that leads on."""

    belief: dict[str, Html]
    explanation: dict[str, Html]
    question: dict[str, Html]
    terms: tuple[Words, ...]
    is_convention: bool


class DiagnosisView(msgspec.Struct, frozen=True):
    """One diagnosis; `lead` says how its beliefs belong together."""

    lead: Words
    beliefs: tuple[BeliefView, ...]
    summary: Words | dict[str, Html] | None
    evidence: tuple[Words, ...]


class OutputView(msgspec.Struct, frozen=True):
    """What the program printed: all of it, or head and tail with a note between."""

    head: str
    left_out: Words | None
    tail: str


class GradedView(msgspec.Struct, frozen=True, kw_only=True):
    """How it was graded: what makes a grade replayable and trustworthy."""

    seed: str
    replay: str
    tolerance: tuple[Words, Words] | None
    tolerance_reason: dict[str, Html] | None
    tier: str
    isolation: Words
    versions: tuple[tuple[str, str], ...]
    fingerprint: str
    seconds: Words
    date: Words | None


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the learner's page shows, in the order in which it shows it."""

    course: Words
    number: int
    title: dict[str, Html]
    plain_title: Words
    verdict: Verdict
    message: Words | None
    first_failure: CheckView | None
    diagnosis: tuple[DiagnosisView, ...]
    figures: tuple[FigureView, ...]
    checks: tuple[CheckView, ...]
    checks_summary: Words
    output: OutputView | None
    brief: dict[str, Html]
    brief_first: bool
    explanation: dict[str, Html] | None
    graded: GradedView
    path: str
    command: str
    next_command: str


def report_view(report: Report, exercise: Told) -> ReportView:
    """The learner's page of one grading."""
    first = report.first_failure if shows_failure(report) else None
    figures = (figure_view(figure, number) for number, figure in enumerate(report.figures, start=1))
    passed = report.outcome is Outcome.PASSED
    return ReportView(
        course=clean.words(exercise.course),
        number=report.exercise.number,
        title=inline(exercise.title),
        plain_title=clean.words(exercise.title),
        verdict=verdict(report),
        message=message_of(report, first),
        first_failure=None if first is None else full_check(first, report, exercise.source),
        diagnosis=tuple(diagnosis_view(found, exercise.terms) for found in report.diagnosis),
        figures=tuple(figure for figure in figures if figure is not None),
        checks=check_list(report, first),
        checks_summary=_checks_summary(report),
        output=OutputView(*clean.output(report.output)) if report.output.strip() else None,
        brief=blocks(exercise.brief),
        brief_first=report.outcome is Outcome.NOT_STARTED,
        explanation=None if exercise.explanation is None or not passed else blocks(exercise.explanation),
        graded=_graded(report, exercise),
        path=clean.line(exercise.path),
        command=clean.line(exercise.command),
        next_command=clean.line(exercise.next_command) if passed else "",
    )


def message_of(report: Report, first: CheckResult | None) -> Words | None:
    """What is about the whole file: what decided the outcome, unless the first failure says it, and what may be why."""
    is_said = first is not None and first.message == report.message
    told = [*([] if report.message is None or is_said else [report.message]), *report.notes]
    return clean.words(join("\n", told)) if told else None


def shows_failure(report: Report) -> bool:
    """Where nothing ran, a first failure would only repeat the verdict."""
    return report.outcome not in (Outcome.NOT_STARTED, Outcome.PASSED)


def diagnosis_view(found: Diagnosis, terms: Mapping[str, Text]) -> DiagnosisView:
    """One diagnosis in words; `terms` names the glossary's terms by id."""
    return DiagnosisView(
        lead=clean.words(diagnosis.lead(found)),
        beliefs=tuple(_belief(belief, terms) for belief in found.beliefs),
        summary=_summary(found),
        evidence=tuple(clean.words(diagnosis.evidence(each)) for each in found.evidence[:_MOST_CALLS]),
    )


def _summary(found: Diagnosis) -> Words | dict[str, Html] | None:
    """A note is somebody's text, and formats nothing."""
    if found.summary is None:
        return None
    return clean.words(found.summary) if found.kind == "note" else inline(found.summary)


def _belief(belief: Belief, terms: Mapping[str, Text]) -> BeliefView:
    return BeliefView(
        belief=inline(belief.belief),
        explanation=inline(belief.explanation),
        question=inline(belief.question),
        terms=term_names(belief.terms, terms),
        is_convention=belief.kind == "convention",
    )


def term_names(ids: tuple[str, ...], names: Mapping[str, Text]) -> tuple[Words, ...]:
    """Terms as the glossary calls them; one that it does not hold keeps its id."""
    return tuple(clean.words(names.get(each) or same(each)) for each in ids)


def _checks_summary(report: Report) -> Words:
    passed = sum(check.outcome is Outcome.PASSED for check in report.checks)
    waiting = sum(check.outcome is Outcome.BLOCKED for check in report.checks)
    total = len(report.checks)
    if waiting:
        text = say("{passed} of {total} pass, {waiting} wait for another", passed=passed, total=total, waiting=waiting)
    else:
        text = say("{passed} of {total} pass", passed=passed, total=total)
    return clean.words(text)


def _graded(report: Report, exercise: Told) -> GradedView:
    tolerance = None
    if exercise.rtol is not None and exercise.atol is not None:
        tolerance = (numbers.number(exercise.atol, 3), numbers.number(exercise.rtol, 3))
    return GradedView(
        seed=str(report.seed),
        replay=clean.line(exercise.replay),
        tolerance=tolerance,
        tolerance_reason=None if exercise.tolerance_reason is None else inline(exercise.tolerance_reason),
        tier=clean.line(report.isolation.tier),
        isolation=clean.words(report.isolation.summary),
        versions=tuple((clean.line(name), clean.line(value)) for name, value in list(report.versions.items())[:12]),
        fingerprint=clean.line(report.submission.sha256)[:16],
        seconds=numbers.number(report.seconds, 2),
        date=None if exercise.graded_at is None else numbers.date(exercise.graded_at),
    )
