"""The course's exercises as the intake looks for them: by file name, folder and what a file defines."""

from __future__ import annotations

from collections.abc import Iterable

from grader.classroom.intake_exercises import Expected
from grader.course import Exercise


def expected_files(exercises: Iterable[Exercise]) -> list[Expected]:
    """What a file must look like to answer each exercise."""
    return [
        Expected(
            exercise=exercise.id,
            number=exercise.number,
            file=exercise.manifest.file,
            entry_points=exercise.manifest.entry_points,
            languages=exercise.languages,
        )
        for exercise in exercises
    ]
