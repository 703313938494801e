"""A store's counted attempts become a gradebook: nobody is lost, nothing that could not be graded is a zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.classroom.arrival import Arrival
from grader.classroom.grades import gradebook, suites
from grader.classroom.policy import Policy
from grader.classroom.rows import Edition, RunStart
from grader.classroom.store import Store
from grader.course import Course
from grader.errors import UsageError
from grader.exports.gradebook import Gradebook, Student
from grader.results import Report
from tests.small_course import lay_out

DUE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DOUBLE, GONE = Edition("double", 1, "checks", "class:7"), Edition("gone", 1, "checks", "class:7")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(lay_out(tmp_path / "course"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "class.sqlite3") as opened:
        yield opened


@pytest.fixture
def keep(
    store: Store, start: RunStart, arrival: Callable[..., Arrival], report: Callable[..., Report]
) -> Callable[..., None]:
    """Keep one learner's attempts, each told by its outcomes and the hours after the due moment."""
    run = store.begin_run(start, [DOUBLE, GONE])

    def attempts(
        learner: str, *tries: tuple[float, list[str]], edition: Edition = DOUBLE, who: Student | None = None
    ) -> None:
        arrivals = [
            arrival(learner, f"{place}".encode(), edition.exercise, submitted_at=DUE + timedelta(hours=hours))
            for place, (hours, _) in enumerate(tries)
        ]
        kept = store.keep_submissions(run, arrivals, {learner: who} if who else None)
        for each, (_, outcomes) in zip(kept, tries, strict=True):
            store.keep_result(run, each.id, edition, report(*outcomes), DUE)

    return attempts


def only(book: Gradebook, learner: str) -> object:
    student = next(each for each in book.students if each.id == learner)
    grade = book.grade(student, book.columns[0])
    return None if grade is None else (grade.points, grade.attempts, grade.late)


def test_a_store_without_results_is_refused(course: Course, store: Store) -> None:
    with pytest.raises(UsageError, match="Nothing has been graded"):
        gradebook(course, store, Policy())


def test_a_grader_error_is_no_zero(course: Course, store: Store, keep: Callable[..., None]) -> None:
    keep("ana", (-1, ["grader_error"]))
    assert only(gradebook(course, store, Policy()), "ana") == (None, 1, False)


def test_the_policy_chooses_among_attempts(course: Course, store: Store, keep: Callable[..., None]) -> None:
    keep("ana", (-2, ["passed", "passed"]), (3, ["passed", "failed"]))
    assert only(gradebook(course, store, Policy(due=DUE)), "ana") == (4, 2, False)
    assert only(gradebook(course, store, Policy(attempts="last", due=DUE, penalty=50)), "ana") == (1, 2, True)
    assert only(gradebook(course, store, Policy(attempts="last", due=DUE, late="refuse")), "ana") == (4, 2, False)


def test_a_learner_without_a_roster_is_called_by_the_folder(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    keep("folder 3", (0, ["passed"]))
    assert gradebook(course, store, Policy()).students == (Student(id="folder 3", name="folder 3"),)


def test_a_roster_adds_who_handed_in_nothing_and_the_ids_of_who_did(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    keep("a1", (0, ["passed"]), who=Student(id="a1", name="Ana", moodle_id="9"))
    roster = [Student(id="a1", name="Núñez, Ana", canvas_id="7"), Student(id="b2", name="Bea")]
    book = gradebook(course, store, Policy(), roster=roster)
    assert book.students == (
        Student(id="b2", name="Bea"),
        Student(id="a1", name="Núñez, Ana", canvas_id="7", moodle_id="9"),
    )
    assert only(book, "b2") is None


def test_who_handed_in_nothing_is_in_it_without_the_roster(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    """As is who handed in another exercise than the one wanted."""
    keep("a1", (0, ["passed"]))
    keep("c3", (0, ["passed"]), edition=GONE, who=Student(id="c3", name="Carla"))
    store.keep_absent({"b2": Student(id="b2", name="Bea")})
    book = gradebook(course, store, Policy(), only=["double"])
    assert [each.id for each in book.students] == ["a1", "b2", "c3"]
    assert only(book, "b2") is None
    assert [grade.student for grade in book.grades] == ["a1"]


def test_a_gradebook_of_the_other_system_tells_who_is_who_by_number_or_name(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    keep("nunezana", (0, ["passed"]), who=Student(id="nunezana", name="nunezana", canvas_id="7"))
    keep("José García", (0, ["passed"]))
    roster = [Student(id="S1", name="Núñez, Ana", canvas_id="7"), Student(id="S2", name="García, José")]
    book = gradebook(course, store, Policy(), roster=roster, excused=[("nunezana", None)])
    assert [(each.id, each.name) for each in book.students] == [("S2", "García, José"), ("S1", "Núñez, Ana")]
    assert sorted((grade.student, grade.points, grade.excused) for grade in book.grades) == [
        ("S1", 2, True),
        ("S2", 2, False),
    ]


def test_two_learners_whom_one_student_fits_are_not_merged(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    keep("José García", (0, ["passed"]))
    keep("García José", (0, ["failed"]))
    book = gradebook(course, store, Policy(), roster=[Student(id="S2", name="García, José")])
    assert sorted(grade.student for grade in book.grades) == ["García José", "José García"]
    assert len(book.students) == 3


def test_an_exercise_that_the_course_no_longer_has_comes_last_by_its_id(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    keep("ana", (0, ["passed"]), edition=GONE)
    keep("ana", (0, ["passed"]))
    book = gradebook(course, store, Policy())
    assert [(column.exercise, column.title["es"]) for column in book.columns] == [
        ("double", "El doble"),
        ("gone", "gone"),
    ]
    assert [each.exercise for each in gradebook(course, store, Policy(), only=["gone"]).columns] == ["gone"]


def test_an_excuse_wins_over_points_and_stands_where_nothing_was_handed_in(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    keep("ana", (0, ["failed"]))
    roster = [Student(id="bea")]
    book = gradebook(course, store, Policy(), roster=roster, excused=[("ana", None), ("bea", "double")])
    assert [grade.excused for grade in book.grades] == [True, True]


@pytest.mark.parametrize(("excuse", "said"), [(("nobody", None), "no learner nobody"), (("ana", "x"), "exercise x")])
def test_an_excuse_for_nobody_is_refused(
    course: Course, store: Store, keep: Callable[..., None], excuse: tuple[str, str | None], said: str
) -> None:
    keep("ana", (0, ["failed"]))
    with pytest.raises(UsageError, match=said):
        gradebook(course, store, Policy(), excused=[excuse])


def test_suites_are_the_counted_attempts(store: Store, keep: Callable[..., None]) -> None:
    keep("ana", (0, ["passed", "failed"]), (1, ["passed", "passed"]))
    (suite,) = suites(store, Policy())
    assert (suite.learner, suite.report.points, suite.graded_at) == ("ana", 4, DUE)
    assert list(suites(store, Policy(), only=["other"])) == []


def test_whose_keys_are_disputed_has_none_that_another_system_could_read(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    """Nobody's row gets their points, with a roster or without; who has the id keeps their own."""
    roster = [Student(id="S1", name="Ana", email="ana@x.edu"), Student(id="S2", name="Eva", email="eva@x.edu")]
    keep(
        "S1 (?)",
        (-1, ["passed"]),
        who=Student(id="S1 (?)", name="Ana", sis_id="S1", email="eva@x.edu", is_disputed=True),
    )
    keep("S2", (-1, ["passed"]), who=roster[1])
    for told in ([], roster):
        book = gradebook(course, store, Policy(), roster=told)
        assert Student(id="S1 (?)") in book.students
        assert only(book, "S2") is not None
    assert only(book, "S1") is None


def test_keys_that_a_later_roster_contradicts_are_nobodys(
    course: Course, store: Store, keep: Callable[..., None]
) -> None:
    keep("S1", (-1, ["passed"]), who=Student(id="S1", name="Ana", sis_id="S1", email="zed@x.edu"))
    book = gradebook(course, store, Policy(), roster=[Student(id="S1", name="Ana", email="ana@x.edu")])
    assert only(book, "S1") is None
    assert only(book, "S1 (?)") is not None
