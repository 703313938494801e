"""Exercise 4: its reference is PyTorch's own loop, and its checks accept what is right and nothing else."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import torch

from grader.results import Outcome
from tests.content.driver import course, examiner, grade
from tests.content.promises import failed, load, named, variants_at

SLUG = "zero_grad_bug"
EXERCISE = course().exercise(SLUG)
CATALOGUE = [entry.id for entry in EXERCISE.misconceptions]
OPTIMIZERS = {
    "SGD": {"lr": 0.05},
    "SGD with momentum": {"lr": 0.02, "momentum": 0.9, "nesterov": True},
    "Adam": {"lr": 0.01},
    "AdamW": {"lr": 0.01, "weight_decay": 0.1},
    "RMSprop": {"lr": 0.01},
}
CLEARS = "        optimizer.zero_grad()\n"
train = load(EXERCISE.solution / "zero_grad_bug.py").train


def without_clearing(line: str) -> str:
    """The reference with another line in the place of the one that clears."""
    assert EXERCISE.reference.count(CLEARS) == 1
    return EXERCISE.reference.replace(CLEARS, line)


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(50))
def test_losses_parameters_and_gradients_are_those_of_a_model_made_anew_for_each_batch(seed: int) -> None:
    """A fresh copy of the model has no gradient to add to: what it computes is the batch's own."""
    generator = torch.Generator().manual_seed(seed)
    name = list(OPTIMIZERS)[seed % len(OPTIMIZERS)]
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()
    batches = [
        (torch.randn(5, 3, generator=generator).double(), torch.randn(5, 2, generator=generator).double())
        for _ in range(6)
    ]
    loss_fn = torch.nn.functional.mse_loss
    twin = deepcopy(model)
    optimizers = [getattr(torch.optim, name.split()[0])(m.parameters(), **OPTIMIZERS[name]) for m in (model, twin)]
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    losses = []
    for inputs, targets in batches:
        losses += train(model, [(inputs, targets)], loss_fn, optimizers[0])
        fresh = deepcopy(twin)
        fresh.zero_grad()
        expected = loss_fn(fresh(inputs), targets)
        expected.backward()
        for of_twin, of_fresh, of_model in zip(twin.parameters(), fresh.parameters(), model.parameters(), strict=True):
            of_twin.grad = of_fresh.grad
            torch.testing.assert_close(of_model.grad, of_fresh.grad, rtol=1e-12, atol=1e-14)
        optimizers[1].step()
        assert losses[-1] == pytest.approx(expected.item(), rel=1e-12)
        for got, want in zip(model.parameters(), twin.parameters(), strict=True):
            torch.testing.assert_close(got, want, rtol=1e-12, atol=1e-14)
    assert all(type(loss) is float for loss in losses)


def test_the_example_done_by_hand_is_right_for_both_loops() -> None:
    """The brief's table: one weight, the slope of (w - 2)^2, steps of 0.1."""
    for source, expected in ((EXERCISE.reference, [0.4, 0.72, 0.976]), (EXERCISE.starter.decode(), [0.4, 1.12, 2.016])):
        loop: dict[str, object] = {}
        exec(source, loop)
        model = torch.nn.Linear(1, 1, bias=False).double()
        torch.nn.init.zeros_(model.weight)
        batch = (torch.ones(1, 1).double(), torch.full((1, 1), 2.0).double())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        seen = []
        optimizer.register_step_post_hook(lambda *_, seen=seen, model=model: seen.append(model.weight.item()))
        loop["train"](model, [batch] * 3, torch.nn.functional.mse_loss, optimizer)
        assert seen == pytest.approx(expected)


def test_a_step_without_gradients_differs_from_one_with_zeros_as_the_explanation_says() -> None:
    moved = {}
    for gradient in (None, torch.zeros(1)):
        weight = torch.nn.Parameter(torch.ones(1))
        optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9, weight_decay=0.1)
        weight.grad = torch.ones(1)
        optimizer.step()
        before = weight.item()
        weight.grad = gradient
        optimizer.step()
        moved[gradient is None] = weight.item() != before
    assert moved == {True: False, False: True}


def test_zero_grad_leaves_none_by_default_as_the_explanation_says() -> None:
    weight = torch.nn.Parameter(torch.ones(1))
    weight.grad = torch.ones(1)
    torch.optim.SGD([weight], lr=0.1).zero_grad()
    assert weight.grad is None


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("leaves_a_stale_gradient", "a_leftover_gradient_does_not_count"),
        ("trains_in_eval_mode", "the_model_stays_in_training_mode"),
    ],
)
def test_a_single_slip_costs_a_single_check(name: str, check: str) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == {check}


def test_the_starter_is_not_started_and_with_a_comment_it_never_clears() -> None:
    assert grade(SLUG, EXERCISE.starter, 0).outcome is Outcome.NOT_STARTED
    report = grade(SLUG, EXERCISE.starter + b"\n# I have looked at it.\n", 0)
    assert (report.outcome, named(report)) == (Outcome.FAILED, {"never_clears"})


@pytest.mark.parametrize("line", ["        optimizer.zero_grad\n", "        loss_fn.zero_grad = True\n"])
def test_a_line_that_looks_as_if_it_cleared_never_clears(line: str) -> None:
    assert named(grade(SLUG, without_clearing(line), 6)) == {"never_clears"}


def test_stepping_before_backward_is_a_matter_of_the_order() -> None:
    before = "        loss.backward()\n        optimizer.step()\n"
    assert EXERCISE.reference.count(before) == 1
    after = "        optimizer.step()\n        loss.backward()\n"
    report = grade(SLUG, EXERCISE.reference.replace(before, after), 6)
    assert named(report) == {"clears_between_backward_and_step"}


LOWERS = {
    "half, before the loop": "    losses = []\n    optimizer.param_groups[0]['lr'] /= 2\n",
    "a hundredth": "    losses = []\n    for g in optimizer.param_groups:\n        g['lr'] = g['lr'] * 0.01\n",
    "a fixed one": "    losses = []\n    for g in optimizer.param_groups:\n        g['lr'] = 1e-6\n",
}


@pytest.mark.parametrize("way", LOWERS)
@pytest.mark.parametrize("clearing", ["", CLEARS], ids=["never clearing", "clearing"])
def test_lowering_the_learning_rate_is_recognised_by_any_factor(way: str, clearing: str) -> None:
    source = without_clearing(clearing).replace("    losses = []\n", LOWERS[way])
    report = grade(SLUG, source, 7)
    assert (report.outcome, named(report)) == (Outcome.FAILED, {"lowers_learning_rate"})


REBUILDS = {
    "one of its own": "torch.optim.SGD(model.parameters(), lr=0.05)",
    "the same kind": "optimizer.__class__(model.parameters(), lr=optimizer.param_groups[0]['lr'])",
    "a copy without its state": "copy.copy(optimizer); optimizer.state = collections.defaultdict(dict)",
}


@pytest.mark.parametrize("way", REBUILDS)
def test_rebuilding_the_optimizer_is_recognised_whatever_it_is_made_of(way: str) -> None:
    source = without_clearing(f"        optimizer = {REBUILDS[way]}\n{CLEARS}")
    report = grade(SLUG, f"import collections, copy, torch\n{source}", 8)
    assert (report.outcome, named(report)) == (Outcome.FAILED, {"rebuilds_the_optimizer"})


BRINGS = {
    "of another kind": "torch.optim.Adam(model.parameters(), lr=1e-3)",
    "of the same kind": "torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]['lr'])",
    "a copy": "copy.deepcopy(optimizer)",
}


@pytest.mark.parametrize("clearing", ["", CLEARS], ids=["never clearing", "clearing"])
@pytest.mark.parametrize("way", BRINGS)
def test_one_optimizer_of_ones_own_is_no_new_one_in_each_batch(way: str, clearing: str) -> None:
    source = without_clearing(clearing).replace(
        "    losses = []\n", f"    optimizer = {BRINGS[way]}\n    losses = []\n"
    )
    report = grade(SLUG, f"import copy, torch\n{source}", 8)
    assert report.outcome is Outcome.FAILED
    assert "brings_its_own_optimizer" in named(report)
    assert "rebuilds_the_optimizer" not in named(report)


WRONG = {
    "skips the last batch": ("in batches:", "in batches[:-1]:"),
    "two steps a batch": ("optimizer.step()", "optimizer.step()\n        optimizer.step()"),
    "shuffles the batches": ("in batches:", "in batches[::-1]:"),
    "steps by hand": (
        "optimizer.step()",
        "[p.data.sub_(optimizer.param_groups[0]['lr'] * p.grad) for p in model.parameters()]",
    ),
    "clips the gradients": (
        "optimizer.step()",
        "[p.grad.clamp_(-0.1, 0.1) for p in model.parameters()]\n        optimizer.step()",
    ),
    "forgets the optimizer's state": ("optimizer.step()", "optimizer.step()\n        optimizer.state.clear()"),
    "returns a mean": ("return losses", "return [sum(losses) / len(losses)] * len(losses)"),
    "leaves the model in evaluation": ("return losses", "model.eval()\n    return losses"),
}


@pytest.mark.parametrize("way", WRONG)
def test_other_wrong_ways_do_not_pass_either(way: str) -> None:
    before, after = WRONG[way]
    assert EXERCISE.reference.count(before) == 1
    assert grade(SLUG, EXERCISE.reference.replace(before, after), 9).outcome is Outcome.FAILED


# ---------------------------------------------------------------- what is shown


def test_the_picture_shows_gradients_that_grow_where_they_pile_up() -> None:
    norms = {}
    for name, source in (("right", EXERCISE.reference.encode()), ("piled up", EXERCISE.starter + b"\n")):
        seen = examiner().observe(EXERCISE, source, "figure_gradient_norm").own
        assert seen["x"].shape == seen["y"].shape == (40,)
        norms[name] = seen["y"]
    assert norms["piled up"][0] == pytest.approx(norms["right"][0])
    assert norms["piled up"].max() > 3 * norms["right"].max()


def test_the_trace_tells_loss_gradient_and_a_parameter_of_each_step() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "trace").own
    assert seen["columns"] == ["step", "loss", "gradient_norm", "output_bias"]
    assert seen["rows"].shape == (12, 4)
    assert np.isfinite(seen["rows"]).all()
