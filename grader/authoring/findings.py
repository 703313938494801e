"""What `grade verify` found: one value a question, with every objection in words, and all of them as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from grader.text import Text

SCHEMA = "grader/verify/1"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one question about an exercise; it holds when nothing is objected.

    `summary` says what was looked at, also where all is well; `notes` are things to know that are no objection.
    """

    question: str
    title: Text
    summary: Text
    objections: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was objected."""
        return not self.objections


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found about one exercise."""

    number: int
    id: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether every finding holds."""
        return all(finding.holds for finding in self.findings)


def as_json(verdicts: Sequence[Verdict], quizzes: Finding | None) -> bytes:
    """One object with `holds` at every level; `quizzes` is null where they were not looked at."""
    holds = all(verdict.holds for verdict in verdicts) and (quizzes is None or quizzes.holds)
    exercises = [
        {"number": verdict.number, "id": verdict.id, "holds": verdict.holds, "findings": _listed(verdict.findings)}
        for verdict in verdicts
    ]
    found = {
        "schema": SCHEMA,
        "holds": holds,
        "exercises": exercises,
        "quizzes": None if quizzes is None else _plain(quizzes),
    }
    return msgspec.json.encode(found)


def _listed(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [_plain(finding) for finding in findings]


def _plain(finding: Finding) -> dict[str, Any]:
    return {
        "question": finding.question,
        "title": dict(finding.title),
        "holds": finding.holds,
        "summary": dict(finding.summary),
        "objections": [dict(objection) for objection in finding.objections],
        "notes": [dict(note) for note in finding.notes],
    }
