"""The question about what a contract lets vary, and each way to answer it wrongly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.authoring.dimensions import dimensions_finding
from grader.authoring.files import files_finding
from grader.authoring.trials import Trials
from grader.errors import CourseError
from tests.authoring.conftest import FOLDER, Workshop

Again = Callable[[], Trials]
SHAPE = "edit = [{ from = 'scale * x + shift', to = '(scale * x + shift if x.ndim < 3 else shift * x)' }]"


def told(again: Again, seeds: int = 2) -> str:
    return "\n".join(map(str, dimensions_finding(again(), seeds).objections))


def test_a_finished_exercise_has_no_objection(trials: Trials) -> None:
    finding = dimensions_finding(trials, 2)
    assert finding.holds, finding.objections
    assert finding.summary["en"] == "3 varied by 4 checks at 2 seeds"


def test_a_missing_list_is_told(workshop: Workshop) -> None:
    (workshop.kept / "dimensions.toml").unlink()
    objections = "\n".join(map(str, files_finding(workshop.exercise).objections))
    assert f"solutions/{FOLDER}/dimensions.toml is missing." in objections


def test_a_dimension_that_no_check_varies_is_told(workshop: Workshop, again: Again) -> None:
    workshop.blind_its_checks()
    assert "any_shape: no check that is named refuses its program at seed 0." in told(again)


def test_a_dimension_that_is_varied_at_some_seeds_only_is_told(workshop: Workshop, again: Again) -> None:
    path = workshop.kept / "checks.py"
    workshop.change(path, "x = rng.normal(size=(2, 3, 1))", "x = np.ones((2, 3, 1) if rng.integers(2) else 6)")
    assert "any_shape: no check that is named refuses its program at seed " in told(again, 6)


def test_a_check_that_is_named_and_does_not_vary_it_is_told(workshop: Workshop, again: Again) -> None:
    workshop.change(
        workshop.kept / "dimensions.toml", "['takes_any_shape']", "['takes_any_shape', 'scales_and_shifts']"
    )
    assert "any_shape: its program never fails the check scales_and_shifts, which is named." in told(again)


def test_a_check_that_fails_for_another_thing_is_told(workshop: Workshop, again: Again) -> None:
    workshop.change(workshop.kept / "checks.py", "x = rng.normal(size=5)", "x = rng.normal(size=(5, 1, 1))")
    assert "any_shape: its program fails scales_and_shifts too, at seed 0, which is about something else." in told(
        again
    )


def test_a_program_that_does_not_load_is_told(workshop: Workshop, again: Again) -> None:
    workshop.change(workshop.kept / "dimensions.toml", SHAPE, "edit = [{ from = 'return y', to = 'return y)' }]")
    assert "any_shape: its program does not load, seed 0: " in told(again)


def test_a_program_of_its_own_stands_in_its_file(workshop: Workshop, again: Again) -> None:
    workshop.change(workshop.kept / "dimensions.toml", SHAPE, "file = true")
    assert f"solutions/{FOLDER}/dimensions/any_shape.py is missing." in str(files_finding(workshop.exercise).objections)
    own = workshop.kept / "dimensions" / "any_shape.py"
    own.parent.mkdir()
    own.write_text(workshop.exercise.reference.replace("return y", "return y if y.ndim < 3 else y + 1"))
    assert told(again) == ""
    assert files_finding(workshop.exercise).holds


def test_an_edit_of_what_is_not_in_the_reference_is_told(workshop: Workshop, again: Again) -> None:
    workshop.change(workshop.kept / "dimensions.toml", SHAPE, "edit = [{ from = 'return z', to = 'return y' }]")
    with pytest.raises(CourseError, match=r"dimensions\.toml: any_shape: the text to replace stands 0 times"):
        dimensions_finding(again(), 1)
