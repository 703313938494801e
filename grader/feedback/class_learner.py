"""One learner of a class into their page: attempts over time, where the run first left the expected one, the belief."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from itertools import groupby

import msgspec

from grader.feedback import clean
from grader.feedback.checklist import CheckView, full_check
from grader.feedback.class_record import AttemptRecord, ClassRecord, LearnerRecord, Reduction, WorkHistory
from grader.feedback.markdown import Html, inline
from grader.feedback.verdict import Verdict, verdict
from grader.feedback.view import DiagnosisView, diagnosis_view, message_of, shows_failure
from grader.formula import in_prose, to_unicode
from grader.locale import LANGUAGES, join, numbers, say, say_many
from grader.locale.numbers import Words
from grader.results import CheckResult
from grader.text import Text


class AttemptView(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; `height` is its share of the points, in thousandths."""

    number: int
    outcome: str
    points: Words
    height: int
    date: Words | None
    late: bool
    refused: bool
    beyond: bool
    counts: bool
    beliefs: tuple[Words, ...]


class SourcePart(msgspec.Struct, frozen=True):
    """Lines of what was handed in, with their numbers; `marked` where the first failure points at them."""

    text: str
    marked: bool


class AppealView(msgspec.Struct, frozen=True):
    """An objection and, where there is one, its answer."""

    date: Words
    objection: str
    answer: str | None


class WorkView(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise of a learner's. `points` is what counts, and `reduced` why that is not what the checks give.

    `attempts` is empty where a single one, without a date, would only repeat the verdict.
    """

    number: int
    title: dict[str, Html]
    verdict: Verdict
    points: Words | None
    max_points: Words
    reduced: Words | None
    due: Words | None
    path: str
    source: tuple[SourcePart, ...]
    is_cut: bool
    checks: tuple[tuple[str, tuple[Words, ...]], ...]
    statements: tuple[Words, ...]
    appeals: tuple[AppealView, ...]
    message: Words | None
    attempts: tuple[AttemptView, ...]
    first_failure: CheckView | None
    diagnosis: tuple[DiagnosisView, ...]


class MissingView(msgspec.Struct, frozen=True):
    """An exercise that the class was graded in and this learner did not hand in."""

    number: int
    title: dict[str, Html]


class ClassLearnerView(msgspec.Struct, frozen=True, kw_only=True):
    """A learner's page of the class; `max_points` is that of every exercise graded, handed in or not."""

    course: Words
    class_name: str
    name: str
    key: str
    email: str
    points: Words
    max_points: Words
    handed_in: Words
    works: tuple[WorkView, ...]
    missing: tuple[MissingView, ...]


_MOST_ATTEMPTS = 40
_MOST_LINES = 200
DAY_HOURS = 24.0


def class_learner_view(
    learner: LearnerRecord, histories: tuple[WorkHistory, ...], record: ClassRecord
) -> ClassLearnerView:
    """The page of one learner, exercise by exercise."""
    return ClassLearnerView(
        course=clean.words(record.course),
        class_name=clean.line(record.name),
        name=clean.line(learner.name),
        key=clean.line(learner.key),
        email=clean.line(record.emails.get(learner.key, "")),
        points=numbers.number(learner.points, 4),
        max_points=numbers.number(record.max_points, 4),
        handed_in=_handed_in(learner, record),
        works=tuple(_work(history, record) for history in histories),
        missing=_missing(learner, record),
    )


def _handed_in(learner: LearnerRecord, record: ClassRecord) -> Words:
    text = say_many(
        "Handed in: {handed_in} of 1 exercise.",
        "Handed in: {handed_in} of {number} exercises.",
        len(record.statistics.exercises),
        handed_in=len(learner.works),
    )
    return clean.words(text)


def _missing(learner: LearnerRecord, record: ClassRecord) -> tuple[MissingView, ...]:
    there = {work.exercise for work in learner.works}
    exercises = (each for each in record.statistics.exercises if each.id not in there)
    return tuple(MissingView(each.number, inline(record.title(each.id))) for each in exercises)


def _work(history: WorkHistory, record: ClassRecord) -> WorkView:
    report = history.report
    first = report.first_failure if shows_failure(report) else None
    ended, reduction = verdict(report), history.reduction
    attempts = history.attempts[-_MOST_ATTEMPTS:]
    dull = len(attempts) == 1 and attempts[0].submitted_at is None and not attempts[0].late
    return WorkView(
        number=report.exercise.number,
        title=inline(record.title(history.exercise)),
        verdict=ended,
        points=ended.points if reduction is None else numbers.number(reduction.points, 4),
        max_points=ended.max_points,
        reduced=None if reduction is None else clean.words(_reduced(reduction, report.points)),
        path=clean.line(history.path),
        source=_source(history, first),
        is_cut=history.source.count("\n") > _MOST_LINES,
        checks=tuple(_by_outcome(report.checks)),
        statements=tuple(clean.words(each) for each in history.statements),
        appeals=tuple(
            AppealView(
                numbers.date(each.raised_at),
                clean.plain(each.objection)[: clean.PARAGRAPH],
                None if each.answer is None else clean.plain(each.answer)[: clean.PARAGRAPH],
            )
            for each in history.appeals
        ),
        due=None if history.due is None else _due(history.due, extended=history.extended),
        message=message_of(report, first),
        attempts=() if dull else tuple(_attempt(each, report.max_points) for each in _news(attempts)),
        first_failure=None if first is None else full_check(first, report, ""),
        diagnosis=tuple(diagnosis_view(found, record.terms) for found in report.diagnosis),
    )


def _by_outcome(checks: tuple[CheckResult, ...]) -> Iterator[tuple[str, tuple[Words, ...]]]:
    """Every check's claim and what it is worth, those that ended alike together, in the order of the first."""
    found: dict[str, list[Words]] = {}
    for check in checks:
        found.setdefault(check.outcome.value, []).append(_line_of(check.claim, check.max_points))
    yield from ((outcome, tuple(lines)) for outcome, lines in found.items())


@lru_cache(maxsize=1024)
def _line_of(claim: Text, most: float) -> Words:
    words, points = _in_short(claim), numbers.number(most, 4)
    return {code: f"{words[code]} ({points[code]})" for code in LANGUAGES}


@lru_cache(maxsize=1024)
def _in_short(text: Text) -> Words:
    """A sentence of the course in a list: its formulas as letters, for a page has many of these."""
    return {code: clean.plain(in_prose(text.in_language(code), to_unicode)) for code in LANGUAGES}


def _source(history: WorkHistory, first: CheckResult | None) -> tuple[SourcePart, ...]:
    """What was handed in, with the lines marked that the first failure points at; a notebook's are its cells' own."""
    lines = clean.plain(history.source).split("\n")[:_MOST_LINES]
    marked = {frame.line for frame in first.frames if frame.cell is None} if first is not None else set()
    parts: list[SourcePart] = []
    for is_marked, own in groupby(enumerate(lines, start=1), key=lambda numbered: numbered[0] in marked):
        sign = "▸" if is_marked else " "
        parts.append(
            SourcePart("".join(f"{sign}{number:4}  {line[: clean.LINE]}\n" for number, line in own), is_marked)
        )
    return tuple(parts)


def _due(moment: datetime, *, extended: bool) -> Words:
    """The date that counts for this learner."""
    date = Text(numbers.date(moment))
    told = say("Due {date}: an extension of yours", date=date) if extended else say("Due {date}", date=date)
    return clean.words(told)


def _reduced(reduction: Reduction, given: float) -> Text:
    """Why other points count than the checks give."""
    points, counted = Text(numbers.number(given, 4)), Text(numbers.number(reduction.points, 4))
    if reduction.refused:
        return say(
            "The checks give {points}, and {counted} count: it came late, and late work is refused.",
            points=points,
            counted=counted,
        )
    given_up = {
        "points": points,
        "counted": counted,
        "penalty": Text(numbers.percent(reduction.penalty / 100)),
    }
    if reduction.step_hours == DAY_HOURS:
        told = say(
            "The checks give {points}, and {counted} count: it came late ({days} × {penalty}, one for each day begun).",
            days=reduction.steps,
            **given_up,
        )
    else:
        told = say(
            "The checks give {points}, and {counted} count: it came late ({steps} × {penalty}, one for each "
            "{hours} hours begun).",
            steps=reduction.steps,
            hours=Text(numbers.number(reduction.step_hours, 3)),
            **given_up,
        )
    if reduction.most is None:
        return told
    return join(" ", [told, say("It costs {most} at most.", most=Text(numbers.percent(reduction.most / 100)))])


def _news(attempts: tuple[AttemptRecord, ...]) -> Iterator[AttemptRecord]:
    """The attempts, each with its beliefs unless the one before showed the same, or they are told below."""
    told: tuple[Text, ...] | None = None
    for place, each in enumerate(attempts, start=1):
        is_last = place == len(attempts) and each.counts
        yield msgspec.structs.replace(each, beliefs=()) if is_last or each.beliefs == told else each
        told = each.beliefs


def _attempt(each: AttemptRecord, most: float) -> AttemptView:
    return AttemptView(
        number=each.number,
        outcome=each.outcome.value,
        points=numbers.number(each.points, 4),
        height=round(1000 * each.points / most) if most else 0,
        date=None if each.submitted_at is None else numbers.date(each.submitted_at),
        late=each.late,
        refused=each.refused,
        beyond=each.beyond,
        counts=each.counts,
        beliefs=tuple(map(_in_short, each.beliefs)),
    )
