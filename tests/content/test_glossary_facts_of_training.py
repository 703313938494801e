"""What the glossary says of schedules, initialization and state is what PyTorch does; its code runs."""

from __future__ import annotations

import copy
import math
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from tests.content.torch_runs import GLOSSARY, default, rates, sgd, steps, weight

# ------------------------------------------------------------------ schedules


def test_warmup_linear_lr_refuses_zero_and_rises_to_the_base():
    """`LinearLR` starts above zero; with exercise 5's fractions it gives exercise 5's rates."""
    with pytest.raises(ValueError, match="Starting multiplicative factor"):
        lr_scheduler.LinearLR(sgd(1.0), start_factor=0.0)
    assert default(lr_scheduler.LinearLR, "start_factor") == pytest.approx(1 / 3)
    found = rates(lr_scheduler.LinearLR(sgd(0.5), start_factor=0.1, total_iters=9), 12)
    assert found == pytest.approx([0.5 * min(1.0, (step + 1) / 10) for step in range(12)])


def test_cosine_annealing_ends_at_the_floor_and_climbs_again():
    """The two ends, the middle, and what comes after `T_max`."""
    found = rates(lr_scheduler.CosineAnnealingLR(sgd(1.0), T_max=10, eta_min=0.2), 16)
    assert (found[0], found[5], found[10]) == pytest.approx((1.0, 0.6, 0.2))
    assert found == pytest.approx([0.2 + 0.4 * (1 + math.cos(t * math.pi / 10)) for t in range(16)])
    assert found[15] > found[10]


def test_steplr_counts_its_own_calls():
    """A factor after each `step_size` calls."""
    found = rates(lr_scheduler.StepLR(sgd(1.0), step_size=3, gamma=0.5), 8)
    assert found == pytest.approx([0.5 ** (call // 3) for call in range(8)])


def test_onecyclelr_starts_at_a_25th_peaks_at_30_percent_and_ends_below_its_start():
    """By default; and one call too many is an error."""
    scheduler = lr_scheduler.OneCycleLR(sgd(0.1), max_lr=0.5, total_steps=100)
    found = []
    for _ in range(100):
        found.append(scheduler.get_last_lr()[0])
        scheduler.optimizer.step()
        scheduler.step()
    assert found[0] == pytest.approx(0.5 / 25)
    assert found[-1] == pytest.approx(0.5 / 25 / 1e4)
    assert (max(found), found.index(max(found))) == (pytest.approx(0.5), 29)
    with pytest.raises(ValueError, match="Tried to step"):
        scheduler.step()


def test_learning_rate_schedule_skips_its_first_rate_if_stepped_before_the_optimizer():
    """PyTorch warns of that order."""
    scheduler = lr_scheduler.StepLR(sgd(1.0), step_size=1)
    with pytest.warns(UserWarning, match=r"lr_scheduler.step\(\)` before `optimizer.step\(\)"):
        scheduler.step()


@pytest.mark.parametrize("patience", [0, 2, 4])
def test_reducelronplateau_acts_when_bad_epochs_exceed_patience(patience):
    """The best in epoch 3, then nothing better: the rate falls at the end of epoch 3 + patience + 1."""
    scheduler = lr_scheduler.ReduceLROnPlateau(sgd(1.0), patience=patience)
    fell = None
    for epoch, loss in enumerate([3.0, 2.0, 1.0, *[1.5] * 8], 1):
        scheduler.step(loss)
        if fell is None and scheduler.optimizer.param_groups[0]["lr"] < 1.0:
            fell = epoch
    assert fell == 3 + patience + 1


def test_reducelronplateau_defaults():
    """Lower is better, by more than a relative ten-thousandth; an accuracy that grows is taken for a bad epoch."""
    kind = lr_scheduler.ReduceLROnPlateau
    assert [default(kind, name) for name in ("mode", "factor", "patience", "threshold", "threshold_mode")] == [
        "min", 0.1, 10, 1e-4, "rel",
    ]  # fmt: skip
    scheduler = kind(sgd(1.0), patience=0)
    for accuracy in (0.1, 0.5, 0.9):
        scheduler.step(accuracy)
    assert scheduler.optimizer.param_groups[0]["lr"] == pytest.approx(0.01)
    scheduler = kind(sgd(1.0), patience=0)
    for loss in (1.0, 0.99995):
        scheduler.step(loss)
    assert scheduler.optimizer.param_groups[0]["lr"] == pytest.approx(0.1)


def test_warm_restart_lifts_the_rate_and_leaves_the_weights():
    """Period after period, each as long as `T_mult` says."""
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(sgd(1.0), T_0=4, T_mult=2)
    before = [group["params"][0].item() for group in scheduler.optimizer.param_groups]
    found = rates(scheduler, 13)
    assert [step for step, rate in enumerate(found) if rate == 1.0] == [0, 4, 12]
    assert [group["params"][0].item() for group in scheduler.optimizer.param_groups] == before


# ------------------------------------------------------------- regularization


def test_l2_regularization_has_twice_the_gradient_of_weight_decay():
    """The penalty's gradient is 2 λ w, the optimizer's term λ w; half the penalty gives the same step."""
    w = weight(3.0)
    (0.1 * (w**2).sum()).backward()
    assert w.grad.item() == pytest.approx(2 * 0.1 * 3.0)
    by_decay = steps(torch.optim.SGD([v := weight(3.0)], lr=0.5, weight_decay=0.1), v, [1.0])
    assert by_decay == pytest.approx([3.0 - 0.5 * (1.0 + 0.1 * 3.0)])
    assert by_decay == pytest.approx([3.0 - 0.5 * (1.0 + w.grad.item() / 2)])


def test_weight_decay_is_multiplied_by_the_learning_rate_in_sgd_and_adamw():
    """Halving the rate halves the decay."""
    for kind in (torch.optim.SGD, torch.optim.AdamW):
        lost = []
        for lr in (0.2, 0.1):
            w = weight(1.0)
            lost.append(1.0 - steps(kind([w], lr=lr, weight_decay=0.3), w, [0.0])[0])
        assert lost == pytest.approx([0.06, 0.03]), kind


# ------------------------------------------------------------- initialization


def test_he_initialization_variance_is_two_over_the_inputs():
    """Measured on 400,000 weights; ReLU layers so started keep the mean square, and a new Linear has a sixth of it."""
    torch.manual_seed(0)
    w = torch.empty(500, 800, dtype=torch.float64)
    nn.init.kaiming_normal_(w, nonlinearity="relu")
    assert w.var().item() == pytest.approx(2 / 800, rel=0.02)
    x = torch.randn(800, 400, dtype=torch.float64)
    assert (w @ x.relu()).pow(2).mean().item() == pytest.approx(1.0, rel=0.03)
    fresh = nn.Linear(800, 500).weight
    assert fresh.abs().max().item() == pytest.approx(1 / math.sqrt(800), rel=1e-3)
    assert fresh.var().item() == pytest.approx(2 / 800 / 6, rel=0.02)


def test_xavier_initialization_variance_is_two_over_inputs_and_outputs():
    """Measured; the gain is 1 by default and 5/3 recommended for tanh."""
    torch.manual_seed(0)
    w = torch.empty(500, 800, dtype=torch.float64)
    nn.init.xavier_normal_(w)
    assert w.var().item() == pytest.approx(2 / 1300, rel=0.02)
    assert default(nn.init.xavier_normal_, "gain") == 1.0
    assert nn.init.calculate_gain("tanh") == pytest.approx(5 / 3)


# ------------------------------------------------------------ training, state


def test_frozen_parameter_moves_if_it_still_carries_a_gradient():
    """Freezing stops new gradients and erases none."""
    w = weight(1.0)
    optimizer = torch.optim.SGD([w], lr=0.1)
    (2 * w).sum().backward()
    w.requires_grad_(False)
    optimizer.step()
    assert w.item() == pytest.approx(0.8)
    w.grad = None
    optimizer.step()
    assert w.item() == pytest.approx(0.8)


def test_model_state_dict_holds_buffers_and_shares_the_models_memory():
    """A BatchNorm's running mean is in it, and no tensor is a copy."""
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    held = model.state_dict()
    assert {"1.running_mean", "1.running_var"} <= held.keys() - dict(model.named_parameters()).keys()
    kept = copy.deepcopy(held)
    with torch.no_grad():
        model[0].weight.fill_(7.0)
    assert held["0.weight"].eq(7.0).all()
    assert not kept["0.weight"].eq(7.0).any()


def test_optimizer_state_dict_brings_back_moments_counts_and_the_saved_rate():
    """Loaded into an optimizer made with another rate, the saved one holds."""
    w = weight(1.0)
    saved = torch.optim.Adam([w], lr=0.1)
    steps(saved, w, [0.5, 0.2])
    fresh = torch.optim.Adam([w], lr=0.01)
    fresh.load_state_dict(saved.state_dict())
    assert fresh.param_groups[0]["lr"] == 0.1
    assert fresh.state[w]["step"].item() == 2
    assert torch.equal(fresh.state[w]["exp_avg_sq"], saved.state[w]["exp_avg_sq"])


def test_checkpoint_with_all_its_parts_continues_bit_for_bit(tmp_path):
    """With model, optimizer and generator it is the uninterrupted run; without the optimizer it is another."""

    def parts() -> tuple[nn.Module, torch.optim.Optimizer]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5), nn.Linear(3, 1))
        return model, torch.optim.Adam(model.parameters(), lr=0.1)

    def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> list[float]:
        losses = []
        for _ in range(5):
            optimizer.zero_grad()
            loss = model(torch.ones(8, 4)).pow(2).mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    model, optimizer = parts()
    train(model, optimizer)
    path = tmp_path / "checkpoint.pt"
    saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "rng": torch.get_rng_state()}
    torch.save(saved, path)
    expected = train(model, optimizer)
    resumed = {}
    for with_optimizer in (True, False):
        model, optimizer = parts()
        loaded = torch.load(path)
        model.load_state_dict(loaded["model"])
        if with_optimizer:
            optimizer.load_state_dict(loaded["optimizer"])
        torch.set_rng_state(loaded["rng"])
        resumed[with_optimizer] = train(model, optimizer)
    assert resumed[True] == expected
    assert resumed[False] != expected


def test_inertia_and_friction_act_on_the_velocity_and_weight_decay_on_the_position():
    """Without a slope the velocity loses a part 1 - β; a ball at rest is drawn to the origin by the decay alone."""
    w = weight(2.0)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    steps(optimizer, w, [5.0])
    steps(optimizer, w, [0.0])
    assert optimizer.state[w]["momentum_buffer"].item() == pytest.approx(5.0 - (1 - 0.9) * 5.0)
    at_rest = {"momentum": 0.9}, {"weight_decay": 0.1}
    assert [steps(torch.optim.SGD([v := weight(2.0)], lr=0.1, **kind), v, [0.0]) for kind in at_rest] == [
        [2.0], [pytest.approx(2.0 - 0.1 * 0.1 * 2.0)],
    ]  # fmt: skip


@pytest.mark.parametrize("term", [name for name, entry in GLOSSARY.items() if "code" in entry])
def test_every_piece_of_code_runs(term, tmp_path):
    """Each entry's code is accepted by PyTorch as it stands, with the names a training script has."""
    model = nn.Linear(3, 10)
    data = torch.utils.data.TensorDataset(torch.ones(4, 3), torch.zeros(4, dtype=torch.long))
    inputs, targets = data.tensors
    loss_fn = nn.CrossEntropyLoss()
    names = {
        "torch": torch, "nn": nn, "model": model, "layer": model, "weight": model.weight, "dataset": data,
        "loader": torch.utils.data.DataLoader(data, batch_size=2), "inputs": inputs, "targets": targets,
        "loss_fn": loss_fn, "loss": loss_fn(model(inputs), targets), "accumulation_steps": 4,
        "optimizer": torch.optim.SGD(model.parameters(), lr=0.1), "lr_lambda": lambda step: 1.0,
        "path": tmp_path / "checkpoint.pt", "epoch": 1, "epochs": 2, "m": 0.1, "beta1": 0.9, "t": 1,
        "logits": model(inputs), "labels": targets, "z": model(inputs), "np": np, "classes": 10,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(GLOSSARY[term]["code"], term, "exec"), names)
