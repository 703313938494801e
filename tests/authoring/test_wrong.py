"""The questions about what must not pass, and each way to answer them wrongly."""

from __future__ import annotations

from collections.abc import Callable

from grader.authoring.findings import Finding
from grader.authoring.trials import Trials
from grader.authoring.wrong import misconception_findings, mutants_finding
from tests.authoring.conftest import Workshop

Again = Callable[[], Trials]
FORGETS = "to = 'scale * x'"


def told(finding: Finding) -> str:
    return "\n".join(map(str, finding.objections))


class TestMisconceptions:
    def test_a_finished_exercise_has_no_objection(self, trials: Trials) -> None:
        named, checks = misconception_findings(trials, 3)
        assert named.holds
        assert checks.holds
        assert named.summary["en"].startswith("4 named at 3 seeds, the smallest margin ")
        assert checks.summary["en"] == "6 checks, 20 points"

    def test_an_entry_that_is_right_after_all_is_not_caught(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.kept / "misconceptions.toml", FORGETS, "to = 'shift + x * scale'")
        named, _ = misconception_findings(again(), 1)
        assert told(named) == "forgets_the_shift, seed 0: it is not caught."

    def test_two_entries_that_do_the_same_cannot_be_named(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.kept / "misconceptions.toml", FORGETS, "to = 'scale * (shift + x)'")
        named, _ = misconception_findings(again(), 2)
        assert len(named.objections) == 4
        assert "forgets_the_shift, seed 0: it is told as forgets_the_shift | shifts_before_scaling." in told(named)

    def test_an_entry_that_is_only_just_wrong_has_too_small_a_margin(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.kept / "misconceptions.toml", FORGETS, "to = '(scale * x + shift) * (1 + 2e-8)'")
        named, _ = misconception_findings(again(), 1)
        assert "forgets_the_shift, seed 0: its margin is only " in told(named)

    def test_an_entry_that_is_caught_at_some_seeds_only_is_told_at_the_others(
        self, workshop: Workshop, again: Again
    ) -> None:
        sometimes = """to = 'scale * x + shift * (x.flat[0] > -1.2)' """
        workshop.change(workshop.kept / "misconceptions.toml", FORGETS, sometimes)
        named, _ = misconception_findings(again(), 4)
        assert 0 < len(named.objections) < 4

    def test_a_check_that_nothing_fails_is_idle(self, workshop: Workshop, again: Again) -> None:
        workshop.change(
            workshop.kept / "checks.py", 'expect.unchanged(learner, names=("x",))', "expect.that(True, en='', es='')"
        )
        named, checks = misconception_findings(again(), 1)
        assert told(checks) == "No misconception fails the check leaves_its_input_alone."
        assert "changes_its_input, seed 0: it is not caught." in told(named)


class TestMutants:
    def test_a_finished_exercise_has_no_objection(self, trials: Trials) -> None:
        finding = mutants_finding(trials)
        assert finding.holds
        assert "(100 %), 0 known to be equivalent" in finding.summary["en"]

    def test_weak_checks_let_mutants_live(self, workshop: Workshop, again: Again) -> None:
        workshop.blind_its_checks()
        finding = mutants_finding(again())
        assert "No check notices line " in told(finding)
        assert "y = scale * x + shift  [Add -> Sub]. Sharpen one, or list it as equivalent." in told(finding)

    def test_a_survivor_with_a_reason_is_a_note(self, workshop: Workshop, again: Again) -> None:
        workshop.change(workshop.kept / "sample.py", "    return y", "    y = max(len(x), 0) * 0 + y\n    return y")
        survivors = mutants_finding(again()).objections
        assert survivors
        for survivor in survivors:
            line, _, mutation = str(survivor).partition(": ")[2].partition(". Sharpen")[0].rpartition("  [")
            workshop.add(
                workshop.kept / "misconceptions.toml",
                f"\n[[equivalent]]\nline = '{line}'\nmutation = '{mutation.rstrip(']')}'\nreason = 'Times zero.'\n",
            )
        finding = mutants_finding(again())
        assert finding.holds
        assert len(finding.notes) == len(survivors)
        assert "Times zero." in str(finding.notes[0])

    def test_a_reason_for_a_mutant_that_is_caught_is_stale(self, workshop: Workshop, again: Again) -> None:
        workshop.add(
            workshop.kept / "misconceptions.toml",
            "\n[[equivalent]]\nline = 'y = scale * x + shift'\nmutation = 'Add -> Sub'\nreason = 'No.'\n",
        )
        assert "Listed as equivalent, and no survivor: y = scale * x + shift  [Add -> Sub]." in told(
            mutants_finding(again())
        )
