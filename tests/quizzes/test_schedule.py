"""When a card is due is a pure function of its reviews and overrides, and is what FSRS says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fsrs import Card, Rating, ReviewLog, Scheduler
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.journal import Journal, Override, Review
from grader.quizzes import bring_forward, count_due
from grader.quizzes.forward import overrides_for, resolved
from grader.quizzes.schedule import replay, scheduler, standings
from grader.results import (
    Belief,
    CheckResult,
    Diagnosis,
    ExerciseRef,
    Isolation,
    Outcome,
    Report,
    Submission,
)
from grader.text import Text

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOTH = Text({"en": "x", "es": "x"})


def review(card: str, hours: float, rating: int) -> Review:
    return Review(card=card, rated_at=NOW + timedelta(hours=hours), rating=rating)


def override(card: str, due: float, made: float = 0.0) -> Override:
    return Override(
        card=card, due_at=NOW + timedelta(hours=due), reason="check:adam_step/x", made_at=NOW + timedelta(hours=made)
    )


reviews = st.lists(
    st.builds(review, st.sampled_from(["a", "b", "c"]), st.floats(0, 20000), st.integers(1, 4)), max_size=25
)
overrides = st.lists(
    st.builds(override, st.sampled_from(["a", "b", "d"]), st.floats(0, 20000), st.floats(0, 20000)), max_size=6
)


def test_nothing_reviewed_is_nothing_scheduled() -> None:
    assert standings([]) == {}


def test_one_right_answer_is_asked_again_after_days_and_one_wrong_after_one() -> None:
    found = standings([review("a", 0, 3), review("b", 0, 1)])
    assert found["a"].due_at - NOW >= timedelta(days=2)
    assert timedelta(0) < found["b"].due_at - NOW <= timedelta(days=1)
    assert not found["a"].is_due(NOW)
    assert found["a"].is_due(found["a"].due_at)


@given(reviews)
@settings(max_examples=50)
def test_standings_equal_what_fsrs_replays_from_its_own_logs(log: list[Review]) -> None:
    own = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    found = standings(log)
    assert set(found) == {one.card for one in log}
    for card, standing in found.items():
        ordered = sorted((one for one in log if one.card == card), key=lambda one: one.rated_at)
        logs = [ReviewLog(7, Rating(one.rating), one.rated_at, None) for one in ordered]
        replayed = own.reschedule_card(Card(card_id=7), logs)
        assert standing.due_at == replayed.due
        assert standing.stability == replayed.stability
        assert standing.reviews == len(ordered)


@given(reviews, overrides, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_in_which_the_log_is_read_does_not_matter(
    log: list[Review], early: list[Override], chance: object
) -> None:
    shuffled = list(log)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    unique = {one.rated_at for one in log}
    if len(unique) == len(log):
        assert standings(shuffled, early) == standings(log, early)


@given(reviews, overrides)
@settings(max_examples=50)
def test_an_override_only_ever_brings_forward_and_leaves_the_card_as_fsrs_has_it(
    log: list[Review], early: list[Override]
) -> None:
    without, with_them = standings(log), standings(log, early)
    for card, standing in without.items():
        assert with_them[card].due_at <= standing.due_at
        assert with_them[card].scheduled_for == standing.due_at
        assert with_them[card].stability == standing.stability


@given(reviews, overrides)
@settings(max_examples=50)
def test_a_review_ends_the_override_made_before_it(log: list[Review], early: list[Override]) -> None:
    after = [*log, *(review(card, 30000, 3) for card in "abd")]
    assert standings(after, early) == standings(after)


@given(reviews)
@settings(max_examples=30)
def test_the_past_stays_the_same_whatever_follows(log: list[Review]) -> None:
    before = standings(log)
    later = standings([*log, review("z", 1, 3)])
    assert {card: later[card] for card in before} == before


def test_an_override_of_an_unseen_card_makes_it_due() -> None:
    standing = standings([], [override("a", 0)])["a"]
    assert (standing.reviews, standing.scheduled_for, standing.is_due(NOW)) == (0, None, True)


def test_the_last_override_counts() -> None:
    found = standings([review("a", 0, 4)], [override("a", 1, 1), override("a", 5, 2)])
    assert found["a"].due_at == NOW + timedelta(hours=5)


def test_the_clock_of_the_machine_plays_no_part() -> None:
    assert replay([review("a", 0, 3)]) == replay([review("a", 0, 3)])
    assert scheduler().enable_fuzzing is False


def report(outcome: Outcome, *diagnoses: Diagnosis) -> Report:
    check = CheckResult(id="moves", claim=BOTH, outcome=outcome, points=0, max_points=1)
    return Report(
        exercise=ExerciseRef(3, "adam_step"),
        outcome=outcome,
        points=0,
        max_points=1,
        checks=(check,),
        diagnosis=diagnoses,
        isolation=Isolation("A", BOTH),
        seed=1,
        submission=Submission("0"),
        seconds=0.1,
    )


def named(kind: str, *ids: str) -> Diagnosis:
    beliefs = tuple(
        Belief(id=one, kind="misconception", belief=BOTH, explanation=BOTH, question=BOTH, terms=("warmup",))
        for one in ids
    )
    return Diagnosis(kind=kind, beliefs=beliefs)  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.FAILED])
def test_only_a_failed_check_brings_anything_forward(outcome: Outcome) -> None:
    assert overrides_for(report(outcome), ["adam"], NOW) == ()


def test_a_failed_check_brings_its_terms_forward_and_a_misconception_its_items() -> None:
    made = overrides_for(report(Outcome.FAILED, named("misconception", "no_v")), ["adam", "momentum"], NOW)
    assert {one.card: one.reason for one in made} == {
        "term:adam": "check:adam_step/moves",
        "term:momentum": "check:adam_step/moves",
        "misconception:03_adam_step:no_v": "misconception:adam_step/no_v",
        "term:warmup": "misconception:adam_step/no_v",
    }
    items = resolved(made, {"03_adam_step:no_v": ("adam-02", "adam-07")})
    assert {"item:adam-02", "item:adam-07", "term:adam"} <= {one.card for one in items}
    assert not [one for one in items if one.card.startswith("misconception:")]
    assert {one.card: one for one in resolved(made, {})}.keys() == {"term:adam", "term:momentum", "term:warmup"}


def test_each_of_several_candidates_is_worth_practising_and_a_shape_names_none() -> None:
    made = overrides_for(report(Outcome.FAILED, named("one_of", "no_m", "no_v"), named("shape")), [], NOW)
    assert [one.card for one in made if one.card.startswith("misconception:")] == [
        "misconception:03_adam_step:no_m",
        "misconception:03_adam_step:no_v",
    ]


def test_failing_again_adds_nothing_until_the_card_was_reviewed() -> None:
    first = overrides_for(report(Outcome.FAILED), ["adam"], NOW)
    later = NOW + timedelta(hours=1)
    assert overrides_for(report(Outcome.FAILED), ["adam"], later, overrides=first) == ()
    seen = [review("term:adam", 0.5, 3)]
    assert len(overrides_for(report(Outcome.FAILED), ["adam"], later, overrides=first, reviews=seen)) == 1


def test_what_is_due_is_counted_without_the_items_only_a_quiz_can_find() -> None:
    early = [override("a", 0), override("misconception:03_adam_step:no_v", 0), override("b", 50)]
    assert count_due([review("c", -5000, 3), review("d", -1, 3)], early, NOW) == 2
    assert count_due([], [], NOW) == 0


def test_a_failed_grading_is_brought_forward_once_in_the_journal(tmp_path: Path) -> None:
    journal = Journal.open(None, "course", environ={"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)})
    for _ in range(3):
        bring_forward(journal, report(Outcome.FAILED, named("misconception", "no_v")), ["adam"], NOW)
        bring_forward(journal, report(Outcome.PASSED), ["sgd"], NOW)
    kept = journal.overrides()
    assert sorted(one.card for one in kept) == ["misconception:03_adam_step:no_v", "term:adam", "term:warmup"]
    assert count_due(journal.reviews(), kept, NOW) == 2
