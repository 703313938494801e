"""The question about what a solution keeps to itself, and each way to answer it wrongly."""

from __future__ import annotations

import pytest

from grader.authoring.secrets import leaks, secrets_finding
from grader.course import Exercise, bundled_root, open_course
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


ROOT = bundled_root()
PUBLIC = ("*.md", "docs/**/*.md", "templates/**/*.*", "grader/authoring/skeleton/**/*.in")
WRONG_ON_PURPOSE = "templates/demo_adam_step.py"
"""What `grade demo` grades: Adam without its corrections."""


def given_away(exercise: Exercise, pages: dict[str, bytes]) -> list[tuple[str, str]]:
    """Each page that holds a line of the exercise's reference, by itself already; what opens a block is none."""
    reference = f"solutions/{exercise.folder.name}/{exercise.manifest.file}"
    own = {f"exercises/{exercise.folder.name}/{name}": content for name, content in pages.items()}
    return [(leak.file, leak.text) for leak in leaks([exercise], own) if leak.of == reference]


@pytest.mark.parametrize("exercise", open_course().exercises, ids=lambda exercise: exercise.id)
def test_no_public_page_holds_a_line_of_a_shipped_reference(exercise: Exercise) -> None:
    """They lie open in the project's own repository, where a learner finds them first."""
    paths = {path for pattern in PUBLIC for path in ROOT.glob(pattern)}
    pages = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    del pages[WRONG_ON_PURPOSE]
    assert {"README.md", "docs/authoring.md"} <= pages.keys()
    assert given_away(exercise, pages) == []


def test_a_page_that_holds_one_would_be_found() -> None:
    exercise = open_course().exercise("adam_step")
    page = b"```python\nm_hat = m / (1 - beta1**t)  # as in the exercise\n```\n"
    assert [text for _, text in given_away(exercise, {"docs/page.md": page})] == ["m_hat = m / (1 - beta1**t)"]
