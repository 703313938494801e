"""The language of this process: what `--lang` says, and what every sentence and click itself speak."""

from __future__ import annotations

import gettext
import os
from collections.abc import Sequence

from grader.locale import DOMAIN, FOLDER, LANGUAGES

_chosen = LANGUAGES[0]


def asked_for(words: Sequence[str]) -> str:
    """What the last ``--lang`` among the words says, as for every option; click refuses an unknown code later."""
    said = ""
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == "--lang" and place + 1 < len(words):
            said = words[place + 1]
        elif word.startswith("--lang="):
            said = word.partition("=")[2]
    return said


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
