"""A class is compared with earlier terms, these not among themselves; what everybody was shown never counts."""

from __future__ import annotations

import pytest

from grader.similarity import equal_groups, similar_pairs, threshold

OWN_WAY = """
def walk(numbers):
    basket = []
    for place, apple in enumerate(numbers):
        if apple > 3 and place % 2:
            basket.append(apple * 7 - place)
        elif apple < -1:
            basket.insert(0, apple ** 3 + 11)
        else:
            basket.append(sum(basket[-2:]) - 5)
    total = 0
    while basket and total < 100:
        total += basket.pop() * 13
        total -= len(basket) // 4
    return total, basket
"""
RENAMED = OWN_WAY.replace("basket", "bag").replace("apple", "pear").replace("total", "amount")
OTHERS = {
    f"own{place}": f"def walk(numbers):\n    return sum(numbers[{place}:]) * {place + 2}, sorted(numbers)[:{place}]\n"
    for place in range(12)
}
EARLIER = {
    f"2025: e{place}": f"def walk(numbers):\n    kept = [n + {place} for n in numbers]\n    return max(kept) - 1\n"
    for place in range(12)
}


def found(own: dict[str, str], earlier: dict[str, str], **more: object) -> set[tuple[str, str]]:
    pairs = similar_pairs({**OTHERS, **own}, earlier={**EARLIER, **earlier}, **more)  # type: ignore[arg-type]
    return {(pair.first, pair.second) for pair in pairs}


def test_who_copied_from_an_earlier_term_is_found_beside_their_source() -> None:
    assert found({"ana": RENAMED}, {"2025: zoe": OWN_WAY}) == {("ana", "2025: zoe")}


def test_two_of_an_earlier_term_are_not_compared_with_each_other() -> None:
    assert found({}, {"2025: zoe": OWN_WAY, "2025: leo": RENAMED}) == set()


def test_what_was_shown_never_counts() -> None:
    assert found({"ana": RENAMED}, {"2025: zoe": OWN_WAY}, known=[OWN_WAY]) == set()


def test_more_pairs_need_more_evidence() -> None:
    assert threshold(30) < threshold(30, 300) < threshold(30, 3000)


@pytest.mark.parametrize("program", ["def f(x):\n    return 2 * x\n", "y = 1\n"])
def test_an_equal_program_is_told_whatever_its_length(program: str) -> None:
    (group,) = equal_groups({"ana": program, "ben": "z = 3\n"}, earlier={"2025: zoe": program})
    assert (group.learners, group.to_the_letter) == (("2025: zoe", "ana"), True)


def test_equals_of_an_earlier_term_alone_and_the_starter_are_no_group() -> None:
    earlier = {"2025: zoe": "y = 1\n", "2025: leo": "y = 1\n", "2025: max": "s = 0\n"}
    assert equal_groups({"ana": "z = 3\n", "ben": "s = 0\n"}, starters=["s = 0\n"], earlier=earlier) == []
