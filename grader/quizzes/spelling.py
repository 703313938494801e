"""Sentences become the words in them that neither Debian's dictionaries nor the course's own word list know."""

from __future__ import annotations

import gc
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from grader import formula
from grader.locale import LANGUAGES, say
from grader.locale.language import language_facts
from grader.quizzes.deck import Deck
from grader.quizzes.lint_entries import Entry, Finding, outside_code

FOLDERS = (Path("/usr/share/hunspell"), Path("/usr/share/myspell"), Path("/opt/homebrew/share/hunspell"))
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def misspelled(entries: Iterable[Entry], deck: Deck, folder: Path) -> Iterator[Finding]:
    """A finding for each unknown word of an entry, and one for each language that has no dictionary here.

    ``words.<language>.txt`` in `folder` lists further words, one a line; names of terms are known as well.
    """
    known = {language: own_words(folder, language) | _names(deck) for language in LANGUAGES}
    dictionaries = {language: dictionary(language) for language in LANGUAGES}
    for language, found in dictionaries.items():
        if found is None:
            package = language_facts(language).dictionary_package
            missing = say(
                "Spelling was not checked: install the packages spylls (pip) and {package} (apt).", package=package
            )
            yield Finding(rule="spelling", where=language, problem=missing, is_unchecked=True)
    for entry in entries:
        for language, found in dictionaries.items():
            sentences = [text[language] for _, text in entry.texts if language in text] if found else []
            words = {word for sentence in sentences for word in words_of(sentence)}
            wrong = sorted(
                word for word in words if word.casefold() not in known[language] and not _is_known(language, word)
            )
            if wrong:
                yield entry.finding(
                    "spelling", say("Unknown in {language}: {words}.", language=language, words=", ".join(wrong))
                )


def words_of(sentence: str) -> list[str]:
    """The words of a sentence: no code, no formulas, and no names written in capitals or with a capital inside."""
    prose = formula.in_prose(outside_code(sentence), lambda _: " ")
    return [word for word in _WORD.findall(prose) if len(word) > 1 and word[1:] == word[1:].lower()]


def own_words(folder: Path, language: str) -> set[str]:
    """The course's list of words for one language, in lower case; lines that begin with # are notes."""
    path = folder / f"words.{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {line.strip().casefold() for line in lines if line.strip() and not line.startswith("#")}


@cache
def dictionary(language: str) -> Any:
    """The Hunspell dictionary of a language, or None where it, or what reads it, is not installed."""
    try:
        from spylls.hunspell import Dictionary
    except ImportError:
        return None
    own = os.environ.get("DICPATH")
    for folder in (*([Path(own)] if own else []), *FOLDERS):
        for name in language_facts(language).dictionaries:
            if (folder / f"{name}.dic").is_file() and (folder / f"{name}.aff").is_file():
                return _read(Dictionary, folder / name)
    return None


def _read(kind: Any, path: Path) -> Any:
    """The library leaves its files to the garbage collector, which would complain of it at some later moment."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        found = kind.from_files(str(path))
        gc.collect()
    return found


@cache
def _is_known(language: str, word: str) -> bool:
    plain = re.sub("'s$", "", word.replace("’", "'"))
    return bool(dictionary(language).lookup(plain))


def _names(deck: Deck) -> set[str]:
    """Every word of every term's names: each language keeps some of the other's."""
    return {
        word.casefold()
        for term in deck.glossary.terms.values()
        for language in LANGUAGES
        for name in term.names(language)
        for word in _WORD.findall(name)
    }
