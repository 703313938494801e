"""Arithmetic in quiz files is computed by an allowlist; all else is refused with its reason."""

from __future__ import annotations

import math

import pytest

from grader.errors import CourseError
from grader.quizzes.expressions import QuantityCall, as_call, evaluate, names_in


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "g.real",
        "g[0]",
        "lambda: 1",
        "[1]",
        "'a'",
        "g if g else 1",
        "f'{g}'",
        "open(g)",
        "max(*[1])",
        "max(g, key=g)",
        "sqrt()",
        "(g := 2)",
        "True",
        "1j",
        "g and g",
        "g < 1",
        "~1",
        "unknown",
        "1 +",
        "",
        "g" * 400,
        "(" * 200 + ")" * 200,
        "g\n+1; 2",
        "print",
        "sqrt",
        "1 << 3",
        "g @ g",
        "{1: 2}",
        "not g",
    ],
)
def test_anything_but_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(CourseError, match="cannot be computed"):
        evaluate(text, {"g": 0.5})


@pytest.mark.parametrize(
    "text", ["1/0", "10**10**10", "log(0)", "sqrt(-1)", "(-8)**(1/3)", "1e308*10", "exp(1e6)", "0**-1", "min(1)"]
)
def test_what_has_no_finite_value_is_refused(text: str) -> None:
    with pytest.raises(CourseError, match="cannot be computed"):
        evaluate(text, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("g*(1-b1**t)", 0.5 * (1 - 0.9**3)),
        ("-g + 2", 1.5),
        ("7 // 2 % 2", 1.0),
        ("max(g, b1, t)", 3.0),
        ("cos(pi)", -1.0),
        ("sqrt(4)*exp(0)", 2.0),
        ("log(e)", 1.0),
        ("abs(-g)", 0.5),
        (" 1e-3 ", 1e-3),
    ],
)
def test_arithmetic_has_its_value(text: str, value: float) -> None:
    assert math.isclose(evaluate(text, {"g": 0.5, "b1": 0.9, "t": 3}), value)


def test_a_call_names_a_folder_a_function_and_arguments() -> None:
    assert as_call("03_adam_step:m_hat(g, b1, t - 1)") == QuantityCall("03_adam_step", "m_hat", ("g", "b1", "t - 1"))
    assert as_call("03_adam_step:start()") == QuantityCall("03_adam_step", "start", ())
    assert as_call("g*(1-b1)") is None


@pytest.mark.parametrize("text", ["03_adam_step:m_hat(g", "../03:f(g)", "03_adam_step:_private(g)", "x:y(g)"])
def test_what_is_neither_a_call_nor_arithmetic_is_refused(text: str) -> None:
    assert as_call(text) is None
    with pytest.raises(CourseError):
        evaluate(text, {"g": 1})


def test_names_are_those_of_parameters_only() -> None:
    assert names_in("sqrt(g)*pi + t") == {"g", "t"}
    assert names_in("03_adam_step:m_hat(g, b1, 2*t)") == {"g", "b1", "t"}
