"""A small exercise with a catalogue of its own, asked behind the wall and searched for the belief that explains it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.checker import Call, checked, reference_callee
from grader.course import Exercise
from grader.diagnosis import Replayer, diagnose
from grader.results import Diagnosis
from grader.sandbox import Pool
from tests import small_course

REFERENCE = """def double(x):
    scaled = 2.0 * x
    return scaled + 1.0
"""

CHECKS = """import numpy as np


def test_is_a_number(learner, reference, rng, expect):
    for _ in range(3):
        x = rng.uniform(2, 3, size=2)
        expect.close(learner.double(x), reference.double(x), names="x")


def test_is_twice(learner, reference, rng, expect):
    x = rng.uniform(2, 3, size=(2, 2))
    expect.close(learner.twice_over(x), reference.twice_over(x), names="x")


def test_takes_arrays(learner, reference, rng, expect):
    x = rng.uniform(2, 3, size=3)
    learner.double(x)
    expect.unchanged(learner, names=("x",))
"""

MANIFEST = small_course.MANIFEST.replace("needs = 'is_a_number'\n", "")

ENTRY = """
[[misconception]]
id = '{id}'
entry_points = ['double']
belief = {{ en = 'I believe {id}.', es = 'Creo {id}.' }}
explanation = {{ en = 'No.', es = 'No.' }}
question = {{ en = 'Why?', es = '¿Por qué?' }}
{how}
"""


def entry(
    name: str, *edits: tuple[str, str], predicate: str = "", file: bool = False, kind: str = "misconception"
) -> str:
    """One entry of a catalogue, as an author writes it."""
    how = ", ".join(f"{{ from = '''{before}''', to = '''{after}''' }}" for before, after in edits)
    lines = [f"edit = [{how}]"]
    lines += [f"predicate = '{predicate}'"] if predicate else []
    lines += ["file = true"] if file else []
    return ENTRY.format(id=name, how="\n".join(lines))


CATALOGUE = (
    entry("no_shift", (" + 1.0", ""))
    + entry("halves", ("2.0 * x", "0.5 * x"))
    + entry("three_times", ("2.0 * x", "3.0 * x"))
    + entry("adds_three_times", ("2.0 * x", "x + x + x"))
    + entry("refuses", ("    scaled =", "    raise ValueError('no 7 please')\n    scaled ="))
    + entry("writes", ("2.0 * x\n", "2.0 * x\n    x[...] = 0.0\n"), predicate="writes")
)

PREDICATES = """import numpy as np


def writes(calls, reference):
    return any(
        not np.array_equal(before, after)
        for call in calls
        for before, after in zip(call.arguments, call.arguments_after)
    )
"""

Ask = Callable[[str], list[Call]]
Explain = Callable[..., tuple[Diagnosis, ...]]


@pytest.fixture(scope="session")
def learners() -> Iterator[Pool]:
    with Pool("numpy") as pool:
        yield pool


@pytest.fixture(scope="session")
def trusted() -> Iterator[Pool]:
    with Pool("numpy", trusted=True) as pool:
        yield pool


def bent(folder: Path, **files: str) -> Exercise:
    """The small exercise with this catalogue, or some of its files replaced."""
    own = {"manifest": MANIFEST, "reference": REFERENCE, "checks": CHECKS, "catalogue": CATALOGUE}
    predicates = files.pop("predicates", PREDICATES)
    exercise = small_course.exercise(folder, **{**own, **files})
    (exercise.solution / "predicates.py").write_text(predicates)
    return exercise


@pytest.fixture
def bend(tmp_path: Path) -> Callable[..., Exercise]:
    return lambda **files: bent(tmp_path / "course", **files)


@pytest.fixture
def asked(learners: Pool) -> Callable[[Exercise, str], list[Call]]:
    """Every question the checks ask of a source, with its answers."""

    def ask(exercise: Exercise, source: str) -> list[Call]:
        ((_, found),) = checked(
            exercise,
            [source.encode()],
            pool=lambda: learners,
            reference=lambda: reference_callee(exercise, lambda: learners, 0),
            seed=0,
        )
        return list(found.calls)

    return ask


@pytest.fixture
def explain(asked: Callable[[Exercise, str], list[Call]], trusted: Pool) -> Explain:
    """What an exercise's catalogue makes of a source."""

    def explain(exercise: Exercise, source: str) -> tuple[Diagnosis, ...]:
        with Replayer(lambda: trusted, 0) as replayer:
            return diagnose(exercise, asked(exercise, source), replayer)

    return explain
