"""Of each check it is known whether it asks everything before it judges, asks on from an answer, and how it judges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.authoring.asking import Manner, asking_finding, manners
from grader.authoring.trials import Trials
from tests.authoring.conftest import Workshop

NAME = "takes_any_shape"
Again = Callable[[], Trials]


def rewritten(workshop: Workshop, body: str) -> None:
    """One check with another body; what it calls is the exercise's entry point."""
    (point,) = workshop.exercise.manifest.entry_points
    path = workshop.kept / "checks.py"
    text = path.read_text(encoding="utf-8").replace(f"def test_{NAME}(", "def former(")
    lines = "\n".join(f"    {line.replace('ask(', f'learner.{point}(')}" for line in body.splitlines())
    path.write_text(f"{text}\n\ndef test_{NAME}(learner, reference, rng, expect):\n{lines}\n", encoding="utf-8")


def manner(trials: Trials) -> Manner:
    (found,) = [one for one in manners(trials) if one.check == NAME]
    return found


@pytest.mark.parametrize(
    ("body", "asks_first", "asks_on", "judged_by"),
    [
        ("a, b = ask(np.ones(3)), ask(np.ones(2))\nexpect.close(a, a)\nexpect.close(b, b)", True, False, {"close"}),
        ("a = ask(np.ones(3))\nexpect.close(a, a)\nb = ask(np.ones(2))\nexpect.close(b, b)", False, False, {"close"}),
        ("a = ask(np.ones(3))\nb = ask(a)\nexpect.shape(b, (3,), 'b')", True, True, {"shape"}),
        ("a = ask(np.ones(3))\nexpect.that(a.any(), en='no', es='no')", True, False, {"that"}),
    ],
    ids=["asks, then judges", "judges in between", "asks on", "judges by itself"],
)
def test_how_a_check_goes_about_it(
    body: str, asks_first: bool, asks_on: bool, judged_by: set[str], workshop: Workshop, again: Again
) -> None:
    rewritten(workshop, body)
    assert manner(again()) == Manner(NAME, asks_first, asks_on, frozenset(judged_by))


def test_what_is_out_of_the_ordinary_is_a_note(workshop: Workshop, again: Again) -> None:
    rewritten(workshop, "b = ask(ask(np.ones(3)))\nexpect.that(b.any(), en='no', es='no')")
    notes = [str(note) for note in asking_finding(again()).notes]
    assert any(note.startswith("ask on from an answer:") and NAME in note for note in notes)
    assert any(note.startswith("judge by a condition of their own:") and NAME in note for note in notes)
