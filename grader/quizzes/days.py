"""Moments as a clock gave them become the days on which a learner was there, whatever was done to the clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY_BEGINS = time(4)
"""Who answers after midnight does it before going to bed: that is still the same day."""

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
"""Nobody took a quiz before: a clock that says so has lost its battery."""


def day_of(moment: datetime, zone: tzinfo | None = None) -> date:
    """The learner's day of a moment, in `zone` or where this machine is."""
    local = moment.astimezone(zone)
    early = local.time() < DAY_BEGINS
    return local.date() - timedelta(days=1) if early else local.date()


def beginning_of(day: date, zone: tzinfo | None = None) -> datetime:
    """The moment, in UTC, at which a learner's day begins."""
    return datetime.combine(day, DAY_BEGINS, tzinfo=zone).astimezone(UTC)


def trusted(moments: Sequence[datetime], now: datetime) -> list[bool]:
    """Which moments of a log, in the order in which it was written, a clock that was right can have given.

    None before the first, none that is still to come; of the others as many as there are one after another.
    """
    tails: list[datetime] = []
    ends: list[int] = []
    before: list[int] = []
    for place, moment in enumerate(moments):
        length = bisect_right(tails, moment)
        before.append(ends[length - 1] if length else -1)
        if not FIRST <= moment <= now:
            continue
        tails[length:] = [moment, *tails[length + 1 :]]
        ends[length:] = [place, *ends[length + 1 :]]
    found = [False] * len(moments)
    place = ends[-1] if ends else -1
    while place >= 0:
        found[place] = True
        place = before[place]
    return found


def mended(moments: Sequence[datetime], now: datetime) -> list[datetime]:
    """The moments of a log, never falling and none to come: one that cannot be takes the trusted one before it."""
    is_right = trusted(moments, now)
    last = next((moment for moment, right in zip(moments, is_right, strict=True) if right), now)
    found = []
    for moment, right in zip(moments, is_right, strict=True):
        last = moment if right else last
        found.append(last)
    return found
