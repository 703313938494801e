"""What the program must know of a language besides its sentences, read from the file that stands with its catalogue."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from grader.locale import FOLDER


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language's facts: stated here, since a locale library's answers change from release to release.

    `name` is what it calls itself. Numbers are written with `decimal`, in groups apart by `group` from `fewest_grouped`
    digits on, shares with `percent`, and a moment by the pattern `moment` of Unicode's date symbols. In a quiz,
    `articles` may stand before an answer, `true_words` and `false_words` answer a claim, `leave_words` end it.
    `dictionaries` are Hunspell's, in Debian's `dictionary_package`. `hedges`, `absolutes` and `asking` are words by
    which a quiz item may give itself away, folded. `contractions` join words that a formula read aloud sets apart.
    """

    name: str
    decimal: str
    group: str
    fewest_grouped: int
    percent: str
    moment: str
    articles: tuple[str, ...]
    true_words: tuple[str, ...]
    false_words: tuple[str, ...]
    leave_words: tuple[str, ...]
    dictionaries: tuple[str, ...]
    dictionary_package: str
    hedges: frozenset[str]
    absolutes: frozenset[str]
    asking: frozenset[str]
    contractions: dict[str, str]


@cache
def language_facts(code: str) -> Language:
    """The facts of one of `LANGUAGES`."""
    told = tomllib.loads((FOLDER / code / "language.toml").read_text(encoding="utf-8"))
    listed = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    words = {key: frozenset(told[key].split()) for key in ("hedges", "absolutes", "asking")}
    return Language(**{**told, **listed, **words})
