"""Exercise 15: its reference takes the step of one large batch, and what is said of accumulation is so."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import torch

from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "gradient_accumulation"
EXERCISE = course().exercise(SLUG)
reference = load(EXERCISE.solution / "gradient_accumulation.py")
KINDS = {
    "SGD": {"lr": 0.05, "momentum": 0.9},
    "Adam": {"lr": 0.01},
    "AdamW": {"lr": 0.01, "weight_decay": 0.1},
    "RMSprop": {"lr": 0.01},
}


def model() -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()


def drawn(seed: int, *rows: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(seed)
    return [(torch.randn(n, 3, generator=generator).double(), torch.randn(n, 2, generator=generator).double())
            for n in rows]  # fmt: skip


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", range(12))
def test_the_step_and_the_loss_are_those_of_one_large_batch(seed: int) -> None:
    kind = list(KINDS)[seed % len(KINDS)]
    own, twin = model(), None
    twin = deepcopy(own)
    mine, its = (getattr(torch.optim, kind)(m.parameters(), **KINDS[kind]) for m in (own, twin))
    for turn in range(3):
        group = drawn(10 * seed + turn, *((4, 4, 4), (1, 5, 2), (3,))[turn])
        loss = reference.accumulated_step(own, group, torch.nn.functional.mse_loss, mine)
        inputs, targets = (torch.cat(parts) for parts in zip(*group, strict=True))
        its.zero_grad()
        expected = torch.nn.functional.mse_loss(twin(inputs), targets)
        expected.backward()
        its.step()
        assert loss == pytest.approx(expected.item(), rel=1e-12)
    for a, b in zip(own.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-12)


def test_a_shorter_group_at_the_end_takes_a_step_of_its_own() -> None:
    """Item zero-grad-18: 14 batches by fours are four steps."""
    own = model()
    optimizer = torch.optim.SGD(own.parameters(), lr=0.01)
    losses = reference.train(own, drawn(0, *[2] * 14), torch.nn.functional.mse_loss, optimizer, 4)
    assert len(losses) == 4


def test_the_example_done_by_hand_is_right() -> None:
    weight = torch.nn.Linear(1, 1, bias=False).double()
    weight.weight.data.zero_()
    group = [(torch.ones(n, 1).double(), torch.full((n, 1), y).double()) for n, y in ((1, 3.0), (3, 1.0))]
    optimizer = torch.optim.SGD(weight.parameters(), lr=0.1)
    assert reference.accumulated_step(weight, group, torch.nn.functional.mse_loss, optimizer) == pytest.approx(3)
    assert weight.weight.item() == pytest.approx(0.3)


# ---------------------------------------------------------------- what is said of it


def test_with_class_weights_rows_one_by_one_give_the_unweighted_mean() -> None:
    """As the explanation and item zero-grad-21 say."""
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(6, 3, generator=generator), torch.tensor([0, 1, 2, 2, 1, 0])
    weighted = torch.nn.CrossEntropyLoss(weight=torch.tensor([1.0, 5.0, 0.2]))
    one_by_one = torch.stack([weighted(logits[i : i + 1], labels[i : i + 1]) for i in range(6)]).mean()
    torch.testing.assert_close(one_by_one, torch.nn.functional.cross_entropy(logits, labels))
    assert abs(weighted(logits, labels) - one_by_one) > 0.01


@pytest.mark.parametrize(("layer", "notices"), [("BatchNorm1d", True), ("LayerNorm", False), ("ReLU", False)])
def test_only_what_looks_across_rows_notices_the_cut(layer: str, notices: bool) -> None:
    """As the explanation and item zero-grad-20 say."""
    x = drawn(1, 8)[0][0]
    made = torch.nn.ReLU() if layer == "ReLU" else getattr(torch.nn, layer)(3).double()
    whole, parts = made(x), torch.cat([made(x[:2]), made(x[2:])])
    assert torch.allclose(whole, parts) is not notices


def test_equal_shares_give_a_single_row_beside_three_its_weight_twice() -> None:
    """Half instead of a quarter."""
    assert (1 / 2) / (1 / 4) == 2


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("scales_by_count", {"unequal_micro_batches_weigh_by_their_rows"}),
        ("loss_is_a_mean_of_means", {"returns_the_mean_over_all_rows"}),
        ("clears_only_afterwards", {"a_gradient_from_before_does_not_count"}),
        ("drops_the_short_group", {"what_is_left_over_makes_a_shorter_group"}),
        ("one_loss_a_batch", {"train_returns_one_loss_a_group"}),
        ("steps_by_hand", {"the_optimizer_takes_one_step_a_group", "train_steps_once_a_group"}),
    ],
)
def test_a_slip_costs_what_it_touches(name: str, checks: set[str]) -> None:
    assert failed(variants_at(SLUG, 0)[name]) == checks


@pytest.mark.parametrize(
    "pair",
    [
        ("scales_by_count", "loss_is_a_mean_of_means"),
        ("forgets_to_scale", "drops_the_short_group"),
        ("clears_only_afterwards", "one_loss_a_batch"),
    ],
)
def test_two_beliefs_at_once_are_both_named(pair: tuple[str, str]) -> None:
    assert named(grade(SLUG, variant(SLUG, *pair), 3)) == set(pair)


# ---------------------------------------------------------------- what is shown


def test_the_norm_rises_within_a_group_and_falls_to_zero_at_the_next() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_norm").own["y"]
    groups = np.array(seen).reshape(4, 4)
    assert (groups[:, 0] == 0).all()
    assert (groups[:, -1] > groups[:, 1]).all()


def test_the_trace_has_a_row_for_each_of_four_steps() -> None:
    rows = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "trace").own["rows"]
    assert rows.shape == (4, 4)
