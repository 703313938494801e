"""Every two beliefs that go together: is a learner who holds both told so?

The diagnosis tells what it finds. Whether that is right is seen from how the programs behave: a pair that behaves
exactly as one of its beliefs alone, as another belief or as the reference, hides behind it, and cannot be told as two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from grader.authoring.behaviour import alike
from grader.authoring.findings import Finding
from grader.authoring.trials import Trials, outcome
from grader.checker import Call
from grader.checker.submissions import Checked
from grader.diagnosis import Variant, pairs, singles, variant
from grader.errors import UsageError
from grader.locale import say, say_many
from grader.results import Diagnosis, Outcome
from grader.text import Text

Ids = frozenset[str]
MOST_OBJECTIONS = 20


@dataclass
class _Tally:
    """The pairs that were not plainly told as both, at some seed at least."""

    hidden: dict[str, dict[str, None]] = field(default_factory=dict)
    one_of: dict[str, dict[str, None]] = field(default_factory=dict)
    wrong: dict[str, Text] = field(default_factory=dict)


def pairs_finding(trials: Trials, seeds: int) -> Finding:
    """Every pair that composes is told as both, or as one of what behaves alike, or hides behind what it behaves as."""
    composed = list(pairs(trials.exercise))
    tally = _Tally()
    for seed in range(seeds):
        _Judge(trials, seed, tally).hear(composed)
    hidden = {name for names in tally.hidden.values() for name in names}
    several = {name for names in tally.one_of.values() for name in names}
    return Finding(
        question="pairs",
        title=say("pairs"),
        summary=say_many(
            "{pairs} at the seed: {both} told as both, {hidden} hidden, {one_of} as one of several",
            "{pairs} at {number} seeds: {both} told as both, {hidden} hidden, {one_of} as one of several",
            seeds,
            pairs=len(composed),
            both=len(composed) - len(hidden | several | tally.wrong.keys()),
            hidden=len(hidden),
            one_of=len(several),
        ),
        objections=tuple(tally.wrong.values())[:MOST_OBJECTIONS],
        notes=(
            *_hidden(tally),
            *(say("cannot be told apart: {alternatives}", alternatives=one) for one in tally.one_of),
        ),
    )


def _hidden(tally: _Tally) -> Iterator[Text]:
    for shown, names in tally.hidden.items():
        yield say_many(
            "a pair behaves exactly as {shown}: {names}",
            "{number} pairs behave exactly as {shown}: {names}",
            len(names),
            shown=shown,
            names=", ".join(names),
        )


class _Judge:
    """Weighs what was told of each pair at one seed against how everything behaves there."""

    def __init__(self, trials: Trials, seed: int, tally: _Tally) -> None:
        self._trials = trials
        self._seed = seed
        self._tally = tally
        self._tolerance = trials.exercise.manifest.tolerance
        alone = singles(trials.exercise)
        checked = trials.check_all([trials.exercise.reference, *(one.source for one in alone)], seed)
        self._reference = checked[0].calls
        self._alone = {one.ids[0]: own.calls for one, own in zip(alone, checked[1:], strict=True)}

    def hear(self, composed: Sequence[Variant]) -> None:
        """Diagnose every pair; what is not plainly told as both is kept with its calls, and weighed afterwards."""
        odd: list[tuple[Variant, Checked, set[Ids]]] = []

        for place, found, told in self._trials.diagnosed([pair.source for pair in composed], self._seed):
            own, explained = frozenset(composed[place].ids), _explanations(told)
            if explained != {own}:
                odd.append((composed[place], found, explained))
        for pair, checked, explained in odd:
            self._weigh(pair, checked, explained)

    def _weigh(self, pair: Variant, checked: Checked, explained: set[Ids]) -> None:
        own, name = frozenset(pair.ids), " + ".join(pair.ids)
        behind = self._behind(checked, explained)
        if behind is not None:
            self._tally.hidden.setdefault(behind, {})[name] = None
        elif own in explained and all(self._behaves_as(other, checked.calls) for other in explained - {own}):
            self._tally.one_of.setdefault(_listed(explained), {})[name] = None
        else:
            problem = _problem(checked, explained)
            wrong = say("{pair}, seed {seed}: {problem}.", pair=name, seed=self._seed, problem=problem)
            self._tally.wrong.setdefault(name, wrong)

    def _behind(self, checked: Checked, explained: set[Ids]) -> str | None:
        """What the pair behaves exactly as, where it was told as that; None where it was told as anything else."""
        if outcome(checked) is Outcome.PASSED:
            return str(say("the reference")) if alike(checked.calls, self._reference, self._tolerance) else None
        same = {name for name, calls in self._alone.items() if alike(checked.calls, calls, self._tolerance)}
        if explained and explained <= {frozenset({name}) for name in same}:
            return " | ".join(sorted(same))
        return None

    def _behaves_as(self, ids: Ids, calls: Sequence[Call]) -> bool:
        try:
            other = variant(self._trials.exercise, sorted(ids))
        except UsageError:
            return False
        (checked,) = self._trials.check_all([other.source], self._seed)
        return alike(calls, checked.calls, self._tolerance)


def _explanations(told: Sequence[Diagnosis]) -> set[Ids]:
    """Every set of beliefs that the diagnoses together allow."""
    choices = [_choices(diagnosis) for diagnosis in told if diagnosis.beliefs]
    return {frozenset().union(*choice) for choice in product(*choices)} if choices else set()


def _choices(diagnosis: Diagnosis) -> list[Ids]:
    ids = frozenset(belief.id for belief in diagnosis.beliefs)
    if diagnosis.kind != "one_of":
        return [ids]
    return [frozenset(one) for one in diagnosis.alternatives] or [frozenset({name}) for name in sorted(ids)]


def _problem(checked: Checked, explained: set[Ids]) -> Text:
    if outcome(checked) is Outcome.PASSED:
        return say("it is not caught")
    return say("it is told as {told}", told=_listed(explained) or "—")


def _listed(explained: set[Ids]) -> str:
    return " | ".join(sorted(" + ".join(sorted(one)) for one in explained))
