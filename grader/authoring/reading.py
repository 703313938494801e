"""The questions about an exercise that are answered by reading its files, without running anything."""

from __future__ import annotations

from pathlib import Path

from grader.authoring.catalogue import catalogue_finding
from grader.authoring.files import files_finding
from grader.authoring.findings import Finding
from grader.authoring.languages import languages_finding
from grader.authoring.secrets import secrets_finding
from grader.authoring.terms import terms_finding
from grader.course import Exercise


def reading_findings(exercise: Exercise, course: Path) -> tuple[Finding, ...]:
    """Files, languages, terms, catalogue and secrets; `course` is the root that holds the glossary."""
    return (
        files_finding(exercise),
        languages_finding(exercise),
        terms_finding(exercise, course),
        catalogue_finding(exercise),
        secrets_finding(exercise),
    )
