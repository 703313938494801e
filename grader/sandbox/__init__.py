"""Runs learner code where it can forge nothing, read nothing and break nothing; only values come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.sandbox.line import Interrupted as Interrupted
    from grader.sandbox.line import Line as Line
    from grader.sandbox.outcomes import Died as Died
    from grader.sandbox.outcomes import Ended as Ended
    from grader.sandbox.outcomes import Limits as Limits
    from grader.sandbox.outcomes import Program as Program
    from grader.sandbox.outcomes import Raised as Raised
    from grader.sandbox.outcomes import Returned as Returned
    from grader.sandbox.outcomes import TimedOut as TimedOut
    from grader.sandbox.pool import Pool as Pool
    from grader.sandbox.protocol import Opaque as Opaque
    from grader.sandbox.session import Session as Session

_HOME = {
    "Died": "outcomes",
    "Ended": "outcomes",
    "Interrupted": "line",
    "Limits": "outcomes",
    "Line": "line",
    "Opaque": "protocol",
    "Pool": "pool",
    "Program": "outcomes",
    "Raised": "outcomes",
    "Returned": "outcomes",
    "Session": "session",
    "TimedOut": "outcomes",
}

__all__ = sorted(_HOME)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    """Imports a name when it is first used: a zygote, which imports this package too, needs none of them."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
