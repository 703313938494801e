"""How a grading or a check ended, in a headline, in a sentence on what it means, and in one word."""

from __future__ import annotations

from grader.locale import say, say_many
from grader.results import Outcome, Report
from grader.text import Text


def headline(report: Report) -> Text:  # noqa: PLR0911  (one a way to end)
    """One sentence on how the whole grading ended."""
    total = len(report.checks)
    passed = sum(check.outcome is Outcome.PASSED for check in report.checks)
    match report.outcome:
        case Outcome.PASSED:
            return say_many("Passed: the only check holds.", "Passed: all {number} checks hold.", total)
        case Outcome.FAILED:
            return say("{passed} of {total} checks pass.", passed=passed, total=total)
        case Outcome.NOT_STARTED:
            return say("Not started yet.")
        case Outcome.DID_NOT_LOAD:
            return say("Your file does not load yet.")
        case Outcome.TIMED_OUT:
            return say("A call did not come back in time.")
        case Outcome.CRASHED:
            return say("Your program ended before it answered.")
        case Outcome.BLOCKED:
            return say("The checks are waiting for one another.")
        case Outcome.GRADER_ERROR:
            return say("The grader failed here. You did not.")


def meaning(report: Report) -> Text:  # noqa: PLR0911  (one a way to end)
    """What that means for the learner, and what to do about it."""
    match report.outcome:
        case Outcome.PASSED:
            return say("Your code does what the exercise asks for.")
        case Outcome.FAILED:
            return say("Take the first one that does not. The others often follow from it.")
        case Outcome.NOT_STARTED:
            return say("The file is still the one you were given. This is where to begin.")
        case Outcome.DID_NOT_LOAD:
            return say("Python stops at the line below, so no check could run. Mend it and run again.")
        case Outcome.TIMED_OUT:
            return say("Most often a loop never reaches its end. The call is named below.")
        case Outcome.CRASHED:
            return say("Python itself was stopped, so no check could look at an answer.")
        case Outcome.BLOCKED:
            return say("No check could run, because each needs another one to pass first.")
        case Outcome.GRADER_ERROR:
            return say(
                "This says nothing about your code and costs you no points. "
                "Run it again; if it stays, send this page to your instructor."
            )


def word(outcome: Outcome) -> Text:  # noqa: PLR0911  (one a way to end)
    """The outcome in a word or two, to stand beside a claim or a mark."""
    match outcome:
        case Outcome.PASSED:
            return say("passes")
        case Outcome.FAILED:
            return say("fails")
        case Outcome.NOT_STARTED:
            return say("not started")
        case Outcome.DID_NOT_LOAD:
            return say("does not load")
        case Outcome.TIMED_OUT:
            return say("ran out of time")
        case Outcome.CRASHED:
            return say("crashed")
        case Outcome.BLOCKED:
            return say("waits")
        case Outcome.GRADER_ERROR:
            return say("not gradable")
