"""A table saved as an Excel workbook becomes the CSV that it should have been, or is named as what it is."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

from grader.errors import UsageError
from grader.locale import say

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_workbook(content: bytes) -> bool:
    """Whether this is a workbook of Excel's or LibreOffice's, new or old."""
    return content.startswith((ZIP, OLE))


def csv_of(content: bytes) -> str:
    """The first sheet as CSV; raises UsageError where it cannot be read, or the package that reads it is not there."""
    try:
        import openpyxl
    except ModuleNotFoundError:
        raise _named() from None
    if content.startswith(OLE):  # before 2007, or with a password
        raise _named()
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = [[_cell(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except Exception:  # whatever a damaged file, or another kind of archive, makes of the package
        raise _named() from None
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # Excel knows no whole numbers, and an id is one
    return str(value)


def _named() -> UsageError:
    return UsageError(
        say("This is an Excel workbook that cannot be read here."),
        say('Save it as CSV, or run: pip install "descenso[excel]"'),
    )
