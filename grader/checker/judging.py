"""How a check ended, and how those before it did, turned into its result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.checker.idleness import computes_nothing
from grader.checker.learner import CallFailed, Proxy
from grader.checker.places import Places
from grader.checker.wording import ending, load_failure
from grader.course import Check
from grader.locale import say
from grader.results import CheckResult, Frame, Outcome
from grader.sandbox import Died, Ended, Raised, Returned, Session, TimedOut
from grader.text import Text

MOST_TIMEOUTS = 2
"""Checks that may run out of time before the others are left alone: a loop in one is a loop in most."""


class Run:
    """What is known of one submission while its checks run."""

    def __init__(self, session: Session, proxy: Proxy, places: Places) -> None:
        self.session = session
        self.proxy = proxy
        self.places = places
        self.results: dict[str, CheckResult] = {}
        self.load_message = None if isinstance(session.load, Returned) else load_failure(session.load, places)

    def not_to_be_asked(self, check: Check) -> CheckResult | None:
        """The result of a check whose questions would find no answer; None where it is to be run."""
        if self.load_message is not None:
            ended = self.session.load
            return result(check, outcome_of_load(ended), self.load_message, frames=_frames(ended, self.places))
        if sum(one.outcome is Outcome.TIMED_OUT for one in self.results.values()) >= MOST_TIMEOUTS:
            return result(check, Outcome.BLOCKED, say("Not run: too many calls had already gone unanswered."))
        needed = self._unmet(check)
        unanswered = needed is not None and needed.outcome in (Outcome.TIMED_OUT, Outcome.CRASHED)
        return _blocked(check, needed) if needed is not None and unanswered else None

    def keep(self, check: Check, found: CheckResult) -> None:
        """Keep what a check found. One whose need did not pass is blocked, whatever that was.

        Its questions were asked all the same: the answers help to tell one belief from another. Of a check that was
        asked for several cases, the first that did not pass counts.
        """
        needed = self._unmet(check)
        earlier = self.results.get(check.id)
        if earlier is None or earlier.outcome is Outcome.PASSED:
            self.results[check.id] = found if needed is None else _blocked(check, needed)

        if found.outcome is Outcome.DID_NOT_LOAD and not any(
            one.outcome is Outcome.PASSED for one in self.results.values()
        ):
            self.load_message = found.message

    def settle(self, checks: Sequence[Check]) -> None:
        """A program that computes nothing earns nothing, though what it hands back has the right form."""
        passed = [check for check in checks if self.results[check.id].outcome is Outcome.PASSED]
        if passed and len(passed) < len(checks) and computes_nothing(self.proxy.calls):
            waits = say("Nothing is computed yet: only a constant came back, or what was given.")
            self.results |= {check.id: result(check, Outcome.BLOCKED, waits) for check in passed}

    def _unmet(self, check: Check) -> CheckResult | None:
        needed = self.results.get(check.needs) if check.needs else None
        return needed if needed is not None and needed.outcome is not Outcome.PASSED else None


def result(check: Check, outcome: Outcome, message: Text | None = None, **more: Any) -> CheckResult:
    """The result of one check; only a pass earns its points."""
    return CheckResult(
        id=check.id,
        claim=check.claim,
        outcome=outcome,
        points=check.points if outcome is Outcome.PASSED else 0.0,
        max_points=check.points,
        message=message,
        needs=check.needs,
        **more,
    )


def unanswered(check: Check, failed: CallFailed, places: Places) -> CheckResult:
    """The result of a check one of whose calls did not return.

    A package that is not there is told at the first use of it, as Python tells it at its import.
    """
    ended = failed.call.ended
    if isinstance(ended, Raised) and ended.type == "ModuleNotFoundError" and ended.line is not None:
        return result(check, Outcome.DID_NOT_LOAD, load_failure(ended, places), frames=_frames(ended, places))
    return result(check, outcome_of_call(ended), ending(failed.call), frames=_frames(ended, places))


def put_aside(loaded: Ended) -> tuple[Text, ...]:
    """What to tell of the packages that a file imports, that are not there, and that it was graded without."""
    names = loaded.value if isinstance(loaded, Returned) and isinstance(loaded.value, list) else []
    told = [name for name in names if isinstance(name, str) and name.isidentifier() and len(name) <= 60]
    if not told:
        return ()
    return (say("Not here while it is graded, and put aside: {names}.", names=", ".join(told)),)


def unjudged(check: Check) -> CheckResult:
    """The result of a check that never came to an end."""
    message = say("This check was not run: not your fault, and no points are lost.")
    return result(check, Outcome.GRADER_ERROR, message)


def _blocked(check: Check, needed: CheckResult) -> CheckResult:
    return result(check, Outcome.BLOCKED, say("Waits for: {claim}.", claim=needed.claim))


def outcome_of_call(ended: Ended) -> Outcome:
    """What a call that did not return makes of the check that asked."""
    return {TimedOut: Outcome.TIMED_OUT, Died: Outcome.CRASHED}.get(type(ended), Outcome.FAILED)


def outcome_of_load(ended: Ended) -> Outcome:
    """What a file that could not be loaded makes of every check."""
    return {TimedOut: Outcome.TIMED_OUT, Died: Outcome.CRASHED}.get(type(ended), Outcome.DID_NOT_LOAD)


def _frames(ended: Ended, places: Places) -> tuple[Frame, ...]:
    """The learner's own lines; of a file that cannot be read as Python, the one where the reading stopped."""
    if not isinstance(ended, Raised):
        return ()
    if ended.frames or ended.line is None or not ended.text:
        return tuple(map(places.frame, ended.frames))
    return (places.frame(Frame(ended.line, "", ended.text.rstrip("\n"))),)
