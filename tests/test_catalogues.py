"""The build of the catalogues: what would leave a reader without a sentence in their language stops it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.locale import FOLDER, catalogue
from hatch_build import merged_catalogue

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {rule};\\n"\n\n'
TWO_FORMS = "nplurals=2; plural=(n != 1)"
THREE_FORMS = "nplurals=3; plural=(n == 1 ? 0 : n == 0 ? 2 : 1)"
DAY = 'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} día"\nmsgstr[1] "{n} días"\n'


def lay_out(folder: Path, *parts: str, rule: str = TWO_FORMS) -> Path:
    for number, entries in enumerate(parts):
        (folder / f"part{number}.po").write_text(HEADER.format(rule=rule) + entries, encoding="utf-8")
    return folder


def test_the_plural_rule_is_the_parts_own_whatever_babel_thinks_of_the_language(tmp_path: Path) -> None:
    assert merged_catalogue(lay_out(tmp_path, DAY)).plural_forms.startswith(TWO_FORMS)


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ('msgid "day"\nmsgstr ""\n', "0 forms, expected 1"),
        ('msgid "day"\nmsgid_plural "days"\nmsgstr[0] "día"\nmsgstr[1] ""\n', "1 forms, expected 2"),
        ('msgid "day"\nmsgid_plural "days"\nmsgstr[0] "día"\n', "forms, expected 2"),
        ('#, fuzzy\nmsgid "day"\nmsgstr "día"\n', "marked fuzzy"),
        ('msgid "day"\nmsgstr "día"\n\nmsgid "day"\nmsgstr "jornada"\n', "stands twice"),
        ('msgid "day"\nmsgstr "día\n', "not a whole line"),
        ('msgid "day\nmsgstr "día"\n', "not a whole line"),
    ],
)
def test_an_entry_that_would_be_shown_in_another_language_stops_the_build(
    tmp_path: Path, entries: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        merged_catalogue(lay_out(tmp_path, entries))


def test_parts_that_translate_a_sentence_differently_stop_the_build(tmp_path: Path) -> None:
    lay_out(tmp_path, 'msgid "day"\nmsgstr "día"\n', 'msgid "day"\nmsgstr "jornada"\n')
    with pytest.raises(ValueError, match="translated differently"):
        merged_catalogue(tmp_path)


def test_parts_that_disagree_on_the_plural_rule_stop_the_build(tmp_path: Path) -> None:
    lay_out(tmp_path, DAY)
    (tmp_path / "other.po").write_text(HEADER.format(rule=THREE_FORMS) + 'msgid "a"\nmsgstr "b"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="plural rule"):
        merged_catalogue(tmp_path)


def test_a_part_without_a_plural_rule_stops_the_build(tmp_path: Path) -> None:
    text = HEADER.format(rule=TWO_FORMS).replace(f'"Plural-Forms: {TWO_FORMS};\\n"\n', "")
    (tmp_path / "part.po").write_text(text + 'msgid "a"\nmsgstr "b"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="no Plural-Forms"):
        merged_catalogue(tmp_path)


LANGUAGES = sorted(folder.parent.name for folder in FOLDER.glob("*/LC_MESSAGES"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1, 2, 5, 21, 1_000_000])
def test_every_plural_sentence_is_in_its_language_for_every_number(language: str, number: int) -> None:
    """As a reader's program asks for it: of the compiled catalogue, through the standard library."""
    merged = merged_catalogue(FOLDER / language / "LC_MESSAGES")
    plural = [message for message in merged if message.id and message.pluralizable]
    assert len(plural) >= 30
    for message in plural:
        said = catalogue(language).ngettext(*message.id, number)
        assert said in message.string, (message.id, number)
        assert said not in message.id, (message.id, number)
