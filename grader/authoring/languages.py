"""Every text of an exercise held against its translations: the same formulas and the same code in each.

That none is missing is seen to when the files are read, but for the starters: only the plain one is read always.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from grader.authoring.findings import Finding
from grader.course import Exercise
from grader.formula import spans
from grader.locale import say, say_many
from grader.quizzes.lint_entries import comparable
from grader.text import Text

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def languages_finding(exercise: Exercise) -> Finding:
    """Whether every text says the same in every language of the course, as far as formulas and code tell."""
    texts = list(_texts(exercise))
    objections = [problem for where, text in texts for problem in _problems(where, text, exercise.languages)]
    objections += _missing_starters(exercise)
    return Finding(
        question="languages",
        title=say("languages"),
        summary=say_many("{number} text in each", "{number} texts in each", len(texts)),
        objections=tuple(objections),
    )


def _missing_starters(exercise: Exercise) -> Iterator[Text]:
    """One language needs no file of its own, since the starter's plain name is its."""
    without = [code for code in exercise.languages if not exercise.starter_path(code).is_file()]
    for code in without[1:]:
        file = f"exercises/{exercise.folder.name}/{exercise.starter_path(code).name}"
        yield say("There is no starter in language {language}: {file} is missing.", language=f"`{code}`", file=file)


def _texts(exercise: Exercise) -> Iterator[tuple[str, Text]]:
    """Every text a learner may read, and where it stands."""
    manifest = exercise.manifest
    yield "brief", exercise.markdown("brief")
    yield "explanation", exercise.markdown("explanation")
    yield "title", manifest.title
    yield "idea", manifest.idea
    yield "convention", manifest.convention
    yield "tolerance.reason", manifest.tolerance.reason
    for place, text in enumerate(manifest.hint, start=1):
        yield f"hint {place}", text
    for check in manifest.check:
        yield f"check {check.id}", check.claim
    for shortcut in manifest.forbidden:
        yield f"forbidden {shortcut.name}", shortcut.reason
    for figure in manifest.figure:
        for part in ("title", "caption", "x_label", "y_label"):
            yield f"figure {figure.function} {part}", getattr(figure, part)
    for entry in exercise.misconceptions:
        for part in ("belief", "explanation", "question"):
            yield f"misconception {entry.id} {part}", getattr(entry, part)


def _problems(where: str, text: Text, languages: tuple[str, ...]) -> Iterator[Text]:
    for code in languages:
        if _CONTROL.search(text[code]):
            yield say("{where} ({language}) holds a control character: a basic TOML string read a backslash.",
                      where=where, language=code)  # fmt: skip
    first = languages[0]
    for code in languages[1:]:
        odd = (_marks(text[first]) - _marks(text[code])) + (_marks(text[code]) - _marks(text[first]))
        if odd:
            yield say("{where}: {first} and {other} differ in {what}.",
                      where=where, first=first, other=code, what=", ".join(sorted(odd)[:6]))  # fmt: skip


def _marks(markdown: str) -> Counter[str]:
    """The formulas and pieces of code of a text; a block of code counts without its comments."""
    found = Counter(f"${comparable(span.latex)}$" for span in spans(markdown))
    prose = _FENCE.sub("", markdown)
    found.update(f"`{code}`" for code in _CODE.findall(prose))
    for block in _FENCE.findall(markdown):
        found.update(line.split("#")[0].strip() for line in block.split("\n") if line.split("#")[0].strip())
    return found
