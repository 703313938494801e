"""The learner's source and the reference become one reading: beside each other where both fit, without docstrings."""

from __future__ import annotations

import ast
import shutil
import textwrap

from rich.console import RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text as Styled

from grader.cli.common import spoken
from grader.cli.screen import console
from grader.locale import say

GAP = 4


def print_sources(own: str | None, shown: str, reference: str) -> None:
    """Print the file `own`, named as `shown`, and the reference; the latter alone where there is no own one."""
    sources = [(spoken(say("the solution")), without_docstrings(reference))]
    if own is not None:
        sources.insert(0, (f"{spoken(say('yours'))} · {shown}", without_docstrings(own)))
    screen = console()
    widths = [max(map(len, (heading, *source.splitlines()))) for heading, source in sources]
    needed = sum(widths) + GAP
    if len(sources) == 2 and needed <= shutil.get_terminal_size().columns:
        screen.width = needed
        table = Table.grid(padding=(0, GAP, 0, 0))
        table.add_row(*(Styled(heading, style="bold cyan") for heading, _ in sources))
        table.add_row(*(_code(source) for _, source in sources))
        screen.print(Padding(table, (0, 0, 1, 0)))
        return
    for heading, source in sources:
        screen.print(Styled(heading, style="bold cyan", overflow="fold"))
        screen.print(Padding(_code(wrapped(source, screen.width)), (0, 0, 1, 0)))


def without_docstrings(source: str) -> str:
    """The code alone, as the docstrings are the brief's; a source that is no Python as it is."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source.strip("\n")
    lines: list[str | None] = list(source.split("\n"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if first is not None and len(node.body) > 1 and ast.get_docstring(node, clean=False) is not None:
                _drop(lines, first, node.body[1])
    return "\n".join(line for line in lines if line is not None).strip("\n")


def wrapped(source: str, width: int) -> str:
    """Long lines broken at spaces: what goes on is indented more, or is a comment again."""
    lines: list[str] = []
    for line in source.split("\n"):
        code = line.lstrip()
        indent = line[: len(line) - len(code)]
        further = indent + ("# " if code.startswith("#") else "        ")
        broken = textwrap.wrap(
            code, width, initial_indent=indent, subsequent_indent=further,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
        lines += broken if len(line) > width else [line]
    return "\n".join(lines)


def _drop(lines: list[str | None], docstring: ast.stmt, following: ast.stmt) -> None:
    """Take out a docstring's lines, unless other code stands on them."""
    last = docstring.end_lineno or docstring.lineno
    before = (lines[docstring.lineno - 1] or "").encode()[: docstring.col_offset]
    if before.strip() or following.lineno == last:
        return
    lines[docstring.lineno - 1 : last] = [None] * (last - docstring.lineno + 1)


def _code(source: str) -> RenderableType:
    return Syntax(source, "python", theme="ansi_dark", background_color="default", word_wrap=True)
