"""What earlier terms handed in, read from their results or their downloads, as sources to compare a class with."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.classroom.expected import expected_files
from grader.classroom.intake import Intake
from grader.classroom.store import Store
from grader.course import Course
from grader.errors import SubmissionError, UsageError
from grader.locale import say
from grader.notebook_cells import searchable

STORE = "class.sqlite3"
Earlier = dict[str, dict[str, str]]
"""By exercise, each source under what its author is called there, with the folder's name before it."""


def earlier_sources(course: Course, paths: Iterable[Path], *, under_pseudonyms: bool) -> Earlier:
    """The last that everybody of earlier terms handed in for each exercise.

    Raises UsageError for what is neither results nor submissions, and where a class without names would be shown some.
    """
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    files = {exercise.id: exercise.manifest.file for exercise in course.exercises}
    for path in paths:
        read = _kept(path, under_pseudonyms) if (path / STORE).is_file() else _handed_in(course, path, under_pseudonyms)
        for learner, exercise, content in read:
            if exercise in files:
                with contextlib.suppress(SubmissionError):
                    found[exercise][f"{path.name}: {learner}"] = searchable(content, files[exercise])
    return dict(found)


def _kept(path: Path, under_pseudonyms: bool) -> Iterator[tuple[str, str, bytes]]:
    with Store.open(path / STORE) as store:
        if under_pseudonyms and store.setting("names") != "pseudonyms":
            raise _would_name(path)
        for kept in store.submissions():  # of several attempts the last comes last, and stays
            yield kept.learner, kept.exercise, store.source(kept.sha256)


def _handed_in(course: Course, path: Path, under_pseudonyms: bool) -> Iterator[tuple[str, str, bytes]]:
    if not path.exists():
        raise UsageError(say("There is no folder or archive {path}.", path=path))
    if under_pseudonyms:
        raise _would_name(path)
    for arrivals in Intake(path, expected_files(course.exercises)).batches():
        for each in arrivals:
            yield each.learner, each.exercise, each.content


def _would_name(path: Path) -> UsageError:
    return UsageError(
        say("{path} holds names, and this class is kept without any.", path=path),
        say("Compare it with results that are kept under pseudonyms too."),
    )
