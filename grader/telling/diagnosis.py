"""A diagnosis in words: what leads it, what joins its beliefs, and why it may be believed.

Only here is it asked whether a diagnosis is exact: numbers that agree, or only deeds that do.
"""

from __future__ import annotations

from typing import assert_never

from grader.locale import say, say_many
from grader.results import Diagnosis, Evidence
from grader.text import Text


def lead(found: Diagnosis) -> Text:
    """The sentence above its beliefs, or above the form of an error that no belief explains."""
    told = _whole(found)
    return say("{told}, and something else is wrong too", told=told) if found.partial else told


def _whole(found: Diagnosis) -> Text:
    match found.kind:
        case "shape":
            return say("No known misconception fits, but the difference has a form")
        case "mutation":
            return say("A small change at one place of the formula gives exactly these answers")
        case "note":
            return say("Your instructor knows this answer")
        case "one_of":
            told = say("Your numbers are what one of these beliefs would give")
            return told if found.is_exact else say("Your code does what somebody with one of these beliefs would do")
        case "misconception":
            return _of_beliefs(found)
        case _:
            assert_never(found.kind)


def _of_beliefs(found: Diagnosis) -> Text:
    if all(belief.kind == "convention" for belief in found.beliefs):
        return say("This is another convention, right in itself and not the one used here")
    if len(found.beliefs) > 1:
        told = say("Your numbers are exactly what these beliefs together would give")
        return told if found.is_exact else say("Your code does what somebody with both these beliefs would do")
    told = say("Your numbers are exactly what this belief would give")
    return told if found.is_exact else say("Your code does what somebody with this belief would do")


def joint(found: Diagnosis) -> Text:
    """What stands between two of its beliefs."""
    return say("or else") if found.kind == "one_of" else say("and also")


def places(found: Diagnosis) -> Text | None:
    """The functions it is about, where it names beliefs."""
    if found.summary is not None or not found.evidence:
        return None
    functions = ", ".join(dict.fromkeys(f"`{one.entry_point}`" for one in found.evidence))
    return say("In {functions}:", functions=functions)


def evidence(one: Evidence) -> Text:
    """Why it may be believed: how many calls agreed, and which of them tells it from the right answer."""
    from grader.locale import numbers  # Babel is slow to import, and the terminal does not come here

    if not one.is_exact:
        return say(
            "{function} first goes wrong in call {call} of {number}.",
            function=one.entry_point,
            call=one.separating_call,
            number=one.calls,
        )
    matched = say_many(
        "The one recorded call of {function} was answered exactly as this explanation answers it.",
        "All {number} recorded calls of {function} were answered exactly as this explanation answers them.",
        one.calls,
        function=one.entry_point,
    )
    if not isinstance(one.difference, float):
        return matched
    return say(
        "{matched} Call {call} tells it from the right answer, by {difference}.",
        matched=matched,
        call=one.separating_call,
        difference=Text(numbers.number(one.difference, 2)),
    )
