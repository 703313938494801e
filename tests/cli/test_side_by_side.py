"""A learner's source and the reference are read together: no docstring twice, no line broken without need."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from rich.cells import cell_len

from grader.cli.side_by_side import without_docstrings, wrapped
from grader.course import open_course
from tests.cli.conftest import Grade

OWN = "exercises/03_adam_step/adam_step.py"


@pytest.mark.parametrize("source", ["def f(:\n    '''a'''", "x = 1\x00", "not Python at all"])
def test_what_is_no_python_is_shown_as_it_is(source: str) -> None:
    assert without_docstrings(source) == source


@pytest.mark.parametrize(
    "source", ["", "'''all there is'''", "def f():\n    '''no body'''", "def f(): '''a'''; return 1", "'''a'''; x = 1"]
)
def test_a_docstring_that_shares_its_line_or_is_all_there_is_stays(source: str) -> None:
    assert without_docstrings(source) == source


def test_every_other_docstring_goes_and_no_other_string() -> None:
    source = "'''a\nb'''\n\nx = '''c'''\n\ndef ñ():\n    '''d'''\n    '''e'''\n    return 'f'\n"
    assert without_docstrings(source) == "x = '''c'''\n\ndef ñ():\n    '''e'''\n    return 'f'"


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("short(a, b)", "short(a, b)"),
        ("    f(aaaaaaaa, bbbbbbbb)", "    f(aaaaaaaa,\n            bbbbbbbb)"),
        ("    # one two three four", "    # one two three\n    # four"),
        ("    " + "a" * 30, "    " + "a" * 30),
        ("", ""),
    ],
)
def test_a_long_line_is_broken_at_a_space_and_goes_on_further_in(line: str, broken: str) -> None:
    assert wrapped(line, 20) == broken


@pytest.mark.parametrize("exercise", open_course().exercises, ids=lambda exercise: exercise.id)
def test_a_reference_keeps_every_statement(exercise) -> None:
    shown = without_docstrings(exercise.reference)
    assert '"""' not in shown
    count = sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(shown)))
    docstrings = sum(
        ast.get_docstring(node) is not None
        for node in ast.walk(ast.parse(exercise.reference))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    )
    assert count == sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(exercise.reference))) - docstrings


@pytest.mark.parametrize("language", ["en", "es"])
def test_at_sixty_columns_they_stand_one_above_the_other(
    language: str, typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch, demo_attempt: bytes
) -> None:
    (copy / OWN).write_bytes(demo_attempt)
    monkeypatch.setenv("COLUMNS", "60")
    out = typed("solution", "3", "--give-up", cwd=copy, language=language).out
    lines = out.splitlines()
    yours, solution = {"en": ("yours", "the solution"), "es": ("lo tuyo", "la solución")}[language]
    assert lines[0] == f"{yours} · {OWN}"
    assert lines.index(solution) > lines.index("    step = lr * m / (np.sqrt(v) + eps)")
    assert lines.index("    m_hat = m / (1 - beta1**t)") > lines.index(solution)
    assert "        beta2=0.999, eps=1e-8):" in lines
    assert max(map(cell_len, lines)) <= 60


def test_where_both_fit_they_stand_beside_each_other(
    typed: Grade, copy: Path, monkeypatch: pytest.MonkeyPatch, demo_attempt: bytes
) -> None:
    (copy / OWN).write_bytes(demo_attempt)
    monkeypatch.setenv("COLUMNS", "200")
    heading, *lines = typed("solution", "3", "--give-up", cwd=copy).out.splitlines()
    place = heading.index("the solution")
    assert heading.startswith(f"yours · {OWN}")
    whole = [line for line in lines if line.count("def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9") == 2]
    assert whole
    assert whole[0].index("def", 1) == place
