"""The functions defined in a notebook become a report beneath the cell: ``%load_ext grader``, then ``%grade 3``."""

from __future__ import annotations

import atexit
import html
import io
import os
import shlex
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from grader.course import Course, Exercise, open_course
from grader.errors import GraderError, SubmissionError, UsageError
from grader.keeping import keep, open_journal
from grader.locale import LANGUAGES, say
from grader.locale.choice import choose_language
from grader.notebook_cells import Cell, Extracted, NotDefinedError, extract_from_cells
from grader.results import CheckResult, Frame, Report
from grader.telling.way import Way, next_command, next_number

if TYPE_CHECKING:
    from grader.grading import Examiner

MOST_SEEDS = 2**31
FRAME = (
    '<iframe title="{title}" sandbox srcdoc="{page}" '
    'style="width: 100%; height: 40em; border: 1px solid #8888; border-radius: 4px; resize: vertical"></iframe>'
)


class Request(msgspec.Struct, frozen=True):
    """What was typed after ``%grade``."""

    exercise: str
    language: str
    seed: int | None = None


class Shown(msgspec.Struct, frozen=True):
    """A report as a notebook shows it: the page in a frame of its own, or the terminal's text."""

    page: str
    text: str

    def _repr_html_(self) -> str:
        # In a frame the page keeps its style and policy, and nothing in it can reach the notebook.
        return FRAME.format(title="grade", page=html.escape(self.page))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.text)

    def __repr__(self) -> str:
        return self.text


class GradeMagic:
    """Grades what a shell has run; keeps the interpreters warm from one ``%grade`` to the next."""

    def __init__(self, shell: Any, course: Course | None = None) -> None:
        self._shell = shell
        self._course = course
        self._examiner: Examiner | None = None

    def line(self, words: str) -> Shown | None:
        """``%grade 3 [--lang es] [--seed 5]``: grade the functions as the cells run so far define them."""
        return self._grade(words, self._history())

    def cell(self, words: str, cell: str) -> Shown | None:
        """``%%grade 3``: run the cell, then grade with it."""
        if not self._shell.run_cell(cell).success:
            return None
        return self._grade(words, self._history())

    def close(self) -> None:
        """End the interpreters."""
        if self._examiner is not None:
            self._examiner.close()
            self._examiner = None

    def _history(self) -> list[str]:
        """The cells in the order in which they were run, this one too; the n-th is In [n]."""
        return [str(cell) for cell in self._shell.history_manager.input_hist_raw[1:]]

    def _grade(self, words: str, cells: Iterable[str]) -> Shown | None:
        language = choose_language("", os.environ)
        try:
            request = parse(words, language)
            language = request.language
            course = self._course = self._course or open_course()
            exercise = course.exercise(request.exercise)
            report = self._report(course, exercise, list(cells), request)
            for sentence in keep(report, exercise, course, datetime.now(UTC)):
                print(sentence.in_language(language), file=sys.stderr)
            return show(report, course, exercise, request)
        except GraderError as error:
            print(error.message.in_language(language), file=sys.stderr)
            if error.hint is not None:
                print(error.hint.in_language(language), file=sys.stderr)
            return None

    def _report(self, course: Course, exercise: Exercise, history: list[str], request: Request) -> Report:
        """Raises `NotDefinedError` where no cell was run yet that is to be graded: nothing was handed in."""
        from grader.grading import Examiner

        examiner = self._examiner = self._examiner or Examiner(course)
        cells = [Cell("code", text) for text in history]
        name = say("the notebook").in_language(request.language)
        try:
            extracted = extract_from_cells(cells, exercise.manifest.entry_points, name)
        except NotDefinedError:
            raise
        except SubmissionError as fault:
            return examiner.not_loaded(exercise, "\n\n".join(history).encode("utf-8", "replace"), fault, request.seed)
        content = extracted.source.encode()
        report = placed(examiner.grade(exercise, content, seed=request.seed), extracted)
        return examiner.with_figures(report, exercise, content)


def load_ipython_extension(shell: Any) -> None:
    """Called by ``%load_ext grader``."""
    magic = GradeMagic(shell)
    shell.register_magic_function(magic.line, "line", "grade")
    shell.register_magic_function(magic.cell, "cell", "grade")
    atexit.register(magic.close)


def parse(words: str, language: str) -> Request:
    """The words after ``%grade``; `language` is the one to use where they name none. Raises `UsageError`."""
    usage = say("Write it as in `%grade 3`, with `--lang es` or `--seed 5` if you like.")
    try:
        given = shlex.split(words)
    except ValueError:
        given = []
    found: dict[str, str] = {"--lang": language}
    names = []
    while given:
        word, _, value = given.pop(0).partition("=")
        if word in ("--lang", "--seed"):
            found[word] = value or (given.pop(0) if given else "")
        else:
            names.append(word)
    seed = found.get("--seed")
    well = len(names) == 1 and found["--lang"] in LANGUAGES and (seed is None or seed.isdecimal())
    if not well or int(seed or 0) >= MOST_SEEDS:
        raise UsageError(say("`%grade {words}` is not understood.", words=words), usage)
    return Request(names[0], found["--lang"], None if seed is None else int(seed))


def placed(report: Report, extracted: Extracted) -> Report:
    """The report with each line of a traceback as it stands in its cell, and the cell named."""

    def in_cell(frame: Frame) -> Frame:
        if not 0 < frame.line <= len(extracted.lines):
            return frame
        place = extracted.place(frame.line)
        return Frame(place.line, f"{frame.function}, In [{place.cell}]", frame.source)

    def in_cells(check: CheckResult) -> CheckResult:
        return msgspec.structs.replace(check, frames=tuple(map(in_cell, check.frames)))

    return msgspec.structs.replace(report, checks=tuple(map(in_cells, report.checks)))


def show(report: Report, course: Course, exercise: Exercise, request: Request) -> Shown:
    """The report as a page and as text."""
    from rich.console import Console

    from grader.feedback.html import render_report
    from grader.feedback.terminal import Glyphs, TerminalReport
    from grader.telling.page import told

    place = say("the notebook").in_language(request.language)
    following = next_number(course, open_journal(course).progress(), after=exercise.number)
    way = Way(exercise.manifest.title, place, f"%grade {exercise.number}", next_command(following))
    page = told(report, exercise, course, way, datetime.now().astimezone())
    # Not as rich would do it in Jupyter, which is to display each line as it is written.
    console = Console(file=io.StringIO(), force_jupyter=False, width=100, markup=False, emoji=False, color_system=None)
    TerminalReport(report, way, request.language, glyphs=Glyphs()).print_to(console)
    text = console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above
    return Shown(render_report(report, page, language=request.language), text.rstrip("\n"))
