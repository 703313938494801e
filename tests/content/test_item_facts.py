"""The numbers the quiz takes for right are what PyTorch gives; each test and each key names the item it backs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from grader.quizzes.deck import Deck, load_deck
from grader.quizzes.items import Numeric
from tests.content.torch_runs import rates, sgd, steps, weight

ROOT = Path(__file__).parents[2]


@cache
def deck() -> Deck:
    return load_deck(ROOT)


def numeric(name: str) -> Numeric:
    item = deck().bank.items[name]
    assert isinstance(item, Numeric)
    return item


def after_sgd(w: float, grads: list[float], **settings: float) -> float:
    parameter = weight(w)
    return steps(torch.optim.SGD([parameter], **settings), parameter, grads)[-1]


def velocity(grads: list[float], momentum: float, **settings: float) -> float:
    parameter = weight(0.0)
    optimizer = torch.optim.SGD([parameter], lr=1.0, momentum=momentum, **settings)
    steps(optimizer, parameter, grads)
    return float(optimizer.state[parameter]["momentum_buffer"])


def moment(name: str, grads: list[float], betas: tuple[float, float]) -> float:
    parameter = weight(0.0)
    optimizer = torch.optim.Adam([parameter], betas=betas)
    steps(optimizer, parameter, grads)
    return float(optimizer.state[parameter][name])


def after_zeros(w: float, **settings: float) -> tuple[float, float]:
    """A weight and its average gradient after the first step of Adam on a gradient of zeros."""
    parameter = weight(w)
    optimizer = torch.optim.Adam([parameter], **settings)
    (moved,) = steps(optimizer, parameter, [0.0])
    return moved, float(optimizer.state[parameter]["exp_avg"])


def accumulated(g: float, n: int) -> float:
    w = weight(0.0)
    for _ in range(n):
        (g * w).sum().backward()
    return w.grad.item()


def moved_without_clearing(g: float, lr: float, n: int) -> float:
    w = weight(0.0)
    optimizer = torch.optim.SGD([w], lr=lr)
    for _ in range(n):
        (g * w).sum().backward()
        optimizer.step()
    return -w.item()


def bias_gradient(g: float, n: int) -> float:
    layer = nn.Linear(1, 1)
    layer(torch.ones(n, 1)).backward(torch.full((n, 1), float(g)))
    return layer.bias.grad.item()


def right_logit_gradient(p: float, n: int) -> float:
    logits = torch.tensor([[p, 1 - p]] * n, dtype=torch.float64).log().requires_grad_()
    nn.functional.cross_entropy(logits, torch.zeros(n, dtype=torch.long)).backward()
    return logits.grad[0, 0].item()


def moved_on_zeros_after(v: float, b: float, hi: float, lo: float) -> float:
    w = weight(0.0)
    optimizer = torch.optim.SGD([w], lr=hi, momentum=b)
    (start,) = steps(optimizer, w, [v])
    optimizer.param_groups[0]["lr"] = lo
    return start - steps(optimizer, w, [0.0])[0]


def two_descents(w: float, a: float, lr: float) -> float:
    parameter = weight(w)
    optimizer = torch.optim.SGD([parameter], lr=lr)
    for _ in range(2):
        optimizer.zero_grad()
        (a * parameter**2 / 2).sum().backward()
        optimizer.step()
    return parameter.item()


def adam_first_step(g: float, lr: float) -> float:
    w = weight(0.0)
    return abs(steps(torch.optim.Adam([w], lr=lr), w, [g])[0])


def decayed_by_adamw(w: float, lr: float, lam: float) -> float:
    parameter = weight(w)
    return steps(torch.optim.AdamW([parameter], lr=lr, weight_decay=lam), parameter, [0.0])[0]


def penalized_gradient(g: float, w: float, lam: float) -> float:
    parameter = weight(w)
    (g * parameter + lam * parameter**2).sum().backward()
    return parameter.grad.item()


def clipped(k: float, c: float) -> float:
    pair = [weight(0.0, 3.0 * k), weight(0.0, 4.0 * k)]
    torch.nn.utils.clip_grad_norm_(pair, max_norm=c)
    return pair[0].grad.item()


def smaller_one_clipped(a: float, c: float) -> float:
    pair = [weight(0.0, float(a)), weight(0.0, 4.0)]
    torch.nn.utils.clip_grad_norm_(pair, max_norm=c)
    return pair[1].grad.item()


def factor_at_a_millionth(n: float) -> float:
    w = weight(0.0, n * 1e-6)
    torch.nn.utils.clip_grad_norm_([w], max_norm=1e-6)
    return w.grad.item() / (n * 1e-6)


def pooled_gradient(n: int, k: int, g: float, h: float) -> float:
    w = weight(1.0)
    slopes = torch.tensor([g] * n + [h] * k, dtype=torch.float64)
    (w * slopes).mean().backward()
    return w.grad.item()


def parameters(a: int, h: int, c: int) -> int:
    return sum(p.numel() for p in nn.Sequential(nn.Linear(a, h), nn.ReLU(), nn.Linear(h, c)).parameters())


def onecycle_end(peak: float) -> float:
    return float(rates(lr_scheduler.OneCycleLR(sgd(1.0), max_lr=peak, total_steps=51), 51)[-1])


def reduced_at(b: int, p: int) -> int:
    scheduler = lr_scheduler.ReduceLROnPlateau(sgd(1.0), patience=p)
    for epoch in range(1, 40):
        scheduler.step(abs(epoch - b) + 1.0 if epoch < b else 1.0)
        if scheduler.optimizer.param_groups[0]["lr"] < 1.0:
            return epoch
    raise AssertionError


def warmup(step: int, base: float, warmup: int) -> float:
    made = lr_scheduler.LinearLR(sgd(base), start_factor=1 / warmup, total_iters=warmup - 1)
    return rates(made, step + 1)[-1]


def warmup_cosine(step: int, base: float, warmup: int, total: int) -> float:
    optimizer = sgd(base)
    rise = lr_scheduler.LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
    fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warmup)
    return rates(lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warmup]), step + 1)[-1]


def cross_entropy(p: float) -> float:
    logits = torch.tensor([[p, 1 - p]], dtype=torch.float64).log()
    return nn.functional.cross_entropy(logits, torch.tensor([0])).item()


def moved_per_epoch(examples: int, batch: int, lr: float) -> float:
    """How far plain SGD gets in one epoch where every batch has the mean slope 1."""
    return examples // batch * abs(after_sgd(0.0, [1.0], lr=lr))


def rate_for_larger_batches(lr: float, b: int, c: int) -> float:
    """The rate at which batches of `c` move a weight as far per epoch as batches of `b` at `lr`."""
    return moved_per_epoch(5120, b, lr) / moved_per_epoch(5120, c, 1.0)


def last_step(optimizer: type[torch.optim.Optimizer], g: float, n: int, **settings: float) -> float:
    """The length of step `n` under a constant gradient, in float64."""
    w = weight(0.0)
    path = [0.0, *steps(optimizer([w], **settings), w, [g] * n)]
    return abs(path[-1] - path[-2])


def mean_square(g: float, a: float, n: int) -> float:
    """What RMSprop keeps after `n` steps under a constant gradient."""
    parameter = weight(0.0)
    optimizer = torch.optim.RMSprop([parameter], alpha=a)
    steps(optimizer, parameter, [g] * n)
    return float(optimizer.state[parameter]["square_avg"])


def second_restart(t: int, m: int) -> int:
    found = rates(lr_scheduler.CosineAnnealingWarmRestarts(sgd(1.0), T_0=t, T_mult=m), 80)
    return [epoch for epoch, rate in enumerate(found) if epoch and rate == 1.0][1]


def norm_cut_by_value(a: float, b: float, c: float) -> float:
    pair = [weight(0.0, a), weight(0.0, b)]
    torch.nn.utils.clip_grad_value_(pair, clip_value=c)
    return torch.stack([one.grad for one in pair]).norm().item()


def penalty(a: float, b: float, lam: float) -> float:
    return (lam * sum(one.square().sum() for one in (weight(a), weight(b)))).item()


def velocity_left(v: float, b: float, n: int) -> float:
    return velocity([v, *[0.0] * n], b)


def kaiming_deviation(outputs: int, inputs: int) -> float:
    torch.manual_seed(0)
    drawn = [nn.init.kaiming_normal_(torch.empty(outputs, inputs), nonlinearity="relu") for _ in range(40)]
    return torch.stack(drawn).std().item()


def xavier_variance(a: int, b: int) -> float:
    torch.manual_seed(0)
    drawn = [nn.init.xavier_normal_(torch.empty(b, a)).var().item() for _ in range(40)]
    return sum(drawn) / len(drawn)


ORACLES: dict[str, Callable[..., float]] = {
    "gradients-05": accumulated,
    "gradients-06": parameters,
    "gradients-07": bias_gradient,
    "gradients-08": right_logit_gradient,
    "gradients-19": cross_entropy,
    "gradients-21": smaller_one_clipped,
    "gradients-22": factor_at_a_millionth,
    "optimizers-05": lambda lr, b, v: moved_on_zeros_after(v, b, lr, lr),
    "sgd-01": lambda w, g, lr: after_sgd(w, [g], lr=lr),
    "sgd-07": two_descents,
    "sgd-10": lambda g, b: velocity([g, g], b),
    "sgd-12": moved_on_zeros_after,
    "sgd-14": lambda b: velocity([1.0] * 400, b),
    "sgd-17": lambda g, d: velocity([g], 0.9, dampening=d),
    "sgd-18": lambda g, b, lr: abs(after_sgd(0.0, [g], lr=lr, momentum=b, nesterov=True)),
    "adam-01": lambda g, b1, t: moment("exp_avg", [g] * t, (b1, 0.999)) / (1 - b1**t),
    "adam-02": lambda g, b1, t: moment("exp_avg", [g] * t, (b1, 0.999)),
    "adam-03": adam_first_step,
    "adam-04": lambda g, b2: moment("exp_avg_sq", [g], (0.9, b2)),
    "zero-grad-02": moved_without_clearing,
    "zero-grad-16": pooled_gradient,
    "zero-grad-17": lambda a, b, n, k: torch.tensor([float(a)] * n + [float(b)] * k).mean().item(),
    "schedules-01": warmup,
    "schedules-07": warmup_cosine,
    "schedules-08": lambda hi, lo: rates(lr_scheduler.CosineAnnealingLR(sgd(hi), T_max=10, eta_min=lo), 6)[-1],
    "schedules-13": onecycle_end,
    "schedules-15": lambda lr, gamma, k: rates(lr_scheduler.StepLR(sgd(lr), 30, gamma), 30 * k + 1)[-1],
    "schedules-17": reduced_at,
    "schedules-27": rate_for_larger_batches,
    "schedules-29": second_restart,
    "adam-26": lambda g, a, lr: last_step(torch.optim.RMSprop, g, 1, lr=lr, alpha=a),
    "adam-27": lambda g, n, lr: last_step(torch.optim.Adagrad, g, n, lr=lr),
    "adam-28": mean_square,
    "adam-29": lambda lr, d, t: last_step(torch.optim.Adagrad, 1.0, t, lr=lr, lr_decay=d) * t**0.5,
    "regularization-16": norm_cut_by_value,
    "regularization-18": penalty,
    "landscape-15": velocity_left,
    "schedules-22": lambda g, lr, k: abs(after_sgd(0.0, [g], lr=k * lr)),
    "schedules-31": lambda epoch, base, gamma: rates(lr_scheduler.StepLR(sgd(base), 10, gamma), epoch + 1)[-1],
    "schedules-32": lambda epoch, base, floor: rates(lr_scheduler.CosineAnnealingLR(sgd(base), 40, floor), epoch + 1)[
        -1
    ],
    "schedules-59": lambda step, peak: rates(lr_scheduler.OneCycleLR(sgd(peak), peak, total_steps=8), step + 1)[-1],
    "regularization-01": penalized_gradient,
    "regularization-02": lambda w, g, lr, lam: after_sgd(w, [g], lr=lr, weight_decay=lam),
    "regularization-03": decayed_by_adamw,
    "regularization-08": clipped,
    "initialization-01": lambda n: kaiming_deviation(400, n),
    "initialization-02": xavier_variance,
    "initialization-10": lambda a, b: kaiming_deviation(*nn.Linear(a, b).weight.shape),
}
MEASURED = {"initialization-01": 0.01, "initialization-02": 0.01, "initialization-10": 0.01, "regularization-08": 1e-5}


@pytest.mark.parametrize("name", ORACLES)
def test_numeric_answer_is_what_pytorch_gives(name):
    """Every draw of the parameters, computed through the reference and through PyTorch."""
    item = numeric(name)
    for drawn in product(*item.params.values()):
        values = dict(zip(item.params, drawn, strict=True))
        answer = deck().quantities.compute(item.answer, values)
        assert ORACLES[name](**values) == pytest.approx(answer, rel=MEASURED.get(name, 1e-6)), values


def test_adam_05_uncorrected_first_steps_are_too_long():
    """The ratio of an uncorrected first step to the corrected one, from PyTorch's own moments."""
    item = numeric("adam-05")
    for b1, b2 in product(item.params["b1"], item.params["b2"]):
        m, v = moment("exp_avg", [3.0], (b1, b2)), moment("exp_avg_sq", [3.0], (b1, b2))
        assert deck().quantities.compute(item.answer, {"b1": b1, "b2": b2}) == pytest.approx(m / v**0.5, rel=1e-6)


@pytest.mark.parametrize("lr", [0.9, 1.1])
def test_landscape_04_gradient_descent_diverges_beyond_two_over_the_curvature(lr):
    """Just under it the weight shrinks, just over it grows."""
    item = numeric("landscape-04")
    for a in item.params["a"]:
        rate = lr * deck().quantities.compute(item.answer, {"a": a})
        assert (abs(two_descents(1.0, a, rate)) > 1) is (lr > 1)
