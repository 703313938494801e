"""Whoever sees the choices and not the questions is right no more often than chance, whatever cue they go by."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from math import sqrt
from pathlib import Path

import pytest

from grader.locale.language import language_facts
from grader.quizzes.deck import load_deck
from grader.quizzes.lint_cues import items_with_one_right, words

Score = Callable[[Sequence[str], str], list[float]]
LANGUAGES = ("en", "es")


@cache
def asked(language: str) -> list[tuple[list[str], int]]:
    """The choices of each item with one right answer, and which of them is right."""
    deck = load_deck(Path(__file__).parents[2])
    return [
        ([choice.text[language] for choice in item.choices], [choice.right for choice in item.choices].index(True))
        for item in items_with_one_right(deck)
    ]


def overlap(choices: Sequence[str], language: str) -> list[float]:
    """How many of a choice's words the others have: a right answer is often written first and then varied."""
    said = [words(choice) for choice in choices]
    return [
        sum(len(mine & others) for place, others in enumerate(said) if place != own) / max(len(mine), 1)
        for own, mine in enumerate(said)
    ]


def specific(choices: Sequence[str], language: str) -> list[float]:
    """Numbers, code and formulas in a choice."""
    return [float(len(re.findall(r"\d|`|\$", choice))) for choice in choices]


def against(score: Score) -> Score:
    """The same cue, read the other way round."""
    return lambda choices, language: [-one for one in score(choices, language)]


GUESSES: dict[str, Score] = {
    "length": lambda choices, language: [float(len(choice)) for choice in choices],
    "words": lambda choices, language: [float(len(choice.split())) for choice in choices],
    "hedges": lambda choices, language: [
        float(bool(words(choice) & language_facts(language).hedges)) for choice in choices
    ],
    "absolutes": lambda choices, language: [
        float(len(words(choice) & language_facts(language).absolutes)) for choice in choices
    ],
    "overlap": overlap,
    "specificity": specific,
    "commas": lambda choices, language: [float(sum(choice.count(mark) for mark in ",;:")) for choice in choices],
}
GUESSES |= {f"not {name}": against(score) for name, score in GUESSES.items()}


def share_right(score: Score, choices: Sequence[str], right: int, language: str) -> float:
    """How likely the guess is right: choices that look the same are drawn from."""
    scores = score(choices, language)
    best = [place for place, one in enumerate(scores) if one == max(scores)]
    return (right in best) / len(best)


def limit(language: str) -> float:
    """Chance, and two standard errors."""
    shares = [1 / len(choices) for choices, _ in asked(language)]
    return sum(shares) + 2 * sqrt(sum(share * (1 - share) for share in shares))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GUESSES)
def test_no_cue_of_the_choices_finds_the_right_one(name, language):
    """Each cue alone, and its contrary."""
    hits = sum(share_right(GUESSES[name], choices, right, language) for choices, right in asked(language))
    assert hits <= limit(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_who_learns_which_cue_pays_does_no_better(language):
    """At each item, in the order of the files, the cue that did best on all items before."""
    record, hits = dict.fromkeys(GUESSES, 0.0), 0.0
    for choices, right in asked(language):
        best = max(record, key=lambda name: record[name])
        hits += share_right(GUESSES[best], choices, right, language)
        for name, score in GUESSES.items():
            record[name] += share_right(score, choices, right, language)
    assert hits <= limit(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_vote_of_all_cues_that_pay_does_no_better(language):
    """Each cue votes with what it won on all *other* items."""
    won = {
        name: [share_right(score, choices, right, language) for choices, right in asked(language)]
        for name, score in GUESSES.items()
    }
    hits = 0.0
    for place, (choices, right) in enumerate(asked(language)):
        chance = sum(1 / len(others) for others, _ in asked(language)) - 1 / len(choices)

        def voted(shown: Sequence[str], tongue: str, place: int = place, chance: float = chance) -> list[float]:
            totals = [0.0] * len(shown)
            for name, score in GUESSES.items():
                scores = score(shown, tongue)
                gain = sum(won[name]) - won[name][place] - chance
                for option, one in enumerate(scores):
                    totals[option] += gain * (one == max(scores)) / scores.count(max(scores))
            return totals

        hits += share_right(voted, choices, right, language)
    assert hits <= limit(language)


def test_a_giveaway_would_be_found():
    """The limit is one that a cue can pass: choices of which the right one is always the longest."""
    told = [(["a longer one", "short", "brief", "small"], 0)] * len(asked("en"))
    hits = sum(share_right(GUESSES["length"], choices, right, "en") for choices, right in told)
    assert hits > limit("en")
