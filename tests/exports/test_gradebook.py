"""A gradebook refuses what would give points to a wrong person, or lose them."""

from __future__ import annotations

import pytest

from grader.errors import UsageError
from grader.exports.gradebook import Gradebook, Student
from grader.results import Outcome
from tests.exports.samples import ADAM, ANA, GUEST, JOSE, SGD, book, grade


def test_two_students_with_one_id_are_refused() -> None:
    with pytest.raises(UsageError, match="same id: a1"):
        book(students=(JOSE, Student(id="a1", name="Somebody else")))


def test_two_grades_at_one_place_are_refused() -> None:
    with pytest.raises(UsageError, match="two grades for sgd_step"):
        book(grade(JOSE, SGD, 1), grade(JOSE, SGD, 2))


def test_a_grade_of_an_unknown_student_or_exercise_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown"):
        book(grade(Student(id="nobody"), SGD, 1))
    with pytest.raises(UsageError, match="unknown"):
        Gradebook([SGD], [JOSE], [grade(JOSE, ADAM, 1)])


def test_students_stand_in_the_order_of_their_names() -> None:
    assert [each.id for each in book(students=(JOSE, GUEST, ANA)).students] == ["a2", "folder 3", "a1"]


def test_scaling_keeps_shares_and_what_is_missing() -> None:
    scaled = book(grade(JOSE, SGD, 15, lost=5), grade(ANA, SGD, None)).out_of(100)
    first, second = (scaled.grade(each, scaled.columns[0]) for each in (JOSE, ANA))
    assert first is not None
    assert (first.points, first.max_points, first.lost) == (75, 100, 25)
    assert second is not None
    assert second.points is None


def test_a_late_attempt_that_was_refused_is_not_the_graders_fault() -> None:
    assert grade(JOSE, SGD, None).not_gradable
    assert not grade(JOSE, SGD, None, outcome=Outcome.PASSED).not_gradable
