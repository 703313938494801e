"""What the quiz items say of PyTorch's behaviour is what PyTorch does; each test names the item it backs."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from grader.quizzes.deck import load_deck
from tests.content.torch_runs import rates, sgd, steps, weight


def test_adam_06_forgetting_only_the_second_correction_makes_steps_thirty_times_too_long():
    """With the default betas."""
    w = weight(0.0)
    optimizer = torch.optim.Adam([w])
    steps(optimizer, w, [3.0])
    v = optimizer.state[w]["exp_avg_sq"].item()
    assert 3.0 / v**0.5 == pytest.approx(31.6, rel=0.01)


def test_adam_07_epsilon_inside_the_root_makes_small_gradients_steps_a_hundred_times_shorter():
    """At gradients of 1e-6."""
    v_hat = 1e-12
    assert (np.sqrt(v_hat + 1e-8)) / (np.sqrt(v_hat) + 1e-8) == pytest.approx(100, rel=0.02)


def test_adam_15_a_thousandfold_loss_moves_sgd_a_thousand_times_farther_and_adam_as_before():
    """A common factor cancels in Adam."""
    for kind, ratio in ((torch.optim.SGD, 1000.0), (torch.optim.Adam, 1.0)):
        moved = []
        for scale in (1.0, 1000.0):
            w = weight(0.0)
            moved.append(steps(kind([w], lr=1e-3), w, [0.3 * scale, 0.5 * scale])[-1])
        assert moved[1] / moved[0] == pytest.approx(ratio, rel=1e-4)


def test_sgd_03_changing_a_leaf_in_place_while_recording_raises():
    """A parameter that requires a gradient, outside `no_grad`."""
    p = weight(1.0, 1.0)
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        p -= 0.1 * p.grad


def test_gradients_09_relu_lets_nothing_through_at_zero_and_negative_gradients_above():
    """PyTorch's convention at the kink."""
    x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    x.relu().backward(torch.tensor([-5.0, -5.0, -5.0]))
    assert x.grad.tolist() == [0.0, 0.0, -5.0]


def test_gradients_13_a_shift_saves_the_softmax_and_float64_alone_does_not():
    """Logits near a thousand."""
    logits = np.array([1000.0, 999.0])
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(np.exp(logits) / np.exp(logits).sum()).all()
    shifted = np.exp(logits - logits.max())
    assert shifted / shifted.sum() == pytest.approx(torch.softmax(torch.tensor(logits), 0).numpy())


ORDERS = {
    "zero-grad-04": ("backward", "zero_grad", "step"),
    "training-loop-02": ("zero_grad", "step", "backward"),
    "training-loop-03": ("step", "zero_grad", "backward"),
    "training-loop-11": ("zero_grad", "backward", "step"),
}
EXPECTED = {
    "zero-grad-04": [0, 0, 0, 0],
    "training-loop-02": [0, 0, 0, 0],
    "training-loop-03": [0, 1, 2, 4],
    "training-loop-11": [1, 2, 4, 8],
}


@pytest.mark.parametrize("name", ORDERS)
def test_each_order_of_the_loops_calls_steps_with_the_gradient_the_item_says(name):
    """Batches with the gradients 1, 2, 4, 8 tell which of them each step used."""
    w = weight(0.0)
    optimizer = torch.optim.SGD([w], lr=1.0)
    used = []
    for grad in (1.0, 2.0, 4.0, 8.0):
        before = w.item()
        loss = (grad * w).sum()
        calls = {"zero_grad": optimizer.zero_grad, "step": optimizer.step, "backward": loss.backward}
        for call in ORDERS[name]:
            calls[call]()
        used.append(before - w.item())
    assert used == EXPECTED[name]


def test_zero_grad_11_clearing_every_other_batch_uses_two_batches_in_the_fourth_step():
    """Batches with the gradients 1, 2, 4, 8: the fourth step moves by 4 + 8."""
    w = weight(0.0)
    optimizer = torch.optim.SGD([w], lr=1.0)
    for batch, grad in enumerate((1.0, 2.0, 4.0, 8.0), 1):
        if batch % 2:
            optimizer.zero_grad()
        before = w.item()
        (grad * w).sum().backward()
        optimizer.step()
    assert before - w.item() == 12.0


def test_schedules_14_onecycle_stepped_per_epoch_hardly_leaves_its_start():
    """Ten calls of five thousand."""
    found = rates(lr_scheduler.OneCycleLR(sgd(1.0), max_lr=1.0, epochs=10, steps_per_epoch=500), 10)
    assert found[-1] == pytest.approx(found[0], rel=0.01)


def test_initialization_06_a_new_linear_has_a_sixth_of_hes_variance():
    """Uniform in ± 1 / √n: a variance of 1 / (3 n)."""
    torch.manual_seed(0)
    assert nn.Linear(500, 800).weight.var().item() == pytest.approx(1 / (3 * 500), rel=0.02)


def trained_from(start: float, activation: type[nn.Module]) -> nn.Sequential:
    """A small network after twenty steps of SGD from weights that all were `start`, and biases zero."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), activation(), nn.Linear(4, 2))
    for p in model.parameters():
        nn.init.constant_(p, start if p.ndim > 1 else 0.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    x, y = torch.randn(16, 3), torch.randint(2, (16,))
    for _ in range(20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    return model


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid])
def test_initialization_09_hidden_units_that_start_alike_stay_alike(activation):
    """All weights 0.1: after twenty steps the hidden units have learned, and are still the same."""
    rows = trained_from(0.1, activation)[0].weight.detach()
    assert torch.allclose(rows, rows[:1].expand_as(rows))
    assert (rows - 0.1).abs().max() > 0.01


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh])
def test_initialization_09_from_all_zeros_not_one_weight_moves(activation):
    """With ReLU or tanh both layers' gradients are zero; only the last bias learns."""
    moved = {name: p.abs().max().item() > 0 for name, p in trained_from(0.0, activation).named_parameters()}
    assert moved == {"0.weight": False, "0.bias": False, "2.weight": False, "2.bias": True}


def test_diagnosis_14_a_loss_that_swings_needs_two_unlike_walls():
    """Curvatures 1.4 and 3.5 on the two sides, rate 1: 1, 0.4, 1, 0.4; on a bowl each step has the same factor."""
    w, losses = (2 / 1.4) ** 0.5, []
    for _ in range(6):
        steepness = 1.4 if w > 0 else 3.5
        losses.append(steepness * w * w / 2)
        w -= steepness * w
    assert losses == pytest.approx([1.0, 0.4] * 3)


def test_schedules_18_a_rising_accuracy_lowers_the_rate_well_before_fifty_epochs():
    """Default patience 10: for the first time at the twelfth call."""
    optimizer = sgd(1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer)
    found = []
    for epoch in range(50):
        scheduler.step(0.5 + epoch / 100)
        found.append(optimizer.param_groups[0]["lr"])
    assert found.index(0.1) + 1 == 12


def test_schedules_20_the_five_rates_of_each_scheduler():
    """Each at five moments of a run whose highest rate is 1."""
    assert rates(lr_scheduler.StepLR(sgd(1.0), 2), 5) == pytest.approx([1, 1, 0.1, 0.1, 0.01])
    assert rates(lr_scheduler.CosineAnnealingLR(sgd(1.0), T_max=4), 5) == pytest.approx(
        [1, 0.85, 0.5, 0.15, 0], abs=5e-3
    )
    cycle = rates(lr_scheduler.OneCycleLR(sgd(1.0), max_lr=1.0, total_steps=101, pct_start=41 / 101), 101)
    assert [cycle[step] for step in (0, 40, 60, 80, 100)] == pytest.approx([0.04, 1, 0.75, 0.25, 4e-6], rel=1e-4)


def test_schedules_13_the_last_batch_has_the_lowest_rate_and_one_call_more_climbs():
    """What `get_last_lr` says after the loop is no longer of the schedule."""
    scheduler = lr_scheduler.OneCycleLR(sgd(1.0), max_lr=1.0, total_steps=10)
    found = rates(scheduler, 10)
    assert found[-1] == pytest.approx(1 / 25 / 1e4)
    assert scheduler.get_last_lr()[0] > 1000 * found[-1]


@pytest.mark.parametrize("rate", [0.1, 0.01])
def test_schedules_28_noise_holds_the_loss_above_its_minimum_in_proportion_to_the_rate(rate):
    """A thousand weights on a bowl with noise of deviation 1: the mean square comes to rest near rate / 2."""
    generator = torch.Generator().manual_seed(0)
    w = nn.Parameter(torch.zeros(1000, dtype=torch.float64))
    optimizer = torch.optim.SGD([w], lr=rate)
    heights = []
    for step in range(1500):
        w.grad = w.detach() + torch.randn(1000, dtype=torch.float64, generator=generator)
        optimizer.step()
        if step >= 1000:
            heights.append(w.detach().square().mean().item() / 2)
    assert sum(heights) / len(heights) == pytest.approx(rate / 4, rel=0.1)


def test_landscape_16_four_times_as_many_examples_halve_the_noise_of_a_gradient():
    """Means over batches of 16 and 64."""
    torch.manual_seed(0)
    slopes = torch.randn(200_000, dtype=torch.float64)
    deviations = [slopes.view(-1, size).mean(dim=1).std().item() for size in (16, 64)]
    assert deviations[0] / deviations[1] == pytest.approx(2, rel=0.05)


def test_regularization_17_clipping_by_value_turns_the_direction_and_by_norm_does_not():
    """Gradients 3 and 4 under a limit of 3.5."""
    turned = {}
    for name, clip in (("value", torch.nn.utils.clip_grad_value_), ("norm", torch.nn.utils.clip_grad_norm_)):
        pair = [weight(0.0, 3.0), weight(0.0, 4.0)]
        clip(pair, 3.5)
        turned[name] = pair[0].grad.item() / pair[1].grad.item()
    assert turned["norm"] == pytest.approx(3 / 4)
    assert turned["value"] == pytest.approx(3 / 3.5)


def test_schedules_30_t_mult_doubles_each_period_and_is_one_by_default():
    """Restarts after 10 and 30 calls; the completed line runs."""
    item = load_deck(Path(__file__).parents[2]).bank.items["schedules-30"]
    optimizer = sgd(1.0)
    names = {"CosineAnnealingWarmRestarts": lr_scheduler.CosineAnnealingWarmRestarts, "optimizer": optimizer}
    exec(item.code.replace("____", item.accept[0]), names)
    found = rates(names["scheduler"], 75)
    assert [epoch for epoch, rate in enumerate(found) if rate == 1.0] == [0, 10, 30, 70]
    assert lr_scheduler.CosineAnnealingWarmRestarts(sgd(1.0), T_0=10).T_mult == 1


def test_optimizers_17_a_rate_far_off_spoils_either_optimizer():
    """The best of several rates against one a thousand times as large, on a small network."""
    torch.manual_seed(0)
    x = torch.randn(64, 4, dtype=torch.float64)
    y = (x[:, :1] * x[:, 1:2]).tanh()
    for kind, tried in ((torch.optim.SGD, (0.01, 0.1, 0.5)), (torch.optim.Adam, (0.001, 0.01, 0.05))):
        ends = {}
        for lr in (*tried, 100 * tried[-1]):
            torch.manual_seed(1)
            model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1)).double()
            optimizer = kind(model.parameters(), lr=lr)
            for _ in range(200):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(model(x), y)
                loss.backward()
                optimizer.step()
            ends[lr] = loss.item()
        best, off = min(ends[lr] for lr in tried), ends[100 * tried[-1]]
        assert not off < 10 * best


def test_gradients_20_an_identity_indexed_by_labels_is_one_hot():
    """The right choice, as NumPy prints it."""
    assert np.eye(3)[[2, 0]].tolist() == [[0, 0, 1], [1, 0, 0]]


def test_training_loop_20_backward_leaves_no_gradient_for_a_setting_of_the_optimizer():
    """Momentum is a number of Python."""
    w = weight(1.0)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    w.sum().backward()
    assert type(optimizer.param_groups[0]["momentum"]) is float


def test_landscape_08_momentum_at_rest_in_a_minimum_moves_nothing():
    """It rolls past a minimum, and does not get out of one again."""
    w = weight(0.0)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    for _ in range(200):
        optimizer.zero_grad()
        (w**2).sum().backward()
        optimizer.step()
    assert w.item() == 0.0


def test_landscape_12_exactly_on_a_saddle_nothing_moves_without_noise():
    """The gradient is zero there; a little noise leads down."""
    for nudge, leaves in ((0.0, False), (1e-6, True)):
        point = weight(nudge)
        other = weight(0.0)
        optimizer = torch.optim.SGD([point, other], lr=0.1, momentum=0.9)
        for _ in range(100):
            optimizer.zero_grad()
            (other**2 - point**2).sum().backward()
            optimizer.step()
        assert (abs(point.item()) > 1) is leaves


def test_optimizers_12_a_layer_frozen_after_backward_moves_at_the_next_step():
    """Its tensor is still in `.grad`."""
    w = weight(1.0)
    w.sum().backward()
    w.requires_grad_(False)
    torch.optim.SGD([w], lr=0.1).step()
    assert w.item() == pytest.approx(0.9)


def test_sgd_05_the_completed_loop_runs_and_moves_the_others():
    """With `continue` in the gap; one parameter has no gradient, one has."""
    params = [weight(1.0), weight(1.0, 2.0)]
    item = load_deck(Path(__file__).parents[2]).bank.items["sgd-05"]
    exec(item.code.replace("____", item.accept[0]), {"torch": torch, "params": params, "lr": 0.5})
    assert [p.item() for p in params] == [1.0, 0.0]


def test_training_loop_07_eval_mode_stops_no_gradients_and_no_grad_does():
    """The two switches are apart."""
    model = nn.Linear(2, 1).eval()
    model(torch.ones(1, 2)).sum().backward()
    assert model.weight.grad is not None
    with torch.no_grad():
        assert not model(torch.ones(1, 2)).requires_grad


def test_state_04_a_shallow_copy_of_a_state_dict_goes_on_changing():
    """Only a deep copy keeps the values."""
    model = nn.Linear(2, 1)
    shallow, deep = copy.copy(model.state_dict()), copy.deepcopy(model.state_dict())
    with torch.no_grad():
        model.weight.add_(1.0)
    assert torch.equal(shallow["weight"], model.weight)
    assert not torch.equal(deep["weight"], model.weight)
