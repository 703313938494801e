"""Pairs of similar sources into pages that show both side by side, with marks: evidence, never a verdict."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from grader.feedback import clean
from grader.feedback.class_people import Person, people
from grader.feedback.class_record import ClassRecord, EqualRecord, PairRecord
from grader.feedback.markdown import Html, inline
from grader.locale import numbers, say
from grader.locale.numbers import Words
from grader.text import Text

PER_PAGE = 15
_MOST_LINES = 160
_MOST_GROUPS, _MOST_NAMES = 100, 30


class Chunk(msgspec.Struct, frozen=True):
    """Lines of one source; `match` is the number of what they share with the other, 0 for nothing."""

    match: int
    first_line: int
    text: str


class SourceView(msgspec.Struct, frozen=True):
    """The first or second source of a pair, whose it is, and whether its end is left out."""

    number: int
    person: Person
    chunks: tuple[Chunk, ...]
    is_cut: bool


class PairView(msgspec.Struct, frozen=True, kw_only=True):
    """Two sources of one exercise."""

    number: int
    exercise_number: int
    title: dict[str, Html]
    share: Words
    bits: Words
    sources: tuple[SourceView, SourceView]


class SimilarView(msgspec.Struct, frozen=True, kw_only=True):
    """One page of pairs, the most surprising first."""

    course: Words
    name: str
    pairs: tuple[PairView, ...]
    equal: tuple[Words, ...]
    total: Words
    earlier: str
    later: str


def similar_views(record: ClassRecord) -> list[tuple[str, SimilarView]]:
    """Every page of pairs, with its file; none where there are neither pairs nor equal programs."""
    known = people(record)
    starts = range(0, max(len(record.pairs), min(len(record.equal), 1)), PER_PAGE)
    files = [f"similar{f'-{place}' if place > 1 else ''}.html" for place in range(1, len(starts) + 1)]
    views = []
    for place, start in enumerate(starts):
        pairs = record.pairs[start : start + PER_PAGE]
        view = SimilarView(
            course=clean.words(record.course),
            name=clean.line(record.name),
            pairs=tuple(_pair(each, number, record, known) for number, each in enumerate(pairs, start=start + 1)),
            equal=() if start else equal_views(record, known),
            total=numbers.count(len(record.pairs)),
            earlier=files[place - 1] if place else "",
            later=files[place + 1] if place + 1 < len(files) else "",
        )
        views.append((files[place], view))
    return views


def equal_views(record: ClassRecord, known: dict[str, Person]) -> tuple[Words, ...]:
    """A line for each group whose programs are the same."""
    several = tuple(clean.words(each) for each in _several(record, known))
    return several + tuple(clean.words(_equal(each, record, known)) for each in record.equal[:_MOST_GROUPS])


def _several(record: ClassRecord, known: dict[str, Person]) -> Iterator[Text]:
    """Three or more whose sources hang together are one matter, however many pairs they make."""
    for exercise in record.statistics.exercises:
        groups: list[set[str]] = []
        for each in record.pairs:
            if each.exercise == exercise.id:
                own = {each.pair.first, each.pair.second}
                touched = [group for group in groups if group & own]
                groups = [group for group in groups if not group & own] + [own.union(*touched)]
        for group in sorted((sorted(each) for each in groups if len(each) > 2), key=lambda each: (-len(each), each)):
            names = [known[key].name if key in known else clean.line(key) for key in group[:_MOST_NAMES]]
            listed = ", ".join([*names, *(["…"] if len(group) > _MOST_NAMES else [])])
            yield say(
                "Exercise {number}: the sources of {count} hang together, each with another of them: {names}.",
                number=exercise.number,
                count=len(group),
                names=listed,
            )


def _equal(each: EqualRecord, record: ClassRecord, known: dict[str, Person]) -> Text:
    exercise = next(found for found in record.statistics.exercises if found.id == each.exercise)
    learners = each.equal.learners
    names = [known[key].name if key in known else clean.line(key) for key in learners[:_MOST_NAMES]]
    listed = ", ".join([*names, *(["…"] if len(learners) > _MOST_NAMES else [])])
    given = {"number": exercise.number, "count": len(learners), "names": listed}
    if each.equal.to_the_letter:
        return say("Exercise {number}: {count} handed in the same program, to the letter: {names}.", **given)
    return say(
        "Exercise {number}: {count} handed in the same program but for blank space and comments: {names}.", **given
    )


def _pair(each: PairRecord, number: int, record: ClassRecord, known: dict[str, Person]) -> PairView:
    pair = each.pair
    exercise = next(found for found in record.statistics.exercises if found.id == each.exercise)
    first = [(place, match.first) for place, match in enumerate(pair.matches, start=1)]
    second = [(place, match.second) for place, match in enumerate(pair.matches, start=1)]
    return PairView(
        number=number,
        exercise_number=exercise.number,
        title=inline(record.title(each.exercise)),
        share=numbers.percent(pair.share),
        bits=numbers.number(pair.bits, 3),
        sources=(
            _source(1, known.get(pair.first) or Person(clean.line(pair.first), ""), each.first_source, first),
            _source(2, known.get(pair.second) or Person(clean.line(pair.second), ""), each.second_source, second),
        ),
    )


def _source(place: int, person: Person, source: str, matches: list[tuple[int, tuple[int, int]]]) -> SourceView:
    lines = source.split("\n")
    marks = [0] * (len(lines) + 1)
    for number, (first, last) in matches:
        for line in range(max(first, 1), min(last, len(lines)) + 1):
            marks[line] = marks[line] or number
    shown = min(len(lines), _MOST_LINES)
    chunks: list[Chunk] = []
    for line in range(1, shown + 1):
        text = f"{line:>4}  {clean.line(lines[line - 1])}\n"
        if chunks and chunks[-1].match == marks[line]:
            chunks[-1] = Chunk(chunks[-1].match, chunks[-1].first_line, chunks[-1].text + text)
        else:
            chunks.append(Chunk(marks[line], line, text))
    return SourceView(place, person, tuple(chunks), is_cut=shown < len(lines))
