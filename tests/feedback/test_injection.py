"""Untrusted text can change no tag and no attribute of a page, and the tests that say so can fail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import BytecodeCache, DictLoader, Environment
from jinja2.bccache import Bucket
from markupsafe import Markup
from msgspec.structs import replace

from grader.feedback import checklist, html, markdown
from grader.feedback.view import ReportView, report_view
from grader.locale import LANGUAGES
from grader.results import Report
from grader.text import Text
from tests.feedback.examples import EXERCISE, REPORTS
from tests.feedback.hostile import (
    ALL_AT_ONCE,
    PAYLOADS,
    harmless,
    outline,
    with_every_key,
    with_every_number,
    with_every_text,
)

TEMPLATES = {
    str(path.relative_to(html.template_folder())): path.read_text(encoding="utf-8")
    for path in sorted(html.template_folder().rglob("*.*"))
}
SINK = re.compile(r"\{\{(?!\{)\s*(.*?)\s*\}\}", re.DOTALL)
PAGE_NAMES = ("failed", "wrong_shape", "raised", "passed", "timed_out", "grader_error")

# Constants that templates hand to macros; `run` and `key` also choose by theirs.
CONSTANT = re.compile(r'((?:part|key|run|details)\((?:\w+, )?)"[\w-]+"')

# What decides which part of a template is shown; it is poisoned in a round of its own.
BRANCHING = frozenset({"outcome", "kind"})


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


# --- from the view on: every place where a template writes a value


class Compiled(BytecodeCache):
    """Keeps compiled templates in memory, so that changing one does not compile all."""

    kept: dict[str, bytes] = {}  # noqa: RUF012

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


MARK = '"\'><hostile on="'
"""Ends any attribute, quoted either way, and opens an element."""


@cache
def _poisoned() -> tuple[ReportView, ...]:
    views = [report_view(REPORTS[name](), EXERCISE) for name in PAGE_NAMES]
    texts = [with_every_text(view, lambda _: MARK, skip=BRANCHING) for view in views]
    branches = [with_every_text(view, lambda _: MARK) for view in views]
    figures = [_plots_kept(view, branch) for view, branch in zip(views, branches, strict=True)]
    numbers = [with_every_number(view, MARK) for view in views]
    return (*texts, *branches, *figures, *numbers)


def _plots_kept(view: ReportView, branch: ReportView) -> ReportView:
    """Unknown outcomes, but pictures of their own kind."""
    return replace(branch, figures=view.figures)


def _environment(sources: dict[str, str]) -> Environment:
    made = html.make_environment(DictLoader(sources))
    made.bytecode_cache = Compiled()
    words = dict.fromkeys(LANGUAGES, MARK)
    made.globals.update(
        say=lambda *_, **__: words, policy=MARK, language_names=dict.fromkeys(LANGUAGES, MARK), poison=MARK
    )
    return made


def _leaks(sources: dict[str, str]) -> bool:
    """Whether poison in a view, in a template's own constants or in a language's name reaches a page as it is."""
    for view in _poisoned():
        if _shows_mark(_environment(sources), view, LANGUAGES[0]):
            return True
    constants = {name: CONSTANT.sub(r"\1poison", source) for name, source in sources.items()}
    languages = _environment(sources)
    languages.globals.update(
        languages=(MARK, *LANGUAGES[1:]),
        language_names=dict.fromkeys((MARK, *LANGUAGES[1:]), "x"),
        t=lambda words: "x",
        t_svg=lambda words: "x",
        t_value=lambda side: "x",
    )
    view = report_view(REPORTS["failed"](), EXERCISE)
    return _shows_mark(_environment(constants), view, LANGUAGES[0]) or _shows_mark(
        languages, with_every_key(view, MARK), MARK
    )


def _shows_mark(environment: Environment, view: ReportView, language: str) -> bool:
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    return MARK in environment.get_template("learner.html.j2").render(fields, language=language)


def _sinks() -> Iterator[tuple[str, int, int, str]]:
    for name, source in TEMPLATES.items():
        if name.endswith(".j2") and not name.startswith("class"):
            for found in SINK.finditer(source):
                yield name, found.start(1), found.end(1), found[1]


def _changed(name: str, start: int, end: int, expression: str) -> dict[str, str]:
    source = TEMPLATES[name]
    return {**TEMPLATES, name: source[:start] + expression + source[end:]}


@cache
def _kinds_at_sinks() -> dict[tuple[str, int], set[bool]]:
    """For each sink that any example reaches, whether what it wrote was already formatted."""
    seen: dict[tuple[str, int], set[bool]] = {}

    def audit(value: Any, name: str, start: int) -> Any:
        seen.setdefault((name, start), set()).add(isinstance(value, Markup))
        return value

    sources = dict(TEMPLATES)
    for name in {sink[0] for sink in _sinks()}:
        sources[name] = SINK.sub(
            lambda found, name=name: f"{{{{ ({found[1]}) | audit('{name}', {found.start(1)}) }}}}",  # type: ignore[misc]
            TEMPLATES[name],
        )
    made = html.make_environment(DictLoader(sources))
    made.filters["audit"] = audit
    for make in REPORTS.values():
        view = report_view(make(), EXERCISE)
        fields = {name: getattr(view, name) for name in view.__struct_fields__}
        made.get_template("learner.html.j2").render(fields, language=LANGUAGES[0])
    return seen


def test_the_templates_as_they_are_let_nothing_through() -> None:
    assert not _leaks(TEMPLATES)


@pytest.mark.parametrize("sink", list(_sinks()), ids=lambda sink: f"{sink[0]}:{sink[1]}")
def test_marking_any_sink_as_safe_is_noticed(sink: tuple[str, int, int, str]) -> None:
    name, start, end, expression = sink
    kinds = _kinds_at_sinks().get((name, start))
    assert kinds, f"no example reaches {{{{ {expression} }}}} in {name}"
    if kinds == {True}:
        formatted = r"\w+\(.*\)|style|script|words\[code\]"
        assert re.fullmatch(formatted, expression, re.DOTALL), f"{expression} is formatted before it reaches {name}"
    else:
        assert _leaks(_changed(name, start, end, f"({expression}) | safe"))


def test_not_escaping_in_the_one_function_that_makes_spans_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    html._in_elements.cache_clear()
    monkeypatch.setattr(html, "escape", Markup)
    try:
        assert _leaks(TEMPLATES)
    finally:
        html._in_elements.cache_clear()


def test_what_is_formatted_is_never_confused_with_plain_text_that_looks_like_it() -> None:
    formatted = html.in_every_language(dict.fromkeys(LANGUAGES, Markup("<b>x</b>")))
    plain = html.in_every_language(dict.fromkeys(LANGUAGES, "<b>x</b>"))
    assert (formatted, plain) == ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;")


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.endswith(".j2")])
def test_no_template_turns_escaping_off_or_writes_an_unquoted_or_dangerous_attribute(name: str) -> None:
    source = re.sub(r"\{#.*?#\}", "", TEMPLATES[name], flags=re.DOTALL)
    assert not re.search(r"\|\s*(safe|tojson|xmlattr)|autoescape|Markup", source)
    assert not re.search(r"=\{\{|\s(style|on\w+|src)=", source)
    assert not re.search(r'href="(?!#)', source)


def test_formatted_text_is_made_in_two_modules_only() -> None:
    folder = Path(html.__file__).parent
    makers = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r"(?<!\w)(Markup|Html)\(", re.sub(r'""".*?"""', "", path.read_text(), flags=re.DOTALL))
    }
    assert makers == {"html.py", "markdown.py"}
