"""A formula's tree becomes a sentence that says where fractions, roots and scripts end, for a screen reader's voice."""

from __future__ import annotations

import re

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
    Symbol,
    Words,
)
from grader.locale import catalogue
from grader.locale.language import language_facts

FRACTION = "{top} over {bottom}"
LONG_FRACTION = "the fraction {top}, over {bottom}, end of fraction,"
ROOT = "the square root of {inside}"
LONG_ROOT = "the square root of {inside}, end of root,"
INDEXED_ROOT = "the root of index {index} of {inside}, end of root,"
BELOW = "{base} sub {script}"
LONG_BELOW = "{base} sub {script}, end of subscript,"
SQUARED = "{base} squared"
CUBED = "{base} cubed"
POWER = "{base} to the power {script}"
LONG_POWER = "{base} to the power {script}, end of power,"
ATTACHED = "{base} {script}"
OVER_RANGE = "{base} from {start} to {end} of"
OVER_INDEX = "{base} over {start} of"
OVER_ALL = "{base} of"
CAPITAL = "capital {letter}"
CASES = "by cases: {rows}, end of cases"
ACCENTS = {
    "hat": "{base} hat",
    "bar": "{base} bar",
    "tilde": "{base} tilde",
    "vec": "the vector {base}",
    "dot": "{base} dot",
    "ddot": "{base} double dot",
}
BRACKETS = {
    "(": "open parenthesis",
    ")": "close parenthesis",
    "[": "open bracket",
    "]": "close bracket",
    "{": "open brace",
    "}": "close brace",
    "⌊": "the integer part of",
    "⌋": "end of integer part",
    "⌈": "rounded up",
    "⌉": "end of rounding",
    "⟨": "open angle bracket",
    "⟩": "close angle bracket",
}
MODULUS = "the absolute value of {inside}, end of absolute value,"
NORM = "the norm of {inside}, end of norm,"


def speak(row: Row, language: str) -> str:
    """The formula in the words of `language`."""
    said = " ".join(_Speaker(row, language).row(row).split())
    for apart, together in language_facts(language).contractions.items():
        said = re.sub(rf"\b{apart}\b", together, said)
    return re.sub(r"[ ,]*,", ",", said).rstrip(",")


class _Speaker:
    def __init__(self, row: Row, language: str) -> None:
        self.translate = catalogue(language).gettext
        letters = set(_letters(row))
        self.in_both_cases = {letter for letter in letters if letter.swapcase() in letters}

    def phrase(self, template: str, **parts: str) -> str:
        return self.translate(template).format(**parts)

    def row(self, row: Row) -> str:
        return " ".join(self.node(part, after) for part, after in zip(row.parts, (*row.parts[1:], None), strict=False))

    def node(self, node: Node, after: Node | None = None) -> str:  # noqa: PLR0911  # one for each kind
        match node:
            case Row():
                return self.row(node)
            case Symbol():
                return self.symbol(node)
            case Number():
                return node.digits
            case Words():
                return node.words
            case Fraction():
                is_short = _is_short(node.top) and _is_short(node.bottom) and _ends(after)
                template = FRACTION if is_short else LONG_FRACTION
                return self.phrase(template, top=self.row(node.top), bottom=self.row(node.bottom))
            case Root():
                return self.root(node, after)
            case Accent():
                return self.phrase(ACCENTS[node.mark], base=self.row(node.inside))
            case Fence():
                return self.fence(node)
            case Script():
                return self.script(node)
            case Cases():
                rows = "; ".join(", ".join(self.row(cell) for cell in row if cell.parts) for row in node.rows)
                return self.phrase(CASES, rows=rows)
        return ""

    def symbol(self, node: Symbol) -> str:
        sign = node.sign
        if sign.kind == "big":
            return self.phrase(OVER_ALL, base=self.translate(sign.spoken))
        if sign.unicode in self.in_both_cases and sign.unicode.isupper():
            return self.phrase(CAPITAL, letter=sign.unicode)
        return self.translate(sign.spoken) if sign.spoken else sign.unicode

    def root(self, node: Root, after: Node | None) -> str:
        inside = self.row(node.inside)
        if node.index is not None:
            return self.phrase(INDEXED_ROOT, index=self.row(node.index), inside=inside)
        return self.phrase(ROOT if _is_short(node.inside) and _ends(after) else LONG_ROOT, inside=inside)

    def fence(self, node: Fence) -> str:
        inside = self.row(node.inside)
        if (node.opening, node.closing) == ("|", "|"):
            return self.phrase(MODULUS, inside=inside)
        if (node.opening, node.closing) == ("‖", "‖"):
            return self.phrase(NORM, inside=inside)
        marks = [self.translate(BRACKETS[mark]) if mark in BRACKETS else mark for mark in (node.opening, node.closing)]
        return f"{marks[0]} {inside} {marks[1]},"

    def script(self, node: Script) -> str:
        if isinstance(node.base, Symbol) and node.base.sign.kind == "big":
            return self.range(node.base, node)
        said = self.node(node.base).rstrip(",")
        if node.below is not None:
            template = BELOW if _is_short(node.below) else LONG_BELOW
            said = self.phrase(template, base=said, script=self.row(node.below))
        return said if node.above is None else self.above(said, node.above)

    def range(self, big: Symbol, node: Script) -> str:
        base = self.translate(big.sign.spoken)
        if node.below is None:
            return self.phrase(OVER_ALL, base=base)
        start = self.row(node.below)
        if node.above is None:
            return self.phrase(OVER_INDEX, base=base, start=start)
        return self.phrase(OVER_RANGE, base=base, start=start, end=self.row(node.above))

    def above(self, base: str, above: Row) -> str:
        only = above.parts[0] if len(above.parts) == 1 else None
        if isinstance(only, Number) and only.digits in ("2", "3"):
            return self.phrase(SQUARED if only.digits == "2" else CUBED, base=base)
        if isinstance(only, Symbol) and only.sign.kind == "ordinary":
            return self.phrase(ATTACHED, base=base, script=self.symbol(only))
        if isinstance(only, Symbol) and only.sign.unicode == "*":
            return self.phrase(ATTACHED, base=base, script=self.translate("star"))
        template = POWER if _is_short(above) else LONG_POWER
        return self.phrase(template, base=base, script=self.row(above))


def sentences() -> set[str]:
    """Every English phrase this module may ask the catalogues for."""
    from grader.formula import symbols  # only a test of the catalogues asks

    signs = (*symbols.COMMANDS.values(), *symbols.CHARACTERS.values())
    templates = {value for name, value in globals().items() if name.isupper() and isinstance(value, str)}
    return {sign.spoken for sign in signs if sign.spoken} | templates | set(ACCENTS.values()) | set(BRACKETS.values())


def _is_short(row: Row) -> bool:
    """One thing, which needs no word to say where it ends."""
    parts = row.parts
    if len(parts) == 2 and isinstance(parts[0], Symbol) and parts[0].sign.kind == "prefix":
        parts = parts[1:]
    if len(parts) != 1:
        return False
    only = parts[0].base if isinstance(parts[0], Script) and parts[0].above is None else parts[0]
    return isinstance(only, Symbol | Number | Words | Accent)


def _ends(after: Node | None) -> bool:
    """Whether the next part cannot be heard as belonging to this one."""
    return after is None or (isinstance(after, Symbol) and after.sign.kind in ("operator", "relation", "punctuation"))


def _letters(node: Node) -> list[str]:
    if isinstance(node, Symbol):
        return [node.sign.unicode] if node.sign.kind == "letter" and node.sign.unicode.isascii() else []
    children: list[Node] = []
    for name in node.__struct_fields__:
        value = getattr(node, name)
        stack = [value]
        while stack:
            item = stack.pop()
            if isinstance(item, Node):
                children.append(item)
            elif isinstance(item, tuple):
                stack.extend(item)
    return [letter for child in children for letter in _letters(child)]
