"""Grades and reports become the files of other systems: one module a format, values in, bytes out."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Format(NamedTuple):
    """A format: the module that writes it, what that is made from, and what the file is called."""

    module: str
    made_from: Literal["gradebook", "worksheet", "report", "reports", "course"]
    file: str


FORMATS: dict[str, Format] = {
    "csv": Format("grader.exports.table", "gradebook", "grades.csv"),
    "canvas": Format("grader.exports.canvas", "gradebook", "canvas.csv"),
    "moodle": Format("grader.exports.moodle", "gradebook", "moodle.csv"),
    "moodle-worksheet": Format("grader.exports.moodle_worksheet", "worksheet", "worksheet.csv"),
    "gradescope": Format("grader.exports.gradescope", "report", "results.json"),
    "gradescope-autograder": Format("grader.exports.gradescope_autograder", "course", "autograder.zip"),
    "classroom50": Format("grader.exports.classroom50", "report", "result.json"),
    "junit": Format("grader.exports.junit", "reports", "junit.xml"),
}
"""Every format. The modules are named, not imported: a class's store needs only the values of `gradebook`."""
