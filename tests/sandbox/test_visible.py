"""What Python needs is visible, the course is not, wherever the two lie."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.sandbox.wall.visible import Visible, allowances, plan
from tests.sandbox.conftest import linux

pytestmark = linux


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages on the path: a course, the engine, and a neighbour of each."""
    for name in ("course/solutions", "course/public", "engine", "neighbour"):
        (tmp_path / "packages" / name).mkdir(parents=True)
    (tmp_path / "packages" / "single.py").touch()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "packages")])
    return tmp_path / "packages"


def reachable(visible: Visible, path: Path) -> bool:
    return any(path == Path(allowed) or path.is_relative_to(allowed) for allowed in allowances(visible))


def test_masked_tree_has_no_allowance(packages: Path) -> None:
    """No allowance lies above a masked tree or in it; its neighbours keep theirs."""
    visible = plan([str(packages / "course" / "solutions")], str(packages / "engine"))
    assert not reachable(visible, packages / "course" / "solutions" / "x.py")
    assert not reachable(visible, packages / "engine" / "x.py")
    for name in ("course/public", "neighbour", "single.py"):
        assert reachable(visible, packages / name)


def test_mask_over_a_whole_path_entry_hides_it(packages: Path) -> None:
    """A masked folder that is itself on the path has no allowance at all."""
    visible = plan([str(packages)], "/nowhere")
    assert not reachable(visible, packages / "neighbour")


def test_interpreter_inside_the_course_stays(packages: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A course that holds the environment hides itself, not the environment."""
    visible = plan([str(tmp_path)], "/nowhere")
    assert reachable(visible, packages / "neighbour")
    assert not reachable(visible, tmp_path / "solutions")


def test_link_to_a_masked_tree_is_followed(packages: Path, tmp_path: Path) -> None:
    """A mask given by a link hides what the link leads to."""
    (tmp_path / "link").symlink_to(packages / "course")
    visible = plan([str(tmp_path / "link")], "/nowhere")
    assert not reachable(visible, packages / "course" / "solutions")


def test_standard_library_is_visible(packages: Path) -> None:
    """Python can go on importing."""
    visible = plan([], "/nowhere")
    assert reachable(visible, Path(os.__file__).resolve())
    assert not reachable(visible, Path("/etc/passwd"))
    assert not reachable(visible, Path.home() / "anything")
