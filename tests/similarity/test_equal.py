"""Programs that are the same are told, however short they are, and an untouched starter is not."""

from __future__ import annotations

import pytest

from grader.similarity import Equal, equal_groups

SHORT = "def step(p):\n    return p - 1\n"
STARTER = "def step(p):\n    raise NotImplementedError\n"


@pytest.mark.parametrize("sources", [{}, {"a": SHORT}, {"a": SHORT, "b": SHORT.replace("1", "2")}])
def test_different_programs_are_no_group(sources):
    assert equal_groups(sources) == []


@pytest.mark.parametrize("source", ["", " \n", "# nothing yet\n", STARTER, STARTER + "# mine\n"])
def test_what_nobody_wrote_is_no_group(source):
    assert equal_groups({"a": source, "b": source}, starters=[STARTER]) == []


def test_two_short_files_that_are_the_same_to_the_letter():
    assert equal_groups({"b": SHORT, "a": SHORT, "c": "x = 1"}) == [Equal(("a", "b"), True)]


@pytest.mark.parametrize(
    "other",
    [
        "# mine\n" + SHORT,
        SHORT.replace("p - 1", "p-1  # less"),
        SHORT.replace("    ", "\t"),
        SHORT.replace("\n", "\r\n"),
    ],
)
def test_blank_space_and_comments_hide_nothing(other):
    assert equal_groups({"a": SHORT, "b": other}) == [Equal(("a", "b"), False)]


def test_a_string_or_a_name_makes_another_program():
    assert equal_groups({"a": "x = 'a b'", "b": "x = 'ab'", "c": "y = 'ab'"}) == []


def test_what_the_course_says_itself_is_told_only_where_it_is_the_same_to_the_letter():
    sources = {"a": SHORT, "b": SHORT + "\n", "c": "# own\n" + SHORT, "d": SHORT}
    assert equal_groups(sources, known=[SHORT]) == [Equal(("a", "d"), True)]
    assert equal_groups(sources) == [Equal(("a", "b", "c", "d"), False), Equal(("a", "d"), True)]
