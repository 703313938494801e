"""Who moved between two editions of a class's results: counted by check first, then one learner after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from grader.classroom.moves import CheckMove, Move, mean_change, moves
from grader.classroom.policy import Policy
from grader.classroom.rows import Edition
from grader.classroom.store import Store
from grader.cli.common import spoken
from grader.cli.echo import echo
from grader.course import Course
from grader.exports.wording import plain
from grader.feedback import clean
from grader.locale import say
from grader.results import Outcome
from grader.telling.outcome import word
from grader.text import Text

Editions = Mapping[str, Edition]
MOST_NAMES = 5


def editions_before(store: Store) -> dict[str, Edition]:
    """The edition each exercise was last graded with in full: a run stopped midway told nobody who moved."""
    return {
        exercise: next((edition for edition in reversed(history) if not store.count(edition)[1]), history[-1])
        for exercise, history in store.edition_history().items()
    }


def tell_moves(course: Course, store: Store, before: Editions, after: Editions, policy: Policy | None = None) -> bool:
    """Print what a regrade changed, False where nothing. The results are read twice, to count and to list."""
    moved = 0
    for exercise, edition in after.items():
        if exercise in before and before[exercise] != edition:
            own = _count(_title(course, exercise), moves(store, before[exercise], edition), store.count(edition)[0])
            moved += own
            if own:
                _tell_mean(store, before[exercise], edition, policy or Policy())
    if not moved:
        return False
    names = {key: student.name for key, student in store.students().items()}
    for exercise, edition in after.items():
        if exercise in before and before[exercise] != edition:
            _list(_title(course, exercise), moves(store, before[exercise], edition), names)
    return True


def moved_between(store: Store, before: Editions, after: Editions) -> Iterator[Move]:
    """Everybody who moved, exercise by exercise, but for faults of the grader."""
    for exercise, edition in after.items():
        if exercise in before and before[exercise] != edition:
            found = moves(store, before[exercise], edition)
            yield from (move for move in found if move.after is not Outcome.GRADER_ERROR)


def _tell_mean(store: Store, before: Edition, after: Edition, policy: Policy) -> None:
    """What a regrade does to the mean of those whom both editions graded."""
    was, now = mean_change(store, before, after, policy)
    if was is not None and now is not None:
        told = say("Mean of what counts: {before} → {after} points.", before=f"{was:.4g}", after=f"{now:.4g}")
        echo(f"  {spoken(told)}")


def _title(course: Course, exercise: str) -> str:
    known = {one.id: one for one in course.exercises}
    return f"{known[exercise].number} · {spoken(known[exercise].manifest.title)}" if exercise in known else exercise


def _count(title: str, found: Iterator[Move], submissions: int) -> int:
    up = down = same = 0
    claims: dict[str, Text] = {}
    by_check: defaultdict[str, Counter[str]] = defaultdict(Counter)
    reason = fault = None
    faults = 0
    for move in found:
        if move.after is Outcome.GRADER_ERROR:  # no result, and so no move; it is tried again at the next run
            faults += 1
            fault = fault or next((check.message for check in move.checks if check.message), None)
            continue
        up, down, same = up + (move.points > 0), down + (move.points < 0), same + (move.points == 0)
        reason = reason or move.reason
        for check in move.checks:
            claims[check.id] = check.claim
            by_check[check.id][_check_change(check)] += 1
    if faults:
        told = f"{title}: {_word(Outcome.GRADER_ERROR)}: {faults}"
        echo(told if fault is None else f"{told} ({clean.line(spoken(plain(fault)))})")
    if reason is None:
        return 0
    echo(f"{title}: {spoken(reason)}")
    echo(
        "  "
        + spoken(
            say(
                "{moved} of {all} submissions moved: {up} gained points, {down} lost points.",
                moved=up + down + same,
                all=submissions,
                up=up,
                down=down,
            )
        )
    )
    for name, ways in by_check.items():
        for way, number in ways.most_common():
            echo(f"  {number:>5}  {_claim(claims[name])}: {way}")
    return up + down + same


def _list(title: str, found: Iterator[Move], names: Mapping[str, str]) -> None:
    """Who moved: all to whom the same happened in one line, the most first."""
    alike: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    example: dict[tuple[Any, ...], Move] = {}
    for move in found:
        if move.after is Outcome.GRADER_ERROR:
            continue
        example.setdefault(move.kind, move)
        alike[move.kind].append(_who(move, names))
    if alike:
        echo(f"\n{title}")
    for kind, people in sorted(alike.items(), key=lambda item: -len(item[1])):
        move = example[kind]
        more = len(people) - MOST_NAMES
        further = f" {spoken(say('and {number} more', number=more))}" if more > 0 else ""
        echo(f"  {'; '.join(people[:MOST_NAMES])}{further}: {_change(move)}")
        for check in move.checks:
            echo(f"    {_claim(check.claim)}: {_check_change(check)}{_why(check)}")


def _who(move: Move, names: Mapping[str, str]) -> str:
    key = move.submission.learner
    name = f"{names[key]} ({key})" if names.get(key) not in (None, "", key) else key
    return clean.line(f"{name}, {spoken(say('attempt {number}', number=move.submission.attempt))}")


def _change(move: Move) -> str:
    """A change of points alone is told as points: "passes → passes" says nothing."""
    if move.before is move.after and move.points:
        return _points(move.points_before, move.points)
    return f"{_way(move.before, move.after)} ({move.points:+g})"


def _check_change(check: CheckMove) -> str:
    return (
        _points(check.points_before, check.points) if check.before is check.after else _way(check.before, check.after)
    )


def _points(before: float, gained: float) -> str:
    return spoken(say("{before} → {after} points", before=f"{before:g}", after=f"{before + gained:g}"))


def _claim(claim: Text) -> str:
    return clean.line(spoken(plain(claim)))


def _why(check: CheckMove) -> str:
    return f"\n      {clean.line(spoken(plain(check.message)))}" if check.message else ""


def _way(before: Outcome | None, after: Outcome | None) -> str:
    return f"{_word(before)} → {_word(after)}"


def _word(outcome: Outcome | None) -> str:
    return spoken(say("no such check") if outcome is None else word(outcome))
