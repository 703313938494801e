"""The questions about what must pass, and each way to answer them wrongly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.authoring.findings import Finding
from grader.authoring.right import figures_finding, oracle_finding, reference_finding, starter_finding
from grader.authoring.trials import Trials
from tests.authoring.conftest import Workshop

Again = Callable[[], Trials]


def told(finding: Finding) -> str:
    return "\n".join(map(str, finding.objections))


class TestStarter:
    def test_a_finished_exercise_has_no_objection(self, trials: Trials) -> None:
        assert starter_finding(trials).holds

    def test_line_ends_of_another_system_keep_it_from_being_not_started(self, workshop: Workshop, again: Again) -> None:
        path = workshop.given / "sample.py"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert "The starter is failed, and should be not_started." in told(starter_finding(again()))

    @pytest.mark.parametrize(
        ("body", "outcome"),
        [
            ("return scale * x + shift", "passed"),
            ("import os; os._exit(3)", "crashed"),
            ("import no_such_module", "failed"),
        ],
    )
    def test_once_touched_it_must_fail_and_no_worse(
        self, workshop: Workshop, again: Again, body: str, outcome: str
    ) -> None:
        workshop.change(workshop.given / "sample.py", 'raise NotImplementedError("Exercise 1: sample")', body)
        workshop.change(workshop.given / "sample.es.py", 'raise NotImplementedError("Ejercicio 1: sample")', body)
        finding = starter_finding(again())
        assert finding.holds is (outcome == "failed")
        assert finding.holds or f"The starter with a comment is {outcome}, and should fail." in told(finding)

    def test_a_starter_that_does_not_load_is_told(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.given / "sample.py", "def sample(x", "def sample(x x")
        assert "is did_not_load, and should fail" in told(starter_finding(again()))

    def test_another_signature_than_the_references_is_told(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.given / "sample.py", "scale=2.0, shift=1.0", "shift=1.0, scale=2.0")
        assert "takes `(x, shift=1.0, scale=2.0)` in the starter" in told(starter_finding(again()))

    def test_of_a_class_the_public_methods_are_compared(self, workshop: Workshop, again: Again) -> None:
        methods = (
            "class sample:\n    def __init__(self, x):\n        pass\n\n    def step(self, y=1):\n        pass\n\n"
        )
        workshop.change(
            workshop.given / "sample.py", "def sample(", f"{methods}    def _own(self):\n        pass\n\n\ndef other("
        )
        assert "takes `(__init__(self, x); step(self, y=1))` in the starter" in told(starter_finding(again()))

    def test_a_starter_without_the_entry_point_is_told(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.given / "sample.py", "def sample(", "def example(")
        assert "exercises/sample.py does not define `sample`." in told(starter_finding(again()))


class TestStarterInAnotherLanguage:
    def test_line_ends_of_another_system_keep_it_from_being_not_started(self, workshop: Workshop, again: Again) -> None:
        path = workshop.given / "sample.es.py"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        finding = starter_finding(again())
        assert told(finding) == "sample.es.py: The starter is failed, and should be not_started."
        assert finding.objections[0]["es"].startswith("sample.es.py: El archivo inicial da failed")

    def test_one_that_does_not_load_is_told_once(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.given / "sample.es.py", "def sample(x", "def sample(x x")
        assert told(starter_finding(again())) == (
            "sample.es.py: The starter with a comment is did_not_load, and should fail."
        )

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("scale=2.0, shift=1.0)", "scale=2.0, shift=0.0)"),
            ("import numpy as np", "import numpy as np\n\nWORD = 'mine'"),
            ("raise NotImplementedError(", "raise ValueError("),
            ('    raise NotImplementedError("Ejercicio', '    "Ejercicio"\n    raise NotImplementedError("Ejercicio'),
        ],
        ids=["default", "string", "exception", "second string"],
    )
    def test_other_code_is_told(self, workshop: Workshop, again: Again, before: str, after: str) -> None:
        workshop.change(workshop.given / "sample.es.py", before, after)
        assert told(starter_finding(again())) == (
            "sample.es.py: Its code is not that of sample.py: only docstrings, comments and what a NotImplementedError "
            "says may differ."
        )

    def test_other_words_are_not(self, workshop: Workshop, again: Again) -> None:
        path = workshop.given / "sample.es.py"
        workshop.change(path, 'NotImplementedError("Ejercicio 1: sample")', 'NotImplementedError("sin hacer")')
        workshop.change(path, "Devuelve un array nuevo", "Da un array nuevo")
        workshop.change(path, "# TODO", "# PENDIENTE")
        assert starter_finding(again()).holds


class TestReference:
    def test_a_finished_exercise_has_no_objection(self, trials: Trials) -> None:
        assert reference_finding(trials, 3).holds

    def test_a_wrong_check_is_told_with_its_seed_and_reason(self, workshop: Workshop, again: Again) -> None:
        workshop.add(
            workshop.kept / "checks.py",
            "    expect.that(rng.integers(2) == 0, en='It came up tails.', es='Ha salido cruz.')\n",
        )
        finding = reference_finding(again(), 8)
        assert 0 < len(finding.objections) < 8
        assert "leaves_its_input_alone is failed: It came up tails." in finding.objections[0]["en"]
        assert "Ha salido cruz." in finding.objections[0]["es"]

    def test_a_check_that_breaks_is_told(self, workshop: Workshop, again: Again) -> None:
        workshop.add(workshop.kept / "checks.py", "    raise ZeroDivisionError\n")
        assert "leaves_its_input_alone is grader_error" in told(reference_finding(again(), 1))


class TestOracle:
    def test_a_finished_exercise_has_no_objection(self, trials: Trials) -> None:
        assert oracle_finding(trials, 1).holds

    def test_without_one_nothing_shows_that_the_reference_is_right(self, workshop: Workshop, again: Again) -> None:
        (workshop.kept / "oracle.py").unlink()
        assert "nothing shows that the reference is right" in told(oracle_finding(again(), 1))

    def test_a_reference_that_the_library_contradicts_is_told(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.kept / "oracle.py", "alpha=scale", "alpha=scale + 1e-6")
        assert "Seed 0: the library fails scales_and_shifts: `y[0]` is" in told(oracle_finding(again(), 1))

    def test_an_oracle_that_raises_is_told(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.kept / "oracle.py", "torch.full_like", "torch.full_lick")
        assert "AttributeError" in told(oracle_finding(again(), 1))

    def test_it_may_use_what_learners_may_not(self, workshop: Workshop, again: Again) -> None:
        refused = "[[forbidden]]\nname = 'torch'\nreason = { en = 'By hand.', es = 'A mano.' }\n\n[[figure]]"
        workshop.change(workshop.given / "exercise.toml", "[[figure]]", refused)
        assert oracle_finding(again(), 1).holds


class TestFigures:
    def test_a_finished_exercise_has_no_objection(self, trials: Trials) -> None:
        finding = figures_finding(trials)
        assert finding.holds
        assert finding.summary["en"] == "drawn by figure_series, trace"

    def test_values_of_another_kind_of_figure_are_told(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.given / "exercise.toml", "kind = 'series'", "kind = 'path'")
        assert "What figure_series returns cannot be drawn: A path needs arrays x and y" in told(
            figures_finding(again())
        )

    @pytest.mark.parametrize("name", ["figure_series", "trace"])
    def test_a_function_that_is_not_there_is_told(self, workshop: Workshop, again: Again, name: str) -> None:
        workshop.change(workshop.given / "harness.py", f"def {name}(", f"def {name}_too(")
        assert name in told(figures_finding(again()))

    @pytest.mark.parametrize("name", ["figure_series", "trace"])
    def test_a_function_that_raises_is_told(self, workshop: Workshop, again: Again, name: str) -> None:
        workshop.change(workshop.given / "harness.py", f"def {name}(sample):", f"def {name}(sample):\n    1 / 0")
        assert f"does not answer {name}: ZeroDivisionError" in told(figures_finding(again()))

    @pytest.mark.parametrize("rows", ["np.zeros(3)", "np.zeros((3, 3))", "[[1, 2]]"])
    def test_rows_that_do_not_fit_their_columns_are_told(self, workshop: Workshop, again: Again, rows: str) -> None:
        made = "np.column_stack([np.arange(1.0, 11.0), y])"
        workshop.change(workshop.given / "harness.py", made, rows)
        assert "What trace returns is no table" in told(figures_finding(again()))

    def test_an_exercise_may_do_without(self, workshop: Workshop, again: Again) -> None:
        path = workshop.given / "exercise.toml"
        path.write_text(path.read_text(encoding="utf-8").partition("[[figure]]")[0], encoding="utf-8")
        finding = figures_finding(again())
        assert finding.holds
        assert finding.summary["en"] == "none declared"
