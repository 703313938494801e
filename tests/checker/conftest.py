"""Runs bent checks over bent submissions, through one warm interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from grader.checker import Checked, checked, reference_callee
from grader.course import Exercise
from grader.sandbox import Pool
from tests import small_course

Check = Callable[..., list[Checked]]
Bend = Callable[..., Exercise]


@pytest.fixture(scope="session")
def numpy_pool() -> Iterator[Pool]:
    """One warm NumPy interpreter for every test here."""
    with Pool("numpy") as pool:
        yield pool


@pytest.fixture
def bend(tmp_path: Path) -> Bend:
    """The small course's exercise with some of its files replaced."""
    return lambda **files: small_course.exercise(tmp_path / "course", **files)


@pytest.fixture
def check(numpy_pool: Pool) -> Check:
    """What the checks of an exercise find in each submission, in their order."""

    def run(exercise: Exercise, *sources: str, seed: int = 0, heard: list[int] | None = None) -> list[Checked]:
        found: dict[int, Checked] = {}
        contents: Sequence[bytes] = [source.encode() for source in sources]
        for index, one in checked(
            exercise,
            contents,
            pool=lambda: numpy_pool,
            reference=lambda: reference_callee(exercise, lambda: numpy_pool, seed),
            seed=seed,
        ):
            assert index not in found, "one submission, one result"
            found[index] = one
            if heard is not None:
                heard.append(index)
        return [found[index] for index in range(len(contents))]

    return run
