"""The reader's language, chosen before any sentence is made: flag, own variable, then the locale."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping, Sequence

from grader.locale import DOMAIN, FOLDER, LANGUAGES

_chosen = LANGUAGES[0]
_LOCALE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def choose_language(words: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """The language of ``--lang``, else of ``GRADE_LANG``, else of the locale, else the first there is.

    An unknown code after ``--lang`` is left for click to refuse.
    """
    variables = os.environ if environment is None else environment
    wishes = [_flag(words), variables.get("GRADE_LANG", "")]
    wishes += [part for name in _LOCALE_VARIABLES for part in variables.get(name, "").split(":")]
    for wish in wishes:
        if (code := wish[:2].lower()) in LANGUAGES:
            return code
    return LANGUAGES[0]


def use_language(code: str) -> None:
    """Make `code` the language of this process, click's own words included."""
    global _chosen  # noqa: PLW0603  (one process speaks one language)
    _chosen = code
    os.environ["LANGUAGE"] = code  # click asks gettext's global domain at every sentence
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)


def language() -> str:
    """The language in use."""
    return _chosen


def _flag(words: Sequence[str]) -> str:
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return ""
