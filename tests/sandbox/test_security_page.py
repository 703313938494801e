"""The page on security says what the tests do."""

from __future__ import annotations

import re
from pathlib import Path

from grader.sandbox.wire.control import LAYERS
from tests.sandbox.settings import SETTINGS
from tests.sandbox.table import PAGE, table, written

ROOT = Path(__file__).parents[2]


def test_table_is_the_one_that_is_tried() -> None:
    """The table of hostile submissions is the list the suite runs; `python -m tests.sandbox.table` writes it."""
    assert written() == table()


def test_every_layer_and_tier_is_described() -> None:
    """Each layer and each tier has its line."""
    page = PAGE.read_text("utf-8")
    assert all(f"`{layer}`" in page for layer in LAYERS)
    assert re.findall(r"^\| ([A-F]) \|", page, re.MULTILINE) == list("ABCDEF")


def test_each_promise_around_the_wall_has_a_test_that_exists() -> None:
    """A promise whose test is gone is none."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text("utf-8"))
    assert len(named) >= 12
    missing = [f"{file}::{test}" for file, test in named if not _has(ROOT / file, test)]
    assert missing == []


def _has(file: Path, test: str) -> bool:
    return file.is_file() and re.search(rf"^ *def {test}\(", file.read_text("utf-8"), re.MULTILINE) is not None


def test_settings_are_named() -> None:
    """The settings in which the suite runs are those the page names."""
    page = PAGE.read_text("utf-8")
    assert all(f"`{setting}`" in page for setting in SETTINGS)
