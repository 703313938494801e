"""What briefs, beliefs and explanations say of NumPy and PyTorch is what they do; each test names the text it backs."""

from __future__ import annotations

import types
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from tests.content.driver import course, variant
from tests.content.torch_runs import steps, weight


def module(source: str) -> types.ModuleType:
    """The program `source`, run."""
    made = types.ModuleType("learner")
    exec(source, made.__dict__)
    return made


# ------------------------------------------------------------------ exercise 1


def test_softmax_overflows_fills_every_weight_with_nan_two_steps_later():
    """One row whose logits overflow: some weights at the next step, all of them at the one after."""
    learner = module(variant("backward_pass", "softmax_overflows"))
    rng = np.random.default_rng(0)
    params = {"w1": rng.normal(size=(6, 5)), "b1": rng.normal(size=5), "w2": rng.normal(size=(5, 4)), "b2": np.zeros(4)}
    x, labels = rng.normal(size=(3, 6)), np.array([0, 1, 2])
    x[0] *= 1e4
    shares = []
    for _ in range(2):
        with np.errstate(all="ignore"):
            grads = learner.mlp_backward(x, labels, params)
        params = {name: value - 0.1 * grads[name] for name, value in params.items()}
        shares.append(np.mean(np.isnan(np.concatenate([value.ravel() for value in params.values()]))))
    assert 0 < shares[0] < 1
    assert shares[1] == 1


def test_softmax_overflows_above_710_and_vanishes_far_below_zero():
    """`exp` in float64; 0/0 and infinity over infinity are `nan`."""
    with np.errstate(all="ignore"):
        assert np.exp(np.array([709.0, 710.0])).tolist()[1] == np.inf
        assert np.isfinite(np.exp(709.0))
        assert np.isnan(np.exp(-800.0) / np.exp(np.array([-800.0, -801.0])).sum())


@pytest.mark.parametrize("bias", [0.0, None])
def test_relu_open_at_zero_padding_gives_exact_zeros_where_biases_start_at_zero(bias):
    """A patch of nothing but padding, through a convolution; with PyTorch's own biases there is no exact zero."""
    torch.manual_seed(0)
    layer = nn.Conv2d(1, 8, 3)
    if bias is not None:
        nn.init.constant_(layer.bias, bias)
    zeros = (layer(torch.zeros(1, 1, 3, 3)) == 0).sum().item()
    assert zeros == (8 if bias == 0.0 else 0)


def test_backward_costs_as_much_for_all_slopes_as_two_passes_not_one_for_each():
    """The classifier of the brief has 101,770 parameters."""
    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    assert sum(p.numel() for p in model.parameters()) == 101_770


def test_no_batch_mean_makes_a_step_as_many_times_longer_as_the_batch_has_rows():
    """64 rows, 64 times."""
    logits = torch.randn(64, 10, dtype=torch.float64, requires_grad=True)
    labels = torch.randint(10, (64,))
    lengths = []
    for reduction in ("mean", "sum"):
        (grad,) = torch.autograd.grad(nn.functional.cross_entropy(logits, labels, reduction=reduction), logits)
        lengths.append(grad.norm().item())
    assert lengths[1] / lengths[0] == pytest.approx(64)


# ------------------------------------------------------------------ exercise 2


@pytest.mark.parametrize(("scaled", "behaves"), [(0.5, "one side"), (1.5, "bounces in"), (2.5, "bounces out")])
def test_on_a_bowl_each_step_multiplies_the_distance_by_one_minus_rate_times_curvature(scaled, behaves):
    """Below 1/c from one side; up to 2/c from both, and still nearer; beyond, farther each time."""
    curvature = 4.0
    w, path = weight(1.0), [1.0]
    optimizer = torch.optim.SGD([w], lr=scaled / curvature)
    for _ in range(6):
        optimizer.zero_grad()
        (curvature * w**2 / 2).sum().backward()
        optimizer.step()
        path.append(w.item())
    assert path == pytest.approx([(1 - scaled) ** step for step in range(7)])
    crosses, nears = path[1] < 0, abs(path[-1]) < 1
    assert {(False, True): "one side", (True, True): "bounces in", (True, False): "bounces out"}[
        crosses, nears
    ] == behaves


def test_turns_off_requires_grad_the_next_backward_raises():
    """It writes nothing: there is nothing left to differentiate."""
    w = weight(1.0)
    w.requires_grad_(False)
    with pytest.raises(RuntimeError, match="does not require grad"):
        w.sum().backward()


def test_the_sum_of_the_slope_examples_of_adds_and_uses_only_the_sign():
    """At w = 3 on w squared the slope is 6."""
    w = weight(3.0)
    (w**2).sum().backward()
    assert w.grad.item() == 6.0


# ------------------------------------------------------------------ exercise 3


@pytest.mark.parametrize(("beta", "enough"), [(0.9, 40), (0.999, 4000)])
def test_the_corrections_are_over_after_some_forty_steps_and_some_thousands(beta, enough):
    """Then the coefficients add up to 98 %; a quarter of the way they do not."""
    assert 1 - beta**enough > 0.98
    assert 1 - beta ** (enough // 4) < 0.7


def test_no_bias_correction_makes_the_first_step_three_times_and_later_ones_longer_still():
    """0.1 over the root of 0.001; the second step is longer, and longer than the third is wrong by less."""
    lengths = [(1 - 0.9**t) / (1 - 0.999**t) ** 0.5 for t in range(1, 11)]
    assert lengths[0] == pytest.approx(3.16, rel=0.01)
    assert all(length > lengths[0] for length in lengths[1:])


def test_only_one_correction_makes_the_first_step_thirty_times_longer_or_a_tenth():
    """m alone corrected: 31.6; v alone: 0.1."""
    assert pytest.approx(31.6, rel=0.001) == 1 / 0.001**0.5
    assert pytest.approx(0.1) == 1 - 0.9


def test_epsilon_inside_the_root_acts_as_its_root():
    """1e-8 as 1e-4, ten thousand times more; outside it hardly shows above 1e-6."""
    assert pytest.approx(1e4) == (1e-8) ** 0.5 / 1e-8
    assert 1e-6 / (1e-6 + 1e-8) > 0.99
    assert pytest.approx(0.5**0.5) == 1e-4 / (1e-8 + 1e-8) ** 0.5


def test_epsilon_hat_agrees_after_some_thousands_of_steps():
    """The factor that sets the two forms apart goes to 1: 74 % off at first with a gradient of 1e-7."""

    def denominator(t: int, *, hat: bool) -> float:
        return 1e-7 + 1e-8 / (1 - 0.999**t) ** 0.5 if hat else 1e-7 + 1e-8

    assert 1 - denominator(1, hat=False) / denominator(1, hat=True) == pytest.approx(0.74, abs=0.005)
    assert denominator(4000, hat=True) == pytest.approx(denominator(4000, hat=False), rel=2e-3)


def test_betas_swapped_leaves_the_scale_a_memory_of_ten_gradients_and_the_direction_one_of_a_thousand():
    """The mean age of what an average holds is beta / (1 - beta)."""
    assert [round(1 / (1 - beta)) for beta in (0.9, 0.999)] == [10, 1000]


def test_no_one_minus_beta_makes_sums_of_ten_and_a_thousand_times():
    """A geometric series each."""
    assert [round(sum(beta**step for step in range(20_000))) for beta in (0.9, 0.999)] == [10, 1000]


def test_adam_moves_by_its_rate_whatever_the_loss_is_multiplied_by():
    """A thousandfold loss, and gradients around 0.01: 0.1 a step."""
    for scale in (1.0, 1000.0):
        w = weight(0.0)
        assert abs(steps(torch.optim.Adam([w], lr=0.1), w, [0.01 * scale])[0]) == pytest.approx(0.1, rel=1e-4)


# ------------------------------------------------------------------ exercise 4


def gradient_norms(lr: float, count: int, *, clear: bool) -> list[float]:
    """The norm of the gradient of each step in the lesson's own network."""
    harness = module((course().exercise("zero_grad_bug").folder / "harness.py").read_text(encoding="utf-8"))
    model, batches = harness.lesson(count)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    norms = []
    for inputs, targets in batches:
        if clear:
            optimizer.zero_grad()
        nn.functional.mse_loss(model(inputs), targets).backward()
        norms.append(sum(p.grad.square().sum().item() for p in model.parameters()) ** 0.5)
        optimizer.step()
    return norms


def test_lowers_learning_rate_at_a_tiny_rate_cleared_norms_stay_and_summed_ones_rise_at_every_step():
    """The question that tells the two causes apart."""
    cleared, summed = (gradient_norms(2e-5, 12, clear=clear) for clear in (True, False))
    assert max(cleared) < 3 * min(cleared)
    assert all(later > former for former, later in pairwise(summed))
    assert summed[-1] > 5 * summed[0]


def test_lowers_learning_rate_a_high_rate_makes_norms_grow_in_a_right_loop_too():
    """So that growing norms alone do not tell the causes apart."""
    norms = gradient_norms(0.6, 5, clear=True)
    assert all(later > former for former, later in pairwise(norms))


def test_the_summed_norm_grows_at_first_and_then_swings():
    """As the caption of the picture says."""
    norms = gradient_norms(0.02, 40, clear=False)
    assert all(later > former for former, later in pairwise(norms[:5]))
    assert any(later < former for former, later in pairwise(norms[5:]))
    assert max(norms[5:]) < 2 * max(norms[:5])


# ------------------------------------------------------------------ exercise 5


def test_never_reaches_the_base_brings_the_base_one_step_late_and_without_a_jump():
    """Four steps of warmup in equal parts of a fifth."""
    learner = module(variant("warmup_schedule", "never_reaches_the_base"))
    assert [learner.warmup_lr(step, 1.0, 4) for step in range(6)] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 1.0])


@pytest.mark.parametrize("belief", ["starts_at_zero", "never_reaches_the_base"])
def test_schedules_03_both_beliefs_meet_the_base_first_at_step_ten(belief):
    """Ten steps of warmup: that is why step 10 is the answer of either."""
    learner = module(variant("warmup_schedule", belief))
    assert [learner.warmup_lr(step, 1.0, 10) >= 1.0 for step in range(9, 11)] == [False, True]


def test_keeps_growing_is_at_twice_the_base_after_twice_the_warmup():
    """And at a hundred times after a hundred."""
    learner = module(variant("warmup_schedule", "keeps_growing"))
    assert [learner.warmup_lr(step, 0.1, 10) for step in (19, 999)] == pytest.approx([0.2, 10.0])
