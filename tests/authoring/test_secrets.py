"""The question about what a solution keeps to itself, and each way to answer it wrongly."""

from __future__ import annotations

import pytest

from grader.authoring.secrets import leaks, secrets_finding
from tests.authoring.conftest import FOLDER, Workshop

CHECK = 'expect.unchanged(learner, names=("x",))'
EDIT = "scale * (x + shift)"


def objections(workshop: Workshop) -> str:
    return "\n".join(map(str, secrets_finding(workshop.exercise).objections))


def test_a_finished_exercise_has_no_objection(workshop: Workshop) -> None:
    finding = secrets_finding(workshop.exercise)
    assert finding.holds
    assert not finding.summary["en"].startswith("0 ")


@pytest.mark.parametrize(
    "name", ["harness.py", "brief.en.md", "exercise.toml", "sample.py", "sample.es.py", "notes.txt"]
)
def test_a_line_of_the_reference_is_found_in_any_file(workshop: Workshop, name: str) -> None:
    # The starter's own lines are no secret, so that this one is given away beside them.
    comment = "" if name.endswith(".md") else "# "
    path = workshop.given / name
    path.write_text(
        (path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{comment}y =  scale * x + shift\n",
        encoding="utf-8",
    )
    assert (
        f"exercises/{FOLDER}/{name} gives away a line of solutions/{FOLDER}/sample.py: y = scale * x + shift"
        in objections(workshop)
    )


def test_a_line_of_the_checks_is_found(workshop: Workshop) -> None:
    workshop.add(workshop.given / "brief.en.md", f"\n    {CHECK}\n")
    assert f"gives away a line of solutions/{FOLDER}/checks.py: {CHECK}" in objections(workshop)


def test_a_wrong_way_that_stands_in_a_file_of_its_own_is_found(workshop: Workshop) -> None:
    (workshop.kept / "misconceptions").mkdir()
    (workshop.kept / "misconceptions" / "odd.py").write_text("    y = x * scale - shift\n", encoding="utf-8")
    workshop.add(
        workshop.given / "harness.py", "\n\ndef other(x, scale, shift):\n    y = x * scale - shift\n    return y\n"
    )
    assert f"solutions/{FOLDER}/misconceptions/odd.py" in objections(workshop)


def test_a_wrong_way_that_is_an_edit_is_found(workshop: Workshop) -> None:
    workshop.change(
        workshop.kept / "misconceptions.toml", f"to = '{EDIT}'", f"to = '0.0\\n    y = {EDIT}'".replace("'", '"')
    )
    workshop.add(workshop.given / "brief.es.md", f"\n`y = {EDIT}`\n")
    assert f"solutions/{FOLDER}/misconceptions.toml: y = {EDIT}" in objections(workshop)


def test_what_opens_a_block_or_is_short_is_no_secret(workshop: Workshop) -> None:
    workshop.change(
        workshop.kept / "sample.py", "    return y", "    for number in range(10):\n        z = y\n    return y"
    )
    workshop.add(
        workshop.given / "harness.py", "\n\ndef more(x):\n    for number in range(10):\n        z = y\n    return y\n"
    )
    assert secrets_finding(workshop.exercise).holds


def test_elsewhere_one_formula_is_an_answer_and_two_lines_are_a_leak(workshop: Workshop) -> None:
    reference = workshop.kept / "sample.py"
    workshop.change(
        reference, "    y = scale * x + shift", "    scaled_value = scale * x\n    y = scaled_value + shift"
    )
    one = {"quizzes/a.toml": b"options = ['scaled_value = scale * x']\n"}
    two = {"quizzes/a.toml": b"code = '''\nscaled_value = scale * x\ny = scaled_value + shift\n'''\n"}
    assert not list(leaks([workshop.exercise], one))
    (leak,) = leaks([workshop.exercise], two)
    assert (leak.file, leak.of) == ("quizzes/a.toml", f"solutions/{FOLDER}/sample.py")
