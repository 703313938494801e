"""Pairs of similar sources into pages that show both side by side, with marks: evidence, never a verdict."""

from __future__ import annotations

import msgspec

from grader.feedback import clean
from grader.feedback.class_record import ClassRecord, PairRecord
from grader.feedback.class_view import Person, people
from grader.feedback.markdown import Html, inline
from grader.locale import numbers
from grader.locale.numbers import Words

PER_PAGE = 15
_MOST_LINES = 160


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
    total: Words
    earlier: str
    later: str


def similar_views(record: ClassRecord) -> list[tuple[str, SimilarView]]:
    """Every page of pairs, with its file; none where there are no pairs."""
    known = people(record)
    starts = range(0, len(record.pairs), PER_PAGE)
    files = [f"similar{f'-{place}' if place > 1 else ''}.html" for place in range(1, len(starts) + 1)]
    views = []
    for place, start in enumerate(starts):
        pairs = record.pairs[start : start + PER_PAGE]
        view = SimilarView(
            course=clean.words(record.course),
            name=clean.line(record.name),
            pairs=tuple(_pair(each, number, record, known) for number, each in enumerate(pairs, start=start + 1)),
            total=numbers.count(len(record.pairs)),
            earlier=files[place - 1] if place else "",
            later=files[place + 1] if place + 1 < len(files) else "",
        )
        views.append((files[place], view))
    return views


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
