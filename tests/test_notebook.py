"""%grade in a notebook: the functions as they stand in the cells that were run, the same wall, the same report."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import grader
from grader.course import Exercise, open_course
from grader.errors import UsageError
from grader.journal import Journal
from grader.notebook import Request, Shown, parse
from grader.results import Outcome


@pytest.fixture(scope="module")
def adam() -> Exercise:
    return open_course().exercise("adam_step")


@pytest.fixture(scope="module")
def shells(tmp_path_factory) -> Iterator[InteractiveShell]:
    config = Config()
    config.HistoryManager.enabled = False
    main = sys.modules["__main__"]  # a shell puts itself in its place
    shell = InteractiveShell(ipython_dir=str(tmp_path_factory.mktemp("ipython")), config=config)
    shell.run_line_magic("load_ext", "grader")
    yield shell
    shell.magics_manager.magics["line"]["grade"].__self__.close()
    sys.modules["__main__"] = main


@pytest.fixture
def shell(shells, tmp_path, monkeypatch) -> InteractiveShell:
    """A shell in which nothing was run yet, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    shells.reset(new_session=True)
    return shells


def run(shell: InteractiveShell, *cells: str) -> Shown | None:
    """The result of the last cell, run as a person would."""
    for cell in cells:
        result = shell.run_cell(cell, store_history=True)
    return result.result


# Unhappy paths


@pytest.mark.parametrize(
    "words", ["", "3 4", "3 --lang fr", "3 --seed x", "3 --seed", "3 --seed -1", "'3", f"3 --seed {2**31}"]
)
def test_words_that_are_not_understood_are_told_with_an_example(words):
    with pytest.raises(UsageError, match="is not understood") as told:
        parse(words, "en")
    assert "%grade 3" in told.value.hint["en"]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%grade", "is not understood"),
        ("%grade 99", "There is no exercise"),
        ("%grade 3", "defines `adam_step`"),
        ("%grade 3 --lang es", "define `adam_step`"),
    ],
)
def test_what_is_wrong_is_one_sentence_without_a_traceback(shell, capsys, cell, sentence):
    assert run(shell, "x = 1", cell) is None
    told = capsys.readouterr()
    assert sentence in told.err
    assert "Traceback" not in told.out + told.err


def test_a_cell_that_cannot_be_parsed_is_a_report_that_names_its_number(shell, tmp_path):
    (tmp_path / "course.toml").write_bytes((open_course().root / "course.toml").read_bytes())
    shown = run(shell, "x = 1", "def adam_step(:\n    pass", "%grade 3 --seed 7")
    assert "Code cell 2 of the notebook, which defines `adam_step`" in " ".join(shown.text.split())
    (attempt,) = Journal.open(tmp_path, "descenso").attempts()
    assert (attempt.outcome, attempt.seed) == (Outcome.DID_NOT_LOAD, 7)


def test_a_cell_whose_own_run_fails_is_not_graded(shell, capsys):
    assert run(shell, "%%grade 3\nraise ValueError('mine')") is None
    assert "mine" in capsys.readouterr().out


# Grading


def test_the_last_definition_that_was_run_is_graded_and_kept(shell, adam, tmp_path):
    (tmp_path / "course.toml").write_bytes((open_course().root / "course.toml").read_bytes())
    wrong = adam.reference.replace("return ", "return 2 * ", 1)
    assert run(shell, wrong, adam.reference, "%grade 3").text.startswith("Exercise 3")
    assert "Passed" in run(shell, "%grade adam_step --seed 5").text
    attempts = Journal.open(tmp_path, "descenso").attempts()
    assert [attempt.outcome for attempt in attempts] == [Outcome.PASSED, Outcome.PASSED]
    assert attempts[1].seed == 5


def test_what_the_notebook_did_besides_is_not_run(shell, adam, tmp_path):
    trace = tmp_path / "trace"
    cells = (f"with open({str(trace)!r}, 'a') as file:\n    file.write('ran ')", adam.reference, "adam_step")
    assert "Passed" in run(shell, *cells, "%grade 3").text
    assert trace.read_text() == "ran "


def test_a_cell_is_run_and_then_graded(shell, adam, capsys):
    run(shell, f"%%grade 3\nmine = 1\n{adam.reference}")
    assert "Passed" in capsys.readouterr().out
    assert shell.user_ns["mine"] == 1


def test_the_report_is_a_page_in_a_frame_that_can_reach_nothing(shell, adam):
    wrong = adam.reference.replace(adam.misconceptions[0].edit[0].before, adam.misconceptions[0].edit[0].after)
    shown = run(shell, wrong, "%grade 3")
    (frame,) = re.findall(r"<iframe [^>]*>", shown._repr_html_())
    assert re.search(r"\ssandbox\s", frame)
    page = html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "<svg" in page
    assert repr(shown) == shown.text


def test_in_jupyter_the_report_is_shown_once(shell, adam, capsys, monkeypatch):
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    shown = run(shell, adam.reference, "%grade 3")
    assert shown.text.count("Exercise 3") == 1
    assert capsys.readouterr().out.count("Exercise 3") == 1


def test_a_traceback_names_the_cell_and_its_line(shell):
    shown = run(shell, "import numpy as np", "\ndef adam_step(*a, **k):\n    return boom", "%grade 3")
    assert "line 3, in adam_step, In [2]" in shown.text


def test_the_notebook_speaks_the_language_of_the_person(shell, adam, monkeypatch):
    monkeypatch.setenv("GRADE_LANG", "es")
    assert run(shell, adam.reference, "%grade 3").text.startswith("Ejercicio 3")
    assert run(shell, "%grade 3 --lang en").text.startswith("Exercise 3")


def test_words_are_understood_in_any_order():
    assert parse("--lang es 3 --seed=7", "en") == Request("3", "es", 7)
    assert parse("adam_step", "en") == Request("adam_step", "en")


def test_the_package_is_the_extension():
    assert callable(grader.load_ipython_extension)
    assert Path(grader.__file__).name == "__init__.py"
