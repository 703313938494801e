"""Terms are found by any name in either language, by a start, a part or a slip; and the course's own are all there."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import bundled_root
from grader.quizzes.deck import Deck, load_deck
from grader.quizzes.folding import fold
from grader.quizzes.glossary import Found, Glossary, term_names

WANTED = """Adam, AdamW, batch size, bias correction, callback, checkpoint, cosine annealing, early stopping,
exploding gradients, Glorot initialization, gradient clipping, He initialization, Kaiming
initialization, learning rate, learning-rate schedule, L2 regularization, momentum, model state
dict, OneCycleLR, optimizer state dict, patience, ReduceLROnPlateau, SGD, StepLR, vanishing
gradients, warmup, weight decay, Xavier initialization, gradient, loss, backward, optimizer,
optimizer step, zero_grad, gradient descent, gradient accumulation, parameter, frozen parameter,
hyperparameter, overshooting, local minimum, global minimum, saddle point, random restart, warm
restart, inertia and friction, RMSprop, AdaGrad, convergence, oscillation, plateau, epoch, training
loop"""


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_deck(bundled_root()).glossary


@pytest.mark.parametrize("query", ["", "   ", "¿?", "xyzzy", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "\x00"])
def test_nothing_is_found_for_what_means_nothing(query: str, glossary: Glossary) -> None:
    assert glossary.look_up(query) == ()


@pytest.mark.parametrize("name", " ".join(WANTED.split()).split(", "))
def test_every_term_of_the_curriculum_has_an_entry(name: str, glossary: Glossary) -> None:
    found = glossary.look_up(name)
    assert [one.how for one in found] == ["exact"], name


def test_every_name_in_every_language_finds_its_own_term(glossary: Glossary) -> None:
    for term_id, term in glossary.terms.items():
        for language in ("en", "es"):
            for name in term.names(language):
                assert glossary.look_up(name) == (Found(term_id, "exact"),), name


@pytest.mark.parametrize(
    ("query", "first", "how"),
    [
        ("TASA DE APRENDIZAJE", "learning-rate", "exact"),
        ("la tasa de aprendizaje", "learning-rate", "exact"),
        ("correccion de sesgo", "bias-correction", "exact"),
        ("Kaiming", "he-initialization", "exact"),
        ("bias", "bias-correction", "prefix"),
        ("correcci", "bias-correction", "prefix"),
        ("de sesgo", "bias-correction", "part"),
        ("momentm", "momentum", "fuzzy"),
        ("optimzer", "optimizer", "fuzzy"),
    ],
)
def test_a_name_its_start_a_part_or_a_slip_finds_the_term(query: str, first: str, how: str, glossary: Glossary) -> None:
    found = glossary.look_up(query)
    assert (found[0].id, found[0].how) == (first, how)


def test_adam_is_not_adamw(glossary: Glossary) -> None:
    assert glossary.look_up("adam") == (Found("adam", "exact"),)
    assert glossary.look_up("adamw") == (Found("adamw", "exact"),)


def test_many_matches_are_cut_short(glossary: Glossary) -> None:
    assert len(glossary.look_up("a", most=3)) == 3


def test_no_two_terms_share_a_name(glossary: Glossary) -> None:
    names = [name for term in glossary.terms.values() for name in term.folded_names]
    assert len(names) == len(set(names))
    assert all(glossary.owners[fold(term_id)] == term_id for term_id in glossary.terms)


def test_groups_hold_every_term_once(deck: Deck) -> None:
    grouped = [term_id for ids in deck.glossary.groups.values() for term_id in ids]
    assert sorted(grouped) == sorted(deck.glossary.terms)


def test_terms_have_a_name_in_each_language_for_a_page() -> None:
    assert term_names(bundled_root())["learning-rate"] == {"en": "learning rate", "es": "tasa de aprendizaje"}


@pytest.mark.parametrize("content", [None, "not TOML", "[a]\nterm = 3\n"])
def test_a_glossary_that_cannot_be_read_names_nothing(tmp_path: Path, content: str | None) -> None:
    """A report is written all the same; the lint says what is wrong."""
    if content is not None:
        (tmp_path / "quizzes").mkdir()
        (tmp_path / "quizzes" / "glossary.toml").write_text(content)
    assert term_names(tmp_path) == {}
