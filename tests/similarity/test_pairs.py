"""Which pairs of a class are worth reading side by side, and which are not."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from grader.similarity import similar_pairs, threshold
from grader.similarity.pairs import PARTNERS, _candidates, _read
from grader.similarity.tokens import tokens_of

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "bench"))
import honest  # noqa: E402

STARTER = (ROOT / "exercises/03_adam_step/adam_step.py").read_text()
REFERENCE = (ROOT / "solutions/03_adam_step/adam_step.py").read_text()
OWN = """
def softmax(values):
    top = values.max(axis=1, keepdims=True)
    powers = np.exp(values - top)
    return powers / powers.sum(axis=1, keepdims=True)

def one_hot(labels, classes):
    table = np.zeros((len(labels), classes))
    for row, label in enumerate(labels):
        table[row][label] = 1.0
    return table

def loss(values, labels):
    chosen = softmax(values)[range(len(labels)), labels]
    return -np.log(chosen + 1e-12).mean()
"""


def a_class(write, learners: int, seed: int) -> dict[str, str]:
    rng = random.Random(seed)
    return {f"learner {number:04}": write(rng) for number in range(learners)}


def names(pairs) -> set[tuple[str, str]]:
    return {(pair.first, pair.second) for pair in pairs}


class TestWhatIsNoEvidence:
    """Likeness that chance, the starter or the course explains flags nobody."""

    @pytest.mark.parametrize("learners", [0, 1, 2, 30])
    def test_the_starter_handed_in_by_all(self, learners):
        """Untouched files are alike and say nothing."""
        assert similar_pairs({f"l{n}": STARTER for n in range(learners)}, starter=STARTER, known=[REFERENCE]) == []

    @pytest.mark.parametrize("learners", [2, 5, 30])
    def test_the_reference_written_by_all(self, learners):
        """The five lines of the formula as they stand belong to everybody."""
        sources = {f"l{n}": REFERENCE.replace("m_hat", f"m_{n}") for n in range(learners)}
        assert similar_pairs(sources, starter=STARTER, known=[REFERENCE]) == []

    @pytest.mark.parametrize("seed", range(3))
    def test_honest_solutions_of_a_short_exercise(self, seed):
        """Three hundred learners who mostly write the same five lines."""
        assert similar_pairs(a_class(honest.honest_adam, 300, seed), starter=STARTER, known=[REFERENCE]) == []

    @pytest.mark.parametrize(("learners", "seed"), [(25, 1), (25, 2), (300, 1)])
    def test_honest_solutions_of_a_longer_exercise(self, learners, seed):
        """Hardly a pair of forty-five thousand."""
        assert len(similar_pairs(a_class(honest.honest_backward, learners, seed))) <= 3

    def test_sources_without_tokens(self):
        """Empty files, comments alone and noise are nobody's copy."""
        assert similar_pairs({"a": "", "b": "", "c": "# x\n", "d": "\x00" * 99, "e": "((((" * 99}) == []

    def test_what_half_of_the_class_writes(self):
        """A function shown in class is common knowledge though the course's files do not hold it."""
        sources = a_class(honest.honest_backward, 60, 5)
        shown = {name: OWN + source if place % 2 else source for place, (name, source) in enumerate(sources.items())}
        assert len(similar_pairs(shown)) <= len(similar_pairs(sources)) + 1


class TestCopies:
    """What two learners alone share is found, however it is dressed."""

    @pytest.mark.parametrize(("learners", "copies", "least"), [(300, 30, 28), (25, 5, 5)])
    def test_renamed_reordered_and_reformatted_copies_are_found(self, learners, copies, least):
        """Planted among honest solutions of the longer exercise."""
        rng = random.Random(learners)
        sources = a_class(honest.honest_backward, learners, 7)
        victims = rng.sample(sorted(sources), 2 * copies)
        planted = {tuple(sorted(pair)) for pair in zip(victims[:copies], victims[copies:], strict=True)}
        for first, second in sorted(planted):
            sources[second] = honest.copied(rng, sources[first])
        found = names(similar_pairs(sources))
        assert len(found & planted) >= least
        assert len(found - planted) <= 3

    def test_one_copied_part_is_found_and_shown(self):
        """Three functions of one's own in two otherwise different files, with the lines of both."""
        sources = a_class(honest.honest_adam, 60, 3)
        first, second, *_ = sorted(sources)
        sources[first] = sources[first] + OWN
        sources[second] = OWN.replace("powers", "e").replace("table", "grid").replace("chosen", "p") + sources[second]
        pairs = similar_pairs(sources, starter=STARTER, known=[REFERENCE])
        assert names(pairs) == {(first, second)}
        (pair,) = pairs
        assert pair.bits >= threshold(60)
        assert 0 < pair.share <= 1
        last = sources[first].count("\n") - OWN.count("\n")
        assert any(match.first[0] > last and match.second[1] <= OWN.count("\n") + 1 for match in pair.matches)
        for match in pair.matches:
            assert 1 <= match.first[0] <= match.first[1] <= len(sources[first].splitlines())
            assert 1 <= match.second[0] <= match.second[1] <= len(sources[second].splitlines())

    def test_the_order_of_the_class_does_not_matter(self):
        """The same pairs with the same figures, the most surprising first."""
        sources = a_class(honest.honest_backward, 60, 9)
        for name in sorted(sources)[:3]:
            sources[name] += OWN
        pairs = similar_pairs(sources)
        assert similar_pairs(dict(reversed(sources.items()))) == pairs
        assert [pair.bits for pair in pairs] == sorted((pair.bits for pair in pairs), reverse=True)
        assert len(pairs) >= 3

    def test_a_higher_bar_lets_fewer_through(self):
        """An instructor may ask for more."""
        sources = a_class(honest.honest_backward, 40, 9)
        for name in sorted(sources)[:2]:
            sources[name] += OWN
        assert (
            len(similar_pairs(sources, least=5)) > len(similar_pairs(sources)) >= len(similar_pairs(sources, least=500))
        )


def test_the_work_grows_with_the_class_and_not_with_its_square():
    """However large a class is, a learner is compared with a bounded number of others."""
    for learners in (100, 400):
        read = [_read(tokens_of(source), set()) for source in a_class(honest.honest_adam, learners, 1).values()]
        assert len(_candidates(read, len(read))) <= PARTNERS * learners
    assert threshold(2000) > threshold(25) > threshold(2)
