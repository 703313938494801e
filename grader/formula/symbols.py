"""Every sign a formula of a course may hold: how it is drawn, how ASCII writes it, and how it is said."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["letter", "operator", "slash", "relation", "punctuation", "big", "function", "prefix", "ordinary"]


class Sign(msgspec.Struct, frozen=True):
    """One sign. `spoken` is an English phrase that the catalogues translate; empty where the sign is its own word."""

    unicode: str
    ascii: str
    kind: Kind
    spoken: str = ""


_LOWER = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi pi rho sigma tau upsilon phi chi psi omega"
)
_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"


def _greek() -> dict[str, Sign]:
    letters = dict(zip(_LOWER.split(), "αβγδεζηθικλμνξπρστυφχψω", strict=True))
    capitals = dict(zip(_UPPER.split(), "ΓΔΘΛΞΠΣΦΨΩ", strict=True))
    signs = {name: Sign(letter, name, "letter", name) for name, letter in letters.items()}
    signs |= {name: Sign(letter, name, "letter", f"capital {name.lower()}") for name, letter in capitals.items()}
    variants = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "ell": "ell"}
    signs["ell"] = Sign("ℓ", "l", "letter", "l")
    return signs | {variant: signs[name] for variant, name in variants.items()}


_RELATIONS = {
    "eq": Sign("=", "=", "relation", "equals"),
    "lt": Sign("<", "<", "relation", "is less than"),
    "gt": Sign(">", ">", "relation", "is greater than"),
    "le": Sign("≤", "<=", "relation", "is at most"),
    "ge": Sign("≥", ">=", "relation", "is at least"),
    "ne": Sign("≠", "!=", "relation", "is not equal to"),
    "approx": Sign("≈", "~=", "relation", "is approximately"),
    "equiv": Sign("≡", "==", "relation", "is identical to"),
    "sim": Sign("∼", "~", "relation", "is distributed as"),
    "propto": Sign("∝", "prop. to", "relation", "is proportional to"),
    "ll": Sign("≪", "<<", "relation", "is much less than"),
    "gg": Sign("≫", ">>", "relation", "is much greater than"),
    "in": Sign("∈", "in", "relation", "belongs to"),
    "notin": Sign("∉", "not in", "relation", "does not belong to"),
    "to": Sign("→", "->", "relation", "goes to"),
    "leftarrow": Sign("←", "<-", "relation", "becomes"),
    "Rightarrow": Sign("⇒", "=>", "relation", "implies"),
    "mapsto": Sign("↦", "|->", "relation", "maps to"),
    "mid": Sign("|", "|", "relation", "given that"),
}

_OPERATORS = {
    "+": Sign("+", "+", "operator", "plus"),
    "-": Sign("−", "-", "operator", "minus"),
    "*": Sign("*", "*", "operator", "times"),
    "pm": Sign("±", "+/-", "operator", "plus or minus"),
    "mp": Sign("∓", "-/+", "operator", "minus or plus"),
    "times": Sign("×", "x", "operator", "times"),
    "cdot": Sign("·", "*", "operator", "times"),
    "div": Sign("÷", "/", "operator", "divided by"),
    "odot": Sign("⊙", "(.)", "operator", "times, element by element,"),
    "bmod": Sign("mod", "mod", "operator", "modulo"),
    "circ": Sign("∘", "o", "operator", "composed with"),
    "/": Sign("/", "/", "slash", "divided by"),
}

_ORDINARY = {
    "infty": Sign("∞", "inf", "ordinary", "infinity"),
    "ldots": Sign("…", "...", "ordinary", "and so on"),
    "cdots": Sign("⋯", "...", "ordinary", "and so on"),
    "top": Sign("ᵀ", "T", "ordinary", "transposed"),
    "prime": Sign("′", "'", "ordinary", "prime"),
    "star": Sign("⋆", "*", "ordinary", "star"),
    "dagger": Sign("†", "+", "ordinary", "dagger"),
    "%": Sign("%", "%", "ordinary", "percent"),
    "#": Sign("#", "#", "ordinary", "number of"),
    "$": Sign("$", "$", "ordinary", "dollars"),
    "&": Sign("&", "&", "ordinary", "and"),
    "_": Sign("_", "_", "ordinary"),
    "|": Sign("|", "|", "ordinary", "vertical bar"),
    "!": Sign("!", "!", "ordinary", "factorial"),
    "?": Sign("?", "?", "ordinary", "question mark"),
    ",": Sign(",", ",", "punctuation"),
    ";": Sign(";", ";", "punctuation"),
    ":": Sign(":", ":", "punctuation"),
    ".": Sign(".", ".", "punctuation"),
    "nabla": Sign("∇", "grad", "prefix", "the gradient of"),
    "partial": Sign("∂", "d", "prefix", "partial"),
    "sum": Sign("∑", "sum", "big", "the sum"),
    "prod": Sign("∏", "prod", "big", "the product"),
    "int": Sign("∫", "int", "big", "the integral"),
}

_FUNCTIONS = {
    "cos": "the cosine of",
    "sin": "the sine of",
    "tan": "the tangent of",
    "tanh": "the hyperbolic tangent of",
    "exp": "the exponential of",
    "log": "the logarithm of",
    "ln": "the natural logarithm of",
    "max": "the maximum of",
    "min": "the minimum of",
    "lim": "the limit of",
    "arg": "the argument of",
    "det": "the determinant of",
    "Pr": "the probability of",
}

_ALIASES = {
    "leq": "le",
    "geq": "ge",
    "neq": "ne",
    "rightarrow": "to",
    "gets": "leftarrow",
    "implies": "Rightarrow",
    "dots": "ldots",
    "ast": "*",
    "colon": ":",
}

COMMANDS: dict[str, Sign] = {
    **_greek(),
    **_RELATIONS,
    **{name: sign for name, sign in _OPERATORS.items() if name.isalpha()},
    **{name: sign for name, sign in _ORDINARY.items() if name.isalpha() or name in "%#$&_"},
    **{name: Sign(name, name, "function", spoken) for name, spoken in _FUNCTIONS.items()},
}
COMMANDS |= {alias: (_OPERATORS | _ORDINARY | COMMANDS)[name] for alias, name in _ALIASES.items()}
del COMMANDS["eq"]
"""What may follow a backslash and stands for one sign."""

CHARACTERS: dict[str, Sign] = {
    "=": _RELATIONS["eq"],
    "<": _RELATIONS["lt"],
    ">": _RELATIONS["gt"],
    **{name: sign for name, sign in _OPERATORS.items() if not name.isalpha()},
    **{name: sign for name, sign in _ORDINARY.items() if name in "|!?,;:."},
}
"""Characters, other than letters and digits, that stand for themselves."""

OPENING = {
    "(": "(",
    "[": "[",
    "\\{": "{",
    "\\lvert": "|",
    "\\lVert": "‖",
    "\\lfloor": "⌊",
    "\\lceil": "⌈",
    "\\langle": "⟨",
}
CLOSING = {
    ")": ")",
    "]": "]",
    "\\}": "}",
    "\\rvert": "|",
    "\\rVert": "‖",
    "\\rfloor": "⌋",
    "\\rceil": "⌉",
    "\\rangle": "⟩",
}
EITHER_SIDE = {"|": "|", "\\|": "‖", "\\vert": "|", "\\Vert": "‖", ".": ""}
"""Fences that only ``\\left`` and ``\\right`` can tell apart, and the empty one."""

ASCII_FENCES = {"‖": "||", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "⟨": "<", "⟩": ">"}

SPACES = {",": " ", ":": " ", ";": " ", " ": " ", "!": "", "quad": "  ", "qquad": "    "}
"""Spacing commands, and how many columns each is worth where letters have one width."""

ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303",
           "widetilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308"}  # fmt: skip
ACCENT_NAMES = {"widehat": "hat", "overline": "bar", "widetilde": "tilde"}

TEXTS = ("text", "mathrm", "textbf", "textit", "texttt", "mathtt", "textrm", "mathit")
"""Commands whose argument is words, kept as they are."""

STYLES = ("mathbf", "mathcal", "mathbb", "boldsymbol", "mathsf", "displaystyle", "textstyle")

_SUBSCRIPTS = dict(zip("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_SUPERSCRIPTS = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWᵀ′*⋆",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀ′*⋆",
        strict=True,
    )
)


def lowered(written: str) -> str | None:
    """`written` in subscript characters, or None where Unicode lacks one."""
    return _shifted(written, _SUBSCRIPTS)


def raised(written: str) -> str | None:
    """`written` in superscript characters, or None where Unicode lacks one."""
    return _shifted(written, _SUPERSCRIPTS)


def _shifted(written: str, table: dict[str, str]) -> str | None:
    characters = [table.get(character) for character in written]
    return None if None in characters else "".join(character or "" for character in characters)
