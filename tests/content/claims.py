"""Every sentence of the course that states a number or a formula, by its place: what `claims.toml` must account for."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from grader import formula
from grader.course import open_course
from grader.quizzes.deck import load_deck
from grader.quizzes.lint_entries import entries
from grader.text import texts_within

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TABLE = HERE / "claims.toml"
LANGUAGE = "en"
"""The language that is read; the lint and `grade verify` hold the others to the same numbers and formulas."""
TABLES = {"ORACLES", "EXPECTED"}
"""Names of tables in the tests of which each key names the item that its row runs."""
_REFERENCE = re.compile(r"\bexercises? \d+\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"<<\w+>>")
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def numbers_in(sentence: str) -> list[str]:
    """Its numerals and its formulas; not the digits of a name such as `w1`, nor the number of an exercise."""
    bare = _NAME.sub(" ", _PLACEHOLDER.sub(" ", _REFERENCE.sub(" ", sentence)))
    return _NUMBER.findall(bare) + [span.latex for span in formula.spans(sentence)]


def stated() -> dict[str, str]:
    """What each place states, as a hash of its numbers and formulas; places that state none are left out."""
    found: dict[str, list[str]] = {}
    for place, sentence in places():
        found.setdefault(place, []).extend(numbers_in(sentence))
    return {
        place: blake2b("\n".join(said).encode(), digest_size=4).hexdigest() for place, said in found.items() if said
    }


def places() -> Iterator[tuple[str, str]]:
    """Each sentence with its place: a file of an exercise, a belief, an item, a term."""
    course = open_course()
    for folder in course.folders.values():
        exercise = course.exercise(folder.name)
        name = folder.name
        yield f"{name} brief", exercise.folder.joinpath(f"brief.{LANGUAGE}.md").read_text(encoding="utf-8")
        explanation = ROOT / "solutions" / name / f"explanation.{LANGUAGE}.md"
        yield f"{name} explanation", explanation.read_text(encoding="utf-8")
        for number, hint in enumerate(exercise.manifest.hint, 1):
            yield f"{name} hint {number}", hint[LANGUAGE]
        for sentence in _sentences(msgspec.structs.replace(exercise.manifest, hint=())):
            yield f"{name} manifest", sentence
        for belief in exercise.misconceptions:
            for sentence in _sentences(belief):
                yield f"{name} {belief.id}", sentence
    for entry in entries(load_deck(ROOT)):
        for _, text in entry.texts:
            yield entry.where.replace(".toml:", ""), text.get(LANGUAGE, "")
        for latex in getattr(entry.value, "formulas", ()):
            yield entry.where.replace(".toml:", ""), f"${latex}$"


def _sentences(value: object) -> Iterator[str]:
    return (text[LANGUAGE] for _, text in texts_within(value))


@cache
def facts() -> frozenset[str]:
    """The names of all tests of the content, and the keys of tables whose every row is a test."""
    found: set[str] = set()
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(node.name)
            elif isinstance(node, ast.Dict):
                found |= {
                    key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
                }
    return frozenset(found)


def must_have_a_row(place: str, rows: dict[str, dict[str, object]]) -> bool:
    """Whether neither a test is called after a place, nor it belongs to an exercise that has no rows as yet."""
    course, items = open_course(), load_deck(ROOT).bank.items
    own, key = place.split(maxsplit=1)[0], place.rsplit(maxsplit=1)[-1]
    number = getattr(items.get(key), "exercise", None)
    folder = course.folders[number].name if number in course.folders else own
    begun = {row.split()[0] for row in rows}
    return not guess(place) and (folder in begun or not folder[0].isdigit())


def table() -> dict[str, dict[str, object]]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def guess(place: str) -> list[str]:
    """Tests that are called after a place."""
    key = place.rsplit(maxsplit=1)[-1]
    stem = f"test_{key.replace('-', '_')}_"
    return sorted(name for name in facts() if name.startswith(stem) or name == key)


def row(place: str, seen: str, known: dict[str, object]) -> str:
    """An entry as it stands in the table."""
    lines = [f'["{place}"]', f"seen = '{seen}'"]
    if given := known.get("given"):
        lines.append(f'given = "{given}"')
    if facts := known.get("facts") or ([] if given else guess(place)):
        lines.append(f"facts = {[*facts]}")  # type: ignore[misc]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table as it should be: known rows as they are, new places with the tests that are called after them."""
    known = table() if TABLE.exists() else {}
    sys.stdout.write("\n".join(row(place, seen, known.get(place, {})) for place, seen in stated().items()))


if __name__ == "__main__":
    main()
