"""The question about two beliefs at once, and each way to answer it wrongly."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.authoring import trials as trials_module
from grader.authoring.findings import Finding
from grader.authoring.pairs import pairs_finding
from grader.authoring.trials import Trials
from grader.course import open_course
from grader.diagnosis import Replayer, diagnose, pairs
from grader.results import Belief, Diagnosis
from grader.text import Text
from tests.authoring.conftest import Workshop

Again = Callable[[], Trials]
BOTH = Text({"en": "x", "es": "x"})
ENTRY = """
[[misconception]]
id = '{id}'
entry_points = ['sample']
edit = [{edit}]
belief = {{ en = 'B', es = 'B' }}
explanation = {{ en = 'E', es = 'E' }}
question = {{ en = 'Q', es = 'Q' }}
"""


def told(finding: Finding) -> str:
    return "\n".join(map(str, finding.objections))


def notes(finding: Finding) -> str:
    return "\n".join(map(str, finding.notes))


def belief(name: str) -> Belief:
    return Belief(id=name, kind="misconception", belief=BOTH, explanation=BOTH, question=BOTH)


def add_entry(workshop: Workshop, name: str, before: str, after: str) -> None:
    workshop.add(
        workshop.kept / "misconceptions.toml", ENTRY.format(id=name, edit=f"{{ from = '{before}', to = '{after}' }}")
    )


def test_every_pair_that_goes_together_is_told_as_both(trials: Trials) -> None:
    finding = pairs_finding(trials, 2)
    assert finding.holds
    assert finding.summary["en"] == "3 at 2 seeds: 3 told as both, 0 hidden, 0 as one of several"
    assert finding.notes == ()


def test_a_pair_that_behaves_as_one_of_its_beliefs_is_a_note(workshop: Workshop, again: Again) -> None:
    add_entry(workshop, "returns_nothing", "return y", "return None")
    finding = pairs_finding(again(), 1)
    assert finding.holds
    assert "a pair behaves exactly as returns_nothing: forgets_the_shift + returns_nothing" in notes(finding)


def test_a_pair_that_behaves_as_a_third_belief_is_a_note(workshop: Workshop, again: Again) -> None:
    path = workshop.kept / "misconceptions.toml"
    workshop.change(path, "from = 'return y', to = 'return y.sum()'", "from = 'return y', to = 'return y + shift'")
    add_entry(workshop, "shifts_thrice", "return y", "return y + 2 * shift")
    add_entry(workshop, "shifts_twice_before", "+ shift\\n    return", "+ 2 * shift\\n    return")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("'+ shift\\n    return'", '"+ shift\\n    return"').replace(
            "'+ 2 * shift\\n    return'", '"+ 2 * shift\\n    return"'
        ),
        encoding="utf-8",
    )
    trials = again()
    composed = {pair.ids for pair in pairs(trials.exercise)}
    finding = pairs_finding(trials, 1)
    assert ("adds_everything_up", "shifts_twice_before") in composed
    assert "behaves exactly as shifts_thrice: adds_everything_up + shifts_twice_before" in notes(finding)


def test_beliefs_that_cancel_each_other_out_behave_as_the_reference(workshop: Workshop, again: Again) -> None:
    add_entry(workshop, "takes_away", "return y", "return y - shift")
    workshop.change(workshop.kept / "misconceptions.toml", "to = 'scale * x'", "to = 'scale * x + 2 * shift'")
    finding = pairs_finding(again(), 1)
    assert finding.holds
    assert "behaves exactly as the reference: forgets_the_shift + takes_away" in notes(finding)


def test_pairs_that_behave_alike_are_told_as_one_of_several(workshop: Workshop, again: Again) -> None:
    add_entry(workshop, "adds_them_otherwise", "return y", "return y[y == y].sum()")
    workshop.change(workshop.kept / "misconceptions.toml", "to = 'scale * x'", "to = 'scale * x * (0 * x + 1)'")
    finding = pairs_finding(again(), 1)
    assert finding.holds, told(finding)
    one = "adds_everything_up + forgets_the_shift | adds_them_otherwise + forgets_the_shift"
    assert f"cannot be told apart: {one}" in notes(finding)


@pytest.mark.parametrize(
    ("diagnosis", "said"),
    [
        ((), "it is told as —"),
        ((Diagnosis(kind="misconception", beliefs=(belief("forgets_the_shift"),)),), "it is told as forgets_the_shift"),
        (
            (Diagnosis(kind="one_of", beliefs=(belief("forgets_the_shift"), belief("adds_everything_up"))),),
            "it is told as adds_everything_up | forgets_the_shift",
        ),
        (
            (
                Diagnosis(
                    kind="one_of",
                    beliefs=(
                        belief("forgets_the_shift"),
                        belief("adds_everything_up"),
                        belief("shifts_before_scaling"),
                    ),
                    alternatives=(
                        ("forgets_the_shift", "adds_everything_up"),
                        ("shifts_before_scaling", "adds_everything_up"),
                    ),
                ),
            ),
            "it is told as adds_everything_up + forgets_the_shift | adds_everything_up + shifts_before_scaling",
        ),
    ],
)
def test_a_wrong_name_is_an_objection(
    trials: Trials, monkeypatch: pytest.MonkeyPatch, diagnosis: tuple[Diagnosis, ...], said: str
) -> None:
    monkeypatch.setattr(trials_module, "diagnose", lambda *_: diagnosis)
    finding = pairs_finding(trials, 1)
    assert f"forgets_the_shift + adds_everything_up, seed 0: {said}." in told(finding)
    assert f"{len(finding.objections)} told" not in finding.summary["en"]


def test_a_pair_that_no_check_notices_is_an_objection(workshop: Workshop, again: Again) -> None:
    workshop.blind_its_checks()
    add_entry(workshop, "turns_round", "return y", "return -y")
    assert "forgets_the_shift + turns_round, seed 0: it is not caught." in told(pairs_finding(again(), 1))


def test_one_child_for_a_whole_batch_tells_what_a_fresh_one_tells(trials: Trials) -> None:
    """Of a shipped exercise, since its variants count calls, raise, and change what they are given."""
    shipped = Trials(trials.examiner, open_course().exercise("adam_step"))
    sources = [pair.source for pair in pairs(shipped.exercise)][::12]
    found = {place: (checked, told) for place, checked, told in shipped.diagnosed(sources, 5)}
    assert len(found) == len(sources) > 10
    for checked, said in found.values():
        with Replayer(lambda: trials.examiner.pool("numpy", trusted=True), 5) as fresh:
            assert said == diagnose(shipped.exercise, checked.calls, fresh)
