"""Hostile submissions against the course's own exercises, through the whole checker, in a clone and from a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.course import open_course
from tests.sandbox.conftest import linux
from tests.sandbox.real import IDLE
from tests.sandbox.settings import SETTINGS
from tests.sandbox.stage import REPOSITORY, on_stage

pytestmark = [linux, pytest.mark.slow]

ENDS = {"failed", "crashed", "did_not_load", "timed_out"}


def assert_nothing_earned(report: dict[str, Any]) -> None:
    """No submission has a point that doing nothing does not have, and the reference has them all."""
    *hostile, reference = report["results"]
    idle = [hostile.pop() for _ in IDLE]
    earned = set().union(*(result["passed"] for result in idle))
    assert hostile
    assert reference["outcome"] == "passed"
    for result in hostile:
        assert result["outcome"] in ENDS, result
        assert set(result["passed"]) <= earned, result


@pytest.mark.parametrize("number", sorted(open_course().folders))
def test_no_point_is_earned_by_force(number: int) -> None:
    """Against each exercise, hostile code gets no point that idle code would not, and the next grading is right."""
    report = on_stage("root", "tests.sandbox.real", str(number))
    assert_nothing_earned(report)
    assert {result["tier"] for result in report["results"] if result["tier"] != "-"} == {"A"}


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """The wheel, built from this repository and installed outside it, with the course inside site-packages."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o755)
    (folder / "tests").symlink_to(REPOSITORY / "tests")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(REPOSITORY)], check=True)
    (wheel,) = folder.glob("*.whl")
    target = ["--no-deps", "--target", str(folder / "site-packages")]
    subprocess.run([*pip, "install", *target, str(wheel)], check=True)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ("root", "read/"),
        ("user", "read/"),
        ("container", "read/"),
        ("user_without_namespaces", "read/"),
        ("root", "forge/"),
    ],
)
def test_installed_course_is_as_secret(installed: Path, setting: str, part: str) -> None:
    """From an installed wheel, whose course lies where Python must read, the wall is the same in each tier."""
    path = os.pathsep.join([str(installed / "site-packages"), str(installed)])
    report = on_stage(setting, "tests.sandbox.real", "3", part, folder=Path("/"), path=path)
    assert report["engine"].startswith(str(installed))
    assert report["course"].startswith(str(installed / "site-packages"))
    assert_nothing_earned(report)
    assert {result["tier"] for result in report["results"] if result["tier"] != "-"} == {SETTINGS[setting][0]}
