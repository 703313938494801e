"""The question about an exercise's files, and each way to answer it wrongly."""

from __future__ import annotations

import pytest

from grader.authoring.files import files_finding, released_files
from tests.authoring.conftest import FOLDER, Workshop


def objections(workshop: Workshop) -> str:
    return "\n".join(map(str, files_finding(workshop.exercise).objections))


def test_a_finished_exercise_has_no_objection(workshop: Workshop) -> None:
    assert files_finding(workshop.exercise).holds


@pytest.mark.parametrize("name", ["brief.en.md", "brief.es.md"])
def test_a_missing_brief_is_named(workshop: Workshop, name: str) -> None:
    (workshop.given / name).unlink()
    assert f"exercises/{FOLDER}/{name} is missing." in objections(workshop)


@pytest.mark.parametrize("name", ["checks.py", "sample.py", "explanation.es.md"])
def test_a_missing_file_of_the_solution_is_named(workshop: Workshop, name: str) -> None:
    (workshop.kept / name).unlink()
    assert f"solutions/{FOLDER}/{name} is missing." in objections(workshop)


def test_a_variant_of_its_own_needs_its_file(workshop: Workshop) -> None:
    workshop.change(
        workshop.kept / "misconceptions.toml", "edit = [{ from = 'return y', to = 'return y.sum()' }]", "file = true"
    )
    assert f"solutions/{FOLDER}/misconceptions/adds_everything_up.py is missing." in objections(workshop)


def test_a_predicate_needs_the_file_of_predicates(workshop: Workshop) -> None:
    edit = "edit = [{ from = 'return y', to = 'return y.sum()' }]"
    workshop.change(workshop.kept / "misconceptions.toml", edit, f"{edit}\npredicate = 'adds_up'")
    assert f"solutions/{FOLDER}/predicates.py is missing." in objections(workshop)


@pytest.mark.parametrize("name", ["notes.txt", ".sample.py.swp", "old/sample.py", "sample.fr.py"])
def test_a_stray_file_does_not_belong_here(workshop: Workshop, name: str) -> None:
    stray = workshop.given / name
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("x = 1\n", encoding="utf-8")
    assert f"exercises/{FOLDER}/{name} does not belong here." in objections(workshop)


def test_what_python_caches_is_no_stray_file(workshop: Workshop) -> None:
    (workshop.kept / "__pycache__").mkdir()
    (workshop.kept / "__pycache__" / "checks.pyc").write_bytes(b"")
    assert files_finding(workshop.exercise).holds


def test_one_mark_that_is_left_is_told_with_its_line(workshop: Workshop) -> None:
    workshop.add(workshop.given / "brief.en.md", "\nFILL IN: more\n")
    line = len((workshop.given / "brief.en.md").read_text(encoding="utf-8").splitlines())
    assert f"exercises/{FOLDER}/brief.en.md still has something to fill in, at line {line}." in objections(workshop)


def test_several_marks_of_a_file_are_told_once(workshop: Workshop) -> None:
    workshop.add(workshop.kept / "explanation.es.md", "\nFILL IN\n\nFILL IN\n")
    (told,) = files_finding(workshop.exercise).objections
    assert "still has 2 lines to fill in" in told["en"]
    assert "aún le faltan 2 líneas" in told["es"]


def test_two_hints_are_too_few(workshop: Workshop) -> None:
    text = (workshop.given / "exercise.toml").read_text(encoding="utf-8")
    first, second = text.split("[[hint]]", maxsplit=2)[:2]
    (workshop.given / "exercise.toml").write_text(text.replace(f"[[hint]]{second}", "", 1), encoding="utf-8")
    assert first
    assert "There are 2 levels of hints" in objections(workshop)


def test_thirteen_checks_are_too_many(workshop: Workshop) -> None:
    more = "".join(f"\n[[check]]\nid = 'c{n}'\nclaim = {{ en = 'C', es = 'C' }}\npoints = 1\n" for n in range(7))
    workshop.add(workshop.given / "exercise.toml", more)
    assert "There are 13 checks" in objections(workshop)


def test_a_learner_gets_what_an_exercise_should_have_and_nothing_else(workshop: Workshop) -> None:
    (workshop.given / "notes.txt").write_text("mine\n", encoding="utf-8")
    names = [path.name for path in released_files(workshop.exercise)]
    assert names == ["brief.en.md", "brief.es.md", "exercise.toml", "harness.py", "sample.es.py", "sample.py"]
