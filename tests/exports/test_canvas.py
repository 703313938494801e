"""Canvas's gradebook CSV, read back by the rules of Canvas's own importer."""

from __future__ import annotations

import msgspec
import pytest

from grader.errors import UsageError
from grader.exports.formats import canvas
from grader.exports.gradebook import Column, Gradebook, Student
from grader.text import Text
from tests.exports import canvas_importer
from tests.exports.samples import ADAM, ANA, GUEST, HOSTILE_NAMES, JOSE, SGD, book, grade, renamed


def imported(made: Gradebook, language: str = "en", **ids: str) -> canvas_importer.Imported:
    return canvas_importer.read(canvas.write(made, language, ids).content)


FULL = book(grade(JOSE, SGD, 15), grade(JOSE, ADAM, 20), grade(ANA, SGD, 0.5), grade(GUEST, ADAM, 7))


def test_every_row_goes_to_its_student_by_the_first_key_there_is() -> None:
    found = dict(imported(FULL).students)
    assert set(found) == {"ID:77", "SIS User ID:S-2", "name:folder 3"}
    assert found["ID:77"] == {"One step of SGD": "15", "Adam [2026]": "20"}
    assert found["SIS User ID:S-2"] == {"One step of SGD": "0.5", "Adam [2026]": ""}


def test_the_points_row_stands_first_and_holds_every_maximum() -> None:
    assert imported(FULL).points == ["20", "20"]
    assert canvas.write(FULL, "en").content.splitlines()[1].startswith(b"    Points Possible,,,,,20,20")


def test_a_title_that_ends_in_a_year_is_not_taken_for_an_id() -> None:
    assert imported(FULL).assignments == [("One step of SGD", None), ("Adam [2026]", None)]
    assert imported(FULL, "es").assignments[1] == ("Adam, el paso [2026]", None)


def test_an_id_that_is_given_is_read_and_the_year_stays_in_the_title() -> None:
    assert imported(FULL, adam_step="524895").assignments[1] == ("Adam (2026)", 524895)


@pytest.mark.parametrize("title", ["Final Grade of Adam", "Override Status", "Section", "Current Points (3)"])
def test_a_title_that_canvas_would_skip_gives_way_to_the_exercises_id(title: str) -> None:
    column = Column(exercise="adam_step", title=Text({"en": title}), max_points=20)
    made = Gradebook([column], [JOSE], [grade(JOSE, column, 5)])
    assert imported(made).assignments == [("adam_step", None)]
    assert imported(made, adam_step="9").assignments == [("adam_step", 9)]


def test_two_exercises_of_one_title_keep_their_grades_apart() -> None:
    twin = msgspec.structs.replace(ADAM, title=SGD.title)
    made = Gradebook([SGD, twin], [JOSE], [grade(JOSE, SGD, 1), grade(JOSE, twin, 2)])
    assert imported(made).students[0][1] == {"sgd_step": "1", "adam_step": "2"}


def test_not_gradable_is_blank_and_excused_is_ex() -> None:
    made = book(grade(JOSE, SGD, None), grade(JOSE, ADAM, 3, excused=True), grade(ANA, SGD, 2))
    assert dict(imported(made).students)["ID:77"] == {"One step of SGD": "", "Adam [2026]": "EX"}


def test_who_has_no_grade_has_no_row_as_a_blank_would_clear_canvass_own() -> None:
    made = book(grade(JOSE, SGD, 4), grade(ANA, SGD, None))
    assert [who for who, _ in imported(made).students] == ["ID:77"]
    assert imported(made).assignments == [("One step of SGD", None)]


def test_two_students_with_one_key_are_both_left_out_and_said() -> None:
    twin = msgspec.structs.replace(ANA, canvas_id="77")
    written = canvas.write(book(grade(JOSE, SGD, 1), grade(twin, SGD, 2), students=(JOSE, twin)), "en")
    assert canvas_importer.read(written.content).students == []
    assert [note["en"] for note in written.notes] == [
        "Ana Núñez (a2) is left out: somebody else has the ID 77 too.",
        "García, José (a1) is left out: somebody else has the ID 77 too.",
    ]


def test_two_folders_of_one_name_are_not_told_apart_so_both_are_left_out() -> None:
    students = Student(id="x", name="Ana"), Student(id="y", name="Ana")
    written = canvas.write(book(*(grade(each, SGD, 1) for each in students), students=students), "en")
    assert canvas_importer.read(written.content).students == []
    assert len(written.notes) == 2


def test_whom_canvas_will_look_for_by_name_is_said() -> None:
    assert [str(note) for note in canvas.write(FULL, "en").notes] == [
        "No id that Canvas knows; it will look for the exact name, or ask: folder 3."
    ]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_breaks_no_row_and_takes_no_other_students_grade(name: str) -> None:
    """Canvas finds the separator in the first three lines, so that a name of two lines would change it."""
    rows = imported(book(grade(JOSE, SGD, 4), grade(ANA, SGD, 5), students=(renamed(JOSE, name), ANA)))
    assert dict(rows.students) == {
        "ID:77": {"One step of SGD": "4"},
        "SIS User ID:S-2": {"One step of SGD": "5"},
    }
    assert rows.points == ["20"]


def test_a_login_that_would_run_as_a_formula_is_not_written() -> None:
    student = Student(id="z", name="Zoe", login="=HYPERLINK()")
    content = canvas.write(book(grade(student, SGD, 1), students=(student,)), "en").content
    assert b"HYPERLINK" not in content
    assert canvas_importer.read(content).students[0][0] == "name:Zoe"


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ({"nope": "1"}, "no graded exercise nope"),
        ({"adam_step": "x1"}, "x1 is not"),
        ({"adam_step": "٣"}, "is not an assignment's number"),
        ({"adam_step": "1", "sgd_step": "1"}, "same number, 1"),
    ],
)
def test_ids_that_cannot_be_right_are_refused(ids: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        canvas.write(FULL, "en", ids)
