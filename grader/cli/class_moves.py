"""Who moved between two editions of a class's results: counted by check first, then one learner after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from grader.classroom.moves import CheckMove, Move, moves
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


def editions_before(store: Store) -> dict[str, Edition]:
    """The edition each exercise was last graded with in full: a run stopped midway told nobody who moved."""
    return {
        exercise: next((edition for edition in reversed(history) if not store.count(edition)[1]), history[-1])
        for exercise, history in store.edition_history().items()
    }


def tell_moves(course: Course, store: Store, before: Editions, after: Editions) -> bool:
    """Print what a regrade changed, False where nothing. The results are read twice, to count and to list."""
    moved = 0
    for exercise, edition in after.items():
        if exercise in before and before[exercise] != edition:
            moved += _count(_title(course, exercise), moves(store, before[exercise], edition), store.count(edition)[0])
    if not moved:
        return False
    names = {key: student.name for key, student in store.students().items()}
    for exercise, edition in after.items():
        if exercise in before and before[exercise] != edition:
            _list(_title(course, exercise), moves(store, before[exercise], edition), names)
    return True


def _title(course: Course, exercise: str) -> str:
    known = {one.id: one for one in course.exercises}
    return f"{known[exercise].number} · {spoken(known[exercise].manifest.title)}" if exercise in known else exercise


def _count(title: str, found: Iterator[Move], submissions: int) -> int:
    up = down = same = 0
    claims: dict[str, Text] = {}
    by_check: defaultdict[str, Counter[tuple[Outcome | None, Outcome | None]]] = defaultdict(Counter)
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
            by_check[check.id][check.before, check.after] += 1
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
        for (was, now), number in ways.most_common():
            echo(f"  {number:>5}  {_claim(claims[name])}: {_way(was, now)}")
    return up + down + same


def _list(title: str, found: Iterator[Move], names: Mapping[str, str]) -> None:
    first = True
    for move in found:
        if move.after is Outcome.GRADER_ERROR:
            continue
        if first:
            echo(f"\n{title}")
            first = False
        key = move.submission.learner
        name = f"{names[key]} ({key})" if names.get(key) not in (None, "", key) else key
        attempt = spoken(say("attempt {number}", number=move.submission.attempt))
        echo(f"  {clean.line(name)}, {attempt}: {_way(move.before, move.after)} ({move.points:+g})")
        for check in move.checks:
            echo(f"    {_claim(check.claim)}: {_way(check.before, check.after)}{_why(check)}")


def _claim(claim: Text) -> str:
    return clean.line(spoken(plain(claim)))


def _why(check: CheckMove) -> str:
    return f"\n      {clean.line(spoken(plain(check.message)))}" if check.message else ""


def _way(before: Outcome | None, after: Outcome | None) -> str:
    return f"{_word(before)} → {_word(after)}"


def _word(outcome: Outcome | None) -> str:
    return spoken(say("no such check") if outcome is None else word(outcome))
