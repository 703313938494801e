"""An exercise's catalogue held against its reference: can every edit be made, does every predicate exist?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.authoring.findings import Finding
from grader.course import Exercise
from grader.locale import say, say_many
from grader.text import Text


def catalogue_finding(exercise: Exercise) -> Finding:
    """Whether every entry can be turned into a program; all that cannot are told at once."""
    entries = exercise.misconceptions
    return Finding(
        question="catalogue",
        title=say("catalogue"),
        summary=say_many("{number} entry", "{number} entries", len(entries)),
        objections=(*_edits(exercise), *_predicates(exercise)),
    )


def _edits(exercise: Exercise) -> Iterator[Text]:
    for entry in exercise.misconceptions:
        for edit in entry.edit:
            count = exercise.reference.count(edit.before)
            if count != 1:
                yield say(
                    "{id}: the text to replace stands {count} times in the reference instead of once: {text}",
                    id=entry.id,
                    count=count,
                    text=edit.before[:80],
                )


def _predicates(exercise: Exercise) -> Iterator[Text]:
    path = exercise.solution / "predicates.py"
    body = ast.parse(path.read_text(encoding="utf-8")).body if path.is_file() else []
    defined = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    for entry in exercise.misconceptions:
        if entry.predicate is not None and entry.predicate not in defined:
            yield say(
                "{id} names the predicate {name}, which predicates.py does not define.",
                id=entry.id,
                name=entry.predicate,
            )
