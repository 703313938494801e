"""What a contract lets vary, held against the checks: a program blind to it is refused by those that vary it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.authoring.findings import Finding
from grader.authoring.trials import Trials
from grader.checker import Checked
from grader.course import Dimension, Exercise
from grader.diagnosis import edited, variant
from grader.errors import CourseError
from grader.locale import say, say_many
from grader.results import Outcome
from grader.text import Text

MOST_OBJECTIONS = 20
_REFUSED = frozenset((Outcome.FAILED, Outcome.TIMED_OUT, Outcome.CRASHED))


def dimensions_finding(trials: Trials, seeds: int) -> Finding:
    """Each blind program is refused at every seed by a check that varies its dimension, and by no other check."""
    dimensions = trials.exercise.dimensions
    sources = [blind_program(trials.exercise, dimension) for dimension in dimensions]
    tried = [trials.check_all(sources, seed) for seed in range(seeds)]
    objections = [
        say("{id}: {problem}.", id=dimension.id, problem=problem)
        for place, dimension in enumerate(dimensions)
        for problem in _problems(dimension, [checked[place] for checked in tried])
    ]
    return Finding(
        question="dimensions",
        title=say("dimensions"),
        summary=say_many(
            "{dimensions} varied by {checks} checks at the seed",
            "{dimensions} varied by {checks} checks at {number} seeds",
            seeds,
            dimensions=len(dimensions),
            checks=len({name for dimension in dimensions for name in dimension.check}),
        ),
        objections=tuple(objections[:MOST_OBJECTIONS]),
    )


def blind_program(exercise: Exercise, dimension: Dimension) -> str:
    """The source of a program that is right except where this dimension varies."""
    if dimension.file:
        return exercise.dimension_file(dimension.id)
    if dimension.misconception is not None:
        return variant(exercise, [dimension.misconception]).source
    place = f"dimensions.toml: {dimension.id}"
    source = edited(exercise, exercise.reference, dimension.edit, place)
    if source is None:
        raise CourseError(say("{path}: one edit is in another's way.", path=exercise.solution / place))
    return source


def _problems(dimension: Dimension, tried: Sequence[Checked]) -> Iterator[Text]:
    """What is wrong with one dimension, over all seeds; each thing once, with the first seed that shows it."""
    refused = [_refusing(checked) for checked in tried]
    named, failed = set(dimension.check), set().union(*refused)
    for seed, checked in enumerate(tried):
        if any(result.outcome is Outcome.DID_NOT_LOAD for result in checked.results):
            yield say("its program does not load, seed {seed}: {problem}", seed=seed, problem=checked.message or "")
            return
    for seed, names in enumerate(refused):
        if not names & named:
            yield say("no check that is named refuses its program at seed {seed}", seed=seed)
            break
    for name in dimension.check:
        if name not in failed:
            yield say("its program never fails the check {check}, which is named", check=name)
    for name in sorted(failed - named):
        seed = next(seed for seed, names in enumerate(refused) if name in names)
        yield say("its program fails {check} too, at seed {seed}, which is about something else", check=name, seed=seed)


def _refusing(checked: Checked) -> set[str]:
    return {result.id for result in checked.results if result.outcome in _REFUSED}
