"""A format is one file: what stands in the folder of formats is a command of its own, with its own options."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from grader.cli.export import export
from grader.course import open_course
from grader.exports import format_called, format_names, formats
from grader.exports.format import Asked
from tests.exports.samples import PASSED

POSTCARD = '''
"""A report becomes a postcard."""

from grader.exports.format import Format, Option
from grader.exports.gradebook import Written


def _write(report, asked):
    return Written(f"{asked.options['greeting']}, {report.points:g} points\\n".encode())


FORMAT = Format("A postcard.", "postcard.txt", "report", _write, (Option("greeting", "How it begins."),))
'''


@pytest.fixture
def postcard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "picture_postcard.py").write_text(POSTCARD, encoding="utf-8")
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path)])


@pytest.mark.usefixtures("postcard")
def test_a_file_is_all_that_a_new_format_takes() -> None:
    assert "picture-postcard" in format_names()
    made = format_called("picture-postcard")
    assert made is not None
    asked = Asked("en", open_course(), {"greeting": "Dear all"}, {}, datetime(2026, 11, 20, tzinfo=UTC))
    assert made.write(PASSED, asked).content == b"Dear all, 20 points\n"


@pytest.mark.usefixtures("postcard")
def test_its_command_offers_its_options_and_those_of_its_source() -> None:
    command = export.get_command(click.Context(export), "picture-postcard")  # type: ignore[attr-defined]  # a group
    offered = {name for parameter in command.params for name in parameter.opts}
    assert {"--greeting", "--report", "--weakest", "--to"} <= offered
    assert not {"--out", "--roster", "--key"} & offered


def test_what_is_no_format_is_none() -> None:
    assert format_called("excel") is None


@pytest.mark.parametrize("name", format_names())
def test_every_format_says_what_it_is_and_what_its_file_is_called(name: str) -> None:
    made = format_called(name)
    assert made is not None
    assert made.summary
    assert "." in made.file
