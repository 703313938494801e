"""What a class handed in becomes the programs worth reading side by side, and those that are the same."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from grader.classroom.policy import Counted
from grader.classroom.store import Store
from grader.course import Course, Exercise
from grader.diagnosis import singles
from grader.errors import SubmissionError
from grader.feedback.class_record import EqualRecord, PairRecord
from grader.notebook_cells import searchable
from grader.similarity import equal_groups, similar_pairs


def pairs(course: Course, store: Store, best: dict[tuple[str, str], Counted]) -> Iterator[PairRecord]:
    """Pairs worth reading, exercise by exercise; what the course itself says is no evidence."""
    for exercise in course.exercises:
        sources = _sources(exercise, store, best)
        known = [exercise.reference, *(variant.source for variant in singles(exercise))]
        known += [starter.decode() for starter in exercise.starters.values()]
        for pair in similar_pairs(sources, starter=exercise.starter.decode(), known=known):
            yield PairRecord(
                exercise=exercise.id, pair=pair, first_source=sources[pair.first], second_source=sources[pair.second]
            )


def equal(course: Course, store: Store, best: dict[tuple[str, str], Counted]) -> Iterator[EqualRecord]:
    """Who handed in the same program, exercise by exercise."""
    for exercise in course.exercises:
        sources = _sources(exercise, store, best)
        starters = [starter.decode() for starter in exercise.starters.values()]
        for group in equal_groups(sources, starters=starters, known=[exercise.reference]):
            yield EqualRecord(exercise.id, group)


def _sources(exercise: Exercise, store: Store, best: dict[tuple[str, str], Counted]) -> dict[str, str]:
    """What each learner handed in, as text; nothing of a notebook that none could read."""
    found = {}
    for (learner, name), one in best.items():
        if name == exercise.id:
            with contextlib.suppress(SubmissionError):
                found[learner] = searchable(store.source(one.result.submission.sha256), exercise.manifest.file)
    return found
