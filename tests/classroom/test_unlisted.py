"""A class of 300 with twelve slips that no catalogue lists: twelve groups, no false join, and one note reaches each."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from bench.unlisted import SLIPS, grade, groups_in, note_all, planted_class, true_words, write_planted
from tests.content import driver


@pytest.mark.slow
def test_twelve_planted_slips_are_twelve_groups_and_one_note_reaches_all_of_each(tmp_path: Path) -> None:
    course = driver.course()
    made = planted_class(course)
    submissions, out = tmp_path / "submissions", tmp_path / "out"
    write_planted(submissions, course, made)
    grade("class", submissions, "--out", out, "--no-pages")
    planted: dict[str, set[str]] = defaultdict(set)
    for one in made:
        if one.slip is not None:
            planted[one.slip].add(one.learner)
    groups = groups_in(out)
    assert {frozenset(group.learners) for group in groups} == {frozenset(members) for members in planted.values()}
    assert len(groups) == len(SLIPS) == 12
    assert [len(group.learners) for group in groups] == sorted((len(own) for own in planted.values()), reverse=True)
    wrong, before, false = true_words(out, made)
    assert (wrong, false) == (175, 0)
    assert 75 <= before < wrong
    note_all(out, made)
    assert true_words(out, made) == (wrong, wrong, 0)
