"""What the terminal, or a service in its place, says of itself: no answer makes the program fall silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli import common
from tests.cli.conftest import Grade


@pytest.mark.parametrize("columns", ["0", "-5", "1", "", "wide", "1000000"])
@pytest.mark.parametrize("words", [["list"], ["show", "3"], ["glossary", "adam"], ["doctor"]])
def test_a_width_that_is_none_leaves_every_word(grade: Grade, words: list[str], columns: str, tmp_path: Path) -> None:
    course = tmp_path / "copy"
    grade("init", str(course))
    usual = grade(*words, cwd=course, COLUMNS="80")
    told = grade(*words, cwd=course, COLUMNS=columns)
    assert told.code == usual.code
    assert len("".join(told.out.split())) > 100
    assert max(map(len, told.out.splitlines())) <= common.WIDEST or words == ["doctor"]


@pytest.mark.parametrize("value", ["0", "1", ""])
@pytest.mark.parametrize("variable", ["FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"])
def test_a_file_or_a_pipe_gets_no_colours_whatever_the_environment(grade: Grade, variable: str, value: str) -> None:
    told = grade("list", TERM="xterm-256color", **{variable: value})
    assert told.code == 0
    assert "\x1b" not in told.out


def test_the_width_is_the_terminals_within_what_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for said, width in (("80", 80), ("7", common.NARROWEST), ("3000", common.WIDEST)):
        monkeypatch.setenv("COLUMNS", said)
        assert common.columns() == width
