"""A Text is one sentence in every language, and behaves as a plain value."""

from __future__ import annotations

import pytest

from grader.text import Text


def test_a_text_without_a_sentence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one language"):
        Text({})


def test_a_text_cannot_be_changed() -> None:
    source = {"en": "one", "es": "uno"}
    text = Text(source)
    source["en"] = "two"
    assert text["en"] == "one"
    with pytest.raises(TypeError):
        text["en"] = "two"  # type: ignore[index]


def test_a_language_it_lacks_gets_the_first_it_has() -> None:
    assert Text({"es": "uno", "en": "one"}).in_language("fr") == "uno"
    assert Text({"en": "one", "es": ""}).in_language("es") == "one"


def test_equal_sentences_are_one_value() -> None:
    one, other = Text({"en": "a", "es": "b"}), Text({"es": "b", "en": "a"})
    assert one == other == {"en": "a", "es": "b"}
    assert len({one, other}) == 1


def test_a_text_that_ends_in_a_log_is_in_english() -> None:
    assert str(Text({"es": "uno", "en": "one"})) == "one"
    assert str(Text({"es": "uno"})) == "uno"
