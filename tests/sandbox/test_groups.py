"""Control groups are made where they can be, and none outlives its pool for long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.sandbox.wall import groups
from tests.sandbox.conftest import linux

pytestmark = linux


def test_groups_of_dead_pools_are_swept(tmp_path: Path) -> None:
    """What a killed run left is removed; a living one's group, and what is not ours, stay."""
    nobody = 1 << 30
    for name in (f"descenso-{nobody}", f"descenso-{os.getpid()}", "descenso-x", "other"):
        (tmp_path / name).mkdir()
    groups.sweep(str(tmp_path))
    assert sorted(os.listdir(tmp_path)) == sorted([f"descenso-{os.getpid()}", "descenso-x", "other"])


def test_group_has_its_limits_and_goes() -> None:
    """A group that can be made bounds memory and processes, and is gone when removed."""
    group = groups.make_group(os.getpid())
    if group is None:
        pytest.skip("no control group can be made here")
    try:
        limit = Path(group.memory, group.memory_limit).read_text(encoding="ascii")
        assert 0 < int(limit) <= 2 << 30
        assert 0 < int(Path(group.processes, "pids.max").read_text(encoding="ascii")) < 1000
        assert not groups.await_admission(group, 0.01)
    finally:
        groups.remove(group)
    assert not any(Path(folder).exists() for folder in group.folders)


def test_no_group_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the file system of groups cannot be written to, there is none, and nothing is raised."""
    monkeypatch.setattr(groups, "_MOUNT", str(tmp_path / "nowhere"))
    assert groups.make_group(os.getpid()) is None
