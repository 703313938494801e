"""What the tests of every exercise ask about: its reference, and its catalogue graded once a seed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from grader.results import Outcome, Report
from tests.content.driver import course, grade_many, variant


@cache
def load(path: Path) -> ModuleType:
    """A reference or a harness, in this process: both are course code."""
    spec = spec_from_file_location(f"course_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def variants_at(slug: str, seed: int) -> dict[str, Report]:
    """The report on every entry of the catalogue."""
    names = [entry.id for entry in course().exercise(slug).misconceptions]
    reports = grade_many(slug, [variant(slug, name) for name in names], seed)
    return dict(zip(names, reports, strict=True))


def named(report: Report) -> set[str]:
    """The beliefs that the report names for certain."""
    certain = [diagnosis for diagnosis in report.diagnosis if diagnosis.kind == "misconception"]
    return {belief.id for diagnosis in certain for belief in diagnosis.beliefs}


def failed(report: Report) -> set[str]:
    """The ids of the checks that failed; blocked ones did not."""
    return {check.id for check in report.checks if check.outcome is Outcome.FAILED}


def margins(report: Report) -> Iterator[tuple[str, float]]:
    """By how many tolerances each check that failed by a value failed; nan is as far as can be."""
    for check in report.checks:
        found = check.mismatch
        if found is not None and found.kind == "value":
            allowed = found.atol + found.rtol * abs(float(found.expected))
            margin = float(found.greatest_absolute) / allowed
            yield check.id, math.inf if math.isnan(margin) else margin
