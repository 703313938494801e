"""Classes of any size, with hostile names, made of a few reports that many learners share."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from msgspec.structs import replace

from grader.analytics import Attempt, class_statistics
from grader.feedback.class_record import (
    AppealRecord,
    AttemptRecord,
    ClassRecord,
    EqualRecord,
    GroupRecord,
    LearnerRecord,
    NeedRecord,
    PairRecord,
    Reduction,
    Remark,
    StoryRecord,
    WorkHistory,
    WorkRecord,
)
from grader.results import Belief, CheckResult, Diagnosis, ExerciseRef, Isolation, Outcome, Report
from grader.similarity import Equal, Match, Pair
from tests.feedback.examples import BELIEF, CLAIMS, EPSILON, MISMATCH, SOURCE, report, text

TITLES = {
    "backward_pass": text("The backward pass", "El paso hacia atrás"),
    "sgd_step": text("One step of SGD", "Un paso de SGD"),
    "adam_step": text("One step of Adam", "Un paso de Adam"),
    "zero_grad_bug": text("Where did the gradients go?", "¿Adónde van los gradientes?"),
    "warmup_schedule": text("Warm up, then cool down", "Calentar y luego enfriar"),
}
NAMES = (
    "García, José", "Zoë Ångström", "O'Neill, Siân", "李小龍", "محمد بن سلمان", "Ñuño Ibáñez",
    "<script>alert(1)</script>", "Robert'); DROP TABLE students;--", "=cmd|' /C calc'!A0", "A" * 300,
    "\u202egnissim", "Ana  Pérez\nLópez",
)  # fmt: skip
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def one_report(number: int, exercise: str, ability: float, chance: random.Random) -> Report:
    checks, needs_passed = [], True
    for place, (name, points, en, es) in enumerate(CLAIMS):
        passes = chance.random() < ability + 0.3 - 0.06 * place
        outcome = Outcome.PASSED if passes else Outcome.FAILED
        if not needs_passed:
            outcome = Outcome.BLOCKED
        if place == 0:
            needs_passed = passes
        failed = outcome is Outcome.FAILED
        checks.append(
            CheckResult(
                id=name, claim=text(en, es), outcome=outcome, points=points if outcome is Outcome.PASSED else 0,
                max_points=points, message=None if outcome is Outcome.PASSED else text("Off.", "No coincide."),
                mismatch=MISMATCH if failed else None, needs=CLAIMS[0][0] if outcome is Outcome.BLOCKED else None,
            )
        )  # fmt: skip
    outcome = next((check.outcome for check in checks if check.outcome is not Outcome.PASSED), Outcome.PASSED)
    found: tuple[Diagnosis, ...] = ()
    if outcome is Outcome.FAILED:
        beliefs: list[Belief] = [belief for belief in (BELIEF, EPSILON, CONVENTION) if chance.random() < 0.4]
        kind = chance.choice(["misconception", "misconception", "one_of"])
        found = (Diagnosis(kind=kind, beliefs=tuple(beliefs)),) if beliefs else ()  # type: ignore[arg-type]
    made = report(outcome, tuple(checks), diagnosis=found)
    return replace(made, exercise=ExerciseRef(number, exercise))


def stopped(number: int, exercise: str, outcome: Outcome) -> Report:
    checks = tuple(
        CheckResult(
            id=name, claim=text(en, es), outcome=outcome, points=0, max_points=points, message=text("Stop.", "Alto.")
        )
        for name, points, en, es in CLAIMS
    )  # fmt: skip
    message = text("As it was given.", "Tal como se dio.") if outcome is Outcome.NOT_STARTED else None
    return replace(report(outcome, checks, message=message), exercise=ExerciseRef(number, exercise))


@cache
def stock() -> dict[str, list[list[Report]]]:
    """For each exercise, reports by ability, from weak to strong, and one of every way to stop."""
    made = {}
    for number, exercise in enumerate(TITLES, start=1):
        chance = random.Random(number)
        tiers = [[one_report(number, exercise, ability / 8, chance) for _ in range(6)] for ability in range(9)]
        ends = (Outcome.NOT_STARTED, Outcome.DID_NOT_LOAD, Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.GRADER_ERROR)
        tiers.append([stopped(number, exercise, outcome) for outcome in ends])
        made[exercise] = tiers
    return made


CONVENTION = replace(EPSILON, id="efficient", kind="convention")
REDUCTIONS = {2: Reduction(points=0, refused=True), 4: Reduction(points=14, steps=3, penalty=10)}
Histories = list[tuple[LearnerRecord, tuple[WorkHistory, ...]]]


def a_class(learners: int, *, seed: int = 1, **changes: Any) -> tuple[ClassRecord, Histories]:
    chance = random.Random(seed)
    attempts: list[Attempt] = []
    histories: Histories = []
    for place in range(learners):
        key = f"l{place:05}"
        name = NAMES[place] if place < len(NAMES) else f"Learner {place}, Number"
        ability = chance.randrange(9)
        works, history = [], []
        for exercise, tiers in stock().items():
            if chance.random() < 0.08 or place == 5:  # one of the roster handed in nothing
                continue
            many = chance.choice([1, 1, 2, 3, 7])
            reports = [
                chance.choice(tiers[9] if chance.random() < 0.07 else tiers[min(8, ability + step)])
                for step in range(many)
            ]
            attempts += [
                Attempt(key, number, each, START + timedelta(hours=number))
                for number, each in enumerate(reports, start=1)
            ]
            reduction = REDUCTIONS.get(place % 7) if reports[-1].outcome is Outcome.PASSED else None
            works.append(_work(exercise, reports, reduction))
            records = tuple(
                AttemptRecord(
                    number=number, outcome=each.outcome, points=each.points, late=number > 5,
                    beliefs=(BELIEF.belief,), beyond=number > 6, refused=number > 6,
                    counts=number == many, submitted_at=START + timedelta(hours=number),
                )
                for number, each in enumerate(reports, start=1)
            )  # fmt: skip
            history.append(
                WorkHistory(
                    exercise=exercise,
                    attempts=records,
                    report=reports[-1],
                    reduction=reduction,
                    due=START,
                    extended=place % 2 == 0,
                    source=SOURCE + "# <script>\n",
                    path="a/<b>/adam_step.py",
                    statements=(text("It was graded again.", "Se ha vuelto a corregir."),),
                    appeals=(
                        AppealRecord(objection="<i>No</i>\nand no", raised_at=START, answer="Yes."),
                        AppealRecord(objection="Still no.", raised_at=START),
                    ),
                )
            )
        learner = LearnerRecord(key=key, name=name, works=tuple(works))
        histories.append((learner, tuple(history)))
    return _record(tuple(learner for learner, _ in histories), attempts, changes), histories


def _work(exercise: str, reports: list[Report], reduction: Reduction | None) -> WorkRecord:
    last = reports[-1]
    return WorkRecord(
        exercise=exercise, outcome=last.outcome, points=reduction.points if reduction else last.points,
        max_points=last.max_points, attempts=len(reports), checks={check.id: check.outcome for check in last.checks},
        reduced=reduction is not None,
    )  # fmt: skip


def _record(learners: tuple[LearnerRecord, ...], attempts: list[Attempt], changes: dict[str, Any]) -> ClassRecord:
    fields: dict[str, Any] = {
        "course": text("Descent", "Descenso"),
        "name": "Optimizers, autumn 2026",
        "made_at": START,
        "seed": 314159,
        "isolation": Isolation("A", text("In namespaces of their own.", "En espacios de nombres propios.")),
        "versions": {"python": "3.11.7", "numpy": "2.4.6"},
        "submissions": len(attempts),
        "statistics": class_statistics(attempts, seed=1, resamples=100),
        "titles": TITLES,
        "learners": learners,
        "pairs": tuple(_pairs(learners)),
        "equal": tuple(_equal(learners)),
        "remarks": (
            Remark("stranger_42.py", text("Nobody of the roster has this name.", "Nadie de la lista se llama así.")),
            Remark("<img src=x>", text("A link, which is never followed.", "Un enlace, que nunca se sigue.")),
        ),
        "groups": tuple(_groups(learners)),
        "needs": tuple(_needs(learners)),
        "emails": {learner.key: f"{learner.key}@<b>uni.es" for learner in learners[::2]},
        "days": tuple(((START + timedelta(days=place * 3)).date(), 1 + place % 5) for place in range(20)),
        "stories": (
            StoryRecord(
                exercise="adam_step",
                number=1,
                reason=text("the checks changed", "cambiaron las pruebas"),
                at=START,
                up=3,
                down=1,
                same=0,
                changes=((text("A claim", "Una afirmación"), text("1 → 2", "1 → 2"), 4),),
            ),
        ),
        "remedies": {("adam_step", "no_bias_correction"): ("grade exercise 3", "grade quiz adam")},
    }
    return ClassRecord(**{**fields, **changes})


def _groups(learners: tuple[LearnerRecord, ...]) -> list[GroupRecord]:
    if len(learners) < 4:
        return []
    note = text("<b>You</b> take `the root` of $x$.", "Tomas la raíz.")
    one = GroupRecord(
        id="1-4f2a91", exercise="adam_step", number=1, subject="adam_step", now=2,
        learners=tuple(learner.key for learner in learners[:3]), claim=text("A claim", "Una afirmación"),
        message=text("`param[0]` is 1, expected 2.", "`param[0]` es 1, se esperaba 2."), form=None, note=note,
        source=SOURCE + "# </code><script>alert(1)</script>\n",
    )  # fmt: skip
    other = replace(one, id="1-000000", learners=(learners[3].key,), now=1, note=None, source="x = 1\n" * 900)
    return [one, other]


def _needs(learners: tuple[LearnerRecord, ...]) -> list[NeedRecord]:
    stuck = [NeedRecord(kind="stuck", learner=each.key, exercise="adam_step", attempts=4) for each in learners[:50:3]]
    silent = [NeedRecord(kind="silent", learner=each.key) for each in learners[1:90:2]]
    return [*stuck, *silent, *(replace(each, kind="fell_back", attempts=2) for each in stuck[:1])]


def _equal(learners: tuple[LearnerRecord, ...]) -> list[EqualRecord]:
    if len(learners) < 4:
        return []
    keys = tuple(learner.key for learner in learners)
    return [
        EqualRecord(exercise="adam_step", equal=Equal(learners=(*keys[:3], "nobody"), to_the_letter=True)),
        EqualRecord(exercise="sgd_step", equal=Equal(learners=keys[-2:], to_the_letter=False)),
    ]


def _pairs(learners: tuple[LearnerRecord, ...]) -> list[PairRecord]:
    if len(learners) < 4:
        return []
    pair = Pair(first=learners[0].key, second=learners[1].key, bits=31.4, share=0.92, matches=(Match((6, 9), (6, 9)),))
    other = replace(pair, first=learners[2].key, second="nobody", bits=11.0, matches=(Match((1, 1), (300, 400)),))
    hostile = SOURCE + "# </pre><script>alert(1)</script>\n"
    return [
        PairRecord(exercise="adam_step", pair=pair, first_source=SOURCE, second_source=hostile),
        PairRecord(exercise="sgd_step", pair=other, first_source="x\n" * 900, second_source=hostile),
    ]
