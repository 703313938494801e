"""A rate that comes as an array of one number is drawn and traced alike, whatever NumPy makes of `float()` there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.content.driver import course, grade
from tests.content.promises import load


class OfEarlierNumPy(np.ndarray):
    """NumPy 1.26 and 2.0: `float()` of any array of one element is that element."""

    def __float__(self) -> float:
        return float(self.item())


class OfLaterNumPy(np.ndarray):
    """NumPy 2.4 refuses."""

    def __float__(self) -> float:
        raise TypeError("only 0-dimensional arrays can be converted to Python scalars")


@pytest.mark.parametrize("slug", ["warmup_schedule", "step_and_cosine"])
@pytest.mark.parametrize("kind", [OfEarlierNumPy, OfLaterNumPy])
def test_an_array_of_one_number_is_drawn_and_traced_as_the_number(slug: str, kind: type[np.ndarray]) -> None:
    exercise = course().exercise(slug)
    harness = load(exercise.folder / "harness.py")
    functions = load(exercise.solution / exercise.manifest.file)
    asked = [figure.function for figure in exercise.manifest.figure] + [exercise.manifest.trace.function]
    for name in asked:
        function = getattr(harness, name)
        taken = function.__code__.co_varnames[: function.__code__.co_argcount]
        plain = [getattr(functions, one) for one in taken]
        assert_same(function(*[wrapping(one, kind) for one in plain]), function(*plain))


@pytest.mark.parametrize("slug", ["warmup_schedule", "step_and_cosine"])
def test_an_array_of_one_number_is_no_rate_in_any_numpy(slug: str) -> None:
    """The checks never ask `float()`: what a function returns is compared as it is."""
    exercise = course().exercise(slug)
    wrapped = "".join(f"\n\n{one} = wrapped({one})" for one in exercise.manifest.entry_points)
    more = "\n\nimport numpy\n\n\ndef wrapped(f):\n    return lambda *a: numpy.array([f(*a)])\n"
    report = grade(slug, exercise.reference + more + wrapped + "\n", seed=3)
    assert report.points == 0
    assert report.first_failure
    assert report.first_failure.id == "every_rate_is_a_number"


def wrapping(function: Any, kind: type[np.ndarray]) -> Any:
    return lambda *arguments: np.array([function(*arguments)]).view(kind)


def assert_same(got: Any, expected: Any) -> None:
    assert got.keys() == expected.keys()
    for key in {"y", "rows"} & set(expected):
        np.testing.assert_array_equal(got[key], expected[key])
