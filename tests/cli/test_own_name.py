"""A file given by another name than the exercise's is spoken of by its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.cli.locate import Found
from grader.cli.own_name import in_own_name, name_own
from grader.locale import say
from grader.text import Text
from tests.cli.conftest import Grade
from tests.content import driver

BROKEN = "x = 1\ndef adam_step(:\n"


def found(path: Path | None) -> Found:
    return Found(driver.course().exercise("adam_step"), path, str(path), "grade exercise 3")


@pytest.mark.parametrize("path", [None, Path("adam_step.py"), Path("work/adam_step.py")])
def test_where_there_is_no_other_name_nothing_is_changed(path: Path | None) -> None:
    report = driver.grade("adam_step", BROKEN, seed=4)
    assert in_own_name(report, found(path)) is report


@pytest.mark.parametrize("words", ["my_adam_step.py", "adam_step.pyc", "old/adam_step.py", "adam_step"])
def test_what_only_looks_like_the_name_stays(words: str) -> None:
    assert name_own(Text({"en": words}), found(Path("other.py")))["en"] == words


def test_a_name_is_no_pattern() -> None:
    sentence = say("{file}: {problem}.", file="adam_step.py", problem="?")
    assert name_own(sentence, found(Path(r"a\1\g<0>.py")))["es"] == r"a\1\g<0>.py: ?."


@pytest.mark.parametrize(
    ("language", "place"), [("en", "my_adam.py, line 2: SyntaxError"), ("es", "my_adam.py, línea 2: SyntaxError")]
)
@pytest.mark.parametrize("command", ["exercise", "trace"])
def test_a_message_names_the_file_that_was_given(
    command: str, language: str, place: str, typed: Grade, tmp_path: Path
) -> None:
    (tmp_path / "my_adam.py").write_text(BROKEN)
    told = typed(command, "3", "--file", "my_adam.py", language=language)
    assert place in " ".join(told.both.split())
    assert "adam_step.py" not in told.both


def test_the_page_names_it_too(typed: Grade, tmp_path: Path) -> None:
    (tmp_path / "my_adam.py").write_text(BROKEN)
    typed("exercise", "3", "--file", "my_adam.py", "--html", "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "my_adam.py, line 2" in page
    assert "adam_step.py, line" not in page


@pytest.mark.parametrize(
    ("cell", "en", "es"),
    [
        ("K = 1 / 0", "mine.ipynb, code cell 2, line 3: Zero", "mine.ipynb, celda de código 2, línea 3: Zero"),
        ("def K(x):\n    return boom", "code cell 2, line 4, in K", "celda de código 2, línea 4, en K"),
    ],
)
def test_a_line_of_a_notebook_is_told_by_its_cell_in_the_terminal_and_on_the_page(
    cell: str, en: str, es: str, typed: Grade, tmp_path: Path
) -> None:
    sources = ["x = 1", f"# mine\n\n{cell}", "def adam_step(*a, **k):\n    return K(a)"]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    (tmp_path / "mine.ipynb").write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}))
    for language, words in (("en", en), ("es", es)):
        told = typed("exercise", "3", "--file", "mine.ipynb", "--html", "page.html", language=language)
        assert words in " ".join(told.both.split())
        page = " ".join((tmp_path / "page.html").read_text(encoding="utf-8").split())
        assert words[: words.index(" 2") + 2] in page
