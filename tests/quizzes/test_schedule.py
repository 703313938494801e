"""When a card is due is a pure function of its reviews and overrides, and is what FSRS says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from fsrs import Card, Rating, ReviewLog, Scheduler
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.journal import Journal, Override, Review
from grader.quizzes import bring_forward, count_due
from grader.quizzes.days import beginning_of, day_of, mended
from grader.quizzes.forward import overrides_for, resolved
from grader.quizzes.schedule import Standing, replay, scheduler
from grader.quizzes.schedule import standings as standings_by
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


LATER = NOW + timedelta(days=3000)


def standings(
    reviews: Iterable[Review], overrides: Iterable[Override] = (), now: datetime = LATER
) -> dict[str, Standing]:
    return standings_by(reviews, overrides, now=now, zone=UTC)


def review(card: str, hours: float, rating: int) -> Review:
    return Review(card=card, rated_at=NOW + timedelta(hours=hours), rating=rating)


def override(card: str, due: float, made: float = 0.0) -> Override:
    return Override(
        card=card, due_at=NOW + timedelta(hours=due), reason="check:adam_step/x", made_at=NOW + timedelta(hours=made)
    )


reviews = st.lists(
    st.builds(review, st.sampled_from(["a", "b", "c"]), st.floats(0, 20000), st.integers(1, 4)), max_size=25
).map(lambda log: sorted(log, key=lambda one: one.rated_at))
overrides = st.lists(
    st.builds(override, st.sampled_from(["a", "b", "d"]), st.floats(0, 20000), st.floats(0, 20000)), max_size=6
)


def test_nothing_reviewed_is_nothing_scheduled() -> None:
    assert standings([]) == {}


def test_one_right_answer_is_asked_again_after_days_and_one_wrong_after_one() -> None:
    found = standings([review("a", 0, 3), review("b", 0, 1)])
    assert found["a"].due_at.date() - NOW.date() >= timedelta(days=2)
    assert timedelta(0) < found["b"].due_at - NOW <= timedelta(days=1)
    assert not found["a"].is_due(NOW)
    assert found["a"].is_due(found["a"].due_at)


@given(reviews)
@settings(max_examples=50)
def test_standings_equal_what_fsrs_replays_from_logs_of_whole_days(log: list[Review]) -> None:
    own = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    found = standings(log)
    assert set(found) == {one.card for one in log}
    for card, standing in found.items():
        ordered = [one for one in log if one.card == card]
        noons = [datetime.combine(day_of(one.rated_at, UTC), time(12), tzinfo=UTC) for one in ordered]
        logs = [ReviewLog(7, Rating(one.rating), noon, None) for one, noon in zip(ordered, noons, strict=True)]
        replayed = own.reschedule_card(Card(card_id=7), logs)
        assert standing.due_at == beginning_of(replayed.due.date(), UTC)
        assert standing.stability == replayed.stability
        assert standing.reviews == len(ordered)


# Days


def answers(*moments: datetime, card: str = "a", rating: int = 3) -> list[Review]:
    return [Review(card=card, rated_at=moment, rating=rating) for moment in moments]


@pytest.mark.parametrize("minutes", [-10, 0, 10, 25])
def test_a_week_of_mornings_counts_as_a_week_whichever_minute_each_begins(minutes: int) -> None:
    mornings = [NOW + timedelta(days=day, minutes=minutes * day) for day in range(7)]
    on_the_minute = [NOW + timedelta(days=day) for day in range(7)]
    assert standings(answers(*mornings)) == standings(answers(*on_the_minute))
    assert standings(answers(*mornings))["a"].due_at > mornings[-1] + timedelta(days=10)


def test_who_answers_when_it_is_due_some_minutes_earlier_each_day_gets_on() -> None:
    log, now = [], NOW
    for _ in range(200):
        if not log or standings(log, now=now)["a"].is_due(now):
            log.append(Review(card="a", rated_at=now, rating=3))
        now += timedelta(hours=23, minutes=50)
    assert len(log) < 10


def test_a_day_ends_at_four_in_the_morning_where_the_learner_is() -> None:
    zone = timezone(timedelta(hours=-5))
    evening = datetime(2026, 3, 1, 23, 30, tzinfo=zone)
    assert day_of(evening, zone) == day_of(evening + timedelta(hours=4), zone) == evening.date()
    assert day_of(evening + timedelta(hours=5), zone) == evening.date() + timedelta(days=1)
    assert beginning_of(evening.date(), zone) == datetime(2026, 3, 1, 9, tzinfo=UTC)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))
def test_a_day_begins_on_that_day(moment: datetime, hours: int) -> None:
    zone = timezone(timedelta(hours=hours))
    begins = beginning_of(day_of(moment.replace(tzinfo=zone), zone), zone)
    assert timedelta(0) <= moment.replace(tzinfo=zone) - begins < timedelta(days=1)


# A clock that is set


def days(*numbers: float) -> list[datetime]:
    return [NOW + timedelta(days=number) for number in numbers]


@pytest.mark.parametrize("ahead", [[40], [40, 41, 42], [400]])
def test_after_the_clock_is_set_back_a_wrong_answer_comes_again_the_next_day(ahead: list[float]) -> None:
    log = [*answers(*days(*ahead)), *answers(*days(0), rating=1)]
    assert standings(log, now=NOW)["a"].due_at <= NOW + timedelta(days=1)


def test_a_card_only_answered_under_a_clock_that_was_ahead_is_due_within_days() -> None:
    assert standings(answers(*days(400)), now=NOW)["a"].due_at <= NOW + timedelta(days=4)


@pytest.mark.parametrize(
    ("given", "as_if"),
    [
        ((0, 1, 3, 90, 8, 9), (0, 1, 3, 3, 8, 9)),
        ((0, 1, 3, -9000, 8, 9), (0, 1, 3, 3, 8, 9)),
        ((0, -9000, 1, 90, 91, 8, 9, 20), (0, 0, 1, 1, 1, 8, 9, 20)),
        ((90, 8, 9), (8, 8, 9)),
    ],
)
def test_the_moments_of_a_clock_that_was_wrong_for_a_while_do_not_count(
    given: tuple[float, ...], as_if: tuple[float, ...]
) -> None:
    assert standings(answers(*days(*given))) == standings(answers(*days(*as_if)))


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=12), st.floats(-1000, 1000))
def test_whatever_the_clock_did_a_card_stands_as_if_it_had_been_right(moments: list[float], now: float) -> None:
    (present,) = days(now)
    log = answers(*days(*moments), present)
    as_if = answers(*mended([one.rated_at for one in log], present))
    assert standings(log, now=present) == standings(as_if, now=present)


@given(st.lists(st.floats(-1000, 1000), max_size=12), st.floats(-1000, 1000))
def test_mended_moments_never_fall_and_are_never_to_come(moments: list[float], now: float) -> None:
    (present,) = days(now)
    found = mended(days(*moments), present)
    assert found == sorted(found)
    assert all(moment <= present for moment in found)
    if moments == sorted(moments) and all(moment <= now for moment in moments):
        assert found == days(*moments)


def test_what_is_brought_forward_after_the_clock_was_set_back_is_due() -> None:
    early = Override(card="a", due_at=NOW, reason="check:adam_step/x", made_at=NOW)
    assert standings(answers(*days(40)), [early], now=NOW)["a"].is_due(NOW)
    late = Override(card="b", due_at=NOW + timedelta(days=40), reason="x", made_at=NOW + timedelta(days=40))
    assert standings([], [late], now=NOW)["b"].is_due(NOW)


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
    assert replay([review("a", 0, 3)], NOW) == replay([review("a", 0, 3)], NOW)
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
