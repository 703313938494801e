"""A wrong answer is explained by the smallest belief that gives it; a wrong name is worse than none."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest

from grader.course import Exercise
from grader.diagnosis import Replayer, diagnose
from grader.results import Diagnosis
from grader.sandbox import Pool
from tests.diagnosis.conftest import CATALOGUE, CHECKS, PREDICATES, REFERENCE, Explain, entry

Bend = Callable[..., Exercise]


def told(diagnoses: tuple[Diagnosis, ...]) -> list[tuple[str, ...]]:
    """Each diagnosis as its kind and the beliefs it names."""
    return [(diagnosis.kind, *(belief.id for belief in diagnosis.beliefs)) for diagnosis in diagnoses]


def returning(expression: str) -> str:
    return f"def double(x):\n    return {expression}\n"


class TestNothingIsNamed:
    @pytest.mark.parametrize(
        "source",
        [
            REFERENCE,
            "def double(x):\n    return x + x + 1.0\n",
            "def double(x):\n    raise NotImplementedError('Exercise 7: double')\n",
            "def halve(x):\n    return 2.0 * x + 1.0\n",
            "double = 3\n",
            "def double(x):\n    while True: pass\n",
            "import os\ndef double(x):\n    os._exit(1)\n",
            "def double(x):\n    return None\n",
            "def double(x):\n    return 'no_shift'\n",
            "def double(x):\n    return float(x.sum())\n",
            "def double(x):\n    return x.astype('float32')\n",
            "def double(x):\n    raise KeyError('no 7 please')\n",
            "def double(x):\n    raise ValueError('something else')\n",
            "import numpy as np\ndef double(x):\n    return np.sin(x)\n",
            "import numpy as np\ndef double(x):\n    return np.full_like(x, np.nan)\n",
            "import random\ndef double(x):\n    return x * random.random()\n",
            "n = []\ndef double(x):\n    n.append(x)\n    return 2.0 * x + (len(n) < 2) * x ** 4\n",
        ],
        ids=[
            "the reference", "a correct way", "not written", "another name", "no function", "a loop", "a death", "None",
            "a text", "a number", "another dtype", "another exception", "another message", "anything", "nan", "random",
            "right but once",
        ],
    )  # fmt: skip
    def test_where_nothing_fits(self, source: str, bend: Bend, explain: Explain) -> None:
        assert [one for one in told(explain(bend(), source)) if one[0] in ("misconception", "one_of")] == []

    def test_where_no_question_was_asked(self, bend: Bend, trusted: Pool) -> None:
        assert diagnose(bend(), [], Replayer(lambda: trusted, 0)) == ()

    def test_where_one_call_was_never_answered(self, bend: Bend, explain: Explain) -> None:
        """All the others fit a belief; what the one would have been, nobody knows."""
        source = "import os\ndef double(x):\n    if x.shape == (2, 2): os._exit(1)\n    return 2.0 * x\n"
        assert explain(bend(), source) == ()

    def test_where_one_answer_of_many_is_another(self, bend: Bend, explain: Explain) -> None:
        source = "def double(x):\n    return 2.0 * x + (1e-6 if x.shape == (3,) else 0.0)\n"
        assert told(explain(bend(), source)) == []

    def test_where_the_catalogue_is_empty(self, bend: Bend, explain: Explain) -> None:
        assert told(explain(bend(catalogue=""), returning("x ** 3"))) == []


class TestOneBelief:
    @pytest.mark.parametrize(("expression", "belief"), [("2.0 * x", "no_shift"), ("x - x / 2 + 1", "halves")])
    def test_it_is_named_however_it_is_written(
        self, expression: str, belief: str, bend: Bend, explain: Explain
    ) -> None:
        assert told(explain(bend(), returning(expression))) == [("misconception", belief)]

    def test_an_exception_that_a_belief_explains_is_one(self, bend: Bend, explain: Explain) -> None:
        """The same kind with the same words; names and numbers in it may differ."""
        source = "def double(x):\n    raise ValueError('no 12 please')\n"
        assert told(explain(bend(), source)) == [("misconception", "refuses")]

    def test_what_it_says_comes_from_the_catalogue_in_both_languages(self, bend: Bend, explain: Explain) -> None:
        (diagnosis,) = explain(bend(), returning("2.0 * x"))
        (belief,) = diagnosis.beliefs
        assert belief.belief == {"en": "I believe no_shift.", "es": "Creo no_shift."}
        assert (belief.kind, belief.question["es"], diagnosis.summary) == ("misconception", "¿Por qué?", None)

    def test_its_evidence_is_kept(self, bend: Bend, explain: Explain) -> None:
        (diagnosis,) = explain(bend(), returning("2.0 * x"))
        (evidence,) = diagnosis.evidence
        assert (evidence.entry_point, evidence.calls) == ("double", 3)
        assert evidence.separating_call == 2  # twice over, the missing 1 counts three times
        assert evidence.difference == pytest.approx(3.0)
        assert isinstance(evidence.margin, float)
        assert evidence.margin > 1e7

    def test_of_an_exception_the_evidence_is_boundless(self, bend: Bend, explain: Explain) -> None:
        (diagnosis,) = explain(bend(), "def double(x):\n    raise ValueError('no 12 please')\n")
        assert (diagnosis.evidence[0].difference, diagnosis.evidence[0].margin) == ("inf", "inf")

    def test_a_convention_is_called_one(self, bend: Bend, explain: Explain) -> None:
        catalogue = CATALOGUE.replace("id = 'no_shift'", "id = 'no_shift'\nkind = 'convention'")
        (diagnosis,) = explain(bend(catalogue=catalogue), returning("2.0 * x"))
        assert [belief.kind for belief in diagnosis.beliefs] == ["convention"]

    def test_not_a_number_is_itself(self, bend: Bend, explain: Explain) -> None:
        catalogue = entry("nothing_at_all", ("2.0 * x", "float('nan') * x"))
        source = "import numpy as np\ndef double(x):\n    return np.full_like(x, np.nan)\n"
        assert told(explain(bend(catalogue=catalogue), source)) == [("misconception", "nothing_at_all")]


class TestSeveral:
    def test_two_that_cannot_be_told_apart_are_one_of(self, bend: Bend, explain: Explain) -> None:
        (diagnosis,) = explain(bend(), returning("3.0 * x + 1.0"))
        assert told((diagnosis,)) == [("one_of", "three_times", "adds_three_times")]
        assert diagnosis.alternatives == (("three_times",), ("adds_three_times",))

    def test_two_held_at_once_are_both_named(self, bend: Bend, explain: Explain) -> None:
        assert told(explain(bend(), returning("x / 2"))) == [("misconception", "no_shift", "halves")]

    def test_pairs_that_cannot_be_told_apart_are_one_of(self, bend: Bend, explain: Explain) -> None:
        (diagnosis,) = explain(bend(), returning("3.0 * x"))
        assert diagnosis.kind == "one_of"
        assert diagnosis.alternatives == (("no_shift", "three_times"), ("no_shift", "adds_three_times"))
        assert [belief.id for belief in diagnosis.beliefs] == ["no_shift", "three_times", "adds_three_times"]

    def test_a_single_belief_comes_before_a_pair_that_gives_the_same(self, bend: Bend, explain: Explain) -> None:
        catalogue = CATALOGUE + entry("only_halves", ("2.0 * x\n", "0.5 * x\n"), ("scaled + 1.0", "scaled"))
        assert told(explain(bend(catalogue=catalogue), returning("x / 2"))) == [("misconception", "only_halves")]


class TestFamilies:
    """A belief with a free choice is told by a predicate over the calls."""

    WRITES = "def double(x):\n    y = {right}\n    x -= 1.0\n    return y\n"

    def test_a_family_is_recognised_in_another_spelling(self, bend: Bend, explain: Explain) -> None:
        """The catalogue's own example writes zeros; this one subtracts."""
        source = self.WRITES.format(right="2.0 * x + 1.0")
        (diagnosis,) = explain(bend(), source)
        assert told((diagnosis,)) == [("misconception", "writes")]
        assert diagnosis.evidence[0].calls == 5

    def test_a_family_stands_beside_the_belief_that_explains_the_values(self, bend: Bend, explain: Explain) -> None:
        assert told(explain(bend(), self.WRITES.format(right="2.0 * x"))) == [("misconception", "no_shift", "writes")]

    def test_a_family_alone_where_the_values_fit_nothing(self, bend: Bend, explain: Explain) -> None:
        assert told(explain(bend(), self.WRITES.format(right="x * x"))) == [("misconception", "writes")]

    def test_two_families_are_one_of(self, bend: Bend, explain: Explain) -> None:
        catalogue = CATALOGUE + entry("changes", ("return scaled", "x += 1\n    return scaled"), predicate="changes")
        exercise = bend(catalogue=catalogue, predicates=PREDICATES + "\n\nchanges = writes\n")
        assert told(explain(exercise, self.WRITES.format(right="2.0 * x + 1.0"))) == [("one_of", "writes", "changes")]

    @pytest.mark.parametrize("predicate", ["return 1 / 0", "raise KeyError", "return None", "return calls[99].value"])
    def test_a_predicate_that_breaks_holds_for_nobody(self, predicate: str, bend: Bend, explain: Explain) -> None:
        exercise = bend(predicates=f"def writes(calls, reference):\n    {predicate}\n")
        assert told(explain(exercise, self.WRITES.format(right="2.0 * x + 1.0"))) == []


class TestFallback:
    ONCE = CHECKS.replace("twice_over", "double")

    @pytest.mark.parametrize(
        ("expression", "form"),
        [
            ("-(2.0 * x + 1.0)", "the opposite sign."),
            ("-7.0 * (2.0 * x + 1.0)", "times a constant: -7."),
            ("2.0 * x + 1.125", "plus a constant: 0.125."),
        ],
    )
    def test_the_form_of_the_error_is_told_where_no_belief_fits(
        self, expression: str, form: str, bend: Bend, explain: Explain
    ) -> None:
        (diagnosis,) = explain(bend(checks=self.ONCE), returning(expression))
        assert (diagnosis.kind, diagnosis.beliefs) == ("shape", ())
        assert diagnosis.summary is not None
        assert diagnosis.summary["en"].endswith(form)
        assert diagnosis.evidence[0].separating_call == 1

    def test_a_belief_comes_before_a_form(self, bend: Bend, explain: Explain) -> None:
        """Without its shift, every number lacks the same constant."""
        assert told(explain(bend(checks=self.ONCE), returning("2.0 * x"))) == [("misconception", "no_shift")]

    def test_no_form_is_told_where_some_call_raised(self, bend: Bend, explain: Explain) -> None:
        source = "def double(x):\n    if x.ndim == 2: raise ValueError\n    return -(2.0 * x + 1.0)\n"
        assert told(explain(bend(checks=self.ONCE), source)) == []

    def test_a_small_slip_in_the_formula_is_told_by_its_place(self, bend: Bend, explain: Explain) -> None:
        (diagnosis,) = explain(bend(catalogue=""), returning("2.0 / x + 1.0"))
        assert (diagnosis.kind, diagnosis.beliefs) == ("mutation", ())
        assert diagnosis.summary == {
            "en": "In `double`, where `scaled` is worked out, an operator differs.",
            "es": "En `double`, donde se calcula `scaled`, un operador es distinto.",
        }
        assert diagnosis.evidence[0].calls == 3

    def test_slips_in_two_places_that_give_the_same_are_not_guessed(self, bend: Bend, explain: Explain) -> None:
        reference = "def double(x):\n    scaled = x + x * x\n    return scaled + x * x\n"
        exercise = bend(catalogue="", reference=reference)
        assert told(explain(exercise, returning("x + x * x"))) == []
        assert told(explain(exercise, returning("x - x * x + x * x"))) == []


class TestTrouble:
    """Whatever a variant does costs the diagnosis at most, and no longer than it may take."""

    @pytest.fixture(autouse=True)
    def _impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = import_module("grader.diagnosis.interview")
        monkeypatch.setattr(module, "SECONDS_A_CALL", 0.2)

    @pytest.mark.parametrize(
        "edit",
        [
            "    while True: pass\n    scaled =",
            "    import time; time.sleep(60)\n    scaled =",
            "    raise SystemError\n    scaled =",
            "    raise SystemExit\n    scaled =",
            "    return double(x)\n    scaled =",
            "    x = x.tolist()\n    scaled =",
            "    return lambda: x\n    scaled =",
        ],
        ids=["loops", "sleeps", "raises", "leaves", "recurses", "breaks", "returns a function"],
    )
    def test_a_variant_that_misbehaves_hides_no_other(self, edit: str, bend: Bend, explain: Explain) -> None:
        exercise = bend(catalogue=entry("bad", ("    scaled =", edit)) + CATALOGUE)
        assert told(explain(exercise, returning("2.0 * x"))) == [("misconception", "no_shift")]

    def test_a_variant_that_ends_the_process_costs_the_diagnosis_at_most(self, bend: Bend, explain: Explain) -> None:
        exercise = bend(
            catalogue=entry("bad", ("    scaled =", "    import os; os._exit(0)\n    scaled =")) + CATALOGUE
        )
        assert explain(exercise, returning("2.0 * x")) == ()

    def test_a_variant_that_cannot_be_loaded_hides_no_other(self, bend: Bend, explain: Explain) -> None:
        exercise = bend(catalogue=entry("bad", ("    scaled =", "    scaled ==== ")) + CATALOGUE)
        assert told(explain(exercise, returning("2.0 * x"))) == [("misconception", "no_shift")]

    def test_what_one_variant_leaves_behind_does_not_reach_the_next(self, bend: Bend, explain: Explain) -> None:
        """Each is a module of its own, and gets arguments of its own."""
        bad = entry("bad", ("    scaled =", "    x *= 0.0\n    double.seen = 1\n    scaled ="))
        assert told(explain(bend(catalogue=bad + CATALOGUE), returning("2.0 * x"))) == [("misconception", "no_shift")]


def test_a_numpy_exercise_is_searched_without_torch(trusted: Pool) -> None:
    assert "torch" not in trusted.versions
