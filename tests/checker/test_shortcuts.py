"""A refused name is found however it was imported, and nowhere else: a lint for honest learners, no defence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checker.shortcuts import find_shortcut
from grader.course import Shortcut
from grader.text import Text
from tests.content import driver

REASON = Text({"en": "because", "es": "porque"})
OPTIM = Shortcut(name="torch.optim", reason=REASON)
SOLVE = Shortcut(name="numpy.linalg.solve", reason=REASON)


def line_of(source: str, *forbidden: Shortcut) -> int | None:
    use = find_shortcut(source, forbidden or (OPTIM, SOLVE))
    return None if use is None else use.line


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import torch.optim\ntorch.optim.SGD", 2),
        ("import torch\nopt = torch.optim.SGD(p, 0.1)", 2),
        ("import torch as t\n\nt.optim.SGD(p, 0.1)", 3),
        ("import torch.optim as o\no.SGD(p)", 2),
        ("from torch import optim\nx = optim", 2),
        ("from torch import nn, optim as o\no.SGD", 2),
        ("from torch.optim import *", 1),
        ("from torch.optim import SGD\n\nSGD(p)", 3),
        ("from torch.optim.sgd import SGD\nSGD(p)", 2),
        ("from torch import (\n    nn,\n    optim,\n)\noptim.SGD", 5),
        ("import numpy as np, torch as t\nt.optim", 2),
        ("import numpy as np\nnp.linalg.solve(a, b)", 2),
        ("from numpy import linalg\nlinalg.solve(a, b)", 2),
        ("from numpy import linalg as la\nla . solve(a, b)", 2),
        ("from numpy.linalg import solve as s\ns(a, b)", 2),
        ("def f():\n    import torch\n    return torch.optim.Adam", 3),
        ("import torch; x = torch.optim", 1),
        ("x = [torch.optim.SGD for _ in p]", 1),
        ("def f(o=torch.optim.SGD): pass", 1),
        ("@torch.optim.wrap\ndef f(): pass", 1),
        ("x = (torch\n     .optim)", 1),
        ("if True:\n\tfrom torch import optim\n\toptim.SGD", 3),
    ],
)
def test_a_refused_name_is_found_on_its_line(source: str, line: int) -> None:
    assert line_of(source) == line


@pytest.mark.parametrize(
    "source",
    [
        "# import torch.optim",
        "import torch.optim",
        "from torch import nn, optim as o\nnn.Linear",
        "import numpy as np, torch.optim as o\nx = np.ones(3)",
        '"""Like torch.optim.SGD, by hand."""',
        "x = 'torch.optim'",
        "x = f'{y} torch.optim'",
        "import torch\nx = torch.no_grad()",
        "import torch.optimize_me",
        "optim = 3\nx = optim + 1",
        "optim.torch = 1",
        "x.torch.optim",
        "np.linalg.solve_triangular = 1",
        "from numpy.linalg import inv",
        "torch\noptim",
        "torch + optim",
        "from . import optim",
        "",
    ],
)
def test_what_only_looks_like_it_is_let_through(source: str) -> None:
    assert line_of(source) is None


@pytest.mark.parametrize("source", ["def f(:", "x = '''never closed", "x = (", "\x00", "if x:\n  y\n z", "é = $ ?"])
def test_a_source_that_cannot_be_read_is_left_to_the_interpreter(source: str) -> None:
    assert line_of(source) is None
    assert line_of("from torch import optim\noptim.SGD\n" + source) in (None, 2)


def test_what_comes_before_a_broken_line_is_still_found() -> None:
    assert line_of("from torch import optim\nx = optim\nx = (\n") == 2


def test_nothing_forbidden_finds_nothing() -> None:
    assert find_shortcut("import torch.optim", ()) is None


def test_the_first_use_is_the_one_that_is_told() -> None:
    use = find_shortcut("import numpy as np\nnp.linalg.solve(a, b)\nimport torch.optim", (OPTIM, SOLVE))
    assert use is not None
    assert (use.shortcut, use.line) == (SOLVE, 2)


def test_a_whole_module_may_be_refused() -> None:
    torch = Shortcut(name="torch", reason=REASON)
    assert line_of("import numpy\nfrom torch.nn import Linear\nLinear(2, 3)", torch) == 3
    assert line_of("import torchvision\ntorchvision.io", torch) is None


@given(st.text(alphabet="import torch.optim as\n\t;()[]\\'\"#@0é\x00", max_size=60))
def test_no_text_brings_the_search_down(source: str) -> None:
    use = find_shortcut(source, (OPTIM,))
    assert use is None or 1 <= use.line <= source.count("\n") + 1


@pytest.mark.parametrize("exercise", driver.course().exercises, ids=lambda exercise: exercise.id)
def test_no_starter_or_reference_needs_what_its_own_exercise_refuses(exercise: object) -> None:
    for source in (exercise.starter.decode(), exercise.reference):
        assert find_shortcut(source, exercise.manifest.forbidden) is None
