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


def test_at_three_on_the_curve_w_squared_the_slope_is_six():
    """As the question of `adds` has it."""
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


# ------------------------------------------------- what the programs of beliefs do


def one_row_each(belief: str, logits: list[list[float]], labels: list[int]) -> np.ndarray:
    """The gradient of the logits that a learner with this belief gets."""
    learner = module(variant("backward_pass", belief))
    with np.errstate(all="ignore"):
        return learner.softmax_cross_entropy_backward(np.array(logits, dtype=float), np.array(labels))


LOGITS, LABELS = [[1.0, 0.0, -1.0], [0.0, 2.0, 1.0], [0.5, 0.5, 0.0], [2.0, 1.0, 0.0]], [0, 2, 1, 0]


def right_gradient() -> np.ndarray:
    logits = torch.tensor(LOGITS, dtype=torch.float64, requires_grad=True)
    nn.functional.cross_entropy(logits, torch.tensor(LABELS)).backward()
    return logits.grad.numpy()


@pytest.mark.parametrize(("belief", "factor"), [("no_batch_mean", 4), ("averages_over_every_element", 1 / 3)])
def test_wrong_means_scale_the_gradient_by_the_rows_or_the_classes(belief, factor):
    """Four rows and three classes."""
    assert one_row_each(belief, LOGITS, LABELS) == pytest.approx(factor * right_gradient())


def test_the_rows_of_the_gradient_add_up_to_zero_with_one_negative_number():
    """Probabilities less the one-hot labels; the slope of a logarithm alone is minus one over the probability."""
    found = right_gradient()
    assert found.sum(axis=1) == pytest.approx(0, abs=1e-15)
    assert (found < 0).sum(axis=1).tolist() == [1] * 4
    p = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
    (-p.log()).backward()
    assert p.grad.item() == pytest.approx(-1 / 0.1)


def test_divides_only_the_probabilities_pushes_the_right_class_more_than_n_times_as_hard():
    """As hard as all others together are pushed down, N times and more."""
    for row, label in zip(one_row_each("divides_only_the_probabilities", LOGITS, LABELS), LABELS, strict=True):
        assert -row[label] > 4 * (row.sum() - row[label])


def test_one_hot_in_every_row_gives_four_ones_for_two_labels():
    """Right would be two."""
    ones = np.zeros((2, 3))
    ones[:, [0, 2]] = 1.0
    assert ones.sum() == 4
    assert np.eye(3)[[0, 2]].sum() == 2


def test_one_maximum_for_the_batch_leaves_nothing_of_a_lower_row():
    """The rows [1000, 1001] and [0, 1]."""
    found = one_row_each("one_maximum_for_the_batch", [[1000.0, 1001.0], [0.0, 1.0]], [0, 0])
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1]).all()


def test_softmax_down_the_batch_gives_a_lone_example_probability_one_everywhere():
    """So that its gradient is 1 in every class but the right one."""
    assert one_row_each("softmax_down_the_batch", [[3.0, 1.0, 2.0]], [1]).tolist() == [[1.0, 0.0, 1.0]]


@pytest.mark.parametrize(("belief", "part"), [("bias_averaged", "bias"), ("averages_again", "weight")])
def test_a_second_mean_makes_a_gradient_n_times_too_small(belief, part):
    """Five rows."""
    rng = np.random.default_rng(1)
    grad_out, x, weights = rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), rng.normal(size=(2, 3))
    found = module(variant("backward_pass", belief)).linear_backward(grad_out, x, weights)
    right = {"weight": x.T @ grad_out, "bias": grad_out.sum(axis=0)}
    assert found[{"weight": 1, "bias": 2}[part]] == pytest.approx(right[part] / 5)


@pytest.mark.parametrize("value", [0.1, 3.0, 5.0, 100.0])
def test_the_relu_has_slope_one_wherever_it_is_open(value):
    """Whatever went in."""
    x = torch.tensor(value, requires_grad=True)
    x.relu().backward()
    assert x.grad.item() == 1.0


def test_multiplying_in_place_changes_the_other_name_and_a_product_does_not():
    """`b = a; b *= 0`, and `b = a * 0`; and `b += [2]` on a list."""
    a = np.ones(2)
    b = a
    b *= 0
    assert a.tolist() == [0, 0]
    c = [1]
    d = c
    d += [2]
    assert c == [1, 2]


def test_the_way_back_costs_up_to_twice_the_way_there():
    """Multiplications, as torch counts them, in the classifier of the brief."""
    from torch.utils.flop_counter import FlopCounterMode

    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    counts = []
    for go_back in (False, True):
        with FlopCounterMode(display=False) as counter:
            loss = nn.functional.cross_entropy(model(torch.zeros(8, 784)), torch.zeros(8, dtype=torch.long))
            if go_back:
                loss.backward()
        counts.append(counter.get_total_flops())
    assert 1 <= (counts[1] - counts[0]) / counts[0] <= 2


def test_a_tensor_of_two_numbers_is_neither_true_nor_false():
    """And one of a single zero is false."""
    with pytest.raises(RuntimeError, match="more than one value"):
        bool(torch.tensor([1.0, 2.0]))
    assert not bool(torch.tensor([0.0]))


def test_epsilon_forgotten_divides_zero_by_zero():
    """A gradient that has always been 0."""
    learner = module(variant("adam_step", "epsilon_forgotten"))
    with np.errstate(all="ignore"):
        param, _, _ = learner.adam_step(np.ones(1), np.zeros(1), np.zeros(1), np.zeros(1), 1)
    assert np.isnan(param).all()


@pytest.mark.parametrize("factor", [10.0, 100.0])
def test_no_root_makes_the_step_for_a_larger_gradient_shorter_in_proportion(factor):
    """With the root the size cancels."""
    learner = module(variant("adam_step", "no_root"))
    lengths = [
        1 - learner.adam_step(np.ones(1), np.array([g]), np.zeros(1), np.zeros(1), 1)[0][0] for g in (2, 2 * factor)
    ]
    assert lengths[0] / lengths[1] == pytest.approx(factor)


def test_never_clearing_is_momentum_with_a_factor_of_one():
    """The same path to the last digit."""
    paths = []
    for momentum in (0.0, 1.0):
        w = weight(0.0)
        optimizer = torch.optim.SGD([w], lr=0.1, momentum=momentum)
        path = []
        for _ in range(8):
            if momentum:
                optimizer.zero_grad()
            ((w - 2) ** 2).sum().backward()
            optimizer.step()
            path.append(w.item())
        paths.append(path)
    assert paths[0] == pytest.approx(paths[1])


RATES = {  # belief: step, and the rate it gives there; base 1, four steps of warmup, twelve in all, minimum 0.1
    "rises_from_the_minimum": (0, 0.1 + 0.9 / 4),
    "cosine_from_step_zero": (4, 0.1 + 0.9 * 0.75),
    "cosine_ahead_of_itself": (4, 0.1 + 0.9 * 0.5),
    "minimum_one_step_early": (11, 0.1),
    "climbs_again": (16, 0.55),
    "minimum_added_on_top": (4, 1.1),
    "whole_cosine": (8, 0.1),
    "cosine_not_halved": (4, 0.1 + 0.9 * 2),
    "cosine_upside_down": (4, 0.1),
    "straight_fall": (6, 0.1 + 0.9 * 0.75),
    "starts_at_zero": (0, 0.0),
    "integer_division": (2, 0.0),
    "floor_of_the_rate": (2, 0.0),
    "ignores_the_minimum": (12, 0.0),
}


@pytest.mark.parametrize("belief", RATES)
def test_the_rate_that_a_belief_about_the_schedule_gives(belief):
    """Where its explanation or its question looks."""
    step, expected = RATES[belief]
    learner = module(variant("warmup_schedule", belief))
    assert learner.warmup_cosine_lr(step, 1.0, 4, 12, 0.1) == pytest.approx(expected, abs=1e-12)


def test_cosine_too_long_still_has_a_third_of_its_way_to_go_at_the_end():
    """Of twelve steps four are warmup: eight remain, and the last of them stands at 7/12."""
    learner = module(variant("warmup_schedule", "cosine_too_long"))
    assert learner.warmup_cosine_lr(11, 1.0, 4, 12) == pytest.approx((1 + np.cos(np.pi * 7 / 12)) / 2)


def test_divides_by_zero_without_warmup_raises_and_the_reference_gives_the_base():
    """Zero steps of warmup."""
    with pytest.raises(ZeroDivisionError):
        module(variant("warmup_schedule", "divides_by_zero_without_warmup")).warmup_lr(0, 1.0, 0)
    assert module(course().exercise("warmup_schedule").reference).warmup_lr(0, 1.0, 0) == 1.0


def test_python_divides_three_by_four_in_two_ways():
    """`3 / 4`, `3 // 4`, and a float rounded down."""
    assert (3 / 4, 3 // 4, 0.1 * 3 // 4) == (0.75, 0, 0.0)


def test_the_cosine_runs_from_one_to_minus_one_and_back():
    """At 0, half of pi, pi and twice pi."""
    assert np.cos([0, np.pi / 2, np.pi, 2 * np.pi]) == pytest.approx([1, 0, -1, 1], abs=1e-15)


def test_adam_13_a_rate_of_a_half_trains_sgd_and_sends_adam_off():
    """One small network, and PyTorch's own default for Adam."""
    ends = {}
    for kind in (torch.optim.SGD, torch.optim.Adam):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 128), nn.ReLU(), nn.Linear(128, 3))
        x, y = torch.randn(64, 4), torch.randint(3, (64,))
        optimizer = kind(model.parameters(), lr=0.5)
        losses = []
        for _ in range(30):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        ends[kind] = losses
    assert ends[torch.optim.SGD][-1] < ends[torch.optim.SGD][0]
    assert max(ends[torch.optim.Adam]) > 5 * ends[torch.optim.Adam][0]
    assert torch.optim.Adam([weight(0.0)]).defaults["lr"] == 1e-3


# ------------------------------------------------------------------ words of the briefs


def test_softmax_makes_rows_that_add_up_to_one_and_do_not_change_when_shifted():
    """As its entry in the glossary says, and its formula."""
    logits = torch.tensor([[3.0, 1.0, -2.0]], dtype=torch.float64)
    found = torch.softmax(logits, dim=1)
    assert found.sum().item() == pytest.approx(1)
    assert torch.softmax(logits + 5, dim=1).numpy() == pytest.approx(found.numpy())
    assert found.numpy() == pytest.approx((logits.exp() / logits.exp().sum()).numpy())


def test_cross_entropy_is_minus_the_logarithm_of_the_right_probability():
    """And takes logits."""
    logits = torch.tensor([[3.0, 1.0, -2.0]], dtype=torch.float64)
    found = nn.functional.cross_entropy(logits, torch.tensor([1]))
    assert found.item() == pytest.approx(-torch.softmax(logits, dim=1)[0, 1].log().item())


def test_one_hot_has_a_one_in_its_place_and_zeros_elsewhere():
    """By an identity, as in exercise 1."""
    assert np.eye(3)[[1]].tolist() == [[0, 1, 0]]


def test_relu_is_the_larger_of_the_number_and_zero_with_slope_zero_at_zero():
    """Forward and back."""
    z = torch.tensor([-2.0, 0.0, 3.0], requires_grad=True)
    h = torch.relu(z)
    h.sum().backward()
    assert (h.tolist(), z.grad.tolist()) == ([0, 0, 3], [0, 0, 1])


def test_epsilon_is_1e_minus_8_by_default():
    """In Adam."""
    assert torch.optim.Adam([weight(0.0)]).defaults["eps"] == 1e-8


def test_correction_without_the_power_ends_with_means_ten_and_a_thousand_times_too_large():
    """A constant gradient of 2 for thousands of steps: the step is 10 over the root of 1000 of what it should be."""
    learner = module(variant("adam_step", "correction_without_the_power"))
    state = np.zeros(1), np.zeros(1), np.zeros(1)
    for t in range(1, 8001):
        before = state[0]
        state = learner.adam_step(before, np.full(1, 2.0), state[1], state[2], t, lr=0.1)
    assert (before - state[0])[0] / 0.1 == pytest.approx(10 / 1000**0.5, rel=1e-3)


@pytest.mark.parametrize("belief", ["epsilon_added_to_the_parameter", "epsilon_taken_from_the_parameter"])
def test_epsilon_outside_its_bracket_leaves_zero_over_zero(belief):
    """And `8 / 2 + 2` is not `8 / (2 + 2)`."""
    with np.errstate(all="ignore"):
        param = module(variant("adam_step", belief)).adam_step(np.ones(1), *(np.zeros(1),) * 3, 1)[0]
    assert np.isnan(param).all()
    assert (8 / 2 + 2, 8 / (2 + 2)) == (6.0, 2.0)
