"""Calling a proxy is asking across the wall: every question is recorded with its answer."""

from __future__ import annotations

from typing import Any

import pytest

from grader.checker import Proxy, callable_names, driven_entry_points
from grader.checker.learner import CallFailed
from grader.sandbox import Died, Ended, Raised, Returned, TimedOut

HARNESS = """
import numpy as np
def unroll(adam_step, grads, *, lr): ...
def both(sgd_step, adam_step): ...
def _inner(adam_step): ...
def keywords_only(grads, *, adam_step): ...
class Model:
    def method(self, adam_step): ...
"""


class Answering:
    """Ends each call as told."""

    def __init__(self, *ends: Ended) -> None:
        self.ends = list(ends)
        self.heard: list[tuple[str, tuple[Any, ...], dict[str, Any] | None]] = []

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        self.heard.append((function, args, kwargs))
        return self.ends.pop(0)


def proxy(*ends: Ended, keeps_all: bool = True) -> Proxy:
    return Proxy(Answering(*ends), frozenset({"f", "g"}), keeps_all=keeps_all)


@pytest.mark.parametrize(
    "ended", [Raised("ValueError", "no"), TimedOut(1.0, "call"), Died("exit", "3")], ids=["raised", "timed", "died"]
)
def test_a_call_that_does_not_return_fails_the_check_and_is_recorded(ended: Ended) -> None:
    learner = proxy(ended)
    with pytest.raises(CallFailed) as caught:
        learner.f(1, x=2)
    assert learner.calls == [caught.value.call]
    assert (learner.last_call.value, learner.last_call.ended) == (None, ended)


@pytest.mark.parametrize("name", ["h", "calls_", "__class_getitem__", "checks"])
def test_what_is_neither_entry_point_nor_harness_is_the_checks_fault(name: str) -> None:
    with pytest.raises(AttributeError, match="neither an entry point"):
        getattr(proxy(), name)


def test_question_answer_and_check_are_recorded() -> None:
    learner = proxy(Returned(5, (10,), {"x": 20}))
    learner.check = "first"
    assert learner.f(1, x=2) == 5
    call = learner.last_call
    assert (call.function, call.arguments, call.keywords, call.check) == ("f", (1,), {"x": 2}, "first")
    assert (call.value, call.arguments_after, call.keywords_after, call.raised) == (5, (10,), {"x": 20}, None)


def test_of_an_exception_the_type_and_the_arguments_afterwards_are_known() -> None:
    learner = proxy(Raised("KeyError", "'m'", arguments=(3,), keywords={"x": 4}))
    with pytest.raises(CallFailed):
        learner.f(1, x=2)
    call = learner.last_call
    assert (call.raised, call.arguments_after, call.keywords_after) == ("KeyError", (3,), {"x": 4})


def test_of_a_death_nothing_is_known() -> None:
    learner = proxy(Died("signal", "SIGSEGV"))
    with pytest.raises(CallFailed):
        learner.f(1)
    assert (learner.last_call.raised, learner.last_call.arguments_after, learner.last_call.keywords_after) == (
        None,
        (),
        {},
    )


def test_only_the_last_call_may_be_kept() -> None:
    """A reference is asked as often as there are submissions."""
    learner = proxy(Returned(1), Returned(2), keeps_all=False)
    learner.f()
    learner.g()
    assert [call.function for call in learner.calls] == ["g"]
    assert learner.last_call.value == 2


def test_a_check_may_call_entry_points_and_the_harness_s_open_functions() -> None:
    assert callable_names(("adam_step",), HARNESS) == {"adam_step", "unroll", "both", "keywords_only"}
    assert callable_names(("adam_step",), "") == {"adam_step"}


@pytest.mark.parametrize(
    ("function", "driven"),
    [
        ("adam_step", ("adam_step",)),
        ("unroll", ("adam_step",)),
        ("both", ("sgd_step", "adam_step")),
        ("keywords_only", ()),
        ("unknown", ()),
    ],
)
def test_a_harness_function_drives_the_entry_points_it_is_handed(function: str, driven: tuple[str, ...]) -> None:
    assert driven_entry_points(function, ("adam_step", "sgd_step"), HARNESS) == driven
