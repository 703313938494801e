"""What several parts of a class's pages name alike: a person and their page, a bar, how many more there are."""

from __future__ import annotations

import msgspec

from grader.feedback import clean
from grader.feedback.class_record import ClassRecord, by_name
from grader.locale import numbers, say
from grader.locale.numbers import Words
from grader.text import Text

MOST_NAMES = 40


class Person(msgspec.Struct, frozen=True):
    """A learner's name, and the file of their page."""

    name: str
    page: str


class Bar(msgspec.Struct, frozen=True):
    """A bar's length, in thousandths, and what it says."""

    length: int
    label: Words


def page_of(number: int) -> str:
    """The file of the learner's page with this number, seen from the report's folder."""
    return f"learners/{number:04}.html"


def people(record: ClassRecord) -> dict[str, Person]:
    """Every learner by key, in the order of their names; their pages are numbered in the record's order."""
    numbered = sorted(enumerate(record.learners, start=1), key=lambda each: by_name(each[1]))
    return {learner.key: Person(clean.line(learner.name), page_of(number)) for number, learner in numbered}


def further(number: int) -> Words | None:
    """How many are not listed, where there are any."""
    return clean.words(say("and {number} more", number=Text(numbers.count(number)))) if number > 0 else None
