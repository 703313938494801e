"""Text from a learner's program made safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from msgspec.structs import replace

from grader.feedback import clean
from grader.feedback.view import report_view
from grader.locale import LANGUAGES
from grader.text import Text
from tests.feedback.examples import EXERCISE, REPORTS


class Claimed(str):
    """Text that asks a template not to escape it."""

    def __html__(self) -> str:
        return "<b>"


def test_what_html_may_not_hold_and_what_turns_text_around_is_written_out() -> None:
    assert clean.plain("a\x00b\x1b[1m\ud800c") == "a\\x00b\\x1b[1m\\ud800c"
    assert clean.plain("a\u202eb\u200bc\u2028d") == "a\\u202eb\\u200bc\\u2028d"
    assert clean.plain("a\r\nb\rc\td") == "a\nb\\x0dc\td"
    assert clean.plain("ñ 漢字 😀 é") == "ñ 漢字 😀 é"


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_is_an_exact_string_that_can_be_written_in_utf_8(text: str) -> None:
    for cleaned in (clean.plain(Claimed(text)), clean.line(Claimed(text))):
        assert type(cleaned) is str
        cleaned.encode()
        assert all(each in "\n\t" or each.isprintable() or each.isspace() for each in cleaned)
        assert not set(cleaned) & set("\r\f\v\x1c\x1d\x1e\x1f\x85\u2028\u2029")


def test_of_a_line_no_more_is_read_than_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """One of a megabyte may stand in each of a hundred pairs of similar sources."""
    read: list[int] = []
    monkeypatch.setattr(clean, "visible", lambda text: read.append(len(text)) or text)
    assert len(clean.line("é" * 1_000_000)) == clean.LINE
    assert max(read) < 1000


def test_a_line_has_no_breaks_and_an_end() -> None:
    assert clean.line("a\nb") == "a b"
    assert clean.line("x" * 999) == "x" * (clean.LINE - 1) + "…"
    assert len(clean.words(Text(dict.fromkeys(LANGUAGES, "x" * 9999)), 50)["es"]) == 50


def test_short_output_is_shown_whole() -> None:
    assert clean.output("one\ntwo\n") == ("one\ntwo\n", None, "")


def test_long_output_keeps_whole_lines_of_its_head_and_tail_and_counts_the_rest() -> None:
    text = "".join(f"line {number}\n" for number in range(10_000))
    head, left_out, tail = clean.output(text)
    assert head.startswith("line 0\n")
    assert tail.startswith("line ")
    assert tail.endswith("line 9999\n")
    missing = len(text) - len(head) - len(tail)
    assert left_out == {
        "en": f"{missing:,} characters are left out here",
        "es": f"aquí se omiten {missing:,} caracteres".replace(",", "."),
    }


@given(st.text("&<é\n\x00a", min_size=0, max_size=60), st.integers(1, 2_000))
def test_output_never_weighs_more_than_its_share_of_a_page(unit: str, times: int) -> None:
    head, left_out, tail = clean.output(unit * times)
    assert len(escape(head + tail).encode()) <= clean.OUTPUT
    assert (left_out is None) == (head + tail == clean.plain(unit * times))


def test_every_view_of_every_example_holds_plain_values_only() -> None:
    for make in REPORTS.values():
        assert clean.untrusted_parts(report_view(make(), EXERCISE)) == []


def test_a_value_that_could_pass_a_template_unescaped_is_found_wherever_it_is() -> None:
    view = report_view(REPORTS["failed"](), EXERCISE)
    assert clean.untrusted_parts(replace(view, path=Claimed("x"))) == ["view.path"]
    assert clean.untrusted_parts(replace(view, course={"en": Claimed("x")})) == ["view.course.en"]
    assert clean.untrusted_parts(replace(view, figures=(object(),))) == ["view.figures[0]"]
