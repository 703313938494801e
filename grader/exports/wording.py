"""What a report found, in a few plain sentences for the systems that show them: no markup, no formula left in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from grader.feedback import clean
from grader.formula import in_prose, to_unicode
from grader.locale import LANGUAGES, join, say
from grader.results import CheckResult, Diagnosis, Outcome, Report
from grader.telling.diagnosis import joint, lead
from grader.telling.outcome import headline
from grader.telling.place import place_of
from grader.text import Text


def summary(report: Report) -> Text:
    """How the grading ended, the first claim that does not hold and what would explain it, a line each."""
    lines = [headline(report)]
    failure = report.first_failure
    if report.message is not None:
        lines.append(plain(report.message))
    elif failure is not None:
        lines.append(say("Not yet so: {claim}.", claim=plain(failure.claim)))
        if failure.message is not None:
            lines.append(plain(failure.message))
    lines += map(plain, report.notes)
    lines += [line for found in report.diagnosis for line in explained(found)]
    return join("\n", lines)


def explained(found: Diagnosis) -> list[Text]:
    """A diagnosis, a line each: the belief in the learner's voice, and the question that leads on."""
    lines = [lead(found)]
    if found.summary is not None:
        lines.append(_shown(found.summary) if found.kind == "note" else plain(found.summary))
    for place, belief in enumerate(found.beliefs):
        if place:
            lines.append(joint(found))
        lines.append(say("“{quoted}”", quoted=plain(belief.belief)))
        lines.append(say("To think about: {question}", question=plain(belief.question)))
    return lines


def check_output(check: CheckResult) -> Text:
    """What one check has to say: its message, and the learner's own lines where it raised. Blank after a pass."""
    if check.outcome is Outcome.PASSED:
        return _each(lambda language: "")
    lines = [] if check.message is None else [plain(check.message)]
    lines += [plain(place_of(frame)) for frame in check.frames[-3:]]
    return join("\n", lines) if lines else _each(lambda language: "")


def plain(text: Text) -> Text:
    """The same sentence with its formulas in Unicode and nothing in it that hides or turns text."""
    return _each(lambda language: clean.plain(in_prose(text.in_language(language), to_unicode)))


def _shown(text: Text) -> Text:
    """Somebody's words as they stand, with nothing in them that hides or turns text."""
    return _each(lambda language: clean.plain(text.in_language(language)))


def told(lines: Iterable[Text], language: str) -> str:
    """Lines in one language."""
    return "\n".join(line.in_language(language) for line in lines)


def _each(sentence: Callable[[str], str]) -> Text:
    return Text({language: sentence(language) for language in LANGUAGES})
