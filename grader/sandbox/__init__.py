"""Runs learner code where it can forge nothing, read nothing and break nothing; only values come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.near.line import Interrupted as Interrupted
    from grader.sandbox.near.line import Line as Line
    from grader.sandbox.near.pool import Pool as Pool
    from grader.sandbox.near.session import Session as Session
    from grader.sandbox.wire.outcomes import Died as Died
    from grader.sandbox.wire.outcomes import Ended as Ended
    from grader.sandbox.wire.outcomes import Limits as Limits
    from grader.sandbox.wire.outcomes import Program as Program
    from grader.sandbox.wire.outcomes import Raised as Raised
    from grader.sandbox.wire.outcomes import Returned as Returned
    from grader.sandbox.wire.outcomes import TimedOut as TimedOut
    from grader.sandbox.wire.protocol import Opaque as Opaque

_HOME = {
    "Died": "wire.outcomes",
    "Ended": "wire.outcomes",
    "Interrupted": "near.line",
    "Limits": "wire.outcomes",
    "Line": "near.line",
    "Opaque": "wire.protocol",
    "Pool": "near.pool",
    "Program": "wire.outcomes",
    "Raised": "wire.outcomes",
    "Returned": "wire.outcomes",
    "Session": "near.session",
    "TimedOut": "wire.outcomes",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Imports a name when it is first used: a zygote, which imports this package too, needs none of them."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
