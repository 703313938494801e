"""What Python reads as a program is read as the same program; what it refuses is refused in a learner's words."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checker.source_text import source_text
from grader.text import Text

BODY = "def double(x):\n    'añadir'\n    return 2 * x\n"


def problem(content: bytes) -> Text:
    found = source_text(content)
    assert isinstance(found, Text), found
    return found


def pythons(content: bytes) -> str | None:
    """The program as Python reads these bytes; None where it refuses them."""
    try:
        return ast.dump(ast.parse(content))
    except (SyntaxError, ValueError):
        return None


# Unhappy paths


@pytest.mark.parametrize(
    ("content", "en", "es"),
    [
        (b"# coding: latin-1x\nx = 1\n", "declares the encoding latin-1x, which Python cannot read", "latin-1x"),
        (b"\n# -*- coding: rot13 -*-\nk = 1\n", "declares the encoding rot13, which", "rot13, que"),
        (b"# coding: ascii\nx = 1\ny = '\xe9'\n", "line 3 is not ascii text, the encoding that", "la línea 3 no es"),
        (b"# coding: utf-8\n\n\nx = '\xe9'\n", "line 4 is not UTF-8 text", "la línea 4 no es texto UTF-8"),
        (codecs.BOM_UTF8 + b"# coding: cp1252\nx = 1\n", "begins with the mark of UTF-8 but declares", "con la marca"),
        (b"x = 1\ry = '\xe9'\r", "line 2 is not UTF-8 text", "la línea 2"),
    ],
)
def test_what_python_refuses_is_told_with_what_to_do(content: bytes, en: str, es: str) -> None:
    assert pythons(content) is None
    assert en in problem(content)["en"]
    assert es in problem(content)["es"]


@pytest.mark.parametrize("encoding", ["idna", "punycode"])
def test_an_encoding_whose_reading_takes_the_square_of_the_length_is_refused(encoding: str) -> None:
    """No program is saved so, and one that says it is would hold up a class."""
    assert encoding in problem(f"# coding: {encoding}\nx = 1\n".encode())["en"]


def test_a_declaration_below_the_second_line_declares_nothing() -> None:
    """As Python has it: a comment like any other."""
    assert "line 3" in problem(b"x = 1\ny = 2\n# coding: latin-1 \xe9\n")["en"]


# What Python runs


@pytest.mark.parametrize(
    "encoding", ["latin-1", "cp1252", "iso-8859-15", "utf-8", "utf8", "mac-roman", "cp850", "utf-7"]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_declared_encoding_is_read(encoding: str, ends: str) -> None:
    text = f"#!/usr/bin/env python3\n# -*- coding: {encoding} -*-\n{BODY}"
    assert source_text(text.replace("\n", ends).encode(encoding)) == text


@pytest.mark.parametrize("declares", ["# vim: set fileencoding=latin-1 :", "#coding:latin-1", " \t\f# coding=latin-1"])
def test_it_may_be_declared_in_any_of_pythons_ways(declares: str) -> None:
    text = f"{declares}\n{BODY}"
    assert source_text(text.encode("latin-1")) == text


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_mark_and_line_ends_are_no_part_of_the_text(mark: bytes, ends: str) -> None:
    assert source_text(mark + BODY.replace("\n", ends).encode()) == BODY


LINES = st.sampled_from(
    ["# -*- coding: latin-1 -*-", "# coding: cp1252", "# coding=utf-8", "# coding: no", "", "\f", "x = 'ñ'", "y = 'ü'",
     "def f():\n    return 1", "if x:\f\n  y", "'''a\nb'''", "\x0c\x0c y = 2", "x = '\u2028'", "%", "\tx"]
)  # fmt: skip


@given(
    st.lists(LINES, min_size=1, max_size=5),
    st.sampled_from(["utf-8", "latin-1", "cp1252", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_it_is_the_program_that_python_reads(lines: list[str], encoding: str, ends: str) -> None:
    """And no text where Python finds none: the oracle is Python's own reading of the bytes."""
    content = ends.join(lines).encode(encoding, "replace")
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        return
    found, expected = source_text(content), pythons(content)
    if isinstance(found, Text):
        assert expected is None
    elif expected is not None:
        assert ast.dump(ast.parse(found)) == expected
    else:
        with pytest.raises((SyntaxError, ValueError)):
            ast.parse(found)
