"""A reference makes every source one small slip away; where a slip is may be told, what is right there may not."""

from __future__ import annotations

import ast

import pytest

from grader.course import Exercise
from grader.diagnosis import Mutant, mutants
from tests.content import driver

SOURCE = '''"""Nothing here changes: 2 + 2."""
import numpy as np

LIMIT = 3


def f(x, y=0.5, *, z=1):
    """Nor here: x - y."""
    a = x - 2 * y
    if a <= z:
        a = np.abs(a)
    b, c = -a, a ** 2
    return b / (c + True)
'''


def of(source: str) -> dict[str, Mutant]:
    return {mutant.mutation: mutant for mutant in mutants(source)}


@pytest.mark.parametrize(
    "mutation",
    ["Sub -> Add", "x Sub y -> x", "x Sub y -> y", "2 -> 3", "2 -> 1", "Mult -> Div", "LtE -> Lt", "LtE -> GtE",
     "np.abs(x) -> x", "-x -> x", "Pow -> Mult", "Div -> Mult", "x -> y", "x -> a", "a -> z", "y -> x"],
)  # fmt: skip
def test_every_kind_of_slip_is_made(mutation: str) -> None:
    assert mutation in of(SOURCE)


def test_only_the_body_of_a_function_is_touched() -> None:
    for mutant in mutants(SOURCE):
        tree = ast.parse(mutant.source)
        original = ast.parse(SOURCE)
        assert ast.dump(tree.body[0]) == ast.dump(original.body[0])
        assert ast.dump(tree.body[2]) == ast.dump(original.body[2])
        assert ast.dump(tree.body[3].args) == ast.dump(original.body[3].args)
        assert ast.get_docstring(tree.body[3]) == "Nor here: x - y."


def test_the_methods_of_a_class_are_touched_too() -> None:
    source = "class C:\n    best = 1 + 1\n\n    def step(self, x):\n        self.n += 1\n        return x < self.n\n"
    found = of(source)
    assert found.keys() == {"1 -> 2", "1 -> 0", "Lt -> LtE", "Lt -> Gt"}
    assert "def step(self, x):" in found["Lt -> Gt"].source
    assert (found["1 -> 0"].line, found["1 -> 0"].place["en"]) == (
        5,
        "In `step`, where `self.n` is worked out, a constant is off by one.",
    )


def test_truths_and_texts_are_no_constants_to_be_off_by_one() -> None:
    assert not any(name.startswith(("True", "'")) for name in of(SOURCE))


def test_a_source_without_functions_has_no_mutants() -> None:
    assert mutants("x = 1 + 1\n") == ()


def test_the_line_is_that_of_the_statement() -> None:
    mutant = of(SOURCE)["np.abs(x) -> x"]
    assert (mutant.line, mutant.original) == (11, "a = np.abs(a)")


@pytest.mark.parametrize(
    ("mutation", "place"),
    [
        ("x Sub y -> y", "In `f`, where `a` is worked out, a term is missing."),
        ("2 -> 1", "In `f`, where `(b, c)` is worked out, a constant is off by one."),
        ("Div -> Mult", "In `f`, in what is returned, an operator differs."),
        ("LtE -> Lt", "In `f`, in a condition, a comparison differs."),
        ("-x -> x", "In `f`, where `(b, c)` is worked out, a sign is missing."),
    ],
)
def test_a_place_is_told_in_words(mutation: str, place: str) -> None:
    assert of(SOURCE)[mutation].place["en"] == place
    assert of(SOURCE)[mutation].place["es"].startswith("En `f`, ")


@pytest.mark.parametrize("exercise", driver.course().exercises, ids=lambda exercise: exercise.id)
class TestShippedReferences:
    def test_every_mutant_is_python_of_its_own(self, exercise: Exercise) -> None:
        made = mutants(exercise.reference)
        assert len(made) >= 10
        assert len({mutant.source for mutant in made}) == len(made)
        assert ast.unparse(ast.parse(exercise.reference)) not in {mutant.source for mutant in made}
        for mutant in made:
            compile(mutant.source, exercise.manifest.file, "exec")

    def test_no_place_tells_the_right_code(self, exercise: Exercise) -> None:
        """A name that a value has is told; what it is worked out from is not."""
        for mutant in mutants(exercise.reference):
            _, _, right = mutant.original.partition("= ")
            for sentence in mutant.place.values():
                assert not right or right not in sentence
                assert mutant.mutation not in sentence
