"""A function that is wrong and unexplained is told by its behaviour; one that is right or explained is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.behaviour import Behaviour, alike
from grader.results import Outcome, Report
from grader.unexplained import Behaviours
from tests.content import driver

SEED = 11


def seen(slug: str, *sources: str, seed: int = SEED) -> Iterator[tuple[Report, tuple[Behaviour, ...]]]:
    exercise = driver.course().exercise(slug)
    contents = [source.encode() for source in sources]
    found = driver.examiner().behaviours(exercise, contents, seed=seed)
    told = {place: (report, behaviours) for place, report, behaviours in found}
    return (told[place] for place in range(len(sources)))


def edited(slug: str, *edits: tuple[str, str]) -> str:
    source = driver.course().exercise(slug).reference
    for before, after in edits:
        assert source.count(before) == 1
        source = source.replace(before, after)
    return source


ROOT = ("np.sqrt(v_hat)", "np.sqrt(np.abs(m_hat))")


@pytest.mark.parametrize("beliefs", [(), ("no_bias_correction",), ("epsilon_inside_root", "only_m_corrected")])
def test_who_is_right_or_explained_has_no_behaviour(beliefs: tuple[str, ...]) -> None:
    source = driver.variant("adam_step", *beliefs) if beliefs else driver.course().exercise("adam_step").reference
    ((report, behaviours),) = seen("adam_step", source)
    assert (report.outcome is Outcome.PASSED) == (not beliefs)
    assert behaviours == ()


@pytest.mark.parametrize(
    ("slug", "belief"),
    [("momentum", "returns_only_the_parameter"), ("warmup_schedule", "nothing_after_the_rise")],
)
def test_a_check_that_asks_several_functions_blames_only_the_wrong_one(slug: str, belief: str) -> None:
    """It may look at the first answer only after it has asked all of them."""
    ((report, behaviours),) = seen(slug, driver.variant(slug, belief))
    assert [each.id for found in report.diagnosis for each in found.beliefs] == [belief]
    assert behaviours == ()


def test_what_never_answered_or_was_not_written_has_no_behaviour() -> None:
    course = driver.course()
    unwritten = course.exercise("adam_step").starter.decode() + "\n# mine\n"
    loops = edited("adam_step", ("    m_hat = ", "    while True: pass\n    m_hat = "))
    assert [behaviours for _, behaviours in seen("adam_step", unwritten, "def (:", loops)] == [(), (), ()]


def test_two_who_write_one_slip_in_two_ways_are_one() -> None:
    other = edited(
        "adam_step",
        ROOT,
        ("beta1 * m + (1 - beta1) * grad", "(1 - beta1) * grad + m * beta1"),
        ("grad**2", "grad * grad"),
    )
    (_, (first,)), (_, (second,)) = seen("adam_step", edited("adam_step", ROOT), other)
    assert alike(first.answers, second.answers)
    assert alike(first.lasting, second.lasting)
    assert first.subject == "adam_step"


def test_two_slips_are_two() -> None:
    other = edited("adam_step", ("np.sqrt(v_hat)", "np.sqrt(np.abs(m_hat)) * 1.0001"))
    (_, (first,)), (_, (second,)) = seen("adam_step", edited("adam_step", ROOT), other)
    assert not alike(first.answers, second.answers)
    assert not alike(first.lasting, second.lasting)


def test_the_lasting_answers_are_those_of_every_class() -> None:
    source = edited("adam_step", ROOT)
    ((_, (first,)),), ((_, (second,)),) = seen("adam_step", source), seen("adam_step", source, seed=SEED + 1)
    assert not alike(first.answers, second.answers)
    assert alike(first.lasting, second.lasting)


def test_a_slip_beside_a_belief_is_told_by_itself() -> None:
    """A belief in one function explains nothing of another."""
    source = driver.variant("step_and_cosine", "returns_a_list")
    changed = source.replace("return cosine_lr(epoch - start,", "return 1.5 * cosine_lr(epoch - start,")
    assert changed != source
    ((report, behaviours),) = seen("step_and_cosine", changed)
    assert "returns_a_list" in [each.id for found in report.diagnosis for each in found.beliefs]
    assert [each.subject for each in behaviours] == ["warm_restarts_lr"]


def test_who_answers_alike_is_asked_the_lasting_questions_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    again = Behaviours._asked_again
    monkeypatch.setattr(Behaviours, "_asked_again", lambda self, content: asked.append(content) or again(self, content))
    turned = ("beta1 * m + (1 - beta1) * grad", "(1 - beta1) * grad + m * beta1")
    sources = [edited("adam_step", ROOT), edited("adam_step", ROOT) + "# mine", edited("adam_step", ROOT, turned)]
    assert len({behaviours for _, behaviours in seen("adam_step", *sources, seed=SEED + 5)}) >= 1
    assert len(asked) == 1
