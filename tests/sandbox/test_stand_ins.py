"""What a file imports beside what is asked for is put aside; a function that needs it is told so, as Python would."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator

import pytest

from grader.results import Outcome, Report
from grader.sandbox.far.stand_ins import StandIns
from tests.content import driver

MISSING = "no_such_package_here"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def loaded(source: str) -> tuple[types.SimpleNamespace, list[str]]:
    names: dict[str, object] = {}
    with StandIns(source, "step.py") as stand_ins:
        exec(compile(source, "step.py", "exec", dont_inherit=True), names)
    return types.SimpleNamespace(**{name: value for name, value in names.items() if name != "__builtins__"}), [
        *stand_ins.names
    ]


# Unhappy paths


@pytest.mark.parametrize(
    "use",
    ["x.y", "x()", "x.y.z(1)[2]", "x + 1", "1 - x", "list(x)", "len(x)", "str(x.y)", "x[0]", "-x", "x < 1"],
)
def test_the_first_use_in_a_call_raises_the_error_of_the_import(use):
    """With the line of that, wherever it is used."""
    own, _ = loaded(f"\nfrom {MISSING}.deep import x\ndef step():\n    return {use}\n")
    with pytest.raises(ModuleNotFoundError, match=f"No module named '{MISSING}.deep'") as raised:
        own.step()
    assert raised.value.import_line == 2


@pytest.mark.parametrize(
    "source",
    [
        f"try:\n    import {MISSING}\nexcept ImportError:\n    found = 'another'",
        f"import contextlib\nfound = 'another'\nwith contextlib.suppress(ImportError):\n    import {MISSING} as found",
    ],
)
def test_a_program_that_minds_a_missing_package_itself_finds_it_missing(source):
    own, names = loaded(source)
    assert (own.found, names) == ("another", [])


@pytest.mark.parametrize(
    "source",
    [
        f"from {MISSING} import *",
        f"def step():\n    import {MISSING}\nstep()",
        f"exec('import {MISSING}')",
        "import numpy.no_such_part",
        "from numpy import no_such_name",
    ],
)
def test_other_imports_fail_as_they_do_anywhere(source):
    with pytest.raises(ImportError):
        loaded(source)


def test_what_plain_python_cannot_do_with_a_stand_in_is_told_as_the_missing_package():
    with pytest.raises(ModuleNotFoundError, match=MISSING):
        loaded(f"import {MISSING} as m\nn = int(m.read('x'))")


def test_another_error_of_the_file_stays_what_it_is():
    with pytest.raises(NameError):
        loaded(f"import {MISSING} as m\nm.plot()\nn = undefined")


def test_after_the_loading_nothing_stands_in_any_more():
    loaded(f"import {MISSING}")
    with pytest.raises(ModuleNotFoundError):
        __import__("no_other_such_package_here")
    assert not [each for each in sys.meta_path if isinstance(each, StandIns)]


# What is passed over


@pytest.mark.parametrize(
    "lines",
    [
        "m.plot([1])\nm.deep.show(block=False)",
        "data = m.read('x')\ndata['loss'] = data['a'] * 2 + 1\nfor row in data:\n    print(row.x)",
        "with m.open('x') as f:\n    f.write('y')",
        "m.style = 'dark'\nif m.is_here:\n    pass",
        "class Net(m.Module):\n    def f(self): return 1",
        "@m.jit\ndef other(): pass",
        "def other(x: m.Array = m.zeros(3)) -> m.Array: pass",
    ],
)
def test_whatever_stands_outside_the_functions_is_passed_over(lines):
    own, names = loaded(f"import {MISSING}.deep as d\nimport {MISSING} as m\n{lines}\ndef step():\n    return 7\n")
    assert (own.step(), names) == (7, [MISSING])


# As it is graded

HEAD = f"""import {MISSING}
import {MISSING}.pyplot as plt
from {MISSING} import drive
drive.mount('/content')
plt.plot()
"""


def told(report: Report) -> str:
    return " ".join(note["en"] for note in report.notes)


@pytest.mark.parametrize("slug", ["adam_step", "sgd_step"])
def test_a_right_answer_below_such_imports_passes_and_is_told_what_was_put_aside(slug):
    reference = driver.course().exercise(slug).reference
    found = driver.grade(slug, HEAD + reference.replace("from __future__ import annotations\n", ""), 3)
    assert (found.outcome, found.points) == (Outcome.PASSED, 20)
    assert told(found) == f"Not here while it is graded, and put aside: {MISSING}."
    assert driver.grade(slug, reference, 3).notes == ()


def test_a_function_that_needs_the_package_did_not_load_and_says_where_it_is_imported():
    source = f"import numpy as np\nimport {MISSING} as m\ndef adam_step(*a, **k):\n    return m.step(*a)\n"
    found = driver.grade("adam_step", source, 3)
    assert (found.outcome, found.points, found.notes) == (Outcome.DID_NOT_LOAD, 0, ())
    assert found.message is not None
    assert f"adam_step.py, line 2: ModuleNotFoundError: No module named '{MISSING}'" in found.message["en"]
    assert "do without others" in found.message["en"]


@pytest.mark.parametrize(
    "lines",
    [
        "!pip install torch",
        "%matplotlib inline",
        "%%time",
        "!pip install \\\n    torch",
        "files = !ls",
        "get_ipython().system('pip install torch')",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
    ],
)
def test_the_lines_of_a_notebooks_shell_are_passed_over_in_a_file(lines):
    reference = driver.course().exercise("adam_step").reference
    found = driver.grade("adam_step", f"{lines}\n{reference}\n{lines}\n", 3)
    assert found.outcome is Outcome.PASSED, found.first_failure


def test_what_is_no_magic_is_still_no_python():
    found = driver.grade("adam_step", "import numpy\ndef adam_step(:\n    pass\n", 3)
    assert found.outcome is Outcome.DID_NOT_LOAD
    assert "line 2: SyntaxError" in found.message["en"]
