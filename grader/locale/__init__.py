"""The program's own words: an English sentence in the code becomes a `Text` in every language of the catalogues."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from grader.cleaning import visible
from grader.text import Text

SOURCE = "en"
"""The language of the sentences in the code."""

DOMAIN = "grader"
FOLDER = Path(__file__).parent
LANGUAGES = (SOURCE, *sorted({path.parent.name for path in FOLDER.glob("*/language.toml")} - {SOURCE}))
"""Every language that has a folder here; the source's is the one to fall back on."""


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of one language; English is its own, so it needs none."""
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


def say(sentence: str, /, **values: object) -> Text:
    """`sentence` in every language, with ``{name}`` replaced by `values`; a `Text` value speaks its own language.

    Whatever a value is called, nothing in it acts on a screen.
    """
    return Text({code: _fill(catalogue(code).gettext(sentence), values, code) for code in LANGUAGES})


def say_many(singular: str, plural: str, number: int, /, **values: object) -> Text:
    """Like `say`, with the form each language uses for `number`, which is ``{number}`` in the sentence."""
    return Text(
        {
            code: _fill(catalogue(code).ngettext(singular, plural, number), {"number": number, **values}, code)
            for code in LANGUAGES
        }
    )


def join(separator: str, texts: list[Text]) -> Text:
    """Several texts as one, language by language."""
    return Text({code: separator.join(text.in_language(code) for text in texts) for code in LANGUAGES})


def same(words: str) -> Text:
    """Words that every language writes alike: a name, a piece of code, what somebody else said."""
    return Text(dict.fromkeys(LANGUAGES, words))


def _fill(sentence: str, values: dict[str, object], language: str) -> str:
    if not values:
        return sentence
    spoken = {key: value.in_language(language) if isinstance(value, Text) else value for key, value in values.items()}
    return visible(sentence.format(**spoken))
