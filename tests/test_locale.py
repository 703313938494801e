"""Every word of the program exists in every language, with the same gaps to fill."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from grader.locale import FOLDER, say, say_many
from grader.text import Text
from hatch_build import merged_catalogue

PACKAGE = FOLDER.parent
KEYWORDS = {"say": None, "_": None, "say_many": (1, 2), "gettext": None, "ngettext": (1, 2)}


@cache
def spoken_sentences() -> dict[str | tuple[str, ...], str]:
    """Every sentence that the code says, and a place where it does."""
    found: dict[str | tuple[str, ...], str] = {}
    for folder in (PACKAGE, PACKAGE.parent / "templates"):
        readers = [("**.py", "python"), ("**.j2", "jinja2")]
        for name, line, message, _, _ in extract_from_dir(str(folder), readers, keywords=KEYWORDS):
            key = message if isinstance(message, str) else tuple(part for part in message if part)
            found.setdefault(key, f"{name}:{line}")
    return found


@cache
def spanish() -> Catalog:
    return merged_catalogue(FOLDER / "es" / "LC_MESSAGES")


def gaps(sentence: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_every_sentence_has_a_spanish_translation() -> None:
    missing = []
    for sentence, place in spoken_sentences().items():
        key = sentence if isinstance(sentence, str) else sentence[0]
        message = spanish().get(key)
        parts = message.string if message is not None else ""
        if not all([parts] if isinstance(parts, str) else parts):
            missing.append(f"{place}: {key}")
    assert not missing, "\n".join(missing)


def test_translations_fill_the_same_gaps() -> None:
    for message in spanish():
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set().union(*(gaps(part) for part in ids if part))
        for string in strings:
            if message.id:
                assert gaps(string) <= wanted, message.id
                assert len(strings) > 1 or gaps(string) == wanted, message.id


def test_no_translation_is_left_over_from_a_sentence_that_is_gone() -> None:
    said = {key if isinstance(key, str) else key[0] for key in spoken_sentences()}
    # What formulas are spoken with stands in tables; tests/test_formula.py holds those against their catalogue.
    parts = [part for part in sorted((FOLDER / "es" / "LC_MESSAGES").glob("*.po")) if part.stem != "formula"]
    messages = [message for part in parts for message in read_po(BytesIO(part.read_bytes()), locale="es")]
    ours = {message.id if isinstance(message.id, str) else message.id[0] for message in messages if message.id}
    clicks_own = {message for message in ours if message in CLICK_SENTENCES}
    assert not sorted(ours - said - clicks_own)


def test_a_sentence_is_filled_in_every_language() -> None:
    both = say("There is no exercise {wanted}.", wanted="«9»")
    assert both["en"] == "There is no exercise «9»."
    assert both["es"] == "No hay ningún ejercicio «9»."


def test_a_text_inside_a_sentence_speaks_the_same_language() -> None:
    inner = Text({"en": "loops", "es": "no termina"})
    assert say("{file}: {problem}.", file="a.py", problem=inner)["es"] == "a.py: no termina."


@pytest.mark.parametrize(
    ("number", "en", "es"), [(1, "one more line", "una línea más"), (3, "3 more lines", "3 líneas más")]
)
def test_a_number_chooses_its_form(number: int, en: str, es: str) -> None:
    both = say_many("… and one more line", "… and {number} more lines", number)
    assert en in both["en"]
    assert es in both["es"]


CLICK_SENTENCES = {
    line.replace("\\n", "\n").replace("\\t", "\t")
    for line in (Path(__file__).parent / "gold" / "click_sentences.txt").read_text(encoding="utf-8").splitlines()
}
