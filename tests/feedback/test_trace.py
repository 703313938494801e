"""Two runs as a table of steps: what agrees once, what parts twice, and the first place marked."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from grader.course import Tolerance
from grader.errors import CourseError
from grader.feedback.terminal import ASCII, Glyphs
from grader.feedback.trace import TraceTable, fits
from grader.text import Text

TOLERANCE = Tolerance(rtol=1e-9, atol=1e-12, reason=Text({"en": "r", "es": "r"}))
ROWS = np.array([[1.0, 0.5], [2.0, 0.25], [3.0, 0.125]])
EXPECTED = {"columns": ["step", "lr"], "rows": ROWS}


def written(own: Any, expected: Any = EXPECTED, *, language: str = "en", glyphs: Glyphs = Glyphs()) -> list[str]:  # noqa: B008
    console = Console(file=io.StringIO(), width=80, color_system=None)
    TraceTable(own, expected, TOLERANCE, language).print_to(console, glyphs)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def run(*values: float) -> dict[str, Any]:
    return {"columns": ["step", "lr"], "rows": np.array([[i + 1.0, value] for i, value in enumerate(values)])}


@pytest.mark.parametrize(
    "own",
    [
        None,
        "text",
        {},
        {"columns": ["step", "lr"]},
        {"columns": ["step", "lr"], "rows": [[1.0, 2.0]]},
        {"columns": ["step", "lr"], "rows": np.zeros(3)},
        {"columns": ["step", "lr"], "rows": np.zeros((3, 3))},
        {"columns": ["step", "other"], "rows": np.zeros((3, 2))},
        {"columns": ["step", "lr"], "rows": np.zeros((3, 2), complex)},
        {"columns": ["step", "lr"], "rows": np.zeros((3, 2), bool)},
        {"columns": [1, 2], "rows": np.zeros((3, 2))},
    ],
)
def test_what_is_no_such_table_does_not_fit(own: Any) -> None:
    assert not fits(own, EXPECTED)


def test_a_table_of_the_same_columns_fits() -> None:
    assert fits(run(1.0, 2.0), EXPECTED)


def test_a_reference_without_a_table_is_the_courses_fault() -> None:
    with pytest.raises(CourseError, match="The harness's trace is not a table of numbers"):
        TraceTable(EXPECTED, {"columns": [], "rows": None}, TOLERANCE, "en")


def test_equal_runs_show_each_number_once() -> None:
    lines = written(run(0.5, 0.25, 0.125))
    assert [line.split() for line in lines[1:4]] == [["1", "0.5"], ["2", "0.25"], ["3", "0.125"]]
    assert lines[4] == "Both runs agree at every step."


def test_the_first_step_that_parts_is_marked_and_shows_both() -> None:
    lines = written(run(0.5, 0.3, 0.2))
    assert [line.split() for line in lines[1:6]] == [
        ["1", "0.5"],
        ["✗", "2", "0.3"],
        ["(0.25)"],
        ["3", "0.2"],
        ["(0.125)"],
    ]
    assert lines[6].startswith("The runs part at step 2;")
    assert written(run(0.5, 0.3, 0.2), language="es")[6].startswith("Las ejecuciones se separan en el paso 2;")


def test_a_shorter_run_is_compared_as_far_as_it_goes() -> None:
    assert len([line for line in written(run(0.5)) if line.split()[:1] == ["1"]]) == 1


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_shown_and_marked_in_the_sparkline(odd: float) -> None:
    lines = written(run(0.5, odd, 0.125))
    assert any(f"{odd:.5g}" in line for line in lines)
    assert "!" in next(line for line in lines if line.split()[:2] == ["lr", "yours"])


def test_a_sparkline_goes_from_the_least_to_the_greatest_of_both_runs() -> None:
    lines = written(run(0.5, 0.25, 0.0))
    assert [line.split()[-1] for line in lines[-2:]] == ["█▅▁", "█▅▃"]
    assert [line.split()[-1] for line in written(run(0.5, 0.25, 0.0), glyphs=ASCII)[-2:]] == ["@+_", "@+-"]


def test_a_run_that_never_moves_has_a_flat_sparkline() -> None:
    still = run(1.0, 1.0, 1.0)
    assert written(still, still)[-1].split()[-1] == "▁▁▁"


def test_names_of_columns_are_cut_short() -> None:
    long = {"columns": ["step", "x" * 500], "rows": ROWS}
    assert max(map(len, written(long, long))) <= 80
