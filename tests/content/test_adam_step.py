"""Exercise 3: its reference is torch.optim.Adam, and its checks accept what is right and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "adam_step"
EXERCISE = course().exercise(SLUG)
CATALOGUE = [entry.id for entry in EXERCISE.misconceptions]
DEMO = Path(__file__).parents[2] / "templates" / "demo_adam_step.py"
adam_step = load(EXERCISE.solution / "adam_step.py").adam_step


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(50))
def test_many_steps_of_several_parameters_are_those_of_torch(seed: int) -> None:
    """Gradients from 1e-7 to 1e2, and settings far from the usual ones as well as those."""
    rng = np.random.default_rng(seed)
    own = {
        "lr": 0.02,
        "beta1": rng.uniform(0.1, 0.95),
        "beta2": rng.uniform(0.8, 0.999),
        "eps": 10.0 ** rng.integers(-9, -2),
    }
    settings = own if seed % 2 else {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    shapes = [(3,), (2, 3), (1,)]
    params = [rng.normal(size=shape) for shape in shapes]
    moments = [(np.zeros(shape), np.zeros(shape)) for shape in shapes]
    weights = [torch.nn.Parameter(torch.tensor(param)) for param in params]
    betas = (settings["beta1"], settings["beta2"])
    optimizer = torch.optim.Adam(weights, lr=settings["lr"], betas=betas, eps=settings["eps"])
    for t in range(1, 61):
        for i, shape in enumerate(shapes):
            grad = rng.normal(size=shape) * 10.0 ** rng.integers(-7, 3, size=shape)
            weights[i].grad = torch.tensor(grad)
            params[i], *moments[i] = adam_step(params[i], grad, *moments[i], t, **settings)
        optimizer.step()
        for param, weight in zip(params, weights, strict=True):
            np.testing.assert_allclose(param, weight.detach().numpy(), rtol=1e-11, atol=1e-13)
    for (m, v), weight in zip(moments, weights, strict=True):
        np.testing.assert_allclose(m, optimizer.state[weight]["exp_avg"].numpy(), rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(v, optimizer.state[weight]["exp_avg_sq"].numpy(), rtol=1e-11, atol=1e-18)


def test_the_defaults_are_those_of_torch() -> None:
    defaults = torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]).defaults
    betas = adam_step.__defaults__[1:3]
    assert adam_step.__defaults__ == (defaults["lr"], *betas, defaults["eps"])
    assert betas == defaults["betas"]


def test_the_example_done_by_hand_is_right() -> None:
    param, m, v = adam_step(np.array([1.0]), np.array([4.0]), np.zeros(1), np.zeros(1), 1, lr=0.1)
    assert [m.item(), v.item(), param.item()] == pytest.approx([0.4, 0.016, 0.9])


def test_the_efficient_form_is_off_by_74_percent_where_its_explanation_says_so() -> None:
    zero, tiny = np.zeros(1), np.full(1, 1e-7)
    right = -adam_step(zero, tiny, zero, zero, 1)[0].item()
    source: dict[str, object] = {}
    exec(variant(SLUG, "epsilon_hat"), source)
    other = -source["adam_step"](zero, tiny, zero, zero, 1)[0].item()
    assert (right - other) / right == pytest.approx(0.74, abs=0.005)


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("epsilon_inside_root", "epsilon_counts_for_tiny_gradients"),
        ("epsilon_hat", "epsilon_counts_for_tiny_gradients"),
        ("epsilon_of_its_own", "epsilon_counts_for_tiny_gradients"),
        ("rate_of_its_own", "first_step_has_size_lr"),
        ("betas_of_its_own", "each_beta_has_its_own_average"),
        ("changes_its_inputs", "leaves_its_inputs_alone"),
        ("returns_only_the_parameter", "returns_three_arrays"),
    ],
)
def test_a_single_slip_costs_a_single_check(name: str, check: str) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == {check}


def test_the_efficient_form_is_called_a_convention() -> None:
    (diagnosis,) = variants_at(SLUG, 0)["epsilon_hat"].diagnosis
    assert [belief.kind for belief in diagnosis.beliefs] == ["convention"]


@pytest.mark.parametrize(
    "pair",
    [
        ("no_bias_correction", "epsilon_inside_root"),
        ("only_m_corrected", "betas_swapped"),
        ("no_one_minus_beta", "gradient_not_squared"),
        ("t_one_ahead", "m_and_v_returned_swapped"),
        ("epsilon_inside_root", "changes_its_inputs"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


WRITES = {
    "m": ("m = beta1 * m + (1 - beta1) * grad", "m *= beta1\n    m += (1 - beta1) * grad"),
    "v": ("v = beta2 * v + (1 - beta2) * grad**2", "v *= beta2\n    v += (1 - beta2) * grad**2"),
    "param": ("param = param - lr", "param -= lr"),
    "grad": ("return param, m, v", "grad.fill(0.0)\n    return param, m, v"),
}


@pytest.mark.parametrize("argument", WRITES)
def test_writing_into_an_input_is_recognised_whichever_it_is(argument: str) -> None:
    before, after = WRITES[argument]
    assert EXERCISE.reference.count(before) == 1
    report = grade(SLUG, EXERCISE.reference.replace(before, after), 4)
    assert (failed(report), named(report)) == ({"leaves_its_inputs_alone"}, {"changes_its_inputs"})


def test_writing_into_an_input_is_told_beside_what_it_does_not_explain() -> None:
    source = EXERCISE.reference.replace("param = param - lr", "param += 3 * lr").replace("grad**2", "abs(grad) ** 1.5")
    (told,) = grade(SLUG, source, 4).diagnosis
    assert [belief.id for belief in told.beliefs] == ["changes_its_inputs"]
    assert told.partial


def test_the_wrong_attempt_of_the_demo_has_one_belief_only() -> None:
    report = grade(SLUG, DEMO.read_text(encoding="utf-8"), 5)
    assert (report.outcome, named(report)) == (Outcome.FAILED, {"no_bias_correction"})


# ---------------------------------------------------------------- what is shown


def test_the_path_leads_down_to_the_minimum() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_path").own
    assert seen["points"].shape == (61, 2)
    assert np.linalg.norm(seen["points"][-1] - seen["minimum"]) < 0.2
    assert seen["loss"].shape == (seen["y"].size, seen["x"].size)


@pytest.mark.parametrize("name", ["reference", "no_bias_correction", "adds_the_step"])
def test_most_of_a_path_lies_within_its_frame(name: str) -> None:
    source = EXERCISE.reference if name == "reference" else variant(SLUG, name)
    seen = examiner().observe(EXERCISE, source.encode(), "figure_path").own
    inside = [seen["x"][0] <= x <= seen["x"][-1] and seen["y"][0] <= y <= seen["y"][-1] for x, y in seen["points"]]
    assert sum(inside) >= {"reference": 61, "no_bias_correction": 50}.get(name, 2)


def test_the_trace_starts_with_a_step_of_size_lr() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "trace").own
    assert seen["columns"] == ["step", "grad", "m", "v", "param"]
    assert seen["rows"][0] == pytest.approx([1.0, 1.0, 0.1, 0.001, 0.9])
