"""The terms an exercise names, held against the glossary, where a course has one."""

from __future__ import annotations

import tomllib
from pathlib import Path

from grader.authoring.findings import Finding
from grader.course import Exercise
from grader.locale import say, say_many

GLOSSARY = Path("quizzes", "glossary.toml")


def terms_finding(exercise: Exercise, course: Path) -> Finding:
    """Whether every concept and every misconception's term is one that a learner can look up."""
    named = {f"concepts: {term}": term for term in exercise.manifest.concepts}
    named |= {f"misconception {entry.id}: {term}": term for entry in exercise.misconceptions for term in entry.terms}
    known = _known(course / GLOSSARY)
    return Finding(
        question="terms",
        title=say("terms"),
        summary=say_many("{number} term named", "{number} terms named", len(set(named.values())))
        if known is not None
        else say("this course has no glossary"),
        objections=tuple(
            say("The glossary has no term {where}.", where=where)
            for where, term in named.items()
            if known is not None and term not in known
        ),
    )


def _known(glossary: Path) -> set[str] | None:
    if not glossary.is_file():
        return None
    return {
        name for name, entry in tomllib.loads(glossary.read_text(encoding="utf-8")).items() if isinstance(entry, dict)
    }
