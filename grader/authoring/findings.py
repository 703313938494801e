"""What `grade verify` found: one value a question, with every objection in words."""

from __future__ import annotations

import msgspec

from grader.text import Text


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
