"""Exercise 7: its reference is PyTorch's optimizers over whole runs, and what is said of them is what they do."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "weight_decay"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "weight_decay.py")
STEPS = 50


def weight(values: np.ndarray) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.tensor(values))


def stepped(optimizer: torch.optim.Optimizer, grads: np.ndarray) -> np.ndarray:
    """The parameter after each step."""
    (parameter,) = optimizer.param_groups[0]["params"]
    points = []
    for grad in grads:
        parameter.grad = torch.tensor(grad)
        optimizer.step()
        points.append(parameter.detach().numpy().copy())
    return np.array(points)


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=4), rng.normal(size=(STEPS, 4))


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("decay", [0.0, 0.01, 0.5])
def test_sgd_decays_as_pytorch_does(seed: int, decay: float) -> None:
    start, grads = drawn(seed)
    param, own = start, []
    for grad in grads:
        param = reference.sgd_step(param, grad, 0.1, decay)
        own.append(param)
    expected = stepped(torch.optim.SGD([weight(start)], lr=0.1, weight_decay=decay), grads)
    np.testing.assert_allclose(np.array(own), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ["adam_step", "adamw_step"])
@pytest.mark.parametrize("decay", [0.0, 0.01, 0.5])
def test_both_adams_decay_as_pytorch_does(seed: int, name: str, decay: float) -> None:
    start, grads = drawn(seed)
    settings = {"lr": 0.05, "eps": 1e-6, "weight_decay": decay}
    kind = {"adam_step": torch.optim.Adam, "adamw_step": torch.optim.AdamW}[name]
    optimizer = kind([weight(start)], betas=(0.8, 0.99), **settings)
    param, m, v, own = start, np.zeros(4), np.zeros(4), []
    for t, grad in enumerate(grads, start=1):
        param, m, v = getattr(reference, name)(param, grad, m, v, t, beta1=0.8, beta2=0.99, **settings)
        own.append(param)
    np.testing.assert_allclose(np.array(own), stepped(optimizer, grads), rtol=1e-10, atol=1e-12)
    (state,) = optimizer.state.values()
    np.testing.assert_allclose(m, state["exp_avg"].numpy(), rtol=1e-10)
    np.testing.assert_allclose(v, state["exp_avg_sq"].numpy(), rtol=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_the_gradient_of_the_penalty_is_autograds(seed: int) -> None:
    start, grads = drawn(seed)
    parameter = weight(start)
    ((torch.tensor(grads[0]) * parameter).sum() + 0.3 * (parameter**2).sum()).backward()
    np.testing.assert_allclose(reference.l2_gradient(grads[0], start, 0.3), parameter.grad.numpy(), rtol=1e-12)


def test_the_example_done_by_hand_is_right() -> None:
    w, g, zero = np.full(1, 2.0), np.ones(1), np.zeros(1)
    assert reference.l2_gradient(g, w, 0.5) == 3
    assert reference.sgd_step(w, g, 0.1, 0.5) == pytest.approx(1.8)
    assert reference.adam_step(w, g, zero, zero, 1, lr=0.1, weight_decay=0.5)[0] == pytest.approx(1.9)
    assert reference.adamw_step(w, g, zero, zero, 1, lr=0.1, weight_decay=0.5)[0] == pytest.approx(1.8)


# ---------------------------------------------------------------- what is said of PyTorch


def penalized(kind: type[torch.optim.Optimizer], penalty: float, decay: float, **settings: object) -> np.ndarray:
    """Fifty steps on a loss of three weights, with a penalty in the loss or a decay in the optimizer."""
    parameter = weight(np.array([1.5, -2.0, 0.5]))
    optimizer = kind([parameter], lr=0.02, weight_decay=decay, **settings)
    scale, place = torch.tensor([1.0, 5.0, 0.2]), torch.tensor([0.5, 1.0, -1.0])
    for _ in range(STEPS):
        optimizer.zero_grad()
        (0.5 * (scale * (parameter - place) ** 2).sum() + penalty * (parameter**2).sum()).backward()
        optimizer.step()
    return parameter.detach().numpy()


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (torch.optim.SGD, {}),
        (torch.optim.SGD, {"momentum": 0.9}),
        (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
        (torch.optim.Adam, {}),
        (torch.optim.RMSprop, {}),
        (torch.optim.Adagrad, {}),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_half_the_penalty_and_the_decay_agree_wherever_the_decay_is_in_the_gradient(
    kind: type[torch.optim.Optimizer], settings: dict
) -> None:
    np.testing.assert_allclose(penalized(kind, 0.15, 0.0, **settings), penalized(kind, 0.0, 0.3, **settings), rtol=1e-9)


def test_adamw_parts_from_the_penalty() -> None:
    apart = np.abs(penalized(torch.optim.AdamW, 0.15, 0.0) - penalized(torch.optim.AdamW, 0.0, 0.3))
    assert apart.max() > 0.05


def test_the_other_order_within_adamw_is_two_and_a_half_in_ten_thousand_off() -> None:
    """As the explanation and a misconception say: fifty steps at rate 0.01 and decay 0.05, all the same way."""
    right = moved = np.ones(1)
    states = [(np.zeros(1), np.zeros(1))] * 2
    for t in range(1, STEPS + 1):
        right, *states[0] = reference.adamw_step(right, np.ones(1), *states[0], t, lr=0.01, weight_decay=0.05)
        moved, *states[1] = reference.adamw_step(moved, np.ones(1), *states[1], t, lr=0.01, weight_decay=0.0)
        moved = moved * (1 - 0.01 * 0.05)
    assert abs(right - moved).item() == pytest.approx(2.5e-4, rel=0.05)


@pytest.mark.parametrize(("kind", "ratio"), [(torch.optim.Adam, 0.01), (torch.optim.AdamW, 1.0)])
def test_a_thousandfold_loss_leaves_adam_hardly_any_decay(kind: type[torch.optim.Optimizer], ratio: float) -> None:
    """As the explanation and item regularization-20 say: what the decay adds to fifty steps, before and after."""
    pulls = []
    for scale in (1.0, 1000.0):
        grads = scale * np.random.default_rng(0).normal(size=(STEPS, 1))
        with_it, without = (
            stepped(kind([weight(np.full(1, 3.0))], lr=0.01, weight_decay=decay), grads)[-1] for decay in (0.1, 0.0)
        )
        pulls.append((without - with_it).item())
    assert pulls[0] > 0.01
    assert pulls[1] / pulls[0] == pytest.approx(1.0, rel=0.05) if ratio == 1.0 else pulls[1] / pulls[0] < ratio


def test_adam_that_loads_the_state_of_adamw_decays_apart() -> None:
    """As the explanation and item regularization-24 say."""
    first, second = weight(np.full(1, 2.0)), weight(np.full(1, 2.0))
    source = torch.optim.AdamW([first], lr=0.1, weight_decay=0.05)
    stepped(source, np.zeros((1, 1)))
    loaded = torch.optim.Adam([second], lr=0.1)
    loaded.load_state_dict(source.state_dict())
    assert stepped(loaded, np.zeros((1, 1)))[-1] == pytest.approx(2 * (1 - 0.1 * 0.05))


def test_the_defaults_are_what_the_brief_says() -> None:
    """And item regularization-22."""
    kinds = (torch.optim.Adam, torch.optim.AdamW)
    assert [kind([weight(np.ones(1))]).param_groups[0]["weight_decay"] for kind in kinds] == [0, 0.01]


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("forgets_the_two", {"penalty_adds_twice_the_weight", "in_sgd_half_the_decay_is_the_penalty"}),
        ("no_decay_unless_asked", {"decays_by_a_hundredth_unless_told"}),
        ("changes_its_inputs", {"leaves_its_inputs_alone"}),
    ],
)
def test_a_slip_costs_what_it_touches(name: str, checks: set[str]) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == checks


@pytest.mark.parametrize(
    "pair",
    [
        ("forgets_the_two", "couples_in_adamw"),
        ("factor_two_in_sgd", "factor_two_in_adam"),
        ("decay_without_the_rate", "adamw_decay_without_the_rate"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


def test_the_penalty_alone_earns_its_own_points() -> None:
    source = EXERCISE.starter.decode().replace(
        'raise NotImplementedError("Exercise 7: l2_gradient")', "return grad + 2 * penalty * param"
    )
    report = grade(SLUG, source, 0)
    assert (report.outcome, report.points) == (Outcome.FAILED, 0)


# ---------------------------------------------------------------- what is shown


def test_the_path_ends_short_of_the_minimum() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_path").own
    end, minimum = seen["points"][-1], seen["minimum"]
    assert (np.abs(end) < np.abs(minimum)).all()
    assert abs(minimum - end)[0] > 0.1


def test_adam_and_adamw_part_from_the_first_step_on() -> None:
    gap = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_gap").own["y"]
    assert gap[0] == 0
    assert (gap[1:] > 1e-3).all()


def test_the_trace_shows_two_rules_while_the_third_is_to_be_written() -> None:
    source = EXERCISE.reference.replace(
        "    return param - lr * (grad + weight_decay * param)", "    raise NotImplementedError"
    )
    seen = examiner().observe(EXERCISE, source.encode(), "trace").own
    assert seen["columns"] == ["step", "sgd", "adam", "adamw"]
    assert np.isnan(seen["rows"][:, 1]).all()
    assert np.isfinite(seen["rows"][:, [0, 2, 3]]).all()
