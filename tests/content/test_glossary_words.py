"""Whatever word or symbol a brief uses without saying what it is, the glossary knows by its name and its spelling."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from grader import formula
from grader.course import open_course
from grader.quizzes.deck import Deck, load_deck

WORDS = {
    "logits": ("logits", "logit"),
    "softmax": ("softmax", "función softmax"),
    "one-hot": ("one-hot", "one hot", "onehot"),
    "relu": ("ReLU", "relu", "RELU"),
    "cross-entropy": ("cross-entropy", "cross entropy", "entropía cruzada", "entropia cruzada"),
    "tensor": ("tensor", "tensores"),
    "autograd": ("autograd",),
    "epsilon": ("epsilon", "épsilon", "eps", "ε"),
    "learning-rate": ("η", "eta", "lr", "tasa de aprendizaje"),
    "momentum": ("β", "beta", "μ"),
    "adam": ("β1", "beta1", "β2", "beta2", "betas"),
    "weight-decay": ("λ", "lambda"),
    "steplr": ("γ", "gamma"),
    "parameter": ("θ", "theta", "peso", "weight"),
    "gradient": ("∇L", "∇", "nabla"),
    "learning-rate-schedule": ("scheduler", "planificación de la tasa de aprendizaje"),
}
CONSTANTS = {"π", "∑", "∂"}
"""Greek letters and signs that are mathematics and not the course's."""


@cache
def deck() -> Deck:
    return load_deck(Path(__file__).parents[2])


@pytest.mark.parametrize(("term", "word"), [(term, word) for term, words in WORDS.items() for word in words])
def test_a_word_or_symbol_is_found(term, word):
    """By name, symbol and spelling, in either language, and as nothing else."""
    assert [(found.id, found.how) for found in deck().glossary.look_up(word)] == [(term, "exact")]


def test_every_greek_letter_of_every_brief_is_found():
    """As it stands in the formulas, indices left out."""
    course, letters = open_course(), set()
    for folder in course.folders.values():
        for path in course.exercise(folder.name).folder.glob("brief.*.md"):
            for span in formula.spans(path.read_text(encoding="utf-8")):
                letters |= set(re.findall(r"[\u0370-\u03ff]", formula.to_unicode(span.latex)))
    missing = {one for one in letters - CONSTANTS if not any(f.how == "exact" for f in deck().glossary.look_up(one))}
    assert missing == set()
