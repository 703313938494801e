"""What a class handed in becomes the programs worth reading side by side, and those that are the same."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from grader.classroom.earlier import Earlier
from grader.classroom.policy import Counted
from grader.classroom.store import Store
from grader.course import Course, Exercise
from grader.diagnosis import singles
from grader.errors import SubmissionError
from grader.feedback.class_record import EqualRecord, PairRecord
from grader.notebook_cells import searchable
from grader.similarity import equal_groups, similar_pairs


def pairs(course: Course, store: Store, best: dict[tuple[str, str], Counted], earlier: Earlier) -> Iterator[PairRecord]:
    """Pairs worth reading, exercise by exercise; what the course itself says is no evidence."""
    for exercise in course.exercises:
        sources = _sources(exercise, store, best)
        known = [exercise.reference, *(variant.source for variant in singles(exercise))]
        known += [starter.decode() for starter in exercise.starters.values()]
        known += shown_code(exercise)
        before = earlier.get(exercise.id, {})
        every = {**before, **sources}
        for pair in similar_pairs(sources, starter=exercise.starter.decode(), known=known, earlier=before):
            yield PairRecord(
                exercise=exercise.id, pair=pair, first_source=every[pair.first], second_source=every[pair.second]
            )


def shown_code(exercise: Exercise) -> list[str]:
    """What a brief and the hints show of code, in each language: who writes that has read it."""
    texts = [exercise.markdown("brief"), *exercise.manifest.hint]
    found = []
    for text in texts:
        for words in text.values():
            fenced = re.findall(r"```[a-z]*\n(.*?)```", words, re.DOTALL)
            found += [*fenced, "\n".join(re.findall(r"`([^`\n]+)`", words))]
    return [code for code in found if code.strip()]


def equal(
    course: Course, store: Store, best: dict[tuple[str, str], Counted], earlier: Earlier
) -> Iterator[EqualRecord]:
    """Who handed in the same program, exercise by exercise."""
    for exercise in course.exercises:
        sources = _sources(exercise, store, best)
        starters = [starter.decode() for starter in exercise.starters.values()]
        before = earlier.get(exercise.id, {})
        for group in equal_groups(sources, starters=starters, known=[exercise.reference], earlier=before):
            yield EqualRecord(exercise.id, group)


def _sources(exercise: Exercise, store: Store, best: dict[tuple[str, str], Counted]) -> dict[str, str]:
    """What each learner handed in, as text; nothing of a notebook that none could read."""
    found = {}
    for (learner, name), one in best.items():
        if name == exercise.id:
            with contextlib.suppress(SubmissionError):
                found[learner] = searchable(store.source(one.result.submission.sha256), exercise.manifest.file)
    return found
