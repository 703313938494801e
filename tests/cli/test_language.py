"""The reader's language: the flag, then the program's own variable, then the locale as POSIX orders it."""

from __future__ import annotations

import pytest

from grader.cli.language import asked_for
from grader.locale.choice import choose_language
from tests.cli.conftest import Grade


@pytest.mark.parametrize(
    ("words", "environment", "chosen"),
    [
        ([], {}, "en"),
        ([], {"LANG": "C"}, "en"),
        ([], {"LANG": "POSIX"}, "en"),
        ([], {"LANG": ""}, "en"),
        ([], {"LANG": "fr_FR.UTF-8"}, "en"),
        ([], {"LANG": "es_ES.UTF-8"}, "es"),
        ([], {"LANG": "es"}, "es"),
        ([], {"LANG": "es-MX"}, "es"),
        ([], {"LANG": "es@euro"}, "es"),
        ([], {"LANG": "ES_ar"}, "es"),
        ([], {"LANG": "est_EE"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_MESSAGES": "es_ES.UTF-8"}, "es"),
        ([], {"LANG": "es_ES.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "es_ES.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "es_ES.UTF-8", "LC_ALL": ""}, "es"),
        ([], {"LC_ALL": "es_ES", "LC_MESSAGES": "en_US", "LANG": "en_US"}, "es"),
        ([], {"LC_ALL": "fr_FR", "LANG": "es_ES"}, "en"),
        ([], {"LANGUAGE": "de:es:en", "LANG": "en_US"}, "es"),
        ([], {"LANGUAGE": "en:es", "LANG": "es_ES"}, "en"),
        ([], {"LANGUAGE": "de", "LANG": "es_ES"}, "es"),
        ([], {"GRADE_LANG": "es", "LANG": "en_US", "LANGUAGE": "en", "LC_ALL": "en_US"}, "es"),
        ([], {"GRADE_LANG": "en", "LANG": "es_ES"}, "en"),
        ([], {"GRADE_LANG": "klingon", "LANG": "es_ES"}, "es"),
        ([], {"GRADE_LANG": "", "LANG": "es_ES"}, "es"),
        (["--lang", "es"], {"GRADE_LANG": "en", "LANG": "en_US"}, "es"),
        (["--lang=en"], {"GRADE_LANG": "es", "LANG": "es_ES"}, "en"),
        (["exercise", "3", "--lang", "es"], {}, "es"),
        (["--lang", "es", "exercise", "--lang", "en"], {}, "en"),
        (["--lang", "fr"], {"LANG": "es_ES"}, "es"),
        (["--lang"], {"LANG": "es_ES"}, "es"),
        (["show", "--", "--lang", "es"], {}, "en"),
    ],
)
def test_the_first_wish_that_can_be_met_is(words: list[str], environment: dict[str, str], chosen: str) -> None:
    assert choose_language(asked_for(words), environment) == chosen


def test_a_language_that_is_not_there_is_refused_in_the_one_that_was_chosen(grade: Grade) -> None:
    told = grade("list", "--lang", "fr", LANG="es_ES.UTF-8")
    assert told.code == 2
    assert "'fr' no es" in told.err


@pytest.mark.parametrize(
    ("words", "environment", "title"),
    [
        (("list",), {}, "One step of Adam"),
        (("list",), {"LANG": "es_ES.UTF-8"}, "Un paso de Adam"),
        (("list", "--lang", "en"), {"LANG": "es_ES.UTF-8"}, "One step of Adam"),
        (("--lang", "es", "list"), {"GRADE_LANG": "en"}, "Un paso de Adam"),
    ],
)
def test_the_whole_program_speaks_it(
    words: tuple[str, ...], environment: dict[str, str], title: str, grade: Grade
) -> None:
    assert title in grade(*words, **environment).out
