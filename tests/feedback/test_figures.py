"""The learner's run beside the expected one, whatever the learner's code returned."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import FileSystemLoader
from msgspec.structs import replace

from grader.feedback import clean, html
from grader.feedback.figures import figure_view, isolines, kind_names, kinds, objection
from grader.feedback.figures.scales import Scale, circles, diamonds, polyline, scale_over
from grader.results import FigureData
from tests.feedback.examples import (
    EXERCISE,
    REPORTS,
    adam_points,
    bundle_figure,
    matrix_figure,
    path_figure,
    schedule_figure,
    series_figure,
)

FIGURES = {
    "path": path_figure,
    "schedule": schedule_figure,
    "series": series_figure,
    "matrix": matrix_figure,
    "bundle": bundle_figure,
}
ODD_VALUES: tuple[Any, ...] = (
    None, "text", 7, [], [[]], [1, [2]], {"a": 1}, object(), [float("nan")] * 3, [float("inf"), 1.0, 2.0],
    np.zeros((3, 3, 3)), np.array(["a"]), np.array([1j, 2j]), [1e308, -1e308, 0.0], [10**400], [[1.0], [2.0]],
    np.zeros((0, 2)), [True, False],
)  # fmt: skip
PATH_DATA = re.compile(r"[MlhvaLzH\d\s.\-]*")


def drawn(figure: FigureData) -> Any:
    view = figure_view(figure, 1)
    assert view is not None
    assert clean.untrusted_parts(view) == []
    return view


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("odd", range(len(ODD_VALUES)))
def test_odd_values_of_the_learners_never_keep_the_expected_run_from_being_drawn(kind: str, odd: int) -> None:
    figure = FIGURES[kind]()
    assert figure.learner is not None
    spoiled = dict.fromkeys(figure.learner, ODD_VALUES[odd])
    for learner in (spoiled, {}, *({**figure.learner, key: ODD_VALUES[odd]} for key in figure.learner)):
        view = drawn(replace(figure, learner=learner))
        assert view.drawing.rows if kind == "matrix" else view.drawing.expected.line
        for run in () if kind == "matrix" else (view.drawing.learner, view.drawing.expected):
            assert run is None or PATH_DATA.fullmatch(run.line + run.marks)


@pytest.mark.parametrize("kind", FIGURES)
def test_a_run_that_could_not_be_had_is_said(kind: str) -> None:
    view = drawn(replace(FIGURES[kind](), learner=None))
    assert not view.has_learner
    assert "could not be drawn" in view.notes[0]["en"]


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("expected", [{}, {"x": [1.0], "y": [], "points": 3}, {"names": 1, "values": 2}])
def test_a_course_whose_expected_values_cannot_be_drawn_gets_no_picture(kind: str, expected: dict[str, Any]) -> None:
    assert figure_view(replace(FIGURES[kind](), expected=expected), 1) is None


def test_the_paths_part_at_the_first_step_that_differs() -> None:
    points = adam_points(True)
    own = points.copy()
    own[7:] += 0.05
    view = drawn(replace(path_figure(), learner={"points": own}))
    assert view.notes[0] == {"en": "The two paths part at step 7.", "es": "Los dos recorridos se separan en el paso 7."}
    # The ring stands where they were together for the last time.
    marks = [float(value) for value in re.findall(r"-?[\d.]+", polyline(*_pixels(points[6:7])))]
    assert (view.drawing.parting.x, view.drawing.parting.y) == pytest.approx(marks, abs=0.2)


def _pixels(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    figure = path_figure().expected
    across = Scale(figure["x"].min(), figure["x"].max(), -2, 562)
    down = Scale(figure["y"].min(), figure["y"].max(), 348, 26)
    return across(points[:, 0]), down(points[:, 1])


def test_equal_runs_are_said_to_be_equal() -> None:
    same = replace(path_figure(), learner={"points": adam_points(True) * (1 + 1e-12)})
    assert drawn(same).drawing.parting is None
    assert drawn(same).notes[0]["en"] == "Both paths are the same, all 60 steps of them."
    schedule = schedule_figure()
    assert drawn(replace(schedule, learner=schedule.expected)).notes[0]["en"].startswith("Both curves are the same")


def test_a_path_that_leaves_the_picture_is_said_to() -> None:
    own = adam_points(True)
    own[20:] = 1e30
    own[40:] = np.nan
    view = drawn(replace(path_figure(), learner={"points": own}))
    assert view.notes[1]["en"] == "From step 20 on your path lies outside the picture."


def test_a_run_that_stops_early_parts_where_it_stops() -> None:
    view = drawn(replace(path_figure(), learner={"points": adam_points(True)[:9]}))
    assert view.notes[0]["en"] == "The two paths part at step 9."


def test_curves_part_at_a_value_of_their_axis() -> None:
    view = drawn(series_figure())
    assert view.notes[0] == {"en": "Where they part: step 2.", "es": "Se separan en: paso 2."}


def test_a_curve_that_dwarfs_the_expected_one_gets_a_logarithmic_scale() -> None:
    figure = series_figure()
    assert figure.learner is not None
    huge = {**figure.learner, "y": np.exp(np.arange(30.0))}
    ticks = [tick.label["en"] for tick in drawn(replace(figure, learner=huge)).drawing.y_ticks]
    assert "10⁶" in ticks


def test_reference_lines_are_named_and_a_hostile_name_is_only_a_name() -> None:
    (line,) = drawn(schedule_figure()).drawing.reference_lines
    assert line.name == "base_lr"
    figure = schedule_figure()
    odd = {"reference_lines": {"<b>": 0.5, "x": "y", "z": None, "n": float("nan")}}
    names = {line.name for line in drawn(replace(figure, expected={**figure.expected, **odd})).drawing.reference_lines}
    assert names == {"<b>"}


def test_the_name_of_a_line_moves_out_of_the_way_of_a_curve() -> None:
    """At the right where nothing is, further left where both runs end on the line."""
    figure = schedule_figure()
    step = np.arange(100.0)

    def place(values: np.ndarray) -> tuple[float, float]:
        runs = {
            "expected": {"x": step, "y": values, "reference_lines": {"floor": 0.1}},
            "learner": {"x": step, "y": values},
        }
        (line,) = drawn(replace(figure, **runs)).drawing.reference_lines
        return line.name_x, line.name_y - line.y

    assert place(np.linspace(0.1, 1.0, 100)) == (558, -4)
    right, _ = place(np.where(step < 50, 1.0, 0.1 + 0.05 * np.sin(step)))
    assert right < 400


def test_matrices_tell_signs_apart_by_class_and_name_the_greatest_difference() -> None:
    rows = drawn(matrix_figure()).drawing.rows
    assert [row.name for row in rows] == ["grad_w1", "grad_b1", "grad_w2", "grad_b2"]
    assert {name[:6] for name, _ in rows[0].learner.cells} == {"cell-m", "cell-p"}
    assert rows[1].difference.cells == ()
    assert rows[1].greatest == {"en": "0", "es": "0"}
    assert rows[3].greatest["en"] == "4.4"


def test_the_matrices_that_differ_are_named() -> None:
    assert drawn(matrix_figure()).notes == (
        {"en": "These differ: grad_w1, grad_b2.", "es": "No coinciden: grad_w1, grad_b2."},
    )
    figure = matrix_figure()
    assert drawn(replace(figure, learner=figure.expected)).notes[0]["en"] == "All of them are the same."
    assert figure.learner is not None
    missing = {"names": ["grad_w1"], "values": figure.learner["values"][1:2]}
    assert drawn(replace(figure, learner=missing)).notes[0]["en"].count("grad_") == 4


def test_a_matrix_with_holes_shows_them() -> None:
    figure = matrix_figure()
    assert figure.learner is not None
    broken = {**figure.learner, "values": [matrix * np.nan for matrix in figure.learner["values"]]}
    rows = drawn(replace(figure, learner=broken)).drawing.rows
    assert [name for name, _ in rows[0].learner.cells] == ["cell-nan"]


def test_isolines_of_one_ground_are_computed_once() -> None:
    isolines._isolines.cache_clear()
    drawn(path_figure())
    drawn(path_figure(None))
    assert isolines._isolines.cache_info().misses == 1
    assert isolines._isolines.cache_info().hits == 1


def test_a_ground_of_one_height_or_with_holes_is_no_trouble() -> None:
    figure = path_figure()
    for loss in (np.ones((56, 61)), np.full((56, 61), np.nan), np.where(np.eye(56, 61) > 0, np.nan, 1.0)):
        drawn(replace(figure, expected={**figure.expected, "loss": loss}))


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=30))
def test_path_data_has_numbers_only_and_starts_with_a_move(points: list[tuple[float, float]]) -> None:
    scale = Scale(-1.0, 1.0, 0.0, 500.0)
    x, y = (scale(np.array([point[axis] for point in points], dtype=np.float64)) for axis in (0, 1))
    made = polyline(x, y)
    assert PATH_DATA.fullmatch(made)
    assert made[:1] in ("", "M")
    assert "e" not in made
    assert "n" not in made


def test_the_two_marks_have_different_shapes() -> None:
    assert "a3" in circles([(1.0, 2.0)], 3)
    assert diamonds([(1.0, 2.0)], 3) == "M1.0 -1.0l3 3-3 3-3-3z"


@given(st.floats(-1e200, 1e200), st.floats(1e-6, 1e6))
def test_ticks_are_few_round_and_inside(low: float, width: float) -> None:
    scale = scale_over(np.array([low, low + width]), 0.0, 500.0)
    ticks = scale.ticks(5)
    assert 1 <= len(ticks) <= 12
    assert all(-1 <= tick.at <= 501 for tick in ticks)


SPARKS = '''
"""Sparks: a number of them, and nothing else."""

import msgspec

TEMPLATE = "sparks"


class Sparks(msgspec.Struct, frozen=True):
    count: int


def read(values):
    return Sparks(int(values["count"]))


read_run = read


def draw(expected, learner, figure):
    return expected, ()
'''


def test_a_new_kind_of_picture_is_a_module_and_a_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sparks.py").write_text(SPARKS, encoding="utf-8")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "sparks.html.j2").write_text("{{ figure.drawing.count }} sparks", encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    folders = [html.template_folder(), tmp_path]
    monkeypatch.setattr(html, "environment", lambda: html.make_environment(FileSystemLoader(folders)))
    assert "sparks" in kind_names()
    figure = replace(series_figure(), kind="sparks", expected={"count": 7}, learner={"count": 5})
    report = replace(REPORTS["failed"](), figures=(figure,))
    assert "7 sparks" in html.render_report(report, EXERCISE)


@pytest.mark.parametrize(
    ("kind", "values", "why"),
    [
        ("sparks", {}, "no figure of kind sparks; there are bundle, matrix, path, schedule, series"),
        ("path", None, "a table of values by name"),
        ("path", {"x": [0.0, 1.0]}, "arrays x and y, and loss"),
        ("path", {"x": [0.0, 1.0], "y": [0.0], "loss": [[1.0, 2.0]]}, "points"),
        ("series", {"x": [1.0], "y": [1.0, 2.0]}, "the same length"),
        ("schedule", {"x": [1.0], "y": [float("nan")]}, "a finite y"),
        ("matrix", {"names": ["w"]}, "values with an array"),
    ],
)
def test_what_a_harness_returns_amiss_is_said(kind: str, values: Any, why: str) -> None:
    found = objection(kind, values)
    assert found is not None
    assert why in found["en"]


@pytest.mark.parametrize("kind", FIGURES)
def test_what_can_be_drawn_has_no_objection(kind: str) -> None:
    assert objection(kind, FIGURES[kind]().expected) is None


def test_each_curve_of_a_bundle_is_named_where_it_ends_and_the_learners_where_it_ends_elsewhere() -> None:
    labels = drawn(bundle_figure()).drawing.end_labels
    assert sorted((label.name, label.side) for label in labels) == [
        ("he", "expected"), ("he2", "expected"), ("he2", "learner"), ("xavier", "expected"), ("xavier2", "expected"),
    ]  # fmt: skip
    heights = [label.y for label in labels]
    assert heights == sorted(heights)
    assert min(np.diff(heights)) >= 20
    assert 28 < heights[0] < heights[-1] < 346


def test_what_chance_may_do_to_a_curve_of_a_bundle_is_no_difference() -> None:
    figure = bundle_figure()
    (note,) = drawn(figure).notes
    assert "should: he2." in note["en"]
    (note,) = drawn(replace(figure, learner=figure.expected)).notes
    assert "apart from chance" in note["en"]
    assert figure.learner is not None
    fewer = {**figure.learner, "names": ["he"], "values": figure.learner["values"][:1]}
    assert "he2, xavier, xavier2" in drawn(replace(figure, learner=fewer)).notes[0]["en"]


@pytest.mark.parametrize("last", [0.0, float("inf"), float("nan"), 1e-300, 1e300, -1.0])
def test_a_curve_that_leaves_a_bundle_is_named_at_its_edge(last: float) -> None:
    figure = bundle_figure()
    assert figure.learner is not None
    curves = [np.append(curve[:-1], last) for curve in figure.learner["values"]]
    labels = drawn(replace(figure, learner={**figure.learner, "values": curves})).drawing.end_labels
    assert len(labels) == 8
    assert all(28 < label.y < 346 for label in labels)
