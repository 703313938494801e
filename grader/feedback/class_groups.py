"""The groups that no belief explains into their views: how many, the nearest form, one member's code, what to type."""

from __future__ import annotations

import msgspec

from grader.feedback import clean
from grader.feedback.class_people import MOST_NAMES, Bar, Person, further
from grader.feedback.class_record import ClassRecord, GroupRecord
from grader.feedback.markdown import Html, inline
from grader.locale import LANGUAGES, numbers, say_many
from grader.locale.numbers import Words
from grader.text import Text

_MOST_LINES, _MOST_CHARACTERS = 40, 3_000


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """Learners who answer alike and whom no belief explains, with one member's code and what to type about them."""

    id: str
    count: Words
    bar: Bar
    exercise: dict[str, Html]
    exercise_number: int
    subject: str
    form: dict[str, Html]
    failing: dict[str, Html] | None
    note: Words | None
    more: Words | None
    people: tuple[Person, ...]
    others: Words | None
    code: str
    is_cut: bool
    commands: tuple[str, ...]


def group_views(record: ClassRecord, known: dict[str, Person]) -> tuple[GroupView, ...]:
    """The groups of a class, as they come; `known` are all learners in the order of their names."""
    most = max((len(group.learners) for group in record.groups), default=1)
    return tuple(_group(group, record, known, most) for group in record.groups)


def _group(group: GroupRecord, record: ClassRecord, known: dict[str, Person], most: int) -> GroupView:
    members = [known[key] for key in known if key in set(group.learners)]
    source = group.source[:_MOST_CHARACTERS]
    lines = clean.plain(source.rstrip("\n")).split("\n")
    label = say_many("{number} learner answers so", "{number} learners answer so", len(members))
    earlier = len(members) - group.now
    sentences = " ".join(f'--{code} "…"' for code in LANGUAGES)
    return GroupView(
        id=clean.line(group.id),
        count=numbers.count(len(members)),
        bar=Bar(round(1000 * len(members) / most), clean.words(label)),
        exercise=inline(record.title(group.exercise)),
        exercise_number=group.number,
        subject=clean.line(group.subject),
        form=inline(group.form or group.message or group.claim),
        failing=inline(group.claim) if group.form or group.message else None,
        note=None if group.note is None else clean.words(group.note),
        more=_earlier(earlier) if earlier else None,
        people=tuple(members[:MOST_NAMES]),
        others=further(len(members) - MOST_NAMES),
        code="\n".join(lines[:_MOST_LINES]),
        is_cut=len(lines) > _MOST_LINES or len(source) < len(group.source),
        commands=(f"grade note {group.id} {sentences}", f"grade draft {group.id}"),
    )


def _earlier(number: int) -> Words:
    told = Text(numbers.count(number))
    return clean.words(
        say_many(
            "{number} of them only in an earlier attempt",
            "{number} of them only in earlier attempts",
            number,
            number=told,
        )
    )
