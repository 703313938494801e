"""The calls a failed submission was asked, and its answers, turned into the smallest belief that explains them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from msgspec import UNSET

from grader.checker import Call, driven_entry_points
from grader.course import Exercise, Misconception
from grader.diagnosis.interview import Interview, Replayer
from grader.diagnosis.mutants import mutants
from grader.diagnosis.shapes import shape_of_error
from grader.diagnosis.variants import Variant, pairs, singles
from grader.results import Belief, Diagnosis, Evidence
from grader.sandbox import Returned

MOST_BELIEFS = 4
Agreeing = list[tuple[Variant, Evidence]]
NEVER = ("NotImplementedError", "MissingEntryPoint")


def diagnose(exercise: Exercise, calls: Sequence[Call], replayer: Replayer) -> tuple[Diagnosis, ...]:
    """What the learner seems to believe, entry point by entry point; empty where nothing can be said.

    A call that was never answered (a timeout, a dead process, a function not yet written) silences its entry
    point: a wrong name is worse than none.
    """
    groups = _groups(exercise, calls)
    if not groups:
        return ()
    return _Search(exercise, calls, groups, replayer).run()


class _Search:
    """One search for an explanation: singles and predicates, then pairs, then the shape of the error, then mutants."""

    def __init__(
        self,
        exercise: Exercise,
        calls: Sequence[Call],
        groups: dict[str, list[int]],
        replayer: Replayer,
    ) -> None:
        self.exercise = exercise
        self.calls = calls
        self.groups = groups
        self.interview = Interview(exercise, calls, replayer)
        self.entries = {entry.id: entry for entry in exercise.misconceptions}

    def run(self) -> tuple[Diagnosis, ...]:
        alone = singles(self.exercise)
        answer = self.interview.replay(alone, self.groups)
        if answer is None:
            return ()
        wrong = {entry: indexes for entry, indexes in answer["wrong"].items() if indexes}
        exact = {entry: self._agreeing(entry, alone, answer["variants"]) for entry in wrong}
        told = self._smallest(exact, answer["variants"], alone)
        named = [belief.id for diagnosis in told for belief in diagnosis.beliefs]
        open_entries = [entry for entry in wrong if not exact[entry]]
        found = self._from_pairs(open_entries, named) if open_entries else {}
        for entry in open_entries:
            if entry not in found:
                diagnosis = self._from_families(entry, alone, answer) or self._fallback(entry, wrong[entry])
                found |= {entry: diagnosis} if diagnosis is not None else {}
        return _merged([*told, *found.values()])

    def _smallest(
        self, exact: dict[str, Agreeing], results: Sequence[dict[str, Any]], alone: Sequence[Variant]
    ) -> list[Diagnosis]:
        """The fewest beliefs that explain every entry point which some single belief explains.

        A belief that fits wherever it would show comes before one that fits at this entry point only; among those,
        one that would show in an answer that is right comes last.
        """
        answered = list(zip(alone, results, strict=True))
        fits = {variant.ids[0] for variant, result in answered if self._fits(variant, result, self.groups)}
        right = self.groups.keys() - exact.keys()
        possible = {variant.ids[0] for variant, result in answered if self._fits(variant, result, right)}
        choices: dict[str, list[str]] = {}
        for entry, agreeing in exact.items():
            ids = [variant.ids[0] for variant, _ in agreeing]
            if ids:
                best = [name for name in ids if name in fits] or [name for name in ids if name in possible]
                choices[entry] = best or ids
        sets = _hitting_sets(list(choices.values()))
        if not sets:
            return []
        evidence = {(variant.ids[0], entry): own for entry, found in exact.items() for variant, own in found}
        if len(sets) == 1:
            return [self._certain(name, [own for (id_, _), own in evidence.items() if id_ == name]) for name in sets[0]]
        shared = [name for name in sets[0] if all(name in other for other in sets)]
        rest = [tuple(name for name in one if name not in shared) for one in sets]
        certain = [self._certain(name, [own for (id_, _), own in evidence.items() if id_ == name]) for name in shared]
        return [*certain, self._one_of(rest, [own for (id_, _), own in evidence.items() if id_ in rest[0]])]

    def _certain(self, name: str, evidence: list[Evidence]) -> Diagnosis:
        return Diagnosis(kind="misconception", beliefs=(_belief(self.entries[name]),), evidence=tuple(evidence))

    def _one_of(self, alternatives: Sequence[tuple[str, ...]], evidence: list[Evidence]) -> Diagnosis:
        ids = dict.fromkeys(name for alternative in alternatives for name in alternative)
        return Diagnosis(
            kind="one_of",
            beliefs=tuple(_belief(self.entries[name]) for name in ids),
            alternatives=tuple(alternatives),
            evidence=tuple(evidence[:1]),
        )

    # One belief

    def _agreeing(
        self, entry: str, variants: Sequence[Variant], results: Sequence[dict[str, Any]], key: str = "agreed"
    ) -> Agreeing:
        """The variants that answer every call of an entry point as the learner did, and differ from the reference."""
        agreeing = []
        for variant, result in zip(variants, results, strict=True):
            own = result[entry]
            if own[key] and own["margin"] > 1.0 and self._concerns(variant, entry):
                agreeing.append((variant, _evidence(entry, own)))
        return agreeing

    def _fits(self, variant: Variant, result: dict[str, Any], entries: Iterable[str]) -> bool:
        """Whether a variant answered as the learner did at each of these entry points where it would show."""
        return all(result[entry]["agreed"] for entry in entries if self._concerns(variant, entry))

    def _concerns(self, variant: Variant, entry: str) -> bool:
        return any(entry in self.entries[name].entry_points for name in variant.ids)

    # A family of beliefs, told by a predicate, alone or beside the belief that explains the values

    def _from_families(self, entry: str, alone: list[Variant], answer: dict[str, Any]) -> Diagnosis | None:
        held = answer["predicates"].get(entry, {})
        families = [
            item for item in self.exercise.misconceptions if item.predicate in held and entry in item.entry_points
        ]
        if not families:
            return None
        place = self.groups[entry].index(answer["wrong"][entry][0]) + 1
        evidence = Evidence(entry_point=entry, calls=len(self.groups[entry]), separating_call=place)
        beside = self._agreeing(entry, alone, answer["variants"], "values_agreed")
        beside = [(variant, own) for variant, own in beside if self.entries[variant.ids[0]].predicate is None]
        if len(families) == len(beside) == 1:
            ((variant, own),) = beside
            both = [_belief(self.entries[name]) for name in variant.ids] + [_belief(families[0])]
            return Diagnosis(kind="misconception", beliefs=tuple(both), evidence=(own, evidence))
        whole = [item for item in families if held[item.predicate] is True]
        return Diagnosis(
            # Each that explains all is one of several; those that explain a part each were held together.
            kind="one_of" if len(whole) > 1 else "misconception",
            beliefs=tuple(_belief(item) for item in whole or families),
            evidence=(evidence,),
            partial=True if len(families) == 1 and not whole else UNSET,
        )

    # Two beliefs at once

    def _from_pairs(self, open_entries: list[str], named: list[str]) -> dict[str, Diagnosis]:
        """Pairs for the entry points that no single belief explains; those already named come first."""
        candidates = list(pairs(self.exercise))
        groups = {entry: self.groups[entry] for entry in open_entries}
        answer = self.interview.replay(candidates, groups)
        if answer is None:
            return {}
        result = {}
        for entry in open_entries:
            agreeing = self._agreeing(entry, candidates, answer["variants"])
            known = [pair for pair in agreeing if all(name in named for name in pair[0].ids)][:1]
            chosen = known or self._fitting(agreeing)
            if len(chosen) == 1:
                ((pair, own),) = chosen
                beliefs = tuple(_belief(self.entries[name]) for name in pair.ids)
                result[entry] = Diagnosis(kind="misconception", beliefs=beliefs, evidence=(own,))
            elif chosen:
                result[entry] = self._one_of([pair.ids for pair, _ in chosen], [own for _, own in chosen])
        return result

    def _fitting(self, agreeing: Agreeing) -> Agreeing:
        """Of several pairs those that fit wherever they would show; all of them where none does."""
        answer = self.interview.replay([pair for pair, _ in agreeing], self.groups) if len(agreeing) > 1 else None
        if answer is None:
            return agreeing
        whole = [
            found
            for found, result in zip(agreeing, answer["variants"], strict=True)
            if self._fits(found[0], result, self.groups)
        ]
        return whole or agreeing

    # No belief that we know

    def _fallback(self, entry: str, wrong: list[int]) -> Diagnosis | None:
        values = self.interview.reference_values()
        if values is None:
            return None
        pairs_of_values = [
            (self.calls[i].value, values[i]) for i in self.groups[entry] if isinstance(self.calls[i].ended, Returned)
        ]
        complete = len(pairs_of_values) == len(self.groups[entry])
        tolerance = self.exercise.manifest.tolerance
        shape = shape_of_error(pairs_of_values, tolerance.rtol, tolerance.atol) if complete else None
        evidence = Evidence(
            entry_point=entry, calls=len(self.groups[entry]), separating_call=self.groups[entry].index(wrong[0]) + 1
        )
        if shape is not None:
            return Diagnosis(kind="shape", summary=shape, evidence=(evidence,))
        return self._from_mutants(entry)

    def _from_mutants(self, entry: str) -> Diagnosis | None:
        """A small change of the formula that answers the same: reported as its place, never as code."""
        changed = mutants(self.exercise.reference)
        answer = self.interview.replay([Variant((), mutant.source) for mutant in changed], {entry: self.groups[entry]})
        if answer is None:
            return None
        agreeing = [
            (mutant, _evidence(entry, result[entry]))
            for mutant, result in zip(changed, answer["variants"], strict=True)
            if result[entry]["agreed"] and result[entry]["margin"] > 1.0
        ]
        places = {str(mutant.place): mutant for mutant, _ in agreeing}
        if len(places) != 1:
            return None
        mutant, evidence = agreeing[0]
        return Diagnosis(kind="mutation", summary=mutant.place, evidence=(evidence,))


def _hitting_sets(choices: list[list[str]]) -> list[tuple[str, ...]]:
    """The smallest sets of names that hold at least one of every choice; all there are of that size."""
    names = list(dict.fromkeys(name for choice in choices for name in choice))
    for size in range(1, min(len(choices), MOST_BELIEFS) + 1):
        found = [one for one in combinations(names, size) if all(set(one) & set(choice) for choice in choices)]
        if found:
            return found
    return []


def _groups(exercise: Exercise, calls: Sequence[Call]) -> dict[str, list[int]]:
    """Entry points and the calls that exercise them; without those that were once left unanswered."""
    manifest = exercise.manifest
    groups: dict[str, list[int]] = {name: [] for name in manifest.entry_points}
    silenced = set()
    for index, call in enumerate(calls):
        for name in driven_entry_points(call.function, manifest.entry_points, exercise.harness):
            groups[name].append(index)
            answered = isinstance(call.ended, Returned) or (call.raised is not None and call.raised not in NEVER)
            if not answered:
                silenced.add(name)
    return {name: indexes for name, indexes in groups.items() if indexes and name not in silenced}


def _evidence(entry: str, own: dict[str, Any]) -> Evidence:
    exact = own["difference"]
    return Evidence(
        entry_point=entry,
        calls=own["calls"],
        separating_call=own["separating_call"],
        difference=exact if exact != float("inf") else "inf",
        margin=own["margin"] if own["margin"] != float("inf") else "inf",
    )


def _belief(entry: Misconception) -> Belief:
    return Belief(
        id=entry.id,
        kind=entry.kind,
        belief=entry.belief,
        explanation=entry.explanation,
        question=entry.question,
        terms=entry.terms,
    )


def _merged(found: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Each belief told once: what only repeats, or is part of, what is told elsewhere is left out."""
    held = [(diagnosis, {belief.id for belief in diagnosis.beliefs}) for diagnosis in found]
    kept: list[tuple[Diagnosis, set[str]]] = []
    for diagnosis, ids in held:
        told = set().union(*(others for _, others in kept))
        inside = any(ids < others and other.kind == "misconception" for other, others in held)
        if not ids or not (ids <= told or inside):
            kept.append((diagnosis, ids))
    return tuple(diagnosis for diagnosis, _ in kept)
