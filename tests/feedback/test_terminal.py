"""A report on the terminal: what failed, both values, the belief, a question, and last, where eyes end, the way on."""

from __future__ import annotations

import io
import re

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from grader.exports.wording import summary
from grader.feedback.html import render_report
from grader.feedback.terminal import ASCII, Glyphs, TerminalReport, Way
from grader.results import Diagnosis, Evidence, Outcome, Report
from grader.text import Text
from tests.feedback.examples import BELIEF, EPSILON, EXERCISE, REPORTS

WAY = Way(Text({"en": "One step of Adam", "es": "Un paso de Adam"}), "mine.py", "grade exercise 3", "grade show 4")
UNICODE = Glyphs()
SHORT = [name for name in REPORTS if name != "huge"]
MARKUP = "[red]x[/red] [link=http://a]b[/link] :smile: [/] [bold"


def shown(
    report: Report, language: str = "en", *, width: int = 80, glyphs: Glyphs = UNICODE, everything: bool = False
) -> str:
    console = Console(
        file=io.StringIO(),
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None,
        force_jupyter=False,
    )
    TerminalReport(report, WAY, language, glyphs=glyphs, all_failures=everything).print_to(console)
    return "\n".join(line.rstrip() for line in console.file.getvalue().split("\n"))  # type: ignore[attr-defined]


def in_a_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("width", [60, 80, 100])
def test_every_report_fits_its_terminal(name: str, language: str, width: int) -> None:
    written = shown(REPORTS[name](), language, width=width)
    assert max(map(cell_len, written.splitlines())) <= width
    assert "\n\n\n" not in written
    assert "None" not in written.replace("is None", "")


@pytest.mark.parametrize("name", [name for name in SHORT if name != "passed"])
def test_the_way_on_stands_last(name: str) -> None:
    report = REPORTS[name]()
    assert shown(report).rstrip().split("\n")[-2:] == ["edit  mine.py", "then  grade exercise 3"]


def test_after_a_pass_the_next_exercise_stands_last() -> None:
    written = shown(REPORTS["passed"]())
    assert written.rstrip().endswith("next  grade show 4")
    assert "mine.py" not in written


def test_where_no_way_leads_on_none_is_told() -> None:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    TerminalReport(REPORTS["failed"](), Way(WAY.title, "", ""), "en", glyphs=Glyphs()).print_to(console)
    assert "edit" not in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_failure_is_told_in_the_order_it_is_understood() -> None:
    report = REPORTS["failed"]()
    failure = report.first_failure
    assert failure is not None
    assert failure.mismatch is not None
    written = in_a_line(shown(report))
    belief = report.diagnosis[0].beliefs[0]
    places = [
        written.index(part)
        for part in (
            failure.claim["en"],
            "yours",
            repr(failure.mismatch.got),
            "expected",
            repr(failure.mismatch.expected),
            belief.belief["en"],
            "To think about",
            "edit mine.py",
        )
    ]
    assert places == sorted(places)


def test_only_the_first_failure_is_told_in_full_unless_all_are_asked_for() -> None:
    report = REPORTS["failed"]()
    failures = [check for check in report.checks if check.outcome is Outcome.FAILED]
    assert len(failures) == 4
    assert shown(report).count("  yours ") == 1
    everything = shown(report, everything=True)
    # The fourth is about an argument that was changed: its two sides are what it was before and afterwards.
    assert (everything.count("  yours "), everything.count("  afterwards ")) == (3, 1)


def test_each_other_check_has_one_line_with_its_mark_and_points() -> None:
    report = REPORTS["failed"]()
    lines = shown(report).splitlines()
    for check in report.checks:
        if check is not report.first_failure:
            mark = Glyphs().of(check.outcome)
            points = f"{check.points:g}/{check.max_points:g}"
            assert [
                line for line in lines if line.startswith(f"{mark} {check.claim['en'][:20]}") and line.endswith(points)
            ]


def test_points_stand_in_the_headline() -> None:
    report = REPORTS["failed"]()
    first = shown(report).splitlines()[0]
    assert first.startswith("Exercise 3 · One step of Adam")
    assert first.endswith(f"{report.points:g}/{report.max_points:g}")


@pytest.mark.parametrize(
    ("kind", "en", "es"),
    [
        ("misconception", "exactly what this belief would give", "justo los que daría esta idea"),
        ("one_of", "what one of these beliefs would give", "una de estas ideas"),
        ("shape", "the difference has a form", "tiene una forma"),
        ("mutation", "A small change at one place", "Un pequeño cambio en un solo lugar"),
    ],
)
def test_each_kind_of_diagnosis_is_introduced(kind: str, en: str, es: str) -> None:
    beliefs = (BELIEF, EPSILON)[: {"misconception": 1, "one_of": 2}.get(kind, 0)]
    summary = None if beliefs else Text({"en": "So.", "es": "Así."})
    diagnosis = Diagnosis(kind=kind, beliefs=beliefs, summary=summary)
    report = replace(REPORTS["failed"](), diagnosis=(diagnosis,))
    assert en in in_a_line(shown(report))
    assert es in in_a_line(shown(report, "es"))
    assert ("or else" in shown(report)) == (kind == "one_of")
    assert ("So." in shown(report)) == (not beliefs)


@pytest.mark.parametrize(
    ("kind", "en", "es"),
    [
        ("misconception", "Your code does what somebody with this belief would do", "quien tuviera esta idea"),
        ("one_of", "what somebody with one of these beliefs would do", "quien tuviera una de estas ideas"),
        ("both", "what somebody with both these beliefs would do", "quien tuviera las dos ideas"),
    ],
)
def test_what_was_told_by_a_deed_claims_nothing_of_numbers(kind: str, en: str, es: str) -> None:
    diagnosis = Diagnosis(
        kind="misconception" if kind == "both" else kind,
        beliefs=(BELIEF, EPSILON)[: 1 if kind == "misconception" else 2],
        evidence=(Evidence(entry_point="train", calls=3, separating_call=1),),
    )
    report = replace(REPORTS["failed"](), diagnosis=(diagnosis,))
    assert en in in_a_line(shown(report))
    assert es in in_a_line(shown(report, "es"))


def test_two_beliefs_held_at_once_are_joined() -> None:
    diagnosis = Diagnosis(kind="misconception", beliefs=(BELIEF, EPSILON))
    written = shown(replace(REPORTS["failed"](), diagnosis=(diagnosis,)))
    assert "exactly what these beliefs together would give" in written
    assert "and also" in written


def test_a_convention_is_not_called_an_error() -> None:
    diagnosis = Diagnosis(kind="misconception", beliefs=(replace(BELIEF, kind="convention"),))
    written = shown(replace(REPORTS["failed"](), diagnosis=(diagnosis,)))
    assert "This is another convention, right in itself" in written


def test_quotation_marks_are_those_of_the_language() -> None:
    assert f"“{BELIEF.belief['en'][:15]}" in shown(REPORTS["failed"]())
    assert f"«{BELIEF.belief['es'][:15]}" in shown(REPORTS["failed"](), "es")


@pytest.mark.parametrize(("lines", "more"), [(12, ""), (13, "… and one more line"), (400, "… and 388 more lines")])
def test_what_was_printed_is_shown_up_to_a_point(lines: int, more: str) -> None:
    printed = "".join(f"line {number}\n" for number in range(lines))
    written = shown(replace(REPORTS["passed"](), output=printed))
    assert "Your program printed:\n  line 0\n" in written
    assert "  line 11\n" in written
    assert "line 12" not in written
    assert more in written
    assert ("more line" in written) == bool(more)


@pytest.mark.parametrize("field", ["output", "message", "frame", "got"])
def test_nothing_of_a_learners_is_read_as_markup(field: str) -> None:
    report = REPORTS["raised"]()
    if field == "output":
        report = replace(report, output=MARKUP)
    else:
        place = next(i for i, check in enumerate(report.checks) if check.frames)
        check = report.checks[place]
        if field == "message":
            check = replace(check, message=Text({"en": MARKUP, "es": MARKUP}))
        elif field == "frame":
            check = replace(check, frames=(replace(check.frames[0], source=MARKUP),))
        else:
            wrong = next(one for one in REPORTS["failed"]().checks if one.mismatch is not None)
            check = replace(check, mismatch=replace(wrong.mismatch, got=MARKUP))
        report = replace(report, checks=(*report.checks[:place], check, *report.checks[place + 1 :]))
    assert MARKUP in in_a_line(shown(report, width=100))


def test_an_exception_shows_the_learners_lines() -> None:
    report = REPORTS["raised"]()
    frame = next(check for check in report.checks if check.frames).frames[-1]
    written = shown(report)
    assert f"line {frame.line}, in {frame.function}" in written
    assert frame.source.strip() in written


def test_what_never_ran_has_no_seed_and_no_isolation() -> None:
    report = REPORTS["not_started"]()
    written = shown(replace(report, isolation=replace(report.isolation, tier="-")))
    assert "seed" not in written
    assert "isolation" not in written


def test_where_only_ascii_shows_the_marks_are_ascii() -> None:
    for name in SHORT:
        assert not set("✓✗○▌█░") & set(shown(REPORTS[name](), glyphs=ASCII))


@pytest.mark.parametrize("name", ["failed", "did_not_load"])
def test_what_was_met_in_reading_the_file_is_told_between_the_failure_and_the_belief(name: str) -> None:
    note = Text({"en": "It is defined twice: the last one counts.", "es": "Está definida dos veces: cuenta la última."})
    report = replace(REPORTS[name](), notes=(note,))
    written = in_a_line(shown(report, "es", width=60))
    assert written.count(note["es"]) == 1
    belief = written.find("Para pensar")
    assert belief == -1 or written.index(note["es"]) < belief
    assert "\n\n\n" not in shown(report)


def test_a_note_is_shown_on_the_pages_and_in_the_words_for_other_systems() -> None:
    note = Text({"en": "It is defined twice <b>.", "es": "Está definida dos veces <b>."})
    report = replace(REPORTS["failed"](), notes=(note,))
    assert "It is defined twice &lt;b&gt;." in render_report(report, EXERCISE)
    assert note["es"] in summary(report)["es"]
