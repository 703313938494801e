"""A catalogue's edits make sources that are wrong in known ways; what does not compose is refused, never half done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.course import Exercise
from grader.diagnosis import pairs, singles, variant
from grader.errors import CourseError, UsageError
from tests.content import driver
from tests.diagnosis.conftest import CATALOGUE, REFERENCE, entry

Bend = Callable[..., Exercise]


@pytest.mark.parametrize(("before", "times"), [("nowhere to be found", 0), ("scaled", 2), ("", None)])
def test_a_text_that_does_not_stand_once_in_the_reference_is_the_courses_fault(
    before: str, times: int | None, bend: Bend
) -> None:
    exercise = bend(catalogue=entry("odd", (before, "x")))
    with pytest.raises(CourseError) as caught:
        singles(exercise)
    if times is not None:
        assert f"stands {times} times in the reference instead of once: {before}" in str(caught.value)
        assert f"aparece {times} veces" in caught.value.message["es"]


@pytest.mark.parametrize("wanted", ["no_such_belief", "", "no_shift ", "x" * 500])
def test_an_unknown_belief_is_told_with_those_there_are(wanted: str, bend: Bend) -> None:
    with pytest.raises(UsageError, match="Exercise 7 has no misconception") as caught:
        variant(bend(), [wanted])
    assert caught.value.hint is not None
    assert "no_shift, halves" in caught.value.hint["en"]
    assert len(str(caught.value)) < 200


def test_two_edits_of_one_text_do_not_go_together(bend: Bend) -> None:
    with pytest.raises(UsageError, match="These misconceptions do not go together: halves, three_times"):
        variant(bend(), ["halves", "three_times"])


def test_a_whole_file_composes_with_nothing(bend: Bend) -> None:
    exercise = bend(catalogue=CATALOGUE + entry("whole", file=True))
    folder = exercise.solution / "misconceptions"
    folder.mkdir()
    (folder / "whole.py").write_text("def double(x):\n    return 0.0 * x\n")
    assert variant(exercise, ["whole"]).source == "def double(x):\n    return 0.0 * x\n"
    with pytest.raises(UsageError):
        variant(exercise, ["whole", "no_shift"])
    assert all("whole" not in pair.ids for pair in pairs(exercise))


def test_a_whole_file_that_is_missing_is_the_courses_fault(bend: Bend) -> None:
    with pytest.raises(CourseError, match=r"whole\.py cannot be read"):
        singles(bend(catalogue=entry("whole", file=True)))


def test_an_edit_changes_its_text_and_nothing_else(bend: Bend) -> None:
    assert variant(bend(), ["no_shift"]).source == REFERENCE.replace(" + 1.0", "")


def test_beliefs_compose_in_either_order(bend: Bend) -> None:
    exercise = bend()
    both = variant(exercise, ["no_shift", "halves"])
    assert both.source == REFERENCE.replace(" + 1.0", "").replace("2.0 * x", "0.5 * x")
    assert variant(exercise, ["halves", "no_shift"]).source == both.source
    assert both.ids == ("no_shift", "halves")


def test_the_singles_are_the_catalogue_in_its_order(bend: Bend) -> None:
    exercise = bend()
    assert [one.ids for one in singles(exercise)] == [(entry.id,) for entry in exercise.misconceptions]


def test_pairs_are_those_that_compose(bend: Bend) -> None:
    found = {pair.ids for pair in pairs(bend())}
    assert ("no_shift", "halves") in found
    assert ("halves", "three_times") not in found
    assert {pair.ids for pair in pairs(bend(), ["no_shift", "halves"])} == {("no_shift", "halves")}


@pytest.mark.parametrize("exercise", driver.course().exercises, ids=lambda exercise: exercise.id)
class TestShippedCatalogues:
    def test_every_entry_and_pair_is_python_that_differs_from_the_reference(self, exercise: Exercise) -> None:
        alone = [one.source for one in singles(exercise)]
        together = [one.source for one in pairs(exercise)]
        for source in (*alone, *together):
            compile(source, exercise.manifest.file, "exec")
        assert exercise.reference not in (*alone, *together)
        assert len(set(alone)) == len(alone)

    def test_enough_pairs_compose_to_tell_two_beliefs_at_once(self, exercise: Exercise) -> None:
        assert len(list(pairs(exercise))) >= len(exercise.misconceptions)
