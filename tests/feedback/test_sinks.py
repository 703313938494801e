"""Every place where a template writes a value escapes it, and taking that away from any one of them is noticed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from jinja2 import BytecodeCache, DictLoader, Environment, meta
from jinja2.bccache import Bucket
from markupsafe import Markup
from msgspec.structs import replace

from grader.feedback import html
from grader.feedback.class_learner import class_learner_view
from grader.feedback.class_lists import list_pages
from grader.feedback.class_record import ClassRecord, GroupRecord
from grader.feedback.class_similar import similar_views
from grader.feedback.class_view import ExerciseView, class_view
from grader.feedback.view import report_view
from grader.locale import LANGUAGES
from tests.feedback.class_examples import a_class
from tests.feedback.examples import EXERCISE, REPORTS, text
from tests.feedback.hostile import with_every_key, with_every_number, with_every_text

TEMPLATES = {
    str(path.relative_to(html.template_folder())): path.read_text(encoding="utf-8")
    for path in sorted(html.template_folder().rglob("*.*"))
    if path.suffix in (".j2", ".css", ".js")
}
SINK = re.compile(r"\{\{(?!\{)\s*(.*?)\s*\}\}", re.DOTALL)

# Constants that templates hand to macros; `run` and `key` also choose by theirs.
CONSTANT = re.compile(r'((?:part|key|run|details)\((?:\w+, )?)"[\w-]+"')

# What decides which part of a template is shown; it is poisoned in a round of its own.
BRANCHING = frozenset({"outcome", "kind", "order", "template"})

MARK = '"\'><hostile on="'
"""Ends any attribute, quoted either way, and opens an element."""

View = msgspec.Struct


@cache
def pages() -> dict[str, tuple[View, ...]]:
    """Views that together reach every place of the templates that show them."""
    record, histories = a_class(14)
    nothing = replace(record.statistics, beliefs=())
    bare = replace(record, pairs=(), equal=(), remarks=(), remedies={}, learners=(), statistics=nothing)
    many = replace(record, remarks=record.remarks * 150, pairs=record.pairs * 12)
    few = mock.patch.multiple("grader.feedback.class_map", MOST_ROWS=5, NAMED_ROWS=2)
    names = [mock.patch(f"grader.feedback.{name}.MOST_NAMES", 2) for name in ("class_view", "class_groups")]
    with few, names[0], names[1]:
        banded = class_view(replace(many, groups=(_group(many),), further_groups=3))
    banded = replace(banded, exercises=tuple(_with_a_weak_check(exercise) for exercise in banded.exercises))
    with mock.patch("grader.feedback.class_lists.PER_PAGE", 5):
        lists = tuple(view for _, view in list_pages(record))
    return {
        "learner.html.j2": tuple(report_view(make(), EXERCISE) for make in REPORTS.values()),
        "class.html.j2": (class_view(record), banded, class_view(bare), class_view(a_class(60)[0])),
        "class_learners.html.j2": lists,
        "class_similar.html.j2": tuple(view for _, view in similar_views(many)),
        "class_learner.html.j2": tuple(class_learner_view(*history, record) for history in histories),
    }


def _group(record: ClassRecord) -> GroupRecord:
    """One that has everything a group may have."""
    said = text("A sentence.", "Una frase.")
    learners = tuple(learner.key for learner in record.learners)
    return GroupRecord(
        id="g1", exercise="adam_step", number=3, subject="adam_step", learners=learners, now=len(learners) - 2,
        claim=said, message=said, form=said, note=said, source="x = 1\n" * 100,
    )  # fmt: skip


def _with_a_weak_check(exercise: ExerciseView) -> ExerciseView:
    return replace(exercise, checks=(replace(exercise.checks[0], weak=True, discrimination={"en": "0", "es": "0"}),))


@cache
def _poisoned(page: str) -> tuple[View, ...]:
    views = pages()[page]
    texts = [with_every_text(view, lambda _: MARK, skip=BRANCHING) for view in views]
    # A picture's template is named by the course's own kind, never by a learner.
    branches = [with_every_text(view, lambda _: MARK, skip=frozenset({"template"})) for view in views]
    numbers = [with_every_number(view, MARK) for view in views]
    pictures = [
        replace(branch, figures=view.figures)  # unknown outcomes, but pictures of their own kind
        for view, branch in zip(views, branches, strict=True)
        if hasattr(view, "figures")
    ]
    return (*texts, *branches, *numbers, *pictures)


class Compiled(BytecodeCache):
    """Keeps compiled templates in memory, so that changing one does not compile all."""

    kept: dict[str, bytes] = {}  # noqa: RUF012

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


def _environment(sources: dict[str, str], **changes: Any) -> Environment:
    made = html.make_environment(DictLoader(sources))
    made.bytecode_cache = Compiled()
    words = dict.fromkeys(LANGUAGES, MARK)
    made.globals.update(say=lambda *_, **__: words, policy=MARK, language_names=words, poison=MARK)
    made.globals.update(changes)
    return made


def _leaks(sources: dict[str, str], pages_to_try: list[str]) -> bool:
    """Whether poison in a view, in a template's own constants or in a language's name reaches a page as it is."""
    constants = _environment({name: CONSTANT.sub(r"\1poison", source) for name, source in sources.items()})
    codes = (MARK, *LANGUAGES[1:])
    languages = _environment(
        sources,
        languages=codes,
        language_names=dict.fromkeys(codes, "x"),
        say=lambda *_, **__: dict.fromkeys(codes, "x"),
        t=lambda words: "x",
        t_svg=lambda words: "x",
        t_value=lambda side: "x",
    )
    texts = _environment(sources)
    for page in pages_to_try:
        if any(_shows_mark(texts, page, view) for view in _poisoned(page)):
            return True
        for view in pages()[page][:2]:
            if _shows_mark(constants, page, view) or _shows_mark(languages, page, with_every_key(view, MARK), MARK):
                return True
    return False


def _shows_mark(environment: Environment, page: str, view: View, language: str = LANGUAGES[0]) -> bool:
    return MARK in environment.get_template(page).render(_fields(view), language=language)


def _fields(view: View) -> dict[str, Any]:
    return {name: getattr(view, name) for name in view.__struct_fields__}


@cache
def _parts_of(template: str) -> frozenset[str]:
    """The template and all that it extends or imports."""
    environment = html.make_environment(DictLoader(TEMPLATES))
    named = meta.find_referenced_templates(environment.parse(TEMPLATES[template]))
    return frozenset({template}).union(*(_parts_of(name) for name in named if name))


def _sinks() -> Iterator[tuple[str, int, int, str]]:
    shown = frozenset().union(*(_parts_of(page) for page in PAGES))
    for name in sorted(shown):
        for found in SINK.finditer(TEMPLATES[name]):
            yield name, found.start(1), found.end(1), found[1]


PAGES = ("learner.html.j2", "class.html.j2", "class_learners.html.j2", "class_similar.html.j2", "class_learner.html.j2")
SINKS = list(_sinks())


@cache
def _kinds_at_sinks() -> dict[tuple[str, int], set[bool]]:
    """For each sink that any view reaches, whether what it wrote was already formatted."""
    seen: dict[tuple[str, int], set[bool]] = {}

    def audit(value: Any, name: str, start: int) -> Any:
        seen.setdefault((name, start), set()).add(isinstance(value, Markup))
        return value

    sources = dict(TEMPLATES)
    for name in {sink[0] for sink in SINKS}:
        sources[name] = SINK.sub(
            lambda found, name=name: f"{{{{ ({found[1]}) | audit('{name}', {found.start(1)}) }}}}",  # type: ignore[misc]
            TEMPLATES[name],
        )
    made = html.make_environment(DictLoader(sources))
    made.filters["audit"] = audit
    for page, views in pages().items():
        for view in views:
            made.get_template(page).render(_fields(view), language=LANGUAGES[0])
    return seen


def test_the_templates_as_they_are_let_nothing_through() -> None:
    assert tuple(pages()) == PAGES
    assert not _leaks(TEMPLATES, list(PAGES))


@pytest.mark.parametrize("sink", SINKS, ids=lambda sink: f"{sink[0]}:{sink[1]}")
def test_marking_any_sink_as_safe_is_noticed(sink: tuple[str, int, int, str]) -> None:
    name, start, end, expression = sink
    kinds = _kinds_at_sinks().get((name, start))
    assert kinds, f"no view reaches {{{{ {expression} }}}} in {name}"
    if kinds == {True}:
        formatted = r"\w+\(.*\)|style|script|words\[code\]"
        assert re.fullmatch(formatted, expression, re.DOTALL), f"{expression} is formatted before it reaches {name}"
    else:
        source = TEMPLATES[name]
        changed = {**TEMPLATES, name: f"{source[:start]}({expression}) | safe{source[end:]}"}
        assert _leaks(changed, [page for page in PAGES if name in _parts_of(page)])


def test_not_escaping_in_the_one_function_that_makes_spans_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    html._in_elements.cache_clear()
    monkeypatch.setattr(html, "escape", Markup)
    try:
        assert _leaks(TEMPLATES, ["learner.html.j2"])
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


def test_links_that_a_view_makes_lead_to_pages_of_the_report_only() -> None:
    record, _ = a_class(900)
    made = [html.render("class.html.j2", class_view(record))]
    made += [html.render("class_learners.html.j2", view) for _, view in list_pages(record)]
    made += [html.render("class_similar.html.j2", view) for _, view in similar_views(record)]
    links = {link for page in made for link in re.findall(r'href="([^"#]+)', page)}
    assert len(links) > 900
    assert {
        link for link in links if not re.fullmatch(r"(learners/\d{4,}|[a-z-]+(-\d+)?)\.html|tables/[a-z]+\.csv", link)
    } == set()


def test_formatted_text_is_made_in_two_modules_only() -> None:
    folder = Path(html.__file__).parent
    makers = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r"(?<!\w)(Markup|Html)\(", re.sub(r'""".*?"""', "", path.read_text(), flags=re.DOTALL))
    }
    assert makers == {"html.py", "markdown.py"}
