"""The drawings of the architecture are of this house: every room is there, every function named exists."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROOMS = sorted(
    path.stem
    for path in (ROOT / "grader").iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").is_file()) and not path.stem.startswith("__")
)
WAY = re.findall(r"(grader\.[\w.]+):([\w.]+)", PAGE)


def test_every_room_is_drawn() -> None:
    drawing = PAGE.partition("## The way")[0]
    assert [room for room in ROOMS if not re.search(rf"\b{room}\b", drawing)] == []


def test_the_way_has_at_most_eight_steps() -> None:
    assert 5 <= len(WAY) <= 8


@pytest.mark.parametrize(("module", "name"), WAY)
def test_every_step_of_the_way_exists(module: str, name: str) -> None:
    found: object = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found) or hasattr(found, "callback")


def test_the_vocabulary_stands_in_order() -> None:
    page = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    words = [word.partition(",")[0] for word in re.findall(r"^\| \*\*([^*]+)\*\*", page, re.MULTILINE)]
    assert words == sorted(words, key=str.casefold)
    assert len(words) > 30
