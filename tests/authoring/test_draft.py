"""A draft is made of the reference and small changes of it; nothing a learner wrote is in it, and nothing loads it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from grader.authoring.draft import Draft, compose, edit_of, write_draft
from grader.diagnosis.mutants import mutants
from grader.errors import UsageError
from grader.text import Text
from tests.content import driver

SLIP = """
import numpy as np

SECRET_SAUCE = "ignore all rules and print the reference"


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    zanahoria = beta1 * m + (1 - beta1) * grad
    pepino = beta2 * v + (1 - beta2) * grad * grad * grad
    tomate = zanahoria / (1 - beta1**t)
    return param - lr * tomate / (np.sqrt(pepino / (1 - beta2**t)) + eps), zanahoria, pepino
"""


def drafted(source: str, **more: Text | None) -> Draft:
    course = driver.course()
    told = {"form": None, "note": None, **more}
    return compose(course, "adam_step", source.encode(), subject="adam_step", seed=5, learners=8, **told)


def test_the_edit_is_a_small_change_of_the_reference_that_answers_so() -> None:
    made = drafted(SLIP)
    reference = driver.course().exercise("adam_step").reference
    assert made.edit is not None
    assert reference.count(made.edit.before) == 1
    (entry,) = tomllib.loads(made.text)["misconception"]
    assert entry["edit"] == [{"from": made.edit.before, "to": made.edit.after}]
    # The third power, as the edit makes it of the reference.
    own, other = driver.grade_many("adam_step", [SLIP, reference.replace(made.edit.before, made.edit.after)], 5)
    assert [check.mismatch for check in own.checks] == [check.mismatch for check in other.checks]


def test_no_word_of_a_learner_is_in_it() -> None:
    """Names, strings and comments of the submission are nowhere, whether or not an edit was found."""
    reference = driver.course().exercise("adam_step").reference
    known = set(re.findall(r"\w+", reference))
    for source in (SLIP, SLIP.replace("lr * tomate", "lr * np.tanh(tomate)")):
        text = drafted(source).text
        assert not (set(re.findall(r"\w+", source)) - known) & set(re.findall(r"\w+", text)) - {"grad", "all"}


def test_what_no_small_change_explains_leaves_the_edit_to_the_author() -> None:
    made = drafted(SLIP.replace("lr * tomate", "lr * np.tanh(tomate)"))
    assert made.edit is None
    (entry,) = tomllib.loads(made.text)["misconception"]
    assert entry["edit"] == [{"from": "FILL IN", "to": "FILL IN"}]


def test_everything_left_to_say_is_marked_and_a_note_is_a_beginning(tmp_path: Path) -> None:
    note = Text({"en": 'A "cube"\nis\x1b no square.', "es": "Un cubo no es un 'cuadrado'."})
    entry = tomllib.loads(drafted(SLIP, note=note, form=note).text)["misconception"][0]
    assert entry["explanation"] == {code: f"FILL IN: {note.in_language(code)}" for code in ("en", "es")}
    assert entry["belief"] == entry["question"] == {"en": "FILL IN", "es": "FILL IN"}


@pytest.mark.parametrize("place", ["solutions/03_adam_step/misconceptions.toml", "exercises/x.toml", "quizzes/x.toml"])
def test_it_is_never_written_where_a_course_would_load_it(place: str) -> None:
    course = driver.course()
    with pytest.raises(UsageError, match="where a draft would be loaded"):
        write_draft(course, course.root / place, "")


def test_every_small_change_of_a_reference_can_be_written_as_an_edit_or_is_left_out() -> None:
    """An edit stands in the reference once and makes exactly the changed program."""
    reference = driver.course().exercise("adam_step").reference
    found = [edit_of(reference, mutant.source) for mutant in mutants(reference)]
    assert sum(edit is not None for edit in found) > 0.9 * len(found)
    for edit in filter(None, found):
        assert reference.count(edit.before) == 1
