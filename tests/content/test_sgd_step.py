"""Exercise 2: its reference is `torch.optim.SGD`, and its checks accept what is right and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.results import Outcome
from tests.content.driver import course, examiner, grade, variant
from tests.content.promises import failed, load, named, variants_at

SLUG = "sgd_step"
EXERCISE = course().exercise(SLUG)
CATALOGUE = {entry.id: entry for entry in EXERCISE.misconceptions}
SEEDS_OF_THE_ORACLE = range(50)
reference = load(EXERCISE.solution / "sgd_step.py")


def edited(old: str, new: str) -> str:
    """The reference with one piece of it replaced."""
    assert EXERCISE.reference.count(old) == 1, old
    return EXERCISE.reference.replace(old, new)


def body(lines: str) -> str:
    """A whole submission from the lines inside `sgd_step`."""
    indented = "".join(f"    {line}\n" for line in lines.splitlines())
    return f"import torch\n\n\ndef sgd_step(params, lr):\n{indented}"


def small_model(rng: np.random.Generator) -> list[torch.nn.Parameter]:
    shapes = [tuple(rng.integers(1, 5, size=int(rng.integers(1, 4)))) for _ in range(5)]
    return [torch.nn.Parameter(torch.tensor(rng.normal(size=shape))) for shape in shapes]


# ---------------------------------------------------------------- the reference


@pytest.mark.parametrize("seed", SEEDS_OF_THE_ORACLE)
def test_many_steps_are_those_of_torch(seed: int) -> None:
    """Ten steps on five parameters, at each of which some have no gradient, with a rate that changes."""
    rng = np.random.default_rng(seed)
    own = small_model(rng)
    theirs = [torch.nn.Parameter(p.detach().clone()) for p in own]
    optimizer = torch.optim.SGD(theirs, lr=1.0)
    for _ in range(10):
        lr = float(rng.uniform(0.01, 1.0))
        for mine, other in zip(own, theirs, strict=True):
            gradient = torch.tensor(rng.normal(size=mine.shape)) if rng.random() < 0.7 else None
            mine.grad, other.grad = gradient, None if gradient is None else gradient.clone()
        optimizer.param_groups[0]["lr"] = lr
        optimizer.step()
        reference.sgd_step((p for p in own), lr)
        for mine, other in zip(own, theirs, strict=True):
            np.testing.assert_allclose(mine.detach().numpy(), other.detach().numpy(), rtol=1e-14, atol=1e-14)


def test_the_example_done_by_hand_is_right() -> None:
    """The one in the starter's docstring and in the brief."""
    parameter = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    parameter.grad = torch.tensor([4.0, -3.0])
    assert reference.sgd_step([parameter], 0.5) is None
    assert parameter.tolist() == [-1.0, -0.5]
    assert parameter.grad.tolist() == [4.0, -3.0]


# ---------------------------------------------------------------- what the explanation says of PyTorch


def test_torch_moves_a_frozen_parameter_that_still_carries_a_gradient() -> None:
    frozen = torch.nn.Parameter(torch.tensor([1.0]))
    frozen.grad = torch.tensor([2.0])
    frozen.requires_grad_(False)
    torch.optim.SGD([frozen], lr=0.25).step()
    assert frozen.tolist() == [0.5]


@pytest.mark.parametrize(("gradient", "moves"), [(None, False), ("zeros", True)])
@pytest.mark.parametrize("settings", [{"momentum": 0.9}, {"weight_decay": 0.1}], ids=["momentum", "weight decay"])
def test_torch_tells_none_from_zeros(gradient: str | None, moves: bool, settings: dict[str, float]) -> None:
    parameter = torch.nn.Parameter(torch.tensor([1.0]))
    optimizer = torch.optim.SGD([parameter], lr=0.1, **settings)
    parameter.grad = torch.tensor([1.0])
    optimizer.step()
    before = parameter.item()
    parameter.grad = None if gradient is None else torch.zeros(1)
    optimizer.step()
    assert (parameter.item() != before) is moves


def test_torch_refuses_to_change_a_leaf_in_place_with_the_words_that_are_quoted() -> None:
    parameter = torch.nn.Parameter(torch.tensor([1.0]))
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"):
        parameter -= 0.1
    told = CATALOGUE["updates_outside_no_grad"].explanation
    quoted = '"a leaf Variable that requires grad is being used in an in-place operation"'
    assert all(quoted in sentence for sentence in told.values())


def test_the_valley_of_the_picture_is_nine_times_steeper_across_and_bounces() -> None:
    """The caption's figure, and a rate between 1 and 2 over the larger curvature, as the explanation has it."""
    stretch = np.array([[2.2, 1.6], [1.6, 1.8]])
    assert "[[2.2, 1.6], [1.6, 1.8]]" in EXERCISE.harness
    along, across = np.linalg.eigvalsh(stretch)
    assert across / along == pytest.approx(9, abs=0.5)
    assert 1 < 0.45 * across < 2


# ---------------------------------------------------------------- what the checks refuse


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("adds", "moves_against_the_gradient"),
        ("rebinds_the_name", "moves_against_the_gradient"),
        ("forgets_lr", "step_is_lr_times_the_gradient"),
        ("uses_only_the_sign", "step_is_lr_times_the_gradient"),
        ("only_the_first_moves", "every_parameter_moves"),
        ("crashes_on_none", "passes_over_missing_gradients"),
        ("stops_at_first_none", "passes_over_missing_gradients"),
        ("clears_the_gradients", "leaves_the_gradients_alone"),
        ("makes_new_parameters", "moves_against_the_gradient"),
        ("turns_off_requires_grad", "keeps_the_parameters_themselves"),
        ("leaves_recording_off", "leaves_recording_as_it_was"),
        ("expects_a_list", "accepts_any_iterable"),
        ("adds", "walks_downhill_like_sgd"),
    ],
)
def test_a_wrong_way_fails_the_check_made_for_it(name: str, check: str) -> None:
    assert check in failed(variants_at(SLUG, 0)[name])


@pytest.mark.parametrize(
    "name",
    [
        "expects_a_list",
        "stops_at_first_none",
        "fills_missing_gradients",
        "clears_the_gradients",
        "scales_the_gradient_in_place",
        "turns_off_requires_grad",
        "leaves_recording_off",
        "turns_recording_on",
    ],
)
def test_a_single_slip_costs_a_single_check(name: str) -> None:
    assert len(failed(variants_at(SLUG, 0)[name])) == 1


def test_the_library_optimizer_is_refused_with_a_reason() -> None:
    report = grade(SLUG, body("torch.optim.SGD(list(params), lr=lr).step()"), 0)
    assert report.outcome is Outcome.FAILED
    assert "torch.optim" in str(report.message)


OTHER_SPELLINGS = {
    "clears_the_gradients": [
        edited("p -= lr * p.grad", "p -= lr * p.grad\n            p.grad.zero_()"),
        body(
            "params = [p for p in params if p.grad is not None]\n"
            "for p in params:\n    p.data -= lr * p.grad\n"
            "for p in params:\n    p.grad = None"
        ),
    ],
    "turns_off_requires_grad": [
        edited("for p in params:", "for p in params:\n            p.requires_grad = False"),
        body(
            "for p in params:\n    if p.grad is not None:\n        p.requires_grad_(False)\n        p -= lr * p.grad"
        ),
    ],
    "only_the_first_moves": [
        edited("p -= lr * p.grad", "p -= lr * p.grad\n            return"),
        edited("p -= lr * p.grad", "p -= lr * p.grad\n            break"),
    ],
    "updates_outside_no_grad": [body("for p in params:\n    if p.grad is not None:\n        p.sub_(lr * p.grad)")],
    "rebinds_the_name": [body("for p in params:\n    if p.grad is not None:\n        p = p.detach() - lr * p.grad")],
    "crashes_on_none": [body("for p in params:\n    p.data = p.data - lr * p.grad")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "source"), [(name, source) for name, sources in OTHER_SPELLINGS.items() for source in sources]
)
def test_a_belief_is_recognised_in_another_spelling(name: str, source: str) -> None:
    assert named(grade(SLUG, source, 4)) == {name}


# ---------------------------------------------------------------- what is shown


def test_the_path_starts_in_the_picture_and_comes_close_to_the_minimum() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "figure_path").own
    assert seen["loss"].shape == (seen["y"].size, seen["x"].size)
    assert seen["points"].shape == (31, 2)
    assert np.abs(seen["points"]).max() <= seen["x"].max()
    assert np.linalg.norm(seen["points"][-1] - seen["minimum"]) < 0.02


def test_a_run_that_climbs_ends_where_it_leaves_the_picture() -> None:
    seen = examiner().observe(EXERCISE, variant(SLUG, "adds").encode(), "figure_path").own
    assert 2 <= len(seen["points"]) < 31
    assert np.abs(seen["points"][:-1]).max() <= seen["x"].max() < np.abs(seen["points"][-1]).max()


def test_the_trace_tells_a_loss_that_falls() -> None:
    seen = examiner().observe(EXERCISE, EXERCISE.reference.encode(), "trace").own
    loss = seen["rows"][:, seen["columns"].index("loss")]
    assert seen["rows"].shape == (20, 5)
    assert np.all(np.diff(loss) < 0)


UNGUARDED = [
    "p -= lr * p.grad",
    "p.sub_(lr * p.grad)",
    "p.sub_(p.grad, alpha=lr)",
    "p.add_(p.grad, alpha=-lr)",
    "p.add_(-lr * p.grad)",
    "p += -lr * p.grad",
    "p.copy_(p - lr * p.grad)",
    "p[:] = p - lr * p.grad",
    "p[...] -= lr * p.grad",
    "torch.sub(p, lr * p.grad, out=p)",
    "p.addcmul_(p.grad, torch.full_like(p.grad, lr), value=-1)",
    "p.lerp_(p - p.grad, lr)",
]


@pytest.mark.parametrize("clears", [False, True], ids=["alone", "and clears"])
@pytest.mark.parametrize("line", UNGUARDED)
def test_a_step_that_is_recorded_is_recognised_in_every_spelling(line: str, clears: bool) -> None:
    """And what it does to the gradients is told beside it, as far as it gets."""
    after = "\n        p.grad.zero_()" if clears else ""
    source = body(f"for p in params:\n    if p.grad is not None:\n        {line}{after}")
    report = grade(SLUG, source, 3)
    assert report.outcome is Outcome.FAILED
    told = {"updates_outside_no_grad", "clears_the_gradients"} if clears else {"updates_outside_no_grad"}
    assert named(report) == told
