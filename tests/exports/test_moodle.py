"""Moodle's gradebook CSV, read back by the rules of Moodle's own import: one bad row aborts all of it."""

from __future__ import annotations

import csv
import io

import msgspec
import pytest

from grader.errors import UsageError
from grader.exports.formats import moodle
from grader.exports.gradebook import Gradebook, Student
from grader.text import Text
from tests.exports.samples import ADAM, ANA, GUEST, HOSTILE_NAMES, JOSE, SGD, book, grade, renamed

USERS = {
    "email": {"jose@uni.edu": 1, "ana@uni.edu": 2},
    "username": {"jgarcia": 1, "anunez": 2},
    "idnumber": {"a1": 1, "a2": 2},
}


class ImportAborted(Exception):
    """What one bad row does."""


def imported(content: bytes) -> dict[int, dict[str, float | str | None]]:
    """User and column to grade or feedback; a column in brackets is feedback, as a teacher would map it."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    result: dict[int, dict[str, float | str | None]] = {}
    for row in rows:
        if len(row) != len(header):
            raise ImportAborted("columns")
        user = USERS[header[0]].get(row[0])
        if user is None:
            raise ImportAborted(f"no user {row[0]}")
        result[user] = {name: _value(name, value) for name, value in zip(header[2:], row[2:], strict=True)}
    return result


def _value(name: str, value: str) -> float | str | None:
    if name.endswith(("(feedback)", "(comentarios)")):
        return value
    if value in ("", "-"):
        return None
    number = float(value)
    if number > 100:
        raise ImportAborted("over 100")
    return number


FULL = book(grade(JOSE, SGD, 15), grade(JOSE, ADAM, None), grade(ANA, ADAM, 20))


def test_no_grade_is_a_dash_and_never_a_zero() -> None:
    found = imported(moodle.write(FULL, "en").content)
    assert found[1]["One step of SGD"] == 15
    assert found[1]["Adam (2026)"] is None
    assert b",-," in moodle.write(FULL, "en").content


@pytest.mark.parametrize("key", ["email", "username", "idnumber"])
def test_every_key_that_moodle_knows_finds_its_user(key: moodle.Key) -> None:
    assert set(imported(moodle.write(FULL, "en", key).content)) == {1, 2}


def test_feedback_speaks_the_language_that_was_asked_for() -> None:
    found = imported(moodle.write(FULL, "es").content)
    assert found[1]["Un paso de SGD (comentarios)"] == "Pasan 6 de 8. · Mira &lt;m&gt;."


def test_without_a_grade_no_feedback_is_shown() -> None:
    assert imported(moodle.write(FULL, "en").content)[1]["Adam (2026) (feedback)"] == ""


def test_an_excused_student_has_a_dash() -> None:
    made = book(grade(JOSE, SGD, 15, excused=True), grade(JOSE, ADAM, 1))
    assert imported(moodle.write(made, "en").content)[1]["One step of SGD"] is None


def test_whoever_has_no_key_is_left_out_and_said_as_they_would_abort_the_import() -> None:
    written = moodle.write(book(grade(JOSE, SGD, 1), grade(GUEST, SGD, 2)), "en", "email")
    assert set(imported(written.content)) == {1}
    assert [str(note) for note in written.notes] == ["folder 3 is left out: the roster gives no email."]


def test_two_students_of_one_key_are_both_left_out() -> None:
    twin = msgspec.structs.replace(ANA, email="JOSE@uni.edu")
    written = moodle.write(book(grade(JOSE, SGD, 1), grade(twin, SGD, 2), students=(JOSE, twin)), "en")
    assert imported(written.content) == {}
    assert len(written.notes) == 2


def test_a_key_that_would_run_is_left_out_as_it_would_match_nobody_with_an_apostrophe() -> None:
    student = Student(id="s", name="S", login="=1+1")
    written = moodle.write(book(grade(student, SGD, 1), students=(student,)), "en", "username")
    assert "as a formula" in str(written.notes[0])
    assert b"=1+1" not in written.content


def test_over_a_hundred_is_refused_with_the_way_out() -> None:
    column = msgspec.structs.replace(SGD, max_points=120)
    made = Gradebook([column], [JOSE], [grade(JOSE, column, 110)])
    with pytest.raises(UsageError, match="110 points") as caught:
        moodle.write(made, "en")
    assert "--out-of 100" in str(caught.value.hint)
    assert imported(moodle.write(made.out_of(100), "en").content)[1]["One step of SGD"] == pytest.approx(91.6667)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_breaks_no_row(name: str) -> None:
    made = book(grade(JOSE, SGD, 4), grade(ANA, SGD, 5), students=(renamed(JOSE, name), ANA))
    assert set(imported(moodle.write(made, "en").content)) == {1, 2}


def test_what_a_learner_wrote_is_no_html() -> None:
    """Moodle shows feedback as HTML."""
    told = Text({"en": "<script>alert(1)</script> & `x`"})
    found = imported(moodle.write(book(grade(JOSE, SGD, 15, feedback=told)), "en").content)
    assert found[1]["One step of SGD (feedback)"] == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; `x`"
