"""What a class's attempts come to: first attempts, attempts to pass, and who believes what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grader.analytics import Answer, Attempt, class_statistics, quiz_statistics
from grader.results import Belief, CheckResult, Diagnosis, ExerciseRef, Isolation, Outcome, Report, Submission
from grader.text import Text

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SAME = Text({"en": "x", "es": "x"})


def belief(name: str) -> Belief:
    return Belief(id=name, kind="misconception", belief=SAME, explanation=SAME, question=SAME)


def report(*outcomes: str, overall: str | None = None, exercise: str = "adam_step", number: int = 3, **found) -> Report:
    """A report whose checks had the given outcomes, each worth two points."""
    checks = tuple(
        CheckResult(
            id=f"c{place}",
            claim=SAME,
            outcome=Outcome(outcome),
            points=2.0 * (outcome == "passed"),
            max_points=2.0,
            message=None if outcome == "passed" else SAME,
        )
        for place, outcome in enumerate(outcomes, 1)
    )
    worst = next((outcome for outcome in outcomes if outcome != "passed"), "passed")
    kinds = {"misconception": found.get("believes", ()), "one_of": found.get("perhaps", ())}
    diagnosis = tuple(Diagnosis(kind=kind, beliefs=tuple(map(belief, who))) for kind, who in kinds.items() if who)
    return Report(
        exercise=ExerciseRef(number, exercise),
        outcome=Outcome(overall or worst),
        points=sum(check.points for check in checks),
        max_points=4.0,
        checks=checks,
        diagnosis=diagnosis,
        isolation=Isolation("A", SAME),
        seed=1,
        submission=Submission("0" * 64),
        seconds=0.1,
    )


def of(**learners: list[Report]):
    """The statistics of a class, given each learner's reports in order."""
    attempts = [Attempt(who, n, each) for who, theirs in learners.items() for n, each in enumerate(theirs, 1)]
    return class_statistics(attempts, seed=1, resamples=50)


GOOD, HALF, BAD = report("passed", "passed"), report("passed", "failed"), report("failed", "blocked")
STARTER = report("not_started", "not_started")
BROKEN = report("did_not_load", "did_not_load")
FAULT = report("passed", "grader_error", overall="grader_error")


class TestFirstAttempts:
    """Statistics of items read the first attempt whose checks say something, and no other."""

    def test_retries_do_not_change_an_item(self):
        """Everybody passes in the end; the facility is that of the beginning."""
        (exercise,) = of(ana=[BAD, GOOD], luis=[GOOD], eva=[HALF, HALF, GOOD], zoe=[GOOD]).exercises
        assert [check.item.facility for check in exercise.checks] == [0.75, 0.5]
        assert exercise.whole.mean == 2.5

    def test_what_says_nothing_is_not_a_first_attempt(self):
        """A starter, a file that does not load and a grader's fault are passed over, never a zero."""
        (exercise,) = of(
            ana=[STARTER, BROKEN, HALF], luis=[FAULT, GOOD], eva=[BROKEN], zoe=[FAULT], max=[STARTER]
        ).exercises
        assert (exercise.learners, exercise.judged, exercise.not_started, exercise.not_gradable) == (5, 2, 1, 1)
        assert [check.item.facility for check in exercise.checks] == [1.0, 0.5]
        assert [check.first_outcomes for check in exercise.checks] == [{"passed": 2}, {"failed": 1, "passed": 1}]

    def test_when_it_was_handed_in_says_which_is_first(self):
        """The number does where not every attempt has its moment."""
        late = [
            Attempt("ana", 1, GOOD, NOON),
            Attempt("ana", 2, BAD, NOON - timedelta(hours=1)),
            Attempt("eva", 2, GOOD, NOON - timedelta(hours=1)),
            Attempt("eva", 1, BAD),
        ]
        (exercise,) = class_statistics(late, seed=1).exercises
        assert exercise.whole.mean == 0.0

    def test_the_histogram_has_a_bin_for_all_points(self):
        """Ten tenths and everything."""
        (exercise,) = of(ana=[BAD], luis=[HALF], eva=[HALF, GOOD], zoe=[GOOD]).exercises
        assert exercise.histogram == (1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1)

    def test_a_check_that_only_some_reports_have_is_missing_elsewhere(self):
        """It is not a zero for the others."""
        (exercise,) = of(ana=[report("passed")], luis=[HALF]).exercises
        assert [check.item.attempted for check in exercise.checks] == [2, 1]


class TestAttemptsToPass:
    """How many attempts it took, by exercise and by check, and who has not passed."""

    def test_counted_from_one_over_what_was_tried(self):
        """A file that does not load is a try; a starter and a grader's fault are none."""
        (exercise,) = of(
            ana=[STARTER, BROKEN, HALF, GOOD], luis=[FAULT, GOOD], eva=[HALF, BAD], max=[STARTER]
        ).exercises
        assert (exercise.to_pass.learners, exercise.to_pass.never, exercise.to_pass.median) == ({1: 1, 3: 1}, 1, 2.0)
        first, second = exercise.checks
        assert (first.to_pass.learners, first.to_pass.never) == ({1: 2, 2: 1}, 0)
        assert (second.to_pass.learners, second.to_pass.never, second.to_pass.median) == ({1: 1, 3: 1}, 1, 2.0)

    def test_nobody_passed(self):
        """There is no median of nobody."""
        (exercise,) = of(ana=[BAD]).exercises
        assert (exercise.to_pass.learners, exercise.to_pass.never, exercise.to_pass.median) == ({}, 1, None)


class TestBeliefs:
    """What to teach again: who believes it now, who ever did, and who perhaps does."""

    def test_the_most_frequent_comes_first_with_its_people(self):
        """One that was given up counts as ever, not as now."""
        rare, common = report("failed", "failed", believes=["rare"]), report("failed", "failed", believes=["common"])
        unsure = report("failed", "failed", perhaps=["rare", "other"])
        found = of(
            ana=[common], luis=[common, rare], eva=[common, BROKEN, STARTER], zoe=[common, GOOD], max=[unsure]
        ).beliefs
        assert [(each.belief.id, each.now, each.ever, each.possibly) for each in found] == [
            ("common", ("ana", "eva"), ("ana", "eva", "luis", "zoe"), ()),
            ("rare", ("luis",), ("luis",), ("max",)),
            ("other", (), (), ("max",)),
        ]

    def test_the_same_name_in_two_exercises_is_two_beliefs(self):
        """Each belongs to its exercise's catalogue."""
        mine, other = report("failed", believes=["x"]), report("failed", exercise="sgd_step", number=2, believes=["x"])
        found = of(ana=[mine, other]).beliefs
        assert [each.exercise for each in found] == ["adam_step", "sgd_step"]


class TestTheWholeClass:
    """Each exercise is an item of the course."""

    def test_exercises_are_items_and_gaps_are_gaps(self):
        """In order of their numbers; who did not do one is not a zero there."""
        sgd = report("failed", "passed", exercise="sgd_step", number=2)
        found = of(ana=[GOOD, sgd], luis=[HALF], eva=[report("passed", "passed", exercise="sgd_step", number=2)])
        assert [(each.id, each.attempted, each.facility) for each in found.items] == [
            ("sgd_step", 2, 0.75),
            ("adam_step", 2, 0.75),
        ]
        assert (found.learners, found.whole.learners, found.whole.maximum) == (3, 1, 8.0)

    def test_a_class_of_thirty_has_intervals(self):
        """Discrimination is told once there are enough, and is the same for the same seed."""
        some = {f"l{n}": [GOOD if n % 3 else BAD if n % 2 else HALF] for n in range(30)}
        assert of(**some) == of(**some)
        (exercise,) = of(**some).exercises
        assert all(check.item.interval for check in exercise.checks)
        (fewer,) = of(**dict(list(some.items())[:29])).exercises
        assert not any(check.item.interval for check in fewer.checks)

    def test_no_attempts_are_no_statistics(self):
        """An empty class is an empty report, not an error."""
        assert (of().learners, of().exercises, of().beliefs, of().items) == (0, (), (), ())

    def test_the_stream_is_read_once(self):
        """Reports may come from a generator and in any order."""
        attempts = [Attempt("ana", 2, GOOD), Attempt("luis", 1, HALF), Attempt("ana", 1, BAD)]
        assert class_statistics(iter(attempts), seed=1) == class_statistics(attempts[::-1], seed=1)


class TestQuizzes:
    """The same statistics for questions, over first answers."""

    def test_only_the_first_answer_counts(self):
        """However well it went later."""
        answers = [
            Answer("ana", "q1", 1.0, NOON),
            Answer("ana", "q1", 0.0, NOON - timedelta(days=1)),
            Answer("luis", "q1", 0.5, NOON),
            Answer("ana", "q2", 1.0, NOON),
        ]
        found = quiz_statistics(answers, seed=1)
        assert [(item.id, item.attempted, item.facility) for item in found.items] == [("q1", 2, 0.25), ("q2", 1, 1.0)]
        assert (found.learners, found.whole.learners) == (2, 1)

    def test_nobody_answered(self):
        """There is nothing to tell."""
        assert quiz_statistics([], seed=1).items == ()

    @pytest.mark.parametrize("learners", [29, 30])
    def test_questions_need_as_many_learners_as_checks(self, learners):
        """Thirty who answered."""
        answers = [
            Answer(f"l{n}", f"q{q}", float((n * (q + 2)) % 5 > 1), NOON) for n in range(learners) for q in range(3)
        ]
        told = [item.discrimination is not None for item in quiz_statistics(answers, seed=1).items]
        assert told == [learners == 30] * 3
