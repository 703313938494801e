"""The question about an exercise's catalogue, and each way to answer it wrongly."""

from __future__ import annotations

import pytest

from grader.authoring.catalogue import catalogue_finding
from tests.authoring.conftest import Workshop

EDIT = "edit = [{ from = 'return y', to = 'return y.sum()' }]"


def objections(workshop: Workshop) -> str:
    return "\n".join(map(str, catalogue_finding(workshop.exercise).objections))


def test_a_finished_exercise_has_no_objection(workshop: Workshop) -> None:
    assert catalogue_finding(workshop.exercise).holds


@pytest.mark.parametrize(("before", "count"), [("return z", 0), ("scale", 3)])
def test_a_text_to_replace_that_does_not_stand_once_is_told(workshop: Workshop, before: str, count: int) -> None:
    workshop.change(workshop.kept / "misconceptions.toml", EDIT, EDIT.replace("return y'", f"{before}'"))
    found = workshop.exercise.reference.count(before)
    assert found != 1
    assert f"adds_everything_up: the text to replace stands {found} times" in objections(workshop), count


def test_all_broken_edits_are_told_at_once(workshop: Workshop) -> None:
    path = workshop.kept / "misconceptions.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("scale * x + shift", "shift + scale * x"), encoding="utf-8"
    )
    assert len(catalogue_finding(workshop.exercise).objections) == 3


def test_an_unknown_predicate_is_told(workshop: Workshop) -> None:
    workshop.change(workshop.kept / "misconceptions.toml", EDIT, f"{EDIT}\npredicate = 'adds_up'")
    assert "adds_everything_up names the predicate adds_up" in objections(workshop)
    (workshop.kept / "predicates.py").write_text("def adds_up(calls, reference):\n    return False\n", encoding="utf-8")
    assert catalogue_finding(workshop.exercise).holds
