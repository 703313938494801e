"""Whatever a command prints goes through the one place that cleans it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text as Styled

from grader.cleaning import visible
from grader.cli import screen
from grader.cli.echo import echo

HOSTILE = "a\x1b[2J\x1b]8;;http://x\x1b\\b\u202e\u2066\x9b1m\x00\U000e0041" + "e\u0301" + "\u0301" * 40
ROOT = Path(__file__).parents[2] / "grader/cli"
# The quiz shows the course's own text, and paints it; an interrupt prints a line end.
OWN_TEXT = {"echo.py", "quiz.py"}


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.py")), ids=lambda path: path.name)
def test_no_command_prints_past_it(path: Path) -> None:
    """A command that prints otherwise is one more place to forget."""
    if path.name not in OWN_TEXT:
        assert not re.search(r"click\.s?echo\(|(?<![.\w])print\(|[^\w]Console\((?!Console)", _without_screen(path))


def _without_screen(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text.replace("class Cleaned(Console):", "") if path.name == "screen.py" else text


def test_what_is_echoed_acts_on_no_screen(capsys: pytest.CaptureFixture[str]) -> None:
    echo(HOSTILE)
    echo(HOSTILE, err=True)
    out, err = capsys.readouterr()
    assert out == err == visible(HOSTILE) + "\n"


def test_what_rich_lays_out_acts_on_no_screen(capsys: pytest.CaptureFixture[str]) -> None:
    """In a cell of a table, in a styled text, in a bare string."""
    table = Table.grid()
    table.add_row(Styled(HOSTILE), HOSTILE)
    made = screen.console()
    made.file = io.StringIO()
    for part in (table, Styled(HOSTILE, style="bold"), HOSTILE):
        made.print(part)
    shown = made.file.getvalue()
    assert visible(shown) == shown
    assert "\\x1b[2J" in shown
