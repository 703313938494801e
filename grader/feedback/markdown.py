"""A course's Markdown, with formulas and code, into HTML. The only place where the pages' markup is not a template.

Raw HTML and images are off, so that even a hostile course could only format its text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader import formula
from grader.errors import CourseError
from grader.feedback import clean
from grader.feedback.code import python_tokens
from grader.locale import LANGUAGES
from grader.text import Text

Html = Markup
"""Text already formatted, from a course's own files: templates show it as it stands."""

_HEADINGS_START_AT, _WIDE = 3, 40


def blocks(text: Text) -> dict[str, Html]:
    """A brief or an explanation: paragraphs, lists, tables, formulas, highlighted code; headings from h3 down."""
    return {language: _blocks(text.in_language(language), language) for language in LANGUAGES}


def inline(text: Text) -> dict[str, Html]:
    """A sentence of the course: emphasis, code spans and formulas, no paragraph around it."""
    return {language: _inline(text.in_language(language), language) for language in LANGUAGES}


@lru_cache(maxsize=256)
def _blocks(source: str, language: str) -> Html:
    return Html(_parser(language).render(clean.plain(source)))


@lru_cache(maxsize=1024)
def _inline(source: str, language: str) -> Html:
    return Html(_parser(language).renderInline(clean.plain(source)))


@cache
def _parser(language: str) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    # The rules of `grader.formula.prose`, which the terminal reads the same texts by.
    parser.use(dollarmath_plugin, allow_digits=False, allow_labels=False, allow_space=False, double_inline=True)
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _formula_rule(language))
    parser.add_render_rule("heading_open", _lower_heading)
    parser.add_render_rule("heading_close", _lower_heading)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("table_open", lambda *_: '<div class="scroll"><table>')
    parser.add_render_rule("table_close", lambda *_: "</table></div>")
    return parser


def _formula_rule(language: str) -> Callable[..., str]:
    def render(_renderer: RendererHTML, tokens: list[Token], index: int, _options: Any, _env: Any) -> str:
        latex, display = tokens[index].content.strip(), tokens[index].type != "math_inline"
        shown = _formula(latex, display, language)
        return f'<div class="formula"{_focus(len(latex) > _WIDE)}>{shown}</div>\n' if tokens[index].block else shown

    return render


def _formula(latex: str, display: bool, language: str) -> str:
    try:
        spoken, drawn = escape(formula.to_speech(latex, language)), formula.to_mathml(latex, display=display)
    except CourseError:  # `grade verify` refuses such a formula; a learner's page still shows its source
        return f"<code>{escape(latex)}</code>"
    return f'<span aria-hidden="true">{drawn}</span><span class="spoken">{spoken}</span>'


def _focus(wide: bool) -> str:
    """What lets a reader without a mouse scroll something wide sideways."""
    return ' tabindex="0"' if wide else ""


def _fence(_renderer: RendererHTML, tokens: list[Token], index: int, _options: Any, _env: Any) -> str:
    return f"<pre{_focus(wide=True)}><code>{_highlight(tokens[index].content, tokens[index].info)}</code></pre>\n"


def _highlight(source: str, language: str) -> str:
    if language.strip() not in ("python", "py"):
        return str(escape(source))
    lines = python_tokens(source)
    return "\n".join("".join(_token(kind, text) for kind, text in line) for line in lines) + "\n"


def _token(kind: str, text: str) -> str:
    return f'<span class="{escape(kind)}">{escape(text)}</span>' if kind else str(escape(text))


def _lower_heading(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    level = min(int(token.tag[1]) + _HEADINGS_START_AT - 1, 6)
    return f"<h{level}>" if token.nesting == 1 else f"</h{level}>\n"
