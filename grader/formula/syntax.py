"""The LaTeX subset of a course's formulas becomes a small tree that the three written forms and speech all read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NoReturn

from grader.errors import CourseError
from grader.formula import symbols
from grader.formula.symbols import Sign
from grader.formula.tree import Accent, Cases, Fence, Fraction, Node, Number, Root, Row, Script, Space, Symbol, Words
from grader.locale import say
from grader.text import Text


@lru_cache(maxsize=2048)
def parse(latex: str) -> Row:
    """The tree of a formula; `CourseError` with the place and the reason where it is outside the subset."""
    parser = _Parser(latex)
    row = parser.row(())
    if parser.token:
        parser.refuse(say("`{token}` closes nothing", token=parser.token))
    if not row.parts:
        parser.refuse(say("it is empty"))
    return row


_TOKEN = re.compile(r"\s*(\\[A-Za-z]+|\\[\s\S]|\d+(?:(?:\.|\{,\}|,)\d+)*|\S)|\s+$")
_WORDS = re.compile(r"\s*\{((?:[^{}\\]|\\[{}_%&#$ ])*)\}")
_ENVIRONMENT = re.compile(r"\s*\{(\w+)\}")
_PRIME = Row((Symbol(symbols.COMMANDS["prime"]),))
_DEEPEST = 30
_END = "…"


class _Parser:
    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.position = 0
        self.start = self.before = 0
        self.depth = 0
        self.token = ""
        self.advance()

    def refuse(self, reason: Text) -> NoReturn:
        raise CourseError(
            say("The formula `{latex}` cannot be read at character {place}: {reason}.",
                latex=self.latex, place=self.start + 1, reason=reason)
        )  # fmt: skip

    def advance(self) -> None:
        found = _TOKEN.match(self.latex, self.position)
        self.token = (found.group(1) or "") if found else ""
        self.before = self.start
        self.start = found.start(1) if found and found.group(1) else len(self.latex)
        self.position = found.end() if found else len(self.latex)

    def row(self, stops: tuple[str, ...]) -> Row:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.refuse(say("it is nested too deeply"))
        parts: list[Node] = []
        while self.token and self.token not in stops and not self.closes():
            parts.extend(self.scripted())
        self.depth -= 1
        return Row(tuple(parts))

    def closes(self) -> bool:
        return self.token in symbols.CLOSING or self.token in ("}", "\\right", "&", "\\\\", "\\end")

    def scripted(self) -> tuple[Node, ...]:
        """One part with its scripts; a group in braces dissolves into its parts, as it does on paper."""
        base: Node = Row(()) if self.token in ("^", "_", "'") else self.part()
        below: Row | None = None
        above: Row | None = None
        while self.token in ("^", "_", "'"):
            token = self.token
            self.advance()
            if token == "_":
                below = self.once(below, self.script(), "_")
            else:
                above = self.once(above, _PRIME if token == "'" else self.script(), "^")
        if below is not None or above is not None:
            return (Script(base.parts[0] if isinstance(base, Row) and len(base.parts) == 1 else base, below, above),)
        return base.parts if isinstance(base, Row) else (base,)

    def once(self, before: Row | None, now: Row, mark: str) -> Row:
        if before is not None:
            self.refuse(say("two scripts `{mark}` stand on one base", mark=mark))
        return now

    def argument(self) -> Row:
        """What one command applies to: a group in braces, or the next single part; of digits, the first."""
        if not self.token or self.closes():
            self.refuse(say("something is missing before `{token}`", token=self.token or _END))
        if self.token[0].isdigit():
            self.token, self.position = self.token[0], self.start + 1
        part = self.part()
        return part if isinstance(part, Row) else Row((part,))

    def script(self) -> Row:
        """A raised or lowered part, where several letters are a word: ``min``, not m times i times n."""
        if len(self.token) > 1 and self.token[0].isdigit():  # TeX would raise the first digit only
            self.refuse(say("write braces around `{token}`", token=self.token))
        row = self.argument()
        only = row.parts[0] if len(row.parts) == 1 else None
        if isinstance(only, Symbol) and only.sign.kind == "function":
            return Row((Words(only.sign.ascii),))
        letters = "".join(part.sign.ascii for part in row.parts if isinstance(part, Symbol))
        is_word = len(letters) > 1 and letters.isalpha() and all(_is_letter(part) for part in row.parts)
        return Row((Words(letters),)) if is_word and not _is_pair_of_indices(letters) else row

    def part(self) -> Node:  # noqa: PLR0911  # one return for each kind of token
        token = self.token
        if token == "{":
            return self.group()
        if token in symbols.OPENING:
            return self.fence()
        if token in ("|", "\\|"):
            return self.bars(token)
        self.advance()
        if token.startswith("\\"):
            return self.command(token)
        if token[0].isdigit():
            return Number(token.replace("{,}", ","))
        if token.isascii() and token.isalpha():
            return Symbol(Sign(token, token, "letter"))
        if token == "." and self.token[:1].isdigit() and self.start == self.before + 1:
            # MathML would show a full stop and a whole number.
            self.start = self.before
            self.refuse(say("write the zero before the point, as in 0.5"))
        if token in symbols.CHARACTERS:
            return Symbol(symbols.CHARACTERS[token])
        if token == "~":
            return Space(" ")
        self.start = self.before
        self.refuse(say("`{token}` is not a sign that formulas here use", token=token))

    def group(self) -> Row:
        self.advance()
        row = self.row(())
        self.expect("}")
        return row

    def expect(self, token: str) -> None:
        if self.token != token:
            self.refuse(say("`{token}` was expected", token=token))
        self.advance()

    def fence(self) -> Node:
        """Brackets are matched in pairs, of unlike kinds too: ``[0, 1)`` is an interval."""
        opening = symbols.OPENING[self.token]
        self.advance()
        inside = self.row(())
        if self.token not in symbols.CLOSING:
            self.refuse(say("`{token}` is opened and never closed", token=opening))
        closing = symbols.CLOSING[self.token]
        self.advance()
        return Fence(opening, closing, inside)

    def bars(self, token: str) -> Node:
        """A modulus or a norm: the next equal bar closes it. A condition is written with ``\\mid``."""
        self.advance()
        inside = self.row((token,))
        if self.token != token:
            self.refuse(say("`{token}` is opened and never closed", token=token))
        self.advance()
        return Fence(symbols.EITHER_SIDE[token], symbols.EITHER_SIDE[token], inside)

    def command(self, token: str) -> Node:  # noqa: PLR0911
        name = token[1:]
        if name in symbols.COMMANDS:
            return Symbol(symbols.COMMANDS[name])
        if name in symbols.SPACES:
            return Space(symbols.SPACES[name])
        if name in symbols.ACCENTS:
            return Accent(symbols.ACCENT_NAMES.get(name, name), self.argument())
        if name == "operatorname":
            word = self.words().words
            return Symbol(Sign(word, word, "function"))
        if name in symbols.TEXTS:
            return self.words()
        if name in symbols.STYLES:
            return Row(()) if name.endswith("style") else self.argument()
        structures = {"frac": self.fraction, "tfrac": self.fraction, "dfrac": self.fraction, "sqrt": self.root,
                      "left": self.stretched, "begin": self.cases}  # fmt: skip
        if name in structures:
            return structures[name]()
        self.start = self.before
        self.refuse(say("`{token}` is not a command that formulas here use", token=token))

    def words(self) -> Words:
        """The argument is read as characters, so it is found in the source, not among the tokens."""
        found = _WORDS.match(self.latex, self.start)
        if not found:
            self.refuse(say("words in braces were expected"))
        self.position = found.end()
        self.advance()
        return Words(re.sub(r"\\(.)", r"\1", found.group(1)))

    def fraction(self) -> Fraction:
        top = self.argument()
        return Fraction(top, self.argument())

    def root(self) -> Root:
        index = None
        if self.token == "[":
            self.advance()
            index = self.row(("]",))
            self.expect("]")
        return Root(self.argument(), index)

    def stretched(self) -> Fence:
        opening = self.delimiter(symbols.OPENING | symbols.EITHER_SIDE)
        inside = self.row(())
        if self.token != "\\right":
            self.refuse(say("`{token}` was expected", token="\\right"))
        self.advance()
        return Fence(opening, self.delimiter(symbols.CLOSING | symbols.EITHER_SIDE), inside)

    def delimiter(self, allowed: dict[str, str]) -> str:
        if self.token not in allowed:
            self.refuse(say("`{token}` is not a bracket", token=self.token or _END))
        drawn = allowed[self.token]
        self.advance()
        return drawn

    def cases(self) -> Cases:
        if self.environment() != "cases":
            self.refuse(say("of environments only `cases` is known"))
        rows: list[tuple[Row, ...]] = []
        while True:
            cells = [self.row(())]
            while self.token == "&":
                self.advance()
                cells.append(self.row(()))
            rows.append(tuple(cells))
            if self.token != "\\\\":
                break
            self.advance()
        self.expect("\\end")
        self.environment()
        return Cases(tuple(row for row in rows if any(cell.parts for cell in row)))

    def environment(self) -> str:
        found = _ENVIRONMENT.match(self.latex, self.start)
        if not found:
            self.refuse(say("the name of an environment was expected"))
        self.position = found.end()
        self.advance()
        return found.group(1)


def _is_letter(part: Node) -> bool:
    return isinstance(part, Symbol) and len(part.sign.unicode) == 1 and part.sign.unicode.isascii()


def _is_pair_of_indices(letters: str) -> bool:
    return len(letters) == 2 and set(letters) <= set("ijklmnt") and letters != "in"
