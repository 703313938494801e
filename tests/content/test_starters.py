"""The starters of the shipped exercises: one code in two languages, with the same numbers and formulas said of it."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from grader.course import Exercise
from grader.results import Outcome
from tests.content.driver import grade

SPANISH = re.compile(r"\b(Ejercicio|Convención|A mano)\b")
ENGLISH = re.compile(r"\b(the|of|and|with|Exercise|Convention|By hand|Return)\b")


def words(source: bytes) -> list[str]:
    """What is said in a source, in order: docstrings, comments and what its exceptions say."""
    nodes = list(ast.walk(ast.parse(source)))
    told = [node for node in nodes if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    said = [ast.get_docstring(node) or "" for node in told]
    said += [node.exc.args[0].value for node in nodes if isinstance(node, ast.Raise)]
    return said + [line.partition("#")[2] for line in source.decode().splitlines() if "#" in line]


def code(source: bytes) -> str:
    """A source without its strings, each of which leaves a mark; comments go by themselves."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            node.value = "words"
    return ast.unparse(tree)


def numbers(source: bytes) -> list[Counter[str]]:
    """The numbers in each piece of what is said, a decimal comma read as a point."""
    return [Counter(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d)", ".", said))) for said in words(source)]


def formulas(source: bytes) -> list[list[str]]:
    """The operators and numbers of each indented line of the module's docstring."""
    lines = [line for line in words(source)[0].splitlines() if line.startswith("    ")]
    return [re.findall(r"[-+*/^()<>=]+|\d+", line) for line in lines]


def test_its_code_is_the_same_in_both_languages(exercise: Exercise) -> None:
    assert code(exercise.starter_in("es")) == code(exercise.starter_in("en"))


def test_its_numbers_are_the_same_in_both_languages(exercise: Exercise) -> None:
    spanish, english = (numbers(exercise.starter_in(code)) for code in ("es", "en"))
    assert spanish == english
    assert sum(map(len, english)) >= 5


def test_its_formulas_are_the_same_in_both_languages(exercise: Exercise) -> None:
    """Line by line: operators and numbers are the same, whatever is said beside them."""
    spanish, english = (formulas(exercise.starter_in(code)) for code in ("es", "en"))
    assert spanish == english
    assert any(english)


def test_each_is_in_its_own_language(exercise: Exercise) -> None:
    spanish, english = (" ".join(words(exercise.starter_in(code))) for code in ("es", "en"))
    assert len(SPANISH.findall(spanish)) >= 3
    assert not ENGLISH.findall(spanish)
    assert len(ENGLISH.findall(english)) >= 3
    assert not SPANISH.findall(english)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_the_spanish_one_is_not_started_byte_for_byte(exercise: Exercise, ends: bytes) -> None:
    content = exercise.starter_in("es").replace(b"\n", ends)
    assert grade(exercise.id, content, 0).outcome is Outcome.NOT_STARTED


def test_the_spanish_one_fails_once_touched(exercise: Exercise) -> None:
    assert grade(exercise.id, exercise.starter_in("es") + b"\n# Lo he mirado.\n", 0).outcome is Outcome.FAILED


def test_its_lines_fit_a_screen(exercise: Exercise) -> None:
    assert max(map(len, exercise.starter_in("es").decode().splitlines())) <= 110
