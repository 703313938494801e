"""Who has more time is read from any system's table, fits one person or nobody, and is what the policy then says."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil

import msgspec
import pytest

from grader.classroom.extensions import read_extensions
from grader.classroom.policy import Extension, Policy, counted, is_beyond, lateness
from grader.classroom.rows import Kept, KeptResult
from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.results import Outcome, Report
from tests.classroom.conftest import ADAM
from tests.content import driver

STUDENTS = {
    "u1": Student(id="u1", name="García López, José", email="jose@x.es", group="red"),
    "u2": Student(id="u2", name="Ana Ruiz", canvas_id="77", login="aruiz", group="red, blue"),
    "u3": Student(id="u3", name="Ana Ruiz"),
    "folder": Student(id="folder", name="folder"),
}
DUE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 23, 59).astimezone()


def read(text: str) -> tuple[dict[tuple[str, str], Extension], list[str]]:
    found, notes = read_extensions(text.encode(), "ext.csv", STUDENTS, driver.course())
    return found, [str(note) for note in notes]


class TestWhoIsMeant:
    """A row's person, by the rule of every list."""

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("id,exercise,until\nu1,adam_step,2026-11-25T23:59\n", ("u1", "adam_step")),
            ("Nombre completo;Ejercicio;Hasta\nJosé García López;3;2026-11-25 23:59\n", ("u1", "adam_step")),
            (
                "Student,ID,SIS Login ID,Assignment,Due At\n,77,aruiz,One step of Adam,2026-11-25T23:59\n",
                ("u2", "adam_step"),
            ),
            ("Email,extension\njose@x.es,\"Wednesday, 25 November 2026, 11:59 PM\"\n", ("u1", "")),
            ("name,until\nfolder,2026-11-25T23:59\n", ("folder", "")),
        ],
    )  # fmt: skip
    def test_a_person_is_found_as_each_system_calls_them(self, text: str, place: tuple[str, str]) -> None:
        assert read(text) == ({place: Extension(until=LATER)}, [])

    def test_a_group_is_everybody_in_it(self) -> None:
        found, notes = read("group,exercise,until\nred,3,2026-11-25T23:59\n")
        assert set(found) == {("u1", "adam_step"), ("u2", "adam_step")}
        assert notes == []

    @pytest.mark.parametrize("who", ["Ana Ruiz", "Nobody Here"])
    def test_nobody_has_more_time_by_a_guess(self, who: str) -> None:
        found, (note,) = read(f"name,until\n{who},2026-11-25T23:59\n")
        assert found == {}
        assert note.startswith("ext.csv, line 2: nobody has more time: ")

    def test_a_group_that_nobody_is_in_is_told(self) -> None:
        assert read("group,until\ngreen,2026-11-25T23:59\n") == (
            {},
            ["ext.csv, line 2: nobody has more time: no group green is known"],
        )

    def test_a_day_lasts_to_its_end(self) -> None:
        found, _ = read("id,until,extra attempts\nu1,2026-11-25,2\nu2,,1\nu3,,\n")
        assert found["u1", ""] == Extension(until=datetime(2026, 11, 25, 23, 59, 59).astimezone(), attempts=2)
        assert found["u2", ""] == Extension(attempts=1)
        assert len(found) == 2

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "ext.csv is empty"),
            ("id,name\nu1,x\n", "no column until"),
            ("id,until\nu1,soon\n", "line 2: soon is no moment"),
            ("id,exercise,until\nu1,99,2026-11-25\n", "line 2: there is no exercise 99"),
            ("id,extra attempts\nu1,many\n", "line 2: many is no number of attempts"),
        ],
    )
    def test_what_cannot_be_read_is_said_with_its_line(self, text: str, why: str) -> None:
        with pytest.raises(UsageError, match=why):
            read(text)


def kept(learner: str, attempt: int, hours: float | None, *, late_seconds: float | None = None) -> Kept:
    moment = None if hours is None else DUE + timedelta(hours=hours)
    return Kept(
        id=1, learner=learner, exercise="adam_step", attempt=attempt, sha256="", submitted_at=moment, late=None,
        late_seconds=late_seconds, origin="",
    )  # fmt: skip


class TestPolicy:
    """What an extension, a step, a cap and a grace period come to."""

    def test_the_later_of_two_dates_counts_and_the_own_exercise_before_all(self) -> None:
        extensions = {
            ("u1", ""): Extension(until=DUE + timedelta(days=1)),
            ("u1", "adam_step"): Extension(until=DUE + timedelta(days=3)),
            ("u2", ""): Extension(until=DUE - timedelta(days=3)),
        }
        policy = Policy(due=DUE, extensions=extensions)
        assert policy.due_for("u1", "adam_step") == DUE + timedelta(days=3)
        assert policy.due_for("u1", "momentum") == DUE + timedelta(days=1)
        assert policy.due_for("u2", "adam_step") == DUE == policy.due_for("u3", "adam_step")

    @pytest.mark.parametrize(
        ("submission", "hours"),
        [
            (kept("u1", 1, 71), 0.0),
            (kept("u1", 1, 73), 1.0),
            (kept("u2", 1, 1), 1.0),
            (kept("u2", 1, 0.4), 0.0),
            (kept("u1", 1, None, late_seconds=73 * 3600), 1.0),
            (kept("u1", 1, None, late_seconds=71 * 3600), 0.0),
        ],
    )
    def test_lateness_is_after_the_learners_own_date_and_the_grace(self, submission: Kept, hours: float) -> None:
        own = {("u1", ""): Extension(until=DUE + timedelta(hours=72))}
        policy = Policy(due=DUE, grace_minutes=30, extensions=own)
        assert lateness(submission, policy) == pytest.approx(3600 * hours)

    def test_only_so_many_attempts_count_and_an_extension_brings_more(self) -> None:
        policy = Policy(allowed=2, extensions={("u1", ""): Extension(attempts=1)})
        assert [is_beyond(kept("u1", number, 0), policy) for number in (1, 2, 3, 4)] == [False, False, False, True]
        assert [is_beyond(kept("u2", number, 0), policy) for number in (2, 3)] == [False, True]

    def test_every_figure_is_that_of_an_independent_computation(self, report: Callable[..., Report]) -> None:
        """Two hundred learners with dates, graces, steps, caps and attempts at random."""
        rng = random.Random(20)
        made = report("passed", "failed")
        for _ in range(200):
            step, cap, grace, penalty, allowed = (
                rng.choice([1, 6, 24, 36]), rng.choice([20, 50, 100]), rng.choice([0, 15, 120]),
                rng.choice([0, 5, 30]), rng.choice([None, 1, 3]),
            )  # fmt: skip
            extra, longer = rng.choice([0, 2]), rng.choice([0.0, 48.0])
            tries = [(rng.uniform(-50, 90), rng.choice([0.0, 7.0, 20.0])) for _ in range(rng.randint(1, 5))]
            policy = Policy(
                due=DUE, penalty=penalty, step_hours=step, most=cap, grace_minutes=grace, allowed=allowed,
                extensions={("u1", "adam_step"): Extension(until=DUE + timedelta(hours=longer), attempts=extra)},
            )  # fmt: skip
            results = [
                KeptResult(
                    submission=kept("u1", number, hours),
                    edition=ADAM,
                    graded_at=DUE,
                    report=msgspec.structs.replace(made, points=points, outcome=Outcome.FAILED),
                )
                for number, (hours, points) in enumerate(tries, 1)
            ]
            worth = []
            for number, (hours, points) in enumerate(tries, 1):
                if allowed is not None and number > allowed + extra:
                    continue
                late = hours - longer
                steps = ceil(late / step - 1e-9) if late > grace / 60 else 0
                worth.append(points * (1 - min(penalty * steps, cap) / 100))
            (one,) = counted(results, policy)
            assert one.points == pytest.approx(max(worth))
