"""A sentence of an item becomes what other systems show: HTML with LaTeX between ``\\(`` and ``\\)``, or plain words.

Moodle, Canvas and Anki all draw such formulas; none of them reads the course's own Markdown.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from grader import formula
from grader.cleaning import visible
from grader.formula.prose import in_prose


@lru_cache(maxsize=4096)
def to_html(sentence: str) -> str:
    """Emphasis, code spans and formulas; whatever else there is, is shown as written."""
    html: str = _parser().renderInline(visible(sentence))
    return html


def code_block(code: str) -> str:
    """Code, each line and space as it is."""
    return f"<pre><code>{escape(visible(code))}</code></pre>"


def to_plain(sentence: str) -> str:
    """Words alone, formulas in Unicode: for menus, which hold no markup."""
    return in_prose(visible(sentence), formula.to_unicode).replace("`", "").replace("*", "")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    parser.use(dollarmath_plugin, allow_digits=False, allow_labels=False, allow_space=False, double_inline=True)
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _formula)
    return parser


def _formula(_renderer: RendererHTML, tokens: list[Token], index: int, _options: Any, _env: Any) -> str:
    # MathJax reads text, so that `<` must be written as HTML writes it.
    return rf"\({escape(tokens[index].content.strip())}\)"
