"""Which exercise a file answers: by its name, its folder, or what it defines."""

from __future__ import annotations

import pytest

from grader.classroom.intake_exercises import Expected, defined, folder_of_exercise, named

EXERCISES = [
    Expected(exercise="adam", number=1, file="adam.py", entry_points=("step",)),
    Expected(exercise="adam_step", number=3, file="adam_step.py", entry_points=("adam_step",)),
    Expected(
        exercise="warmup_schedule", number=5, file="warmup_schedule.py", entry_points=("warmup_lr", "warmup_cosine_lr")
    ),
]


@pytest.mark.parametrize("name", ["myadam_step.py", "adams_step.py", "tarea.py", "madam_stepping.py", ".py"])
def test_a_name_within_another_word_is_not_the_exercise(name):
    """Letters on either side make another word."""
    assert named(name, EXERCISES) is None


@pytest.mark.parametrize(
    ("name", "rest", "copy"),
    [
        ("adam_step.py", "", (0, 0)),
        ("adam_step.es.py", "", (0, 0)),
        ("adam_step.es (2).py", "", (1, 2)),
        ("ana_adam_step.es.py", "ana", (-1, 0)),
        ("adam_step.esther.py", "esther", (-1, 0)),
        ("ADAM_STEP.PY", "", (0, 0)),
        ("adam_step-1.py", "", (1, 1)),
        ("adam_step (2).py", "", (1, 2)),
        ("adam_step2.ipynb", "", (1, 2)),
        ("ana_adam_step.py", "ana", (-1, 0)),
        ("ana_adam_step (3).py", "ana", (1, 3)),
        ("adam_step - José García.py", "josé garcía", (-1, 0)),
    ],
)
def test_what_a_name_says(name, rest, copy):
    """The longest exercise's name, whose file it is, and which copy."""
    found = named(name, EXERCISES)
    assert (found.expected.exercise, found.rest, found.copy) == ("adam_step", rest, copy)


def test_folders_of_exercises():
    """By slug, with its number, or by the word exercise and its number."""
    for part in ("03_adam_step", "adam_step", "Adam-Step", "exercise3", "Ejercicio 03", "ex_3"):
        assert folder_of_exercise(part, EXERCISES).exercise == "adam_step"
    for part in ("ana", "exercise13", "3", "adams"):
        assert folder_of_exercise(part, EXERCISES) is None


def test_what_a_source_defines_is_found_without_parsing_it():
    """At the outermost level only, and also where the file would not parse."""
    source = "async  def adam_step (x):\n  def step(): pass\nwarmup_lr = lambda s: (\nx.step = 1\nstep == 2\n"
    assert [each.exercise for each in defined(source, EXERCISES)] == ["adam_step", "warmup_schedule"]


def test_a_source_made_to_stall_does_not():
    """A megabyte of near misses is searched in one pass; a search that took its square would never end."""
    for line in ("def " + " " * 1_000_000, "a" * 1_000_000, "async " * 160_000, "(" * 1_000_000):
        assert defined(line, EXERCISES) == []
