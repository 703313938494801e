"""Exercise 1: its reference is PyTorch's autograd, and its checks accept what is right and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "backward_pass"
EXERCISE = course().exercise(SLUG)
CATALOGUE = {entry.id: entry for entry in EXERCISE.misconceptions}
SEEDS_OF_THE_ORACLE = range(50)
reference = load(EXERCISE.solution / "backward_pass.py")


def small_network(seed: int) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    rows, inputs, hidden, classes = (int(n) for n in rng.integers(2, 7, size=4))
    params = {
        "w1": rng.normal(size=(inputs, hidden)),
        "b1": rng.normal(size=hidden),
        "w2": rng.normal(size=(hidden, classes)),
        "b2": rng.normal(size=classes),
    }
    return rng.normal(size=(rows, inputs)), rng.integers(classes, size=rows), params


def edited(old: str, new: str) -> str:
    """The reference with one piece of it replaced."""
    assert EXERCISE.reference.count(old) == 1, old
    return EXERCISE.reference.replace(old, new)


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", SEEDS_OF_THE_ORACLE)
def test_gradients_of_a_network_are_those_of_autograd(seed: int) -> None:
    x, labels, params = small_network(seed)
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    hidden = torch.relu(torch.tensor(x) @ leaves["w1"] + leaves["b1"])
    logits = hidden @ leaves["w2"] + leaves["b2"]
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels)).backward()
    for name, grad in reference.mlp_backward(x, labels, params).items():
        np.testing.assert_allclose(grad, leaves[name].grad.numpy(), rtol=1e-10, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("seed", SEEDS_OF_THE_ORACLE)
def test_gradients_of_a_network_are_its_finite_differences(seed: int) -> None:
    """Central differences of a loss written here, without a line of the reference."""
    x, labels, params = small_network(seed)
    grads = reference.mlp_backward(x, labels, params)
    for name, value in params.items():
        for place in np.ndindex(value.shape):
            slope = _difference(lambda: _mean_loss(x, labels, params), value, place)
            assert grads[name][place] == pytest.approx(slope, rel=1e-5, abs=1e-8), (name, place)


@pytest.mark.parametrize("seed", SEEDS_OF_THE_ORACLE)
def test_a_linear_layer_goes_back_as_in_autograd(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, inputs, outputs = (int(n) for n in rng.integers(1, 6, size=3))
    x, weight = rng.normal(size=(rows, inputs)), rng.normal(size=(inputs, outputs))
    grad_out = rng.normal(size=(rows, outputs))
    leaves = [torch.tensor(value, requires_grad=True) for value in (x, weight, np.zeros(outputs))]
    (leaves[0] @ leaves[1] + leaves[2]).backward(torch.tensor(grad_out))
    for got, leaf in zip(reference.linear_backward(grad_out, x, weight), leaves, strict=True):
        np.testing.assert_allclose(got, leaf.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_the_relu_has_slope_zero_at_zero_as_in_torch() -> None:
    x = torch.tensor([[-1.0, -0.0, 0.0, 2.0]], requires_grad=True)
    torch.relu(x).backward(torch.full_like(x, 5.0))
    got = reference.relu_backward(np.full((1, 4), 5.0), x.detach().numpy())
    np.testing.assert_array_equal(got, x.grad.numpy())


@pytest.mark.parametrize("level", [-1000.0, 0.0, 1000.0])
def test_huge_logits_give_the_gradients_of_torch(level: float) -> None:
    logits = torch.tensor([[level, level + 1.0, level - 3.0], [level, level, level]], dtype=torch.float64)
    labels = torch.tensor([0, 2])
    leaf = logits.clone().requires_grad_()
    torch.nn.functional.cross_entropy(leaf, labels).backward()
    got = reference.softmax_cross_entropy_backward(logits.numpy(), labels.numpy())
    np.testing.assert_allclose(got, leaf.grad.numpy(), rtol=1e-10)


def test_the_full_network_has_as_many_gradients_as_torch_counts_parameters() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    params = {"w1": (784, 128), "b1": (128,), "w2": (128, 10), "b2": (10,)}
    zeros = {name: np.zeros(shape) for name, shape in params.items()}
    grads = reference.mlp_backward(np.zeros((1, 784)), np.array([3]), zeros)
    counted = sum(parameter.numel() for parameter in model.parameters())
    assert sum(grad.size for grad in grads.values()) == counted == 101_770


def test_the_examples_done_by_hand_are_right() -> None:
    """Those of the starter's docstrings; the last one is the brief's too."""
    solved = reference
    grads = solved.linear_backward(np.array([[2.0, -1.0]]), np.array([[3.0]]), np.array([[1.0, 4.0]]))
    assert [grad.tolist() for grad in grads] == [[[-2.0]], [[6.0, -3.0]], [2.0, -1.0]]
    grad = solved.relu_backward(np.array([[5.0, 5.0, -5.0]]), np.array([[-1.0, 0.0, 2.0]]))
    assert grad.tolist() == [[0.0, 0.0, -5.0]]
    grad = solved.softmax_cross_entropy_backward(np.zeros((2, 2)), np.array([0, 1]))
    assert grad.tolist() == [[-0.25, 0.25], [0.25, -0.25]]
    params = {
        "w1": np.array([[1.0]]),
        "b1": np.array([0.0]),
        "w2": np.array([[3.0, -1.0]]),
        "b2": np.array([-6.0, 2.0]),
    }
    grads = solved.mlp_backward(np.array([[2.0]]), np.array([0]), params)
    expected = {"w1": [[-4.0]], "b1": [-2.0], "w2": [[-1.0, 1.0]], "b2": [-0.5, 0.5]}
    assert {name: grad.tolist() for name, grad in grads.items()} == expected


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("no_batch_mean", "softmax_gradient_is_of_the_mean"),
        ("weight_gradient_transposed", "square_layer_is_not_transposed"),
        ("input_gradient_without_transpose", "square_layer_is_not_transposed"),
        ("relu_masks_upstream", "relu_blocks_negative_inputs"),
        ("relu_open_at_zero", "relu_is_flat_at_zero"),
        ("softmax_overflows", "softmax_survives_large_logits"),
        ("updates_the_weights", "backward_only_computes"),
        ("writes_into_its_inputs", "backward_only_computes"),
    ],
)
def test_a_wrong_way_fails_the_check_made_for_it(name: str, check: str) -> None:
    assert check in failed(variants_at(SLUG, 0)[name])


@pytest.mark.parametrize("name", ["relu_open_at_zero", "softmax_overflows", "updates_the_weights"])
def test_a_single_slip_costs_a_single_check(name: str) -> None:
    assert len(failed(variants_at(SLUG, 0)[name])) == 1


def test_a_learners_forward_counts_only_through_their_backward() -> None:
    """Nobody calls `mlp_forward` but the learner's own code: taking it away fails the network alone."""
    report = grade(SLUG, edited("def mlp_forward(", "def forward("), 0)
    assert failed(report) == {"network_returns_a_gradient_for_each_parameter"}


RETURN = 'return {"w1": grad_w1, "b1": grad_b1, "w2": grad_w2, "b2": grad_b2}'
STEPS = {
    "a new array in the same dict": """grads = {"w1": grad_w1, "b1": grad_b1, "w2": grad_w2, "b2": grad_b2}
    for name in grads:
        params[name] = params[name] - 1e-3 * grads[name]
    return grads""",
    "the weights instead of the gradients": """grads = {"w1": grad_w1, "b1": grad_b1, "w2": grad_w2, "b2": grad_b2}
    return {name: params[name] - 0.5 * grads[name] for name in grads}""",
    "in place, and nothing returned": """params["w1"] -= grad_w1
    params["b1"] -= grad_b1
    params["w2"] -= grad_w2
    params["b2"] -= grad_b2""",
}


@pytest.mark.parametrize("way", STEPS)
def test_updating_the_weights_is_recognised_with_any_rate_and_in_any_form(way: str) -> None:
    report = grade(SLUG, edited(RETURN, STEPS[way]), 4)
    assert named(report) == {"updates_the_weights"}


WRITES = {
    "relu": ("return grad_out * slope", "grad_out[~slope] = 0\n    return grad_out"),
    "softmax": ("exps = np.exp(shifted)", "logits -= logits.max(axis=1, keepdims=True)\n    exps = np.exp(logits)"),
    "linear": ("return grad_x, grad_weight, grad_bias", "x *= 0\n    return grad_x, grad_weight, grad_bias"),
    "network": (RETURN, f"x[0, 0] += 1\n    {RETURN}"),
}  # fmt: skip


@pytest.mark.parametrize("way", WRITES)
def test_writing_into_an_input_is_recognised_wherever_it_happens(way: str) -> None:
    report = grade(SLUG, edited(*WRITES[way]), 4)
    assert named(report) == {"writes_into_its_inputs"}


# ---------------------------------------------------------------- what the checks accept


def test_one_function_of_four_earns_its_own_points() -> None:
    """Somebody who has only written the ReLU is told so, and gets what it is worth."""
    source = EXERCISE.starter.decode().replace(
        'raise NotImplementedError("Exercise 1: relu_backward")', "return grad_out * (x > 0)"
    )
    passed = {check.id for check in grade(SLUG, source, 0).checks if check.outcome is Outcome.PASSED}
    assert passed == {"relu_blocks_negative_inputs", "relu_is_flat_at_zero"}


# ---------------------------------------------------------------- what is shown


def test_the_picture_holds_every_gradient_of_its_network() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_gradients").own
    assert seen["names"] == ["w1", "b1", "w2", "b2"]
    assert [value.shape for value in seen["values"]] == [(10, 8), (1, 8), (8, 5), (1, 5)]


def test_the_picture_survives_gradients_of_a_wrong_shape() -> None:
    seen = examiner().observe(EXERCISE, variant(SLUG, "bias_not_summed").encode(), "figure_gradients").own
    assert [value.shape for value in seen["values"]] == [(10, 8), (6, 8), (8, 5), (6, 5)]


def test_the_trace_tells_a_loss_that_falls() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "trace").own
    loss = seen["rows"][:, seen["columns"].index("loss")]
    assert seen["rows"].shape == (15, 5)
    assert np.all(np.diff(loss) < 0)


def _mean_loss(x: np.ndarray, labels: np.ndarray, params: dict[str, np.ndarray]) -> float:
    logits = np.maximum(x @ params["w1"] + params["b1"], 0) @ params["w2"] + params["b2"]
    losses = [np.log(np.sum(np.exp(row))) - row[label] for row, label in zip(logits, labels, strict=True)]
    return float(np.mean(losses))


def _difference(loss: Callable[[], float], value: np.ndarray, place: tuple[int, ...], nudge: float = 1e-6) -> float:
    kept = value[place]
    value[place] = kept + nudge
    above = loss()
    value[place] = kept - nudge
    below = loss()
    value[place] = kept
    return (above - below) / (2 * nudge)
