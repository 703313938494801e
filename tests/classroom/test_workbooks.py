"""A roster saved by Excel is read, or named as what it is; its bytes are never shown."""

from __future__ import annotations

import io
import sys
from datetime import datetime

import pytest

from grader.classroom.intake_roster import read_roster, read_rows
from grader.errors import UsageError
from grader.exports.formats.moodle_worksheet import fill
from grader.exports.gradebook import Gradebook

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed: pip install descenso[excel]")


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_roster_is_read_from_its_first_sheet() -> None:
    content = workbook(["Número de ID", "Apellidos", "Nombre", "Correo"], [100231, "García, Núñez", "José", "j@x.es"])
    (student,) = read_roster(content, "roster.xlsx")
    assert (student.id, student.name, student.email) == ("100231", "García, Núñez, José", "j@x.es")


def test_a_date_stays_one() -> None:
    heading, ((line, row),) = read_rows(workbook(["id", "until"], ["u1", datetime(2026, 11, 25, 23, 59)]), "x.xlsx")
    assert (heading, line, row) == (["id", "until"], 2, ["u1", "2026-11-25T23:59:00"])


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 of 1997"])
def test_one_that_cannot_be_read_is_named(content: bytes) -> None:
    with pytest.raises(UsageError, match="This is an Excel workbook"):
        read_roster(content, "roster.xlsx")


def test_without_the_package_it_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(["id"], ["u1"])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError) as raised:
        read_roster(content, "roster.xlsx")
    assert "descenso[excel]" in str(raised.value.hint)


def test_a_worksheet_for_moodle_must_be_what_moodle_gave() -> None:
    with pytest.raises(UsageError, match="Moodle takes back only what it gave"):
        fill(workbook(["Grade"]), Gradebook([], [], []), "adam_step", "en")
