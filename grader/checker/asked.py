"""A value that was refused and the calls of its check turned into the call that it came back from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.checker.learner import Call
from grader.checker.mismatches import CheckFailed
from grader.checker.wording import question
from grader.locale import join, say
from grader.text import Text

_SHARED = (type(None), bool, int, str)
"""Types of which Python keeps one object for equal values, so that it may have come from anywhere."""


def told_with_call(failed: CheckFailed, calls: Sequence[Call]) -> Text:
    """The message of a failure, and the call that it is about, where one can be said to be."""
    call = _call_of(failed, calls)
    if call is None:
        return failed.message
    return join(" ", [failed.message, say("The call was {question}.", question=f"`{question(call)}`")])


def _call_of(failed: CheckFailed, calls: Sequence[Call]) -> Call | None:
    if failed.mismatch is None:
        return None
    if failed.mismatch.kind == "changed":
        return calls[-1] if calls else None
    found = [call for call in calls if _holds(call.value, failed.value)]
    sure = len(found) == 1 or (found and not isinstance(failed.value, _SHARED))
    return found[0] if sure else None


def _holds(whole: Any, part: Any) -> bool:
    """Whether a part of a structure is this very object."""
    if whole is part:
        return True
    if isinstance(whole, dict):
        return any(_holds(value, part) for value in whole.values())
    return isinstance(whole, tuple | list) and any(_holds(value, part) for value in whole)
