"""A worksheet filled in: read by the rules of Moodle's offline importer, and the same bytes wherever it was not."""

from __future__ import annotations

import csv
import difflib
import io

import msgspec
import pytest

from grader.errors import UsageError
from grader.exports.formats import moodle_worksheet
from grader.exports.gradebook import Student
from tests.exports.samples import ADAM, ANA, GUEST, JOSE, SGD, book, grade

ENGLISH = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    'Participant 501,"José García",jose@uni.edu,"Submitted for grading - ",,100.00,Yes,"Monday, 9 November",-,\n'
    'Participant 502,"Ana Núñez",ana@uni.edu,"No submission - ",,100.00,Yes,-,-,"Kept, as ""it"" is"\n'
    'Participant 503,"Leo Paz",leo@uni.edu,"No submission - ",50.00,100.00,Yes,-,-,\n'
)
SPANISH = (
    '\ufeffIdentificador,"Nombre completo","Dirección de correo",Estado,Calificación,"Calificación máxima",'
    '"La calificación puede ser cambiada","Última modificación (entrega)","Última modificación (calificación)",'
    '"Comentarios de retroalimentación"\r\n'
    'Participante 501,"José García",jose@uni.edu,"Enviado para calificar - ",,"20,00",Sí,"lunes, 9 de noviembre",-,\r\n'
    'Participante 502,"Ana Núñez",ana@uni.edu,"Sin entrega - ",,"20,00",Sí,-,-,\r\n'
)

FULL = book(grade(JOSE, SGD, 15), grade(ANA, SGD, None), grade(GUEST, SGD, 3), grade(JOSE, ADAM, 1))


def rows(content: bytes) -> dict[str, dict[str, str]]:
    text = content.decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return {next(iter(row.values())): row for row in reader}


def test_points_are_written_out_of_the_worksheets_own_maximum() -> None:
    found = rows(moodle_worksheet.fill(ENGLISH.encode(), FULL, "sgd_step", "en").content)
    assert found["Participant 501"]["Grade"] == "75"


def test_headings_in_the_teachers_language_are_found_and_kept_and_the_mark_too() -> None:
    content = moodle_worksheet.fill(SPANISH.encode(), FULL, "sgd_step", "es").content
    assert content.startswith("\ufeffIdentificador,".encode())
    found = rows(content)["Participante 501"]
    assert found["Calificación"] == "15"
    assert found["Comentarios de retroalimentación"] == "<p>Pasan 6 de 8.<br>Mira &lt;m&gt;.</p>"


@pytest.mark.parametrize("sheet", [ENGLISH, SPANISH])
def test_every_byte_but_the_grade_and_the_comment_stays(sheet: str) -> None:
    filled = moodle_worksheet.fill(sheet.encode(), FULL, "sgd_step", "en").content.decode()
    changes = [
        each
        for each in difflib.SequenceMatcher(None, sheet, filled, autojunk=False).get_opcodes()
        if each[0] != "equal"
    ]
    assert [kind for kind, *_ in changes] == ["insert", "insert"]
    assert "".join(filled[start:end] for *_, start, end in changes).startswith(("75", "15"))


def test_not_gradable_and_excused_rows_stay_as_they_are() -> None:
    made = book(grade(ANA, SGD, None), grade(JOSE, SGD, 4, excused=True))
    written = moodle_worksheet.fill(ENGLISH.encode(), made, "sgd_step", "en")
    assert written.content == ENGLISH.encode()
    assert written.notes == ()


def test_whom_no_row_fits_is_said() -> None:
    written = moodle_worksheet.fill(ENGLISH.encode(), FULL, "sgd_step", "en")
    assert [str(note) for note in written.notes] == ["folder 3 is left out: no row of the worksheet fits."]


@pytest.mark.parametrize(
    "student",
    [
        Student(id="x", moodle_id="503"),
        Student(id="x", email="LEO@uni.edu"),
        Student(id="leo@uni.edu"),
        Student(id="x", name="Paz, Leo"),
    ],
)
def test_a_row_is_found_by_number_or_address_or_name(student: Student) -> None:
    made = book(grade(student, SGD, 10), students=(student,))
    assert (
        rows(moodle_worksheet.fill(ENGLISH.encode(), made, "sgd_step", "en").content)["Participant 503"]["Grade"]
        == "50"
    )


def test_two_students_of_one_row_leave_it_alone_and_are_said() -> None:
    twin = Student(id="twin", moodle_id="501")
    made = book(grade(JOSE, SGD, 1), grade(twin, SGD, 20), students=(JOSE, twin))
    written = moodle_worksheet.fill(ENGLISH.encode(), made, "sgd_step", "en")
    assert written.content == ENGLISH.encode()
    assert "same row" in str(written.notes[0])


def test_two_rows_of_one_name_are_nobodys() -> None:
    twins = ENGLISH.replace("Leo Paz", "José García")
    who = Student(id="j", name="José García")
    written = moodle_worksheet.fill(twins.encode(), book(grade(who, SGD, 5), students=(who,)), "sgd_step", "en")
    assert written.content == twins.encode()
    assert len(written.notes) == 1


def test_an_unknown_language_needs_the_columns_name() -> None:
    sheet = ENGLISH.replace(",Grade,", ",Arvosana,")
    with pytest.raises(UsageError, match="its columns are Identifier, Full name"):
        moodle_worksheet.fill(sheet.encode(), FULL, "sgd_step", "en")
    found = moodle_worksheet.fill(sheet.encode(), FULL, "sgd_step", "en", grade_column="arvosana ")
    assert rows(found.content)["Participant 501"]["Arvosana"] == "75"


@pytest.mark.parametrize("content", [b"", b"\n", b"a,b\n1,2\n", b"\xff\xfe\x00", b"Grade,Participant\n,x\n"])
def test_what_is_no_worksheet_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError, match="no grading worksheet"):
        moodle_worksheet.fill(content, FULL, "sgd_step", "en")


def test_a_worksheet_saved_in_latin_1_stays_in_it_and_what_it_lacks_is_written_as_html() -> None:
    feedback = msgspec.structs.replace(grade(JOSE, SGD, 15), feedback=ADAM.title.__class__({"en": "θ ≥ ñ"}))
    content = moodle_worksheet.fill(ENGLISH.encode("latin-1"), book(feedback), "sgd_step", "en").content
    assert "José García".encode("latin-1") in content
    assert "&#952; &#8805; ñ".encode("latin-1") in content


def test_a_comment_that_was_there_is_replaced_with_the_grade() -> None:
    found = rows(moodle_worksheet.fill(ENGLISH.encode(), book(grade(ANA, SGD, 20)), "sgd_step", "en").content)
    assert found["Participant 502"]["Grade"] == "100"
    assert found["Participant 502"]["Feedback comments"].startswith("<p>6 of 8")


def test_without_a_column_of_comments_only_the_grade_is_written() -> None:
    sheet = ENGLISH.replace("Feedback comments", "Something else")
    found = rows(moodle_worksheet.fill(sheet.encode(), FULL, "sgd_step", "en").content)["Participant 501"]
    assert (found["Grade"], found["Something else"]) == ("75", "")


def test_an_exercise_that_was_not_graded_is_refused() -> None:
    with pytest.raises(UsageError, match="no graded exercise nope"):
        moodle_worksheet.fill(ENGLISH.encode(), FULL, "nope", "en")


@pytest.mark.parametrize(
    "student",
    [
        Student(id="x", name="Leo Paz", moodle_id="777"),
        Student(id="x", name="Leo Paz", email="another.leo@uni.edu"),
        Student(id="x", name="Leo Paz", moodle_id="503", email="another.leo@uni.edu"),
    ],
)
def test_a_key_that_contradicts_a_weaker_one_leaves_the_row_alone(student: Student) -> None:
    made = book(grade(student, SGD, 20), students=(student,))
    written = moodle_worksheet.fill(ENGLISH.encode(), made, "sgd_step", "en")
    assert written.content == ENGLISH.encode()
    assert "another number or address" in str(written.notes[0])


def test_an_address_decides_though_the_number_is_of_another_assignment() -> None:
    leo = Student(id="x", name="Leo Paz", moodle_id="901", email="leo@uni.edu")
    made = book(grade(leo, SGD, 10), students=(leo,))
    written = moodle_worksheet.fill(ENGLISH.encode(), made, "sgd_step", "en")
    assert rows(written.content)["Participant 503"]["Grade"] == "50"


def test_a_number_of_one_row_and_the_address_of_another_fill_neither() -> None:
    leo = Student(id="x", name="Leo Paz", moodle_id="501", email="leo@uni.edu")
    made = book(grade(leo, SGD, 10), students=(leo,))
    written = moodle_worksheet.fill(ENGLISH.encode(), made, "sgd_step", "en")
    assert written.content == ENGLISH.encode()
    assert len(written.notes) == 1
