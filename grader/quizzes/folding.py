"""Typed words become the form in which they are compared: without case, accents, hyphens and spaces, but with ñ."""

from __future__ import annotations

import unicodedata

from grader.locale import LANGUAGES
from grader.locale.language import language_facts

_TILDE = "\u0303"


def fold(words: str) -> str:
    """``" Inicialización  de Xavier."`` as ``inicializaciondexavier``; an ñ stays a letter of its own."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words).casefold())
    kept: list[str] = []
    for place, character in enumerate(decomposed):
        if character == _TILDE and place and decomposed[place - 1] == "n":
            kept[-1] = "ñ"
        elif character.isalnum() or character in "+%*/=<>()[]{}^∇∂":
            kept.append(character)
    return "".join(kept)


def without_article(words: str) -> str:
    """The words less an article that stands before them in any language."""
    start = words.strip().casefold()
    for article in (article for code in LANGUAGES for article in language_facts(code).articles):
        if start.startswith(f"{article} "):
            return words.strip()[len(article) + 1 :]
    return words


def fold_code(code: str) -> str:
    """Code without the spaces and the kind of quotes that do not change what it does; case stays."""
    bare = unicodedata.normalize("NFKC", code).strip().strip("`").rstrip(";")
    return "".join(bare.split()).replace('"', "'")


def distance(one: str, other: str, most: int = 3) -> int:
    """How many letters to change, add, drop or swap with their neighbour (restricted Damerau-Levenshtein).

    Any distance above `most` is given as ``most + 1``.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        new = [i]
        for j, letter_there in enumerate(other, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (letter != letter_there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == letter_there:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        if min(new) > most:
            return most + 1
        before, row = row, new
    return min(row[-1], most + 1)
