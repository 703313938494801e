"""No hostile submission earns a point, disturbs the next one or leaves anything behind, in any tier."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import pytest

from tests.sandbox.hostile import Hostile
from tests.sandbox.settings import SETTINGS
from tests.sandbox.stage import on_stage
from tests.sandbox.suite import HOSTILE, LIMITS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wall is made of Linux's own calls")


@cache
def report(setting: str) -> Any:
    """One run of every submission in one setting."""
    return on_stage(setting, "tests.sandbox.suite", setting)


def result(setting: str, member: Hostile) -> dict[str, Any]:
    name = f"{member.family}/{member.name}"
    return next(found for found in report(setting)["results"] if found["name"] == name)


each_setting = pytest.mark.parametrize("setting", SETTINGS)
each_submission = pytest.mark.parametrize("member", HOSTILE, ids=lambda member: f"{member.family}/{member.name}")


@each_setting
def test_setting_has_the_tier_it_stands_for(setting: str) -> None:
    """The canary finds, in each setting, the tier that the setting was made for."""
    assert report(setting)["tier"] == SETTINGS[setting][0]


@each_setting
@each_submission
def test_submission_comes_to_its_end(setting: str, member: Hostile) -> None:
    """A hostile submission ends as it should: never right, and never further than its tier allows."""
    end = result(setting, member)["end"]
    allowed = (*member.ends, "got") if SETTINGS[setting][0] in member.through else member.ends
    assert end.startswith(allowed), end


@each_setting
def test_next_submission_is_graded_as_if_nothing_had_been(setting: str) -> None:
    """After every hostile submission an honest one gets its answer right, and none has to wait."""
    for found in report(setting)["results"]:
        assert found["after"] == "right", found
        assert found["after_seconds"] < LIMITS.call_seconds, found


@each_setting
def test_output_stays_within_its_limit(setting: str) -> None:
    """However much is printed, no more is kept than the limit says."""
    assert all(found["output"] <= LIMITS.output_kb << 10 for found in report(setting)["results"])


@each_setting
@pytest.mark.parametrize("kind", ["children", "mounts", "files", "groups", "segments"])
def test_nothing_is_left_behind(setting: str, kind: str) -> None:
    """Once the pool is closed there is no process, mount, file, control group or shared memory that was not before."""
    assert set(report(setting)["after"][kind]) <= set(report(setting)["before"][kind])


def test_every_idea_is_tried() -> None:
    """There are at least 90 submissions, and each has a name and an idea of its own."""
    names = {(member.family, member.name) for member in HOSTILE}
    assert len(names) == len(HOSTILE) >= 90
    assert len({member.idea for member in HOSTILE}) == len(HOSTILE)
