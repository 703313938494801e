"""Numeric answers come from the references, so that a quiz and its exercise cannot disagree."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import bundled_root
from grader.errors import CourseError
from grader.quizzes.quantities import Quantities


@pytest.fixture
def quantities() -> Quantities:
    return Quantities(bundled_root())


def write(root: Path, reference: str, beside: str | None = None) -> Quantities:
    folder = root / "solutions" / "07_thing"
    folder.mkdir(parents=True)
    (folder / "thing.py").write_text(reference)
    if beside is not None:
        (folder / "quantities.py").write_text(beside)
    return Quantities(root)


@pytest.mark.parametrize(
    ("reference", "beside", "text", "reason"),
    [
        ("def f(a): return a", None, "07_thing:g(a)", "has no function `g`"),
        ("def f(a): return a", None, "08_other:f(a)", "cannot be read"),
        ("def f(a): return a", "def g(f, a): return 'x'", "07_thing:g(a)", "not a finite number"),
        ("def f(a): return a", "def g(f, a): return a / 0", "07_thing:g(a)", "division by zero"),
        ("def f(a): return a", "def g(f, a): return a", "07_thing:g(a, a)", "cannot be computed"),
        ("def f(a): return a", "def g(:", "07_thing:g(a)", "is not Python"),
        ("def f(a): return float('nan')", None, "07_thing:f(a)", "not a finite number"),
        ("f = 3", None, "07_thing:f(a)", "has no function `f`"),
    ],
)
def test_what_cannot_be_computed_is_one_clear_sentence(
    reference: str, beside: str | None, text: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(CourseError, match=reason):
        write(tmp_path, reference, beside).compute(text, {"a": 1.0})


def test_a_parameter_named_like_a_function_of_the_reference_receives_it(tmp_path: Path) -> None:
    quantities = write(tmp_path, "def f(a): return 2 * a", "def g(f, a, n): return f(a) ** n")
    assert quantities.compute("07_thing:g(a, 3)", {"a": 1.5}) == 27.0


def test_a_function_of_the_reference_itself_can_be_asked(tmp_path: Path) -> None:
    assert write(tmp_path, "def f(a): return 2 * a").compute("07_thing:f(a + 1)", {"a": 1}) == 4.0


def test_nothing_is_written_beside_the_course(tmp_path: Path) -> None:
    write(tmp_path, "def f(a): return a").compute("07_thing:f(a)", {"a": 1.0})
    assert [path.name for path in (tmp_path / "solutions" / "07_thing").iterdir()] == ["thing.py"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("03_adam_step:m_raw(g, b1, t)", 0.5 * (1 - 0.9**3)),
        ("03_adam_step:v_raw(g, b2, t)", 0.25 * (1 - 0.99**3)),
        ("03_adam_step:m_hat(g, b1, t)", 0.5),
        ("03_adam_step:first_step(g, lr)", 0.1),
        ("01_backward_pass:bias_gradient(g, n)", 2.0),
        ("01_backward_pass:right_logit_gradient(p, n)", (0.7 - 1) / 4),
        ("05_warmup_schedule:warmup_lr(t, lr, 8)", 0.05),
        ("05_warmup_schedule:warmup_cosine_lr(10, lr, 0, 20)", 0.05),
    ],
)
def test_the_courses_quantities_have_the_values_that_can_be_worked_out_by_hand(
    text: str, value: float, quantities: Quantities
) -> None:
    values = {"g": 0.5, "b1": 0.9, "b2": 0.99, "t": 3, "lr": 0.1, "n": 4, "p": 0.7}
    assert quantities.compute(text, values) == pytest.approx(value, rel=1e-6)


def test_a_negative_gradient_has_a_negative_corrected_mean(quantities: Quantities) -> None:
    assert quantities.compute("03_adam_step:m_hat(g, b1, t)", {"g": -2, "b1": 0.8, "t": 2}) == pytest.approx(-2)
