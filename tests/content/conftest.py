"""Of what the content is asked, and at how many seeds.

Of every exercise of the course; at one seed where somebody waits, at as many as `--seeds` says where nobody does.
"""

from __future__ import annotations

import pytest

from grader.course import Exercise
from tests.content.driver import course


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `each_seed` every seed that was ordered."""
    if "each_seed" in metafunc.fixturenames:
        metafunc.parametrize("each_seed", range(metafunc.config.getoption("--seeds")))


@pytest.fixture(
    scope="module",
    params=[pytest.param(each, marks=pytest.mark.xdist_group(each.id), id=each.id) for each in course().exercises],
)
def exercise(request: pytest.FixtureRequest) -> Exercise:
    """Each of the course; all that is asked of one is asked by one worker, which has its children warm."""
    return request.param
