"""A class's record into the view of its first page: what to teach again, each exercise's checks, the map."""

from __future__ import annotations

import msgspec

from grader.analytics import BeliefStatistics, CheckStatistics, ExerciseStatistics, ItemStatistics, Spread
from grader.feedback import clean
from grader.feedback.class_groups import GroupView, group_views
from grader.feedback.class_map import Column, Group, MapView, map_view
from grader.feedback.class_needs import DaysView, NeedView, days_view, need_views
from grader.feedback.class_people import MOST_NAMES, Bar, Person, further, people
from grader.feedback.class_record import ClassRecord, LearnerRecord, StoryRecord
from grader.feedback.markdown import Html, inline
from grader.feedback.view import term_names
from grader.locale import LANGUAGES, join, numbers, say, say_many
from grader.locale.numbers import Words
from grader.results import Outcome
from grader.text import Text

_FIRST_BELIEFS, _MOST_BELIEFS = 5, 30
_MOST_REMARKS, _MOST_ATTEMPTS = 200, 5


class AgainView(msgspec.Struct, frozen=True, kw_only=True):
    """A belief to teach about: how many hold it now, who does and who perhaps does, and what addresses it."""

    belief: dict[str, Html]
    explanation: dict[str, Html]
    question: dict[str, Html]
    exercise: dict[str, Html]
    exercise_number: int
    count: Words
    bar: Bar
    more: tuple[Words, ...]
    people: tuple[Person, ...]
    perhaps: tuple[Person, ...]
    others: Words | None
    remedies: tuple[str, ...]
    terms: tuple[Words, ...]
    is_convention: bool


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an exercise's table; a word is missing where the figure cannot be told."""

    number: int
    claim: dict[str, Html]
    attempted: Words
    facility: Bar | None
    discrimination: Words | None
    interval: Words | None
    weak: bool
    to_pass: Words | None
    never: Words | None


class ExerciseView(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise: how far the class came, first attempts by share of the points, its checks."""

    number: int
    title: dict[str, Html]
    facts: tuple[tuple[Words, Words], ...]
    histogram: str
    histogram_words: Words
    attempts: tuple[Bar, ...]
    checks: tuple[CheckRow, ...]


class StoryView(msgspec.Struct, frozen=True):
    """What one regrade changed: the exercise, what it came to in a sentence, and each change with its number."""

    number: int
    told: Words
    changes: tuple[tuple[dict[str, Html], Words, Words], ...]


class RemarkView(msgspec.Struct, frozen=True):
    """What could not be graded or joined, and why."""

    what: str
    why: Words


class ClassView(msgspec.Struct, frozen=True, kw_only=True):
    """The first page of a class's report."""

    course: Words
    name: str
    facts: tuple[tuple[Words, Words], ...]
    needs: tuple[NeedView, ...]
    days: DaysView | None
    again: tuple[AgainView, ...]
    further: tuple[AgainView, ...]
    no_beliefs: bool
    groups: tuple[GroupView, ...]
    further_groups: Words | None
    exercises: tuple[ExerciseView, ...]
    map: MapView | None
    pairs: Words | None
    stories: tuple[StoryView, ...]
    remarks: tuple[RemarkView, ...]
    further_remarks: Words | None
    seed: str
    tier: str
    isolation: Words
    versions: tuple[tuple[str, str], ...]
    date: Words


def class_view(record: ClassRecord) -> ClassView:
    """The view of one class."""
    known = people(record)
    held = [each for each in record.statistics.beliefs if each.now or each.possibly]
    return ClassView(
        course=clean.words(record.course),
        name=clean.line(record.name),
        facts=_facts(record),
        needs=need_views(record, known),
        days=days_view(record),
        again=tuple(_again(each, record, known) for each in held[:_FIRST_BELIEFS]),
        further=tuple(_again(each, record, known) for each in held[_FIRST_BELIEFS:_MOST_BELIEFS]),
        no_beliefs=not held,
        groups=group_views(record, known),
        further_groups=further(record.further_groups),
        exercises=tuple(_exercise(each, record) for each in record.statistics.exercises),
        map=_map(record) if record.learners else None,
        pairs=_pairs(record),
        stories=tuple(map(_story, record.stories)),
        remarks=tuple(
            RemarkView(clean.line(remark.what), clean.words(remark.why, clean.SENTENCE))
            for remark in record.remarks[:_MOST_REMARKS]
        ),
        further_remarks=further(len(record.remarks) - _MOST_REMARKS),
        seed=str(record.seed),
        tier=clean.line(record.isolation.tier),
        isolation=clean.words(record.isolation.summary),
        versions=tuple((clean.line(name), clean.line(value)) for name, value in list(record.versions.items())[:12]),
        date=numbers.date(record.made_at),
    )


def _facts(record: ClassRecord) -> tuple[tuple[Words, Words], ...]:
    solved = sum(_solved_all(learner, len(record.statistics.exercises)) for learner in record.learners)
    faults = sum(exercise.not_gradable for exercise in record.statistics.exercises)
    nothing = sum(not learner.works for learner in record.learners)
    facts = [
        (say("learners"), numbers.count(len(record.learners))),
        *([(say("handed in nothing"), numbers.count(nothing))] if nothing else []),
        (say("submissions"), numbers.count(record.submissions)),
        (say("solved everything"), numbers.count(solved)),
    ]
    whole = record.statistics.whole
    if whole.mean is not None and whole.maximum:
        mean = _out_of(numbers.number(whole.mean, 3), numbers.number(whole.maximum, 4))
        facts += [
            (say("tried every exercise"), numbers.count(whole.learners)),
            (say("mean of their first attempts"), mean),
        ]
    if faults:
        facts.append((say("not gradable, the grader's fault"), numbers.count(faults)))
    return tuple((clean.words(name), value) for name, value in facts)


def _solved_all(learner: LearnerRecord, exercises: int) -> bool:
    return sum(work.outcome is Outcome.PASSED for work in learner.works) == exercises > 0


def _again(each: BeliefStatistics, record: ClassRecord, known: dict[str, Person]) -> AgainView:
    exercise = next(known for known in record.statistics.exercises if known.id == each.exercise)
    holders, maybe = ([known[key] for key in known if key in held] for held in (set(each.now), set(each.possibly)))
    room = max(MOST_NAMES - len(holders), 0)
    more = []
    if len(each.ever) > len(each.now):
        more.append(say("{number} have shown it at some time", number=Text(numbers.count(len(each.ever)))))
    if each.possibly:
        more.append(
            say("{number} more may hold it: it is one of several", number=Text(numbers.count(len(each.possibly))))
        )
    share = len(each.now) / max(exercise.learners, 1)
    label = say_many(
        "{share}: only one learner handed it in",
        "{share} of the {number} who handed it in",
        exercise.learners,
        share=Text(numbers.percent(share)),
    )
    return AgainView(
        belief=inline(each.belief.belief),
        explanation=inline(each.belief.explanation),
        question=inline(each.belief.question),
        exercise=inline(record.title(each.exercise)),
        exercise_number=exercise.number,
        count=numbers.count(len(each.now)),
        bar=Bar(round(1000 * share), clean.words(label)),
        more=tuple(clean.words(sentence) for sentence in more),
        people=tuple(holders[:MOST_NAMES]),
        perhaps=tuple(maybe[:room]),
        others=further(len(holders) + len(maybe) - MOST_NAMES),
        remedies=tuple(clean.line(remedy) for remedy in record.remedies.get((each.exercise, each.belief.id), ())),
        terms=term_names(each.belief.terms, record.terms),
        is_convention=each.belief.kind == "convention",
    )


def _exercise(each: ExerciseStatistics, record: ClassRecord) -> ExerciseView:
    return ExerciseView(
        number=each.number,
        title=inline(record.title(each.id)),
        facts=_exercise_facts(each),
        histogram=_histogram(each.histogram),
        histogram_words=_histogram_words(each.histogram),
        attempts=_attempts(each.to_pass),
        checks=tuple(_check(check, number) for number, check in enumerate(each.checks, start=1)),
    )


def _exercise_facts(each: ExerciseStatistics) -> tuple[tuple[Words, Words], ...]:
    solved = sum(each.to_pass.learners.values())
    facts = [
        (say("handed in"), numbers.count(each.learners)),
        (say("solved"), numbers.count(solved)),
        (say("not started"), numbers.count(each.not_started)),
    ]
    if unread := solved + each.to_pass.never - each.judged:
        facts.append((say("never loaded, so without a first attempt"), numbers.count(unread)))
    if each.not_gradable:
        facts.append((say("not gradable"), numbers.count(each.not_gradable)))
    if each.whole.mean is not None:
        mean, most = numbers.number(each.whole.mean, 3), numbers.number(each.whole.maximum, 4)
        facts.append((say("mean of first attempts"), _out_of(mean, most)))
    if each.whole.alpha is not None:
        facts.append((say("Cronbach's alpha"), hundredths(each.whole.alpha)))
    if each.whole.standard_error is not None:
        facts.append((say("standard error, in points"), hundredths(each.whole.standard_error)))
    return tuple((clean.words(name), value) for name, value in facts)


def _out_of(points: Words, most: Words) -> Words:
    return clean.words(say("{points} of {most}", points=Text(points), most=Text(most)))


def _histogram(counts: tuple[int, ...]) -> str:
    """Path data of eleven bars in a box of 110 by 40, the last for all points."""
    highest = max(counts, default=0) or 1
    bars = [(place, 38 * count / highest) for place, count in enumerate(counts) if count]
    return "".join(f"M{10 * place + 1} 40v-{max(height, 0.8):.1f}h8v{max(height, 0.8):.1f}z" for place, height in bars)


def _histogram_words(counts: tuple[int, ...]) -> Words:
    total = Text(numbers.count(sum(counts)))
    none, everything = (Text(numbers.count(counts[place])) if counts else Text(numbers.count(0)) for place in (0, -1))
    return clean.words(
        say(
            "First attempts of {total} learners: {all} got all points, {none} less than a tenth.",
            total=total, all=everything, none=none,
        )
    )  # fmt: skip


def _attempts(spread: Spread) -> tuple[Bar, ...]:
    """How many learners passed at their first, second … attempt, and how many have not yet."""
    counted = [(Text(numbers.count(number)), spread.learners.get(number, 0)) for number in range(1, _MOST_ATTEMPTS)]
    later = sum(count for number, count in spread.learners.items() if number >= _MOST_ATTEMPTS)
    counted += [(say("{number} or more", number=_MOST_ATTEMPTS), later), (say("not yet"), spread.never)]
    greatest = max((count for _, count in counted), default=0) or 1
    return tuple(
        Bar(
            round(1000 * count / greatest),
            {code: f"{label.in_language(code)}: {numbers.count(count)[code]}" for code in LANGUAGES},
        )
        for label, count in counted
    )


def _check(check: CheckStatistics, number: int) -> CheckRow:
    item, spread = check.item, check.to_pass
    return CheckRow(
        number=number,
        claim=inline(check.claim),
        attempted=numbers.count(item.attempted),
        facility=None if item.facility is None else Bar(round(1000 * item.facility), numbers.percent(item.facility)),
        discrimination=None if item.discrimination is None else hundredths(item.discrimination),
        interval=_interval(item),
        weak=item.interval is not None and item.interval[1] < 0.2,
        to_pass=None if spread.median is None else numbers.number(spread.median, 3),
        never=numbers.count(spread.never) if spread.never else None,
    )


def _interval(item: ItemStatistics) -> Words | None:
    if item.interval is None:
        return None
    low, high = (hundredths(bound) for bound in item.interval)
    return {code: f"{low[code]} … {high[code]}" for code in LANGUAGES}


def hundredths(value: float) -> Words:
    """A figure between -1 and 1, or one in points, with two decimals."""
    return {code: numbers.in_language(f"{value:.2f}", code) for code in LANGUAGES}


def _map(record: ClassRecord) -> MapView:
    columns: list[Column] = []
    groups = []
    for exercise in record.statistics.exercises:
        start = len(columns)
        for number, check in enumerate(exercise.checks, start=1):
            columns.append(Column(exercise.id, number, check.id, check.claim))
        span = len(columns) - start
        groups.append(Group(exercise.number, tuple(range(1, span + 1)), span))
    return map_view(record.learners, columns, tuple(groups))


def _story(each: StoryRecord) -> StoryView:
    told = say(
        "{date}: {reason}. {moved} submissions moved: {up} gained points, {down} lost points.",
        date=Text(numbers.date(each.at)),
        reason=each.reason,
        moved=Text(numbers.count(each.up + each.down + each.same)),
        up=Text(numbers.count(each.up)),
        down=Text(numbers.count(each.down)),
    )
    changes = tuple(
        (inline(claim), clean.words(change), numbers.count(number)) for claim, change, number in each.changes
    )
    return StoryView(each.number, clean.words(told), changes)


def _pairs(record: ClassRecord) -> Words | None:
    """How much there is to read side by side."""
    told = []
    if record.equal:
        told.append(
            say_many(
                "{number} group of learners handed in the same program.",
                "{number} groups of learners handed in the same program.",
                len(record.equal),
            )
        )
    if record.pairs:
        told.append(
            say_many(
                "{number} pair of sources shares more than chance explains.",
                "{number} pairs of sources share more than chance explains.",
                len(record.pairs),
            )
        )
    return clean.words(join(" ", told)) if told else None
