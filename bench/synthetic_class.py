"""A class made of known parts: references, known wrong ways, correct rewrites, starters, broken and hostile files.

Each submission comes with the outcome it must get, so that a run over thousands can be held against the truth.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course, Exercise
from grader.diagnosis import Variant, singles
from grader.results import Outcome
from tests.content.programs import right_programs

HOSTILE = (
    ("import os\nos._exit(0)\n", Outcome.CRASHED),
    ("raise SystemExit('PASSED')\n", Outcome.DID_NOT_LOAD),
    ("def (:\n", Outcome.DID_NOT_LOAD),
    ("import numpy as np\nnp.allclose = lambda *a, **k: True\n", Outcome.FAILED),
)
"""Whole files and the outcome of each, whatever the exercise; those that only waste time are in the sandbox's suite."""


@dataclass(frozen=True)
class Made:
    """One learner's file and what it must come to; `belief` is the misconception to be named, if any."""

    learner: str
    exercise: Exercise
    content: bytes
    outcome: Outcome
    belief: str | None = None


def synthetic_class(
    course: Course, size: int, *, seed: int = 0, exercises: tuple[int, ...] = (1, 2, 3, 4, 5)
) -> Iterator[Made]:
    """`size` submissions, shuffled, about half of them right; every one differs in some byte from every other."""
    rng = random.Random(seed)
    chosen = [course.exercise(number) for number in exercises]
    wrong = {exercise.id: singles(exercise) for exercise in chosen}
    for place in range(size):
        exercise = rng.choice(chosen)
        made = _one(exercise, wrong[exercise.id], rng)
        note = f"\n# learner {place}\n".encode()
        content = made.content if made.outcome is Outcome.NOT_STARTED else made.content + note
        yield Made(f"learner{place:05d}", exercise, content, made.outcome, made.belief)


def write_class(folder: Path, made: Iterator[Made]) -> list[Made]:
    """The class as a folder a learner, as instructors have it."""
    written = list(made)
    for one in written:
        path = folder / one.learner / one.exercise.manifest.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)
    return written


def _one(exercise: Exercise, wrong: list[Variant], rng: random.Random) -> Made:
    kind = rng.random()
    if kind < 0.35:
        return Made("", exercise, exercise.reference.encode(), Outcome.PASSED)
    if kind < 0.50:
        rewrite = rng.choice(right_programs(exercise.id))
        return Made("", exercise, rewrite.source.encode(), Outcome.PASSED)
    if kind < 0.90:
        variant = rng.choice(wrong)
        return Made("", exercise, variant.source.encode(), Outcome.FAILED, variant.ids[0])
    if kind < 0.95:
        return Made("", exercise, exercise.starter, Outcome.NOT_STARTED)
    source, outcome = rng.choice(HOSTILE)
    return Made("", exercise, source.encode(), outcome)
