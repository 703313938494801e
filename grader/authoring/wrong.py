"""What must not pass: every known belief, caught and named as itself, and small slips of the reference."""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.findings import Finding
from grader.authoring.trials import Trials, outcome
from grader.diagnosis import Mutant, mutants, singles
from grader.locale import say, say_many
from grader.results import Outcome, Report
from grader.text import Text

LEAST_MARGIN = 100.0
MOST_OBJECTIONS = 20
MUTANT_SEED = 0


def misconception_findings(trials: Trials, seeds: int) -> tuple[Finding, Finding]:
    """Every entry of the catalogue is caught and named as itself, alone, by a wide margin; no check is idle."""
    variants = singles(trials.exercise)
    objections: list[Text] = []
    failed: set[str] = set()
    smallest = float("inf")
    for seed in range(seeds):
        reports = trials.grade_all([variant.source for variant in variants], seed)
        for variant, report in zip(variants, reports, strict=True):
            (name,) = variant.ids
            failed |= {check.id for check in report.checks if check.outcome not in (Outcome.PASSED, Outcome.BLOCKED)}
            smallest = min(smallest, _margin(report))
            objections += [
                say("{id}, seed {seed}: {problem}.", id=name, seed=seed, problem=problem)
                for problem in _wrongly_told(report, name)
            ]
    named = Finding(
        question="misconceptions",
        title=say("misconceptions"),
        summary=say_many(
            "{entries} named at the seed, the smallest margin {margin:.1e} tolerances",
            "{entries} named at {number} seeds, the smallest margin {margin:.1e} tolerances",
            seeds,
            entries=len(variants),
            margin=smallest,
        ),
        objections=tuple(objections[:MOST_OBJECTIONS]),
    )
    return named, _checks_finding(trials, failed)


def _checks_finding(trials: Trials, failed: set[str]) -> Finding:
    manifest = trials.exercise.manifest
    return Finding(
        question="checks",
        title=say("checks"),
        summary=say(
            "{number} checks, {points:g} points", number=len(manifest.check), points=trials.exercise.max_points
        ),
        objections=tuple(
            say("No misconception fails the check {id}.", id=check.id)
            for check in manifest.check
            if check.id not in failed
        ),
    )


def _wrongly_told(report: Report, name: str) -> Iterator[Text]:
    """What is wrong with how one variant was reported."""
    if report.outcome is Outcome.PASSED:
        yield say("it is not caught")
        return
    told = [tuple(belief.id for belief in diagnosis.beliefs) for diagnosis in report.diagnosis]
    if told != [(name,)]:
        yield say("it is told as {told}", told=" + ".join(" | ".join(ids) for ids in told) or "—")
    elif _margin(report) < LEAST_MARGIN:
        yield say("its margin is only {margin:.1f} tolerances", margin=_margin(report))


def _margin(report: Report) -> float:
    """The widest margin among a report's evidence, in tolerances; infinite where values differ in kind."""
    margins = [evidence.margin for diagnosis in report.diagnosis for evidence in diagnosis.evidence]
    return max((margin if isinstance(margin, float) else float("inf") for margin in margins), default=float("inf"))


def mutants_finding(trials: Trials) -> Finding:
    """Small random slips in the reference are caught too, or known to be none."""
    made = mutants(trials.exercise.reference)
    checked = trials.check_all([mutant.source for mutant in made], MUTANT_SEED)
    survivors = [mutant for mutant, own in zip(made, checked, strict=True) if outcome(own) is Outcome.PASSED]
    known = {(one.line, one.mutation) for one in trials.exercise.catalogue.equivalent}
    unknown = [mutant for mutant in survivors if _key(mutant) not in known]
    killed = len(made) - len(survivors)
    return Finding(
        question="mutants",
        title=say("mutants"),
        summary=say(
            "{killed} of {all} killed ({share:.0f} %), {known} known to be equivalent",
            killed=killed,
            all=len(made),
            share=100 * killed / len(made) if made else 100.0,
            known=len(survivors) - len(unknown),
        ),
        objections=(*_survivals(unknown), *_stale(known, survivors)),
        notes=tuple(
            say("equivalent: {line}  [{mutation}]  {reason}", line=one.line, mutation=one.mutation, reason=one.reason)
            for one in trials.exercise.catalogue.equivalent
        ),
    )


def _survivals(unknown: list[Mutant]) -> Iterator[Text]:
    for mutant in unknown:
        yield say(
            "No check notices line {line}: {original}  [{mutation}]. Sharpen one, or list it as equivalent.",
            line=mutant.line,
            original=mutant.original,
            mutation=mutant.mutation,
        )


def _stale(known: set[tuple[str, str]], survivors: list[Mutant]) -> Iterator[Text]:
    alive = {_key(mutant) for mutant in survivors}
    for line, mutation in sorted(known - alive):
        yield say("Listed as equivalent, and no survivor: {line}  [{mutation}].", line=line, mutation=mutation)


def _key(mutant: Mutant) -> tuple[str, str]:
    return mutant.original, mutant.mutation
