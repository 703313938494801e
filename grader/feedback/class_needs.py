"""Who needs somebody, and when the class worked, into views: names with a reason, addresses to copy, a bar a day."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from grader.feedback import clean
from grader.feedback.class_people import Person, further
from grader.feedback.class_record import ClassRecord, NeedRecord
from grader.locale import numbers, say, say_many
from grader.locale.numbers import Words
from grader.text import Text

_MOST_DAYS, _MOST_ADDRESSES, MOST_NAMES = 120, 400, 25


class NeedView(msgspec.Struct, frozen=True, kw_only=True):
    """One list of people: what they have in common, each with a reason, and their addresses to copy."""

    title: Words
    what: Words
    count: Words
    people: tuple[tuple[Person, Words | None], ...]
    others: Words | None
    addresses: str


class DaysView(msgspec.Struct, frozen=True):
    """Attempts by day: path data in a box of `width` by 40, and what it shows in a sentence."""

    path: str
    width: int
    words: Words


def need_views(record: ClassRecord, known: dict[str, Person]) -> tuple[NeedView, ...]:
    """The lists that have somebody in them."""
    lists = (
        ("stuck", say("Stuck"), say("three attempts or more without a pass, the last two no better than those before")),
        ("silent", say("Silent"), say("nothing handed in at all, or not the last exercise that most handed in")),
        ("fell_back", say("Fell back"), say("the last attempt has fewer points than an earlier one")),
    )
    views = []
    for kind, title, what in lists:
        own = [each for each in record.needs if each.kind == kind and each.learner in known]
        if own:
            views.append(_view(title, what, own, record, known))
    return tuple(views)


def _view(title: Text, what: Text, own: list[NeedRecord], record: ClassRecord, known: dict[str, Person]) -> NeedView:
    order = {key: place for place, key in enumerate(known)}
    own = sorted(own, key=lambda each: order[each.learner])
    learners = list(dict.fromkeys(each.learner for each in own))
    addresses = [address for key in learners if (address := record.emails.get(key))]
    return NeedView(
        title=clean.words(title),
        what=clean.words(what),
        count=numbers.count(len(learners)),
        people=tuple((known[each.learner], _reason(each, record)) for each in own[:MOST_NAMES]),
        others=further(len(own) - MOST_NAMES),
        addresses=clean.plain(", ".join(addresses[:_MOST_ADDRESSES])),
    )


def _reason(each: NeedRecord, record: ClassRecord) -> Words | None:
    number = next((one.number for one in record.statistics.exercises if one.id == each.exercise), None)
    if number is None:
        return None
    if not each.attempts:
        return clean.words(say("exercise {number}", number=number))
    told = say_many(
        "exercise {exercise}, {number} attempt",
        "exercise {exercise}, {number} attempts",
        each.attempts,
        exercise=number,
    )
    return clean.words(told)


def days_view(record: ClassRecord) -> DaysView | None:
    """When attempts came, as far as they say; nothing where they all came on one day."""
    days = record.days[-_MOST_DAYS:]
    if len(days) < 2:
        return None
    first, last = days[0][0], days[-1][0]
    width = min((last - first).days + 1, 400)
    most = max(count for _, count in days)
    bars = []
    for day, count in days:
        height = max(38 * count / most, 0.8)
        bars.append(f"M{min((day - first).days, width - 1)}.1 40v-{height:.1f}h.8v{height:.1f}z")
    busiest = max(days, key=lambda each: each[1])
    week = sum(count for day, count in days if day > last - timedelta(days=7))
    words = say(
        "Attempts by day, from {first} to {last}. Most on {busiest}: {most}. In the last seven days: {week}.",
        first=_day(first),
        last=_day(last),
        busiest=_day(busiest[0]),
        most=Text(numbers.count(busiest[1])),
        week=Text(numbers.count(week)),
    )
    return DaysView("".join(bars), width, clean.words(words))


def _day(day: date) -> str:
    return day.isoformat()
