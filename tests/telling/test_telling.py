"""Terminal, page, notebook and every export say the same of the same report, in the same words."""

from __future__ import annotations

import html
import io
from collections.abc import Callable

import msgspec
import pytest
from rich.console import Console

from grader.exports import wording
from grader.exports.format import Suite
from grader.exports.formats import gradescope, junit
from grader.feedback.html import render_report
from grader.feedback.terminal import Glyphs, TerminalReport
from grader.locale import LANGUAGES
from grader.results import Diagnosis, Evidence, Outcome, Report
from grader.telling import diagnosis, mismatch, outcome
from grader.telling.way import Way
from tests.feedback.examples import BELIEF, EPSILON, EXERCISE, REPORTS, text

WAY = Way(EXERCISE.title, "mine.py", "grade exercise 3", "grade show 4")


def in_terminal(report: Report, language: str) -> str:
    console = Console(file=io.StringIO(), width=4000, color_system=None, markup=False, emoji=False)
    TerminalReport(report, WAY, language, glyphs=Glyphs()).print_to(console)
    return console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above


def on_page(report: Report, language: str) -> str:
    return html.unescape(render_report(report, EXERCISE, language=language))


def in_gradescope(report: Report, language: str) -> str:
    return str(msgspec.json.decode(gradescope.write(report, language))["output"])


def in_junit(report: Report, language: str) -> str:
    return html.unescape(junit.write([Suite("", EXERCISE.graded_at, report)], language).decode())


def in_feedback(report: Report, language: str) -> str:
    return wording.summary(report).in_language(language)


PRESENTATIONS: list[Callable[[Report, str], str]] = [in_terminal, on_page, in_gradescope, in_junit, in_feedback]


def of(kind: str, *, exact: bool, beliefs: int = 1, convention: bool = False) -> Diagnosis:
    """A diagnosis of one kind, told by equal numbers or by deeds."""
    ours = tuple(
        msgspec.structs.replace(each, kind="convention" if convention else each.kind)
        for each in (BELIEF, EPSILON)[:beliefs]
    )
    evidence = Evidence(entry_point="adam_step", calls=3, separating_call=2, margin=9.0 if exact else None)
    named = kind in ("misconception", "one_of")
    return Diagnosis(
        kind=kind,  # type: ignore[arg-type]  # one of the four
        beliefs=ours if named else (),
        summary=None if named else text("Twice as large.", "El doble de grande."),
        evidence=(evidence,),
    )


DIAGNOSES = [
    of("misconception", exact=True),
    of("misconception", exact=False),
    of("misconception", exact=True, beliefs=2),
    of("misconception", exact=False, beliefs=2),
    of("misconception", exact=True, convention=True),
    of("one_of", exact=True, beliefs=2),
    of("one_of", exact=False, beliefs=2),
    of("shape", exact=False),
    of("mutation", exact=False),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", DIAGNOSES, ids=lambda found: f"{found.kind}-{len(found.beliefs)}-{found.is_exact}")
def test_a_diagnosis_is_led_by_one_sentence_wherever_it_is_told(found: Diagnosis, language: str) -> None:
    report = msgspec.structs.replace(REPORTS["failed"](), diagnosis=(found,))
    lead = diagnosis.lead(found).in_language(language)
    silent = [present.__name__ for present in PRESENTATIONS if lead not in present(report, language)]
    assert silent == []


@pytest.mark.parametrize("found", DIAGNOSES, ids=lambda found: f"{found.kind}-{len(found.beliefs)}-{found.is_exact}")
def test_only_equal_numbers_are_called_exact(found: Diagnosis) -> None:
    claims = any(word in diagnosis.lead(found)["en"] for word in ("exactly what", "numbers are what"))
    assert claims == (found.is_exact and bool(found.beliefs) and found.beliefs[0].kind != "convention")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", REPORTS)
def test_every_ending_has_one_headline(kind: str, language: str) -> None:
    report = REPORTS[kind]()
    said = outcome.headline(report).in_language(language)
    tell = [on_page, in_feedback]
    if report.outcome is Outcome.PASSED:
        tell.append(in_terminal)
    if report.outcome is not Outcome.GRADER_ERROR:
        tell.append(in_gradescope)  # a fault of ours is no result there
    assert [present.__name__ for present in tell if said not in present(report, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", REPORTS)
def test_both_sides_of_a_difference_have_one_name(kind: str, language: str) -> None:
    report = REPORTS[kind]()
    first = report.first_failure
    if first is None or first.mismatch is None or report.message is not None:
        return
    for side in mismatch.sides(first.mismatch):
        name = side.in_language(language)
        assert name in in_terminal(report, language)
        assert name in on_page(report, language)


def test_an_argument_that_was_changed_has_a_before_and_an_afterwards() -> None:
    changed = next(
        check.mismatch
        for make in REPORTS.values()
        for check in make().checks
        if check.mismatch is not None and check.mismatch.kind == "changed"
    )
    assert [side["en"] for side in mismatch.sides(changed)] == ["afterwards", "before"]


def test_every_outcome_has_a_word_in_every_language() -> None:
    words = {outcome.word(each)[language] for each in Outcome for language in LANGUAGES}
    assert len(words) == len(Outcome) * len(LANGUAGES)
