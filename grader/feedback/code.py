"""Python source into lines of (class, text) tokens, which a template shows and the stylesheet colours."""

from __future__ import annotations

from functools import cache

from pygments.lexers.python import PythonLexer
from pygments.token import Token, _TokenType

from grader.feedback import clean

Tokens = tuple[tuple[str, str], ...]

# The few kinds the stylesheet knows; every other token is plain text.
_CLASSES = {
    Token.Keyword: "k",
    Token.Operator.Word: "k",
    Token.Name.Builtin: "b",
    Token.Name.Function: "f",
    Token.Name.Class: "f",
    Token.Literal.String: "s",
    Token.Literal.Number: "n",
    Token.Comment: "c",
}


@cache
def _lexer() -> PythonLexer:
    return PythonLexer(stripnl=False, ensurenl=False)


@cache
def _class_of(kind: _TokenType) -> str:
    return next((name for token, name in _CLASSES.items() if kind[: len(token)] == token), "")


def python_tokens(source: str) -> tuple[Tokens, ...]:
    """One tuple of (class, text) a line; the class is empty for plain text."""
    lines: list[list[tuple[str, str]]] = [[]]
    for kind, text in _lexer().get_tokens(clean.plain(source.rstrip("\n"))):
        name = _class_of(kind)
        for place, part in enumerate(text.split("\n")):
            if place:
                lines.append([])
            if part:
                _append(lines[-1], name, part)
    return tuple(tuple(line) for line in lines)


def _append(line: list[tuple[str, str]], name: str, text: str) -> None:
    if line and line[-1][0] == name:
        line[-1] = (name, line[-1][1] + text)
    else:
        line.append((name, text))
