"""Python's lexemes, read in one pass whatever the text is: a stranger wrote it, and nothing bounds this process.

Neither `tokenize` nor `ast` will do: both end at the first error, and both take time that grows with the square of
the text for some texts (long lines, strings over many lines), or memory beyond all measure. Here each character is
read a bounded number of times: a string that is never closed is one lexeme all the same, to the end of its line or of
the text, so that nobody looks for its end twice.
"""

from __future__ import annotations

import re

STRING = r"""
    (?: \"{3} (?: [^\\"] | \\. | "(?!"") )*+ (?: \"{3} | \\?\Z )
      | '{3}  (?: [^\\'] | \\. | '(?!'') )*+ (?: '{3}  | \\?\Z )
      | "     (?: [^\\"\n] | \\. )*+ (?: " | (?=\n) | \\?\Z )
      | '     (?: [^\\'\n] | \\. )*+ (?: ' | (?=\n) | \\?\Z )
    )
"""
COMMENT = r"\#[^\n]*+"

PROSE = re.compile(rf"{STRING} | {COMMENT}", re.VERBOSE | re.DOTALL)
"""Strings and comments."""

LEXEME = re.compile(
    rf"""
    (?P<skip>[ \t\f\r]++|{COMMENT}|\\\r?\n)
  | (?P<newline>\n)
  | (?P<string>[rbuf]{{0,2}}{STRING})
  | (?P<number>(?:0[xob][\da-f_]++|(?:\d[\d_]*+\.?[\d_]*+|\.\d[\d_]*+)(?:e[+-]?\d++)?)j?)
  | (?P<name>[^\W\d]\w*+)
  | (?P<operator>\*\*=|//=|>>=|<<=|[-+*/%@&|^=<>!:]=|->|\*\*|//|<<|>>|\S)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""Every lexeme, each in the group of its kind."""

DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
"""By how much a bracket changes how deep what follows lies."""
