"""What the glossary says of gradients and optimizers is what PyTorch does; each test names the entry it backs."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
from torch import nn

from tests.content.torch_runs import GLOSSARY, default, steps, weight

# ------------------------------------------------------------------ gradients


def test_gradient_points_uphill_and_is_zero_at_a_minimum_the_model_depends_on():
    """Its sign says which way the loss rises; at the minimum it is zero, and the loss need not be."""
    for value, sign in ((5.0, 1), (1.0, -1), (3.0, 0)):
        w = weight(value)
        ((w - 3) ** 2 + 7).sum().backward()
        assert math.copysign(1, w.grad.item()) * (w.grad.item() != 0) == sign


def test_gradient_entries_do_not_add_up_to_the_loss():
    """A gradient is a sensitivity and not a share."""
    a, b = weight(2.0), weight(3.0)
    loss = (a * b).sum()
    loss.backward()
    assert a.grad.item() + b.grad.item() == 5.0
    assert loss.item() == 6.0


def test_loss_averages_over_the_batch_by_default():
    """The default reduction is the mean."""
    for kind in (nn.CrossEntropyLoss, nn.MSELoss, nn.BCEWithLogitsLoss):
        assert default(kind, "reduction") == "mean"


def test_backward_adds_to_grad_and_changes_no_weight():
    """Two passes leave twice the gradient, and the weight where it was."""
    w = weight(2.0)
    for _ in range(2):
        (3 * w).sum().backward()
    assert (w.grad.item(), w.item()) == (6.0, 2.0)


@pytest.mark.parametrize("clear", [torch.optim.Optimizer.zero_grad, nn.Module.zero_grad])
def test_zero_grad_sets_none_by_default(clear):
    """Since PyTorch 2.0."""
    assert default(clear, "set_to_none") is True


def test_zero_grad_touches_neither_weights_nor_optimizer_state():
    """The moments survive it."""
    w = weight(1.0)
    optimizer = torch.optim.Adam([w])
    steps(optimizer, w, [0.5, 0.7])
    before = copy.deepcopy((w.data, optimizer.state_dict()))
    optimizer.zero_grad()
    assert w.grad is None
    assert (w.data, optimizer.state_dict()) == before


@pytest.mark.parametrize("clear_first", [True, False])
def test_zero_grad_at_the_end_differs_only_where_a_stale_gradient_stood(clear_first):
    """Cleared last, the first step alone carries what stood there before the loop."""
    moves = {}
    for stale in (None, 5.0):
        w = weight(0.0, stale)
        optimizer = torch.optim.SGD([w], lr=1.0)
        seen = [w.item()]
        for _ in range(3):
            if clear_first:
                optimizer.zero_grad()
            w.sum().backward()
            optimizer.step()
            if not clear_first:
                optimizer.zero_grad()
            seen.append(w.item())
        moves[stale] = [after - before for before, after in pairwise(seen)]
    assert moves[None] == [-1, -1, -1]
    assert moves[5.0] == ([-1, -1, -1] if clear_first else [-6, -1, -1])


def test_gradient_accumulation_weighs_each_batch_by_its_share():
    """Exact with the shares n_k / n at unequal sizes; dividing by the number of batches is not."""
    x = torch.arange(1.0, 6.0, dtype=torch.float64)

    def gradient(parts: list[torch.Tensor], scale: Callable[[torch.Tensor], float]) -> float:
        w = weight(1.0)
        for part in parts:
            (((w * part) ** 2).mean() * scale(part)).backward()
        return w.grad.item()

    whole = gradient([x], lambda _: 1.0)
    parts = [x[:1], x[1:]]
    assert gradient(parts, lambda part: len(part) / len(x)) == pytest.approx(whole, rel=1e-12)
    assert gradient(parts, lambda _: 1 / 2) != pytest.approx(whole, rel=0.1)
    assert gradient([x[:2], x[2:4]], lambda _: 1 / 2) == pytest.approx(gradient([x[:4]], lambda _: 1.0), rel=1e-12)


def test_gradient_clipping_takes_one_norm_keeps_the_direction_and_never_enlarges():
    """By norm over all parameters; by value each entry on its own."""
    a, b = weight(0.0, 3.0), weight(0.0, 4.0)
    assert torch.nn.utils.clip_grad_norm_([a, b], max_norm=1.0).item() == pytest.approx(5.0)
    assert (a.grad.item(), b.grad.item()) == pytest.approx((0.6, 0.8), rel=1e-5)
    torch.nn.utils.clip_grad_norm_([a, b], max_norm=100.0)
    assert (a.grad.item(), b.grad.item()) == pytest.approx((0.6, 0.8), rel=1e-5)
    torch.nn.utils.clip_grad_value_([a, b], clip_value=0.7)
    assert (a.grad.item(), b.grad.item()) == pytest.approx((0.6, 0.7), rel=1e-5)


@pytest.mark.parametrize(("scale", "entry"), [(0.5, "vanishing-gradients"), (2.0, "exploding-gradients")])
def test_vanishing_and_exploding_gradients_are_powers_of_a_layers_factor(scale, entry):
    """Ten layers multiply the gradient ten times."""
    assert entry in GLOSSARY
    x = weight(1.0)
    out = x
    for _ in range(10):
        out = scale * out
    out.sum().backward()
    assert x.grad.item() == scale**10


# ----------------------------------------------------------------- optimizers


def test_optimizer_does_not_know_parameters_made_later_until_they_are_added():
    """A new parameter gets a gradient and stays; `add_param_group` moves it and keeps the old one's state."""
    old, new = weight(1.0), weight(1.0)
    optimizer = torch.optim.Adam([old], lr=0.1)
    (old + new).sum().backward()
    optimizer.step()
    assert (old.item() != 1.0, new.item()) == (True, 1.0)
    moments = optimizer.state[old]["exp_avg"].clone()
    optimizer.add_param_group({"params": [new]})
    assert torch.equal(optimizer.state[old]["exp_avg"], moments)
    optimizer.step()
    assert new.item() != 1.0
    assert not torch.optim.Adam([old, new]).state


def test_optimizer_step_passes_over_none_but_not_over_zeros():
    """With `None` nothing moves; with a tensor of zeros the velocity and the decay act."""
    for settings in ({"momentum": 0.9}, {"weight_decay": 0.1}):
        w = weight(1.0)
        optimizer = torch.optim.SGD([w], lr=0.1, **settings)
        (start,) = steps(optimizer, w, [1.0])
        w.grad = None
        optimizer.step()
        assert w.item() == start
        w.grad = torch.zeros_like(w)
        optimizer.step()
        assert w.item() < start


def test_sgd_is_lr_times_gradient_with_all_else_off():
    """Plain, the same for the same gradients, and with momentum, Nesterov and decay off by default."""
    w = weight(2.0)
    assert steps(torch.optim.SGD([w], lr=0.1), w, [0.5]) == [2.0 - 0.1 * 0.5]
    assert [default(torch.optim.SGD, name) for name in ("momentum", "dampening", "weight_decay", "nesterov")] == [
        0, 0, 0, False,
    ]  # fmt: skip


def momentum_by_hand(grads: list[float], etas: list[float], *, inside: bool) -> list[float]:
    w = v = 0.0
    seen = []
    for grad, eta in zip(grads, etas, strict=True):
        v = 0.9 * v + (eta * grad if inside else grad)
        w -= v if inside else eta * v
        seen.append(w)
    return seen


@pytest.mark.parametrize("changes_at", [None, 3])
def test_momentum_forms_agree_until_the_rate_changes(changes_at):
    """PyTorch's is the one with the rate outside; both agree while the rate is constant and part where it changes."""
    grads = [1.0, -2.0, 0.5, 3.0, 1.5, -1.0]
    etas = [0.1 if changes_at is None or step < changes_at else 0.01 for step in range(len(grads))]
    w = weight(0.0)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    ours = []
    for grad, eta in zip(grads, etas, strict=True):
        optimizer.param_groups[0]["lr"] = eta
        ours += steps(optimizer, w, [grad])
    outside, inside = (momentum_by_hand(grads, etas, inside=form) for form in (False, True))
    assert ours == pytest.approx(outside, rel=1e-12)
    apart = [index for index in range(len(grads)) if abs(outside[index] - inside[index]) > 1e-9]
    assert apart[:1] == ([] if changes_at is None else [changes_at])


def test_momentum_dampening_gives_an_average_that_starts_at_the_first_gradient():
    """The first velocity is the whole gradient; from the second on a factor 1 - dampening stands before the new one."""
    w = weight(0.0)
    optimizer = torch.optim.SGD([w], lr=1.0, momentum=0.9, dampening=0.9)
    assert steps(optimizer, w, [2.0]) == [-2.0]
    steps(optimizer, w, [4.0])
    assert optimizer.state[w]["momentum_buffer"].item() == pytest.approx(0.9 * 2.0 + 0.1 * 4.0)


def test_rmsprop_adds_epsilon_after_the_root_and_corrects_nothing():
    """One step by hand, with an epsilon large enough to see where it stands; and the documentation's warning."""
    w = weight(0.0)
    moved = steps(torch.optim.RMSprop([w], lr=0.1, alpha=0.9, eps=0.5), w, [2.0])[0]
    assert moved == pytest.approx(-0.1 * 2.0 / (math.sqrt(0.1 * 4.0) + 0.5), rel=1e-12)
    assert "TensorFlow interchanges these two operations" in " ".join((torch.optim.RMSprop.__doc__ or "").split())


def test_adagrad_divides_by_the_root_of_a_sum_that_only_grows():
    """Equal gradients give ever shorter steps, by the root of their number."""
    w = weight(0.0)
    values = [0.0, *steps(torch.optim.Adagrad([w], lr=0.1), w, [2.0] * 9)]
    lengths = [abs(after - before) for before, after in pairwise(values)]
    assert lengths == pytest.approx([0.1 / math.sqrt(count) for count in range(1, 10)], rel=1e-6)


# ----------------------------------------------------------------------- adam


@pytest.mark.parametrize("grad", [1e-3, 0.5, -7.0, 1e4])
def test_adam_first_step_is_about_lr_whatever_the_gradient(grad):
    """Its sign is against the gradient, its size the learning rate."""
    w = weight(0.0)
    assert steps(torch.optim.Adam([w], lr=0.01), w, [grad])[0] == pytest.approx(-math.copysign(0.01, grad), rel=1e-4)


@pytest.mark.parametrize("eps", [1e-8, 0.3])
def test_adam_corrects_first_and_adds_epsilon_outside_the_root(eps):
    """Its formulas, step by step; `None` weight decay by default."""
    grads = [0.4, -0.1, 0.25]
    w = weight(1.0)
    ours = steps(torch.optim.Adam([w], lr=0.1, eps=eps), w, grads)
    value, m, v, expected = 1.0, 0.0, 0.0, []
    for t, grad in enumerate(grads, 1):
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad**2
        value -= 0.1 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + eps)
        expected.append(value)
    assert ours == pytest.approx(expected, rel=1e-12)
    assert default(torch.optim.Adam, "weight_decay") == 0


def test_bias_correction_counts_from_one():
    """The first step has the count 1."""
    w = weight(0.0)
    optimizer = torch.optim.Adam([w])
    steps(optimizer, w, [1.0])
    assert optimizer.state[w]["step"].item() == 1


def test_adamw_takes_away_lr_lambda_w_beside_the_moments():
    """With zeros for a gradient only its decay is left, times the learning rate; Adam's goes through the moments."""
    w = weight(5.0)
    assert steps(torch.optim.AdamW([w], lr=0.1, weight_decay=0.2), w, [0.0])[0] == pytest.approx(5.0 - 0.1 * 0.2 * 5.0)
    assert default(torch.optim.AdamW, "weight_decay") == 0.01
    w = weight(5.0)
    assert steps(torch.optim.Adam([w], lr=0.1, weight_decay=0.2), w, [0.0])[0] == pytest.approx(5.0 - 0.1)
