"""A course of one tiny exercise, laid out on disk for a test to bend and break: doubling a number with NumPy."""

from __future__ import annotations

from pathlib import Path

from grader.course import Course, Exercise

COURSE = """
id = 'small'
version = '1.0.0'
languages = ['en', 'es']
title = { en = 'A small course', es = 'Un curso pequeño' }
"""

MANIFEST = """
number = 7
id = 'double'
version = 1
runtime = 'numpy'
file = 'double.py'
entry_points = ['double']
concepts = ['sgd']
title = { en = 'Twice', es = 'El doble' }
idea = { en = 'What twice means', es = 'Qué es el doble' }
convention = { en = 'The usual one', es = 'La de siempre' }

[tolerance]
rtol = 1e-9
atol = 1e-12
reason = { en = 'Doubling is exact.', es = 'Doblar es exacto.' }

[limits]
call_seconds = 1.0

[[hint]]
en = 'Think of adding.'
es = 'Piensa en sumar.'

[[check]]
id = 'is_a_number'
claim = { en = 'It returns a number', es = 'Devuelve un número' }
points = 5

[[check]]
id = 'is_twice'
claim = { en = 'It returns twice its argument', es = 'Devuelve el doble de su argumento' }
points = 10
needs = 'is_a_number'

[[check]]
id = 'takes_arrays'
claim = { en = 'It takes arrays too', es = 'Acepta arrays también' }
points = 5
"""

STARTER = '''"""Exercise 7: double."""


def double(x):
    raise NotImplementedError("Exercise 7: double")
'''

REFERENCE = '''"""Exercise 7: double."""


def double(x):
    return 2.0 * x
'''

HARNESS = """import numpy as np


def twice_over(double, x):
    return double(double(x))


def table(double):
    return {"columns": ["x", "y"], "rows": np.array([[x, double(float(x))] for x in range(3)])}
"""

CHECKS = """import numpy as np


def test_is_a_number(learner, reference, rng, expect):
    x = float(rng.uniform(1, 2))
    expect.that(isinstance(learner.double(x), float), en="It must be a number.", es="Debe ser un número.")


def test_is_twice(learner, reference, rng, expect):
    x = float(rng.uniform(1, 2))
    expect.close(learner.double(x), reference.double(x), names="x")


def test_takes_arrays(learner, reference, rng, expect):
    x = rng.uniform(1, 2, size=3)
    expect.close(learner.double(x), reference.double(x), names="x")
"""

CATALOGUE = """
[[misconception]]
id = 'squares'
kind = 'misconception'
entry_points = ['double']
terms = ['sgd']
edit = [{ from = '2.0 * x', to = 'x * x' }]
belief = { en = 'Twice is the square.', es = 'El doble es el cuadrado.' }
explanation = { en = 'Only for 2.', es = 'Solo para el 2.' }
question = { en = 'Twice 3?', es = '¿El doble de 3?' }
"""


DIMENSIONS = """
[[dimension]]
id = 'any_size'
varies = { en = 'the size of `x`', es = 'el tamaño de `x`' }
check = ['takes_arrays']
edit = [{ from = '2.0 * x', to = '2.0 * x[0]' }]
"""


def lay_out(root: Path, **files: str) -> Path:
    """Write the course into `root`; a keyword replaces one file's text: manifest, checks, reference, and so on."""
    exercise, solution = root / "exercises" / "07_double", root / "solutions" / "07_double"
    for path, name, text in (
        (root / "course.toml", "course", COURSE),
        (exercise / "exercise.toml", "manifest", MANIFEST),
        (exercise / "double.py", "starter", STARTER),
        (exercise / "harness.py", "harness", HARNESS),
        (exercise / "brief.en.md", "brief_en", "# Twice\n"),
        (exercise / "brief.es.md", "brief_es", "# El doble\n"),
        (solution / "double.py", "reference", REFERENCE),
        (solution / "checks.py", "checks", CHECKS),
        (solution / "misconceptions.toml", "catalogue", CATALOGUE),
        (solution / "dimensions.toml", "dimensions", DIMENSIONS),
        (solution / "explanation.en.md", "explanation_en", "Twice.\n"),
        (solution / "explanation.es.md", "explanation_es", "El doble.\n"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files.pop(name, text), encoding="utf-8")
    assert not files, f"no such file of the small course: {files}"
    return root


def exercise(root: Path, **files: str) -> Exercise:
    """The small course's exercise, with some of its files replaced."""
    return Course(lay_out(root, **files)).exercise(7)
