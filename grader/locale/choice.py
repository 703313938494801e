"""The reader's language, chosen before any sentence is made: what was asked for, own variable, then the locale."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.locale import LANGUAGES

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose_language(asked: str, environment: Mapping[str, str]) -> str:
    """The language `asked` for, else of ``GRADE_LANG``, else of the locale, else the first there is.

    Of the locale's variables ``LANGUAGE`` is a list of wishes; of the others the first that is set speaks for all, as
    in POSIX: under ``LC_ALL=C`` a Spanish ``LANG`` does not count. A code counts whole: ``est_EE`` is not Spanish.
    """
    wishes = [asked, environment.get("GRADE_LANG", ""), *environment.get("LANGUAGE", "").split(":")]
    wishes.append(next(filter(None, (environment.get(name) for name in _LOCALE_VARIABLES)), ""))
    for wish in wishes:
        if (code := re.split(r"[_.@-]", wish.lower())[0]) in LANGUAGES:
            return code
    return LANGUAGES[0]
