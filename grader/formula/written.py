"""A formula's tree becomes one line of text, in Unicode or in ASCII, that means the same as on paper."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import msgspec

from grader.formula import symbols
from grader.formula.tree import (
    Accent,
    Cases,
    Fence,
    Fraction,
    Node,
    Number,
    Root,
    Row,
    Script,
    Space,
    Symbol,
    Words,
)

Alphabet = Literal["unicode", "ascii"]
Binding = Literal[
    "name",
    "operator",
    "slash",
    "relation",
    "punctuation",
    "space",
    "quotient",
    "root",
    "word",
    "tight",
    "function",
    "prefix",
]


class Piece(msgspec.Struct, frozen=True):
    """A written part, how it binds to its neighbours, and the space asked for before it."""

    text: str
    binding: Binding
    lead: str = ""


def write(row: Row, alphabet: Alphabet) -> str:
    """The whole formula on one line."""
    return _Writer(alphabet).line(row).strip()


class _Writer:
    def __init__(self, alphabet: Alphabet, compact: bool = False) -> None:
        self.alphabet = alphabet
        self.compact = compact

    @property
    def unicode(self) -> bool:
        return self.alphabet == "unicode"

    def line(self, row: Row) -> str:
        pieces = _whole(self.spaced([piece for node in row.parts for piece in self.pieces(node)]))
        written = pieces[0].text if pieces else ""
        for place in range(1, len(pieces)):
            written += max(self.gap(pieces, place), pieces[place].lead, key=len) + pieces[place].text
        return written

    def spaced(self, pieces: list[Piece]) -> list[Piece]:
        """Requested space moves onto the piece that follows it: neighbours are always parts that mean something."""
        kept: list[Piece] = []
        lead = ""
        for piece in pieces:
            if piece.binding == "space":
                lead += piece.text
            else:
                kept.append(Piece(piece.text, piece.binding, lead))
                lead = ""
        return kept

    def gap(self, pieces: list[Piece], place: int) -> str:
        before, here = pieces[place - 1], pieces[place]
        bindings = (before.binding, here.binding)
        if "slash" in bindings or here.binding == "punctuation":
            return ""
        if before.binding == "punctuation":
            return "" if self.compact else " "
        if before.binding == "operator" and _is_unary(pieces, place - 1):
            return ""
        if "operator" in bindings or "relation" in bindings:
            wordy = before.text[-1:].isalpha() and here.text[:1].isalpha()
            return "" if self.compact and not wordy else " "
        return self.juxtaposed(before, here)

    def juxtaposed(self, before: Piece, here: Piece) -> str:  # noqa: PLR0911  # a table of cases
        """Two parts that multiply, or a function and its argument: a space only where they would melt into one."""
        if before.binding == "function":
            return "" if here.text.startswith(("(", "[")) else " "
        if here.binding == "function":
            return " "
        if before.binding == "prefix":
            return " " if len(before.text) > 1 or re.match("[A-Za-z]{2}", here.text) else ""
        if here.binding == "prefix" and here.text.isalpha() and before.text[-1:].isalnum():
            return " "
        if before.binding == "name" and here.text.startswith("("):
            return ""
        if {before.binding, here.binding} & {"word", "name"}:
            return " "
        if here.text[:1].isdigit():
            return " "
        return ""

    def pieces(self, node: Node) -> list[Piece]:  # noqa: PLR0911  # one return for each kind of node
        match node:
            case Row():
                return [piece for part in node.parts for piece in self.pieces(part)]
            case Symbol():
                return [self.symbol(node)]
            case Number():
                return [Piece(node.digits, "tight")]
            case Words():
                return self.words(node.words)
            case Space():
                return [Piece("" if self.compact else node.width, "space")]
            case Fraction():
                return [Piece(self.fraction(node), "quotient")]
            case Root():
                return [self.root(node)]
            case Accent():
                return [self.accent(node)]
            case Fence():
                return [Piece(self.fence(node), "tight")]
            case Script():
                return [self.script(node)]
            case Cases():
                return [Piece(self.cases(node), "tight")]
        raise TypeError(f"no way to write {node!r}")

    def symbol(self, node: Symbol) -> Piece:
        sign = node.sign
        text = sign.unicode if self.unicode else sign.ascii
        if sign.kind in ("operator", "slash", "relation", "punctuation", "function", "prefix"):
            return Piece(text, sign.kind)
        if sign.kind == "big":
            return Piece(text, "word")
        return Piece(text, "word" if len(text) > 1 and text.isalpha() else "tight")

    def words(self, words: str) -> list[Piece]:
        text = words if self.unicode else _plain(words)
        stripped = text.strip()
        edge = [Piece(" ", "space")]
        piece = [Piece(stripped, "name" if len(stripped) > 1 else "tight")]
        return (edge if text[:1] == " " else []) + piece + (edge if text[-1:] == " " and stripped else [])

    def fraction(self, node: Fraction) -> str:
        top, bottom = self.line(node.top), self.atom(node.bottom)
        if not (all(_is_factor(part) for part in node.top.parts) or _is_root(node.top)):
            top = f"({top})"
        return f"{top}/{self.line(node.bottom) if _is_root(node.bottom) else bottom}"

    def atom(self, row: Row, *, powers: bool = True) -> str:
        """A row as one factor: in brackets unless nothing could tear it apart."""
        text = self.line(row)
        parts = row.parts
        if len(parts) == 2 and isinstance(parts[0], Symbol) and parts[0].sign.kind == "prefix" and " " not in text:
            parts = parts[1:]  # ∂w and ∇L are one thing
        if len(parts) == 1 and self.is_atom(parts[0], powers) and " " not in text:
            return text
        return f"({text})"

    def is_atom(self, node: Node, powers: bool) -> bool:
        if isinstance(node, Script):
            return (powers or node.above is None) and self.is_atom(node.base, powers)
        if isinstance(node, Symbol):
            return node.sign.kind in ("letter", "ordinary", "prefix")
        return isinstance(node, Number | Words | Accent | Fence)

    def root(self, node: Root) -> Piece:
        if not self.unicode:
            inside = self.line(node.inside)
            if node.index is None:
                return Piece(f"sqrt({inside})", "word")
            return Piece(f"root({inside}, {self.line(node.index)})", "word")
        inside = self.atom(node.inside, powers=False)
        index = "" if node.index is None else symbols.raised(self.line(node.index)) or f"[{self.line(node.index)}]"
        return Piece(f"{index}√{inside}", "tight" if inside.startswith("(") else "root")

    def accent(self, node: Accent) -> Piece:
        inside = node.inside
        only = inside.parts[0] if len(inside.parts) == 1 else None
        if isinstance(only, Script) and isinstance(only.base, Symbol):  # \hat{m_t} is read as \hat{m}_t
            return self.script(Script(Accent(node.mark, Row((only.base,))), only.below, only.above))
        text = self.line(inside)
        if not isinstance(only, Symbol | Words):
            return Piece(f"{node.mark}({text})", "word")
        if not self.unicode:
            return Piece(f"{text}_{node.mark}", "word")
        return Piece(text + symbols.ACCENTS[node.mark], "word" if len(text) > 1 else "tight")

    def fence(self, node: Fence) -> str:
        opening, closing = node.opening, node.closing
        if not self.unicode:
            opening, closing = (symbols.ASCII_FENCES.get(mark, mark) for mark in (opening, closing))
        if self.compact or not opening.startswith("{"):
            return f"{opening}{self.line(node.inside)}{closing}"
        return f"{opening} {self.line(node.inside)} {closing}"

    def script(self, node: Script) -> Piece:
        if isinstance(node.base, Symbol | Number | Accent | Fence | Words) or _is_empty(node.base):
            base = (self.pieces(node.base) or [Piece("", "tight")])[-1]
        else:
            base = Piece(f"({self.line(Row((node.base,)))})", "tight")
        below = self.shifted(node.below, "_") if node.below is not None else ""
        above = self.shifted(node.above, "^") if node.above is not None else ""
        text = base.text + below + above
        if base.binding == "function":
            return Piece(text, "function")
        apart = base.binding in ("word", "name") or any("_" in part or "^" in part for part in (below, above))
        return Piece(text, "word" if apart else "tight")

    def shifted(self, row: Row, mark: str) -> str:
        small = _Writer(self.alphabet, compact=True)
        text = small.line(row)
        if text in ("'", "′"):
            return text
        if self.unicode and " " not in text:
            characters = symbols.lowered(text) if mark == "_" else symbols.raised(text)
            if characters is not None:
                return characters
        plain = len(row.parts) == 1 and isinstance(row.parts[0], Symbol | Number | Words) and " " not in text
        if len(row.parts) == 1 and isinstance(row.parts[0], Fence) and row.parts[0].opening == "(":
            plain = True
        return f"{mark}{text}" if plain else f"{mark}({text})"

    def cases(self, node: Cases) -> str:
        comma = "," if not self.compact else ""
        rows = [f"{comma} ".join(self.line(cell).rstrip(" ,") for cell in row if cell.parts) for row in node.rows]
        return "{ " + "; ".join(rows) + " }"


def _whole(pieces: list[Piece]) -> list[Piece]:
    """Quotients and roots in brackets where a neighbour would tear them."""
    around = [None, *pieces, None]
    return [
        Piece(f"({piece.text})", "tight", piece.lead) if _is_torn(before, piece, after) else piece
        for before, piece, after in zip(around, pieces, around[2:], strict=False)
    ]


def _is_torn(before: Piece | None, piece: Piece, after: Piece | None) -> bool:
    """Whether a neighbour would bind to one end of this piece: ``a/b c`` is not what stood on paper."""
    if piece.binding == "quotient":
        return not (_stands_off(before, piece) and _stands_off(after, after))
    if piece.binding == "root":
        apart = ("operator", "relation", "punctuation", "slash")
        return after is not None and len(after.lead) < 2 and after.binding not in apart
    return False


def _stands_off(neighbour: Piece | None, later: Piece | None) -> bool:
    if neighbour is None or later is None or len(later.lead) > 1:
        return True
    return neighbour.binding in ("relation", "punctuation") or neighbour.text in _SUMS


_SUMS = ("+", "−", "-", "±", "∓", "+/-", "-/+")


def _is_unary(pieces: list[Piece], place: int) -> bool:
    return place == 0 or pieces[place - 1].binding in ("operator", "relation", "punctuation", "slash")


def _is_factor(node: Node) -> bool:
    """Whether a product may hold it bare: ``2w/n`` needs no brackets, ``(a + b)/n`` does."""
    if isinstance(node, Script):
        return _is_factor(node.base)
    if isinstance(node, Symbol):
        return node.sign.kind in ("letter", "prefix", "ordinary")
    return isinstance(node, Number | Accent | Fence) or (isinstance(node, Words) and " " not in node.words)


def _is_root(row: Row) -> bool:
    return len(row.parts) == 1 and isinstance(row.parts[0], Root)


def _is_empty(node: Node) -> bool:
    return isinstance(node, Row) and not node.parts


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", words)
    return "".join(character for character in decomposed if character.isascii())
