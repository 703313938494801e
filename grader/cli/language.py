"""The reader's language, chosen before any sentence is made: flag, own variable, then the locale."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping, Sequence

from grader.locale import DOMAIN, FOLDER, LANGUAGES

_chosen = LANGUAGES[0]
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose_language(words: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """The language of ``--lang``, else of ``GRADE_LANG``, else of the locale, else the first there is.

    Of the locale's variables ``LANGUAGE`` is a list of wishes; of the others the first that is set speaks for all, as
    in POSIX: under ``LC_ALL=C`` a Spanish ``LANG`` does not count. An unknown code after ``--lang`` is left for click
    to refuse.
    """
    variables = os.environ if environment is None else environment
    wishes = [_flag(words), variables.get("GRADE_LANG", ""), *variables.get("LANGUAGE", "").split(":")]
    wishes.append(next(filter(None, (variables.get(name) for name in _LOCALE_VARIABLES)), ""))
    for wish in wishes:
        if (code := re.split(r"[_.@-]", wish.lower())[0]) in LANGUAGES:
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
    """What the last ``--lang`` says, as for every option."""
    said = ""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == "--lang" and place + 1 < len(words):
            said = words[place + 1]
        elif word.startswith("--lang="):
            said = word.partition("=")[2]
    return said
