"""No text of a report changes a tag or an attribute of the learner's page; `test_sinks` proves it of every template."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace

from grader.feedback import checklist, html, markdown
from grader.locale import LANGUAGES
from grader.results import Report
from grader.text import Text
from tests.feedback.examples import EXERCISE, REPORTS
from tests.feedback.hostile import ALL_AT_ONCE, PAYLOADS, harmless, outline


@pytest.fixture(autouse=True)
def plain_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Highlighting puts tags where the tokens are, which differ from text to text: here a line is two."""

    def two_tokens(source: str) -> tuple[tuple[tuple[str, str], ...], ...]:
        return tuple((("k", line), ("", line)) for line in source.split("\n"))

    monkeypatch.setattr(checklist, "python_tokens", two_tokens)


# --- from the report on: every untrusted field


def _spoiled(report: Report, field: str, text: str) -> Report:
    """The report with one kind of untrusted field replaced by `text` wherever it occurs."""
    both = Text(dict.fromkeys(LANGUAGES, text))
    if field == "message":
        report = replace(report, message=both)
    if field in ("output", "versions", "isolation", "figure"):
        return _spoiled_around(report, field, text)
    checks = []
    for place, check in enumerate(report.checks):
        changes: dict[str, Any] = {}
        if field == "message" and check.message is not None:
            changes["message"] = Text(dict.fromkeys(LANGUAGES, f"{place}{text}"))
        if field.startswith("frame") and check.frames:
            changes["frames"] = tuple(replace(frame, **{field.split()[1]: text}) for frame in check.frames)
        if field.startswith("mismatch") and check.mismatch is not None:
            changes["mismatch"] = replace(check.mismatch, kind="type", **{field.split()[1]: text})
        if field.startswith("row") and check.mismatch is not None:
            rows = tuple(replace(row, **{field.split()[1]: text}) for row in check.mismatch.rows)
            changes["mismatch"] = replace(check.mismatch, rows=rows)
        checks.append(replace(check, **changes))
    return replace(report, checks=tuple(checks))


def _spoiled_around(report: Report, field: str, text: str) -> Report:
    if field == "output":
        return replace(report, output=text)
    if field == "versions":
        return replace(report, versions={text: text})
    if field == "isolation":
        return replace(report, isolation=replace(report.isolation, tier=text))
    figures = [
        replace(
            figure,
            expected={**figure.expected, "reference_lines": {text: 0.5}, "names": [text]},
            learner={"names": [text], "values": [[1.0]], "x": [text], "y": text, "points": {text: text}},
        )
        for figure in report.figures
    ]
    return replace(report, figures=tuple(figures))


FIELDS = (
    "message", "output", "versions", "isolation", "figure", "frame function", "frame source",
    "mismatch name", "mismatch got", "mismatch expected", "row place", "row got", "row expected",
)  # fmt: skip
SPOILED_EXERCISE = ("path", "command", "replay", "next_command", "source")


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_a_report_changes_a_tag_or_an_attribute(field: str) -> None:
    shown = False
    for name in ("failed", "wrong_shape", "raised", "timed_out"):
        report = REPORTS[name]()
        hostile = html.render_report(_spoiled(report, field, ALL_AT_ONCE), EXERCISE)
        tame = html.render_report(_spoiled(report, field, harmless(ALL_AT_ONCE)), EXERCISE)
        shown = shown or hostile != tame
        assert outline(hostile) == outline(tame)
    assert shown, f"{field} is shown nowhere, so this proves nothing"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_changes_a_tag_or_an_attribute_anywhere(payload: str) -> None:
    pages = []
    for text in (payload, harmless(payload)):
        report = REPORTS["failed"]()
        for field in FIELDS:
            report = _spoiled(report, field, text)
        exercise = replace(EXERCISE, **dict.fromkeys(SPOILED_EXERCISE, text))
        pages.append(outline(html.render_report(report, exercise)))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_even_a_courses_own_text_makes_no_element_but_those_of_markdown(payload: str) -> None:
    allowed = {"html", "head", "body", "p", "code", "span", "a", "em", "strong", "br", "math"}
    for source in markdown.blocks(Text(dict.fromkeys(LANGUAGES, payload))).values():
        for tag, attributes in outline(source):
            assert tag in allowed or tag.startswith("{http://www.w3.org/1998/Math/MathML}")
            assert not {name for name in attributes if name.startswith("on") or name == "src"}
        assert "javascript:" not in re.sub(r">[^<]*<", "><", source)


def test_a_string_that_calls_itself_html_is_escaped_like_any_other() -> None:
    class Claimed(str):
        def __html__(self) -> str:
            return "<script>alert(1)</script>"

    report = replace(REPORTS["failed"](), output=Claimed("<script>alert(2)</script>"))
    page = html.render_report(report, EXERCISE)
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(2)" in page
