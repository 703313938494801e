"""Calls on a proxy turned into messages to the worker: what `learner` and `reference` are inside a check."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

import msgspec

from grader.sandbox import Ended, Raised, Returned


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded call: the question, and how it ended.

    `subject` is what a learner is told was called: their own function, where the harness drives it.
    """

    function: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    ended: Ended
    check: str
    subject: str = ""

    @property
    def value(self) -> Any:
        """What the call returned; None where it did not return."""
        return self.ended.value if isinstance(self.ended, Returned) else None

    @property
    def arguments_after(self) -> tuple[Any, ...]:
        """The positional arguments as the call left them; empty where that is not known."""
        return self.ended.arguments if isinstance(self.ended, Returned | Raised) else ()

    @property
    def keywords_after(self) -> dict[str, Any]:
        """The keyword arguments as the call left them."""
        return self.ended.keywords if isinstance(self.ended, Returned | Raised) else {}

    @property
    def raised(self) -> str | None:
        """Name of the exception's type, where the call raised."""
        return self.ended.type if isinstance(self.ended, Raised) else None


class CallFailed(Exception):
    """A call did not return; the run turns it into the check's outcome."""

    def __init__(self, call: Call) -> None:
        super().__init__(call.function)
        self.call = call


class Callee(Protocol):
    """What answers a proxy's calls: a sandbox session, or a reference in this process."""

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """How one call ended."""
        ...


class Proxy:
    """Stands for a submission: ``proxy.adam_step(...)`` is a call across the wall, and is recorded.

    Only entry points and top-level functions of the harness can be called; another name is a fault of the
    check, an `AttributeError`. Without `keeps_all`, only the last call is kept: over a class, the questions that a
    reference was asked would fill the memory.
    """

    def __init__(
        self,
        callee: Callee,
        functions: frozenset[str],
        *,
        keeps_all: bool = True,
        subjects: Mapping[str, str] | None = None,
    ) -> None:
        self._callee = callee
        self._subjects = subjects or {}
        self._functions = functions
        self._keeps_all = keeps_all
        self.calls: list[Call] = []
        self.check = ""

    @property
    def last_call(self) -> Call:
        """The call made most recently."""
        return self.calls[-1]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._functions:
            raise AttributeError(f"neither an entry point nor a function of the harness: {name}")

        def ask(*args: Any, **kwargs: Any) -> Any:
            ended = self._callee.call(name, args, kwargs)
            call = Call(
                function=name,
                arguments=args,
                keywords=kwargs,
                ended=ended,
                check=self.check,
                subject=self._subjects.get(name, name),
            )
            if not self._keeps_all:
                self.calls.clear()
            self.calls.append(call)
            if not isinstance(ended, Returned):
                raise CallFailed(call)
            return ended.value

        return ask


@cache
def harness_parameters(harness: str) -> dict[str, tuple[str, ...]]:
    """Top-level functions of a harness's source, and the names of their positional parameters."""
    return {
        node.name: tuple(argument.arg for argument in (*node.args.posonlyargs, *node.args.args))
        for node in ast.parse(harness).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def callable_names(entry_points: tuple[str, ...], harness: str) -> frozenset[str]:
    """Every name a check may call on `learner`."""
    return frozenset(entry_points) | frozenset(harness_parameters(harness))


def driven_entry_points(function: str, entry_points: tuple[str, ...], harness: str) -> tuple[str, ...]:
    """The entry points that a call of `function` exercises: itself, or those the harness function is handed."""
    if function in entry_points:
        return (function,)
    return tuple(name for name in harness_parameters(harness).get(function, ()) if name in entry_points)


def subjects(entry_points: tuple[str, ...], harness: str) -> dict[str, str]:
    """For each function of the harness, the entry points it drives, as a learner is told of them."""
    driven = {name: driven_entry_points(name, entry_points, harness) for name in harness_parameters(harness)}
    return {name: ", ".join(own) for name, own in driven.items() if own}
