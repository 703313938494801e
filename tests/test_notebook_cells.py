"""From a notebook comes the source that defines what was asked for and what that needs, and nothing else."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.notebook_cells import CellLine, Extracted, NotDefinedError, extract, extraction, graded_content


def notebook(*cells: str, **more: object) -> bytes:
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []} for cell in cells]
    text = {"cell_type": "markdown", "source": ["def step(): a heading, not code"]}
    return json.dumps({"cells": [text, *code], "nbformat": 4, **more}).encode()


def source_for(*cells: str, of: tuple[str, ...] = ("step",)) -> str:
    return extract(notebook(*cells), of, "homework.ipynb").source


def told(extracted: Extracted) -> str:
    return " ".join(note["en"] for note in extracted.notes)


def run(source: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(compile(source, "homework.ipynb", "exec", dont_inherit=True), names)
    return names


# Unhappy paths


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"def step(): pass",
        b"\x89PNG\r\n\x1a\n\0",
        b"\xff\xfe{",
        b"[]",
        b"3",
        b"{}",
        b'{"cells": 3}',
        b'{"cells": [3]}',
        b'{"cells": [{}]}',
        b'{"cells": [{"cell_type": "code", "source": 3}]}',
        b'{"cells": [{"cell_type": "code", "source": [3]}]}',
        b'{"worksheets": []}',
        b"[" * 100_000,
        b'{"cells":' * 20_000,
    ],
)
def test_what_is_not_a_notebook_is_one_sentence(content):
    with pytest.raises(SubmissionError, match=r"homework\.ipynb is not a Jupyter notebook"):
        extract(content, ("step",), "homework.ipynb")


@pytest.mark.parametrize(
    "cells",
    [(), ("",), ("x = 1",), ("class A:\n    def step(self): pass",), ("# def step():",), ("%%bash\ndef step(): pass",)],
)
def test_a_missing_entry_point_is_named(cells):
    with pytest.raises(SubmissionError, match=r"No code cell of homework\.ipynb defines `step`"):
        source_for(*cells)


def test_of_several_entry_points_those_that_are_there_are_taken_and_the_missing_one_is_told():
    extracted = extract(notebook("def step(): return 1"), ("step", "other"), "homework.ipynb")
    assert run(extracted.source)["step"]() == 1
    assert "No code cell defines `other`" in told(extracted)


def test_a_cell_that_defines_the_entry_point_and_cannot_be_parsed_is_named_with_its_line():
    with pytest.raises(SubmissionError, match=r"Code cell 2 of homework.ipynb, which defines `step`.*line 3, ") as told:
        source_for("import math", "x = 1\ndef step():\n    return (1 +\n")
    assert "return (1 +" in told.value.hint["en"]


def test_a_broken_cell_after_a_good_definition_is_not_passed_over():
    with pytest.raises(SubmissionError, match="Code cell 2"):
        source_for("def step(): return 1", "def step(): return 2 +")


def test_a_good_definition_after_a_broken_cell_counts():
    assert run(source_for("def step(): return 1 +", "def step(): return 2"))["step"]() == 2


def test_a_broken_cell_that_defines_something_needed_is_named():
    with pytest.raises(SubmissionError, match=r"Code cell 1 of homework\.ipynb, which defines `helper`"):
        source_for("def helper(: pass", "def step(): return helper()")


def test_a_broken_cell_that_defines_nothing_needed_does_not_matter():
    assert run(source_for("for for for", "def step(): return 2"))["step"]() == 2


@pytest.mark.parametrize("cell", ["x = '\0'", "(" * 5000, "-" * 50_000 + "1", "a" + ".b" * 50_000, "x = \ud800"])
def test_a_cell_made_to_break_the_parser_breaks_nothing(cell):
    assert run(source_for(cell, "def step(): return 2"))["step"]() == 2


def test_nothing_in_the_notebook_is_run(tmp_path):
    trace = tmp_path / "trace"
    cell = f"open({str(trace)!r}, 'w')\ndef step(): return 1"
    source_for(cell, f"open({str(trace)!r}, 'w')")
    assert not trace.exists()


# What stands elsewhere, or twice

STEP = "def step():\n    return 1"


@pytest.mark.parametrize(
    ("kind", "source", "sentence"),
    [
        ("markdown", STEP, "Cell 2 holds `def step`, but it is not a code cell (Markdown)"),
        ("raw", f"```python\n{STEP}\n```", "Cell 2 holds `def step`, but it is not a code cell (Raw)"),
        ("code", f"%%writefile step.py\n{STEP}", "Cell 2 writes `def step` into the file step.py"),
        ("code", f"%%bash\n{STEP}", "Cell 2 holds `def step`, but its first line `%%bash` makes it no Python"),
        (
            "code",
            "if True:\n    def other(): pass\n    class A:\n        def step(self): pass",
            "inside something else",
        ),
        ("code", "x = 1", "Define it in a cell of its own"),
        ("markdown", "Write it so:\n```python\ndef step() -> int:\n```", "Define it in a cell of its own"),
    ],
)
def test_a_function_that_does_not_count_is_told_with_its_cell(kind, source, sentence):
    cells = [{"cell_type": "code", "source": "import math"}, {"cell_type": kind, "source": source}]
    with pytest.raises(NotDefinedError) as raised:
        extract(json.dumps({"nbformat": 4, "cells": cells}).encode(), ("step",), "homework.ipynb")
    assert sentence in raised.value.hint["en"]
    assert raised.value.hint["es"] != raised.value.hint["en"]


def test_the_import_of_a_file_that_a_cell_writes_is_told():
    cells = (f"%%writefile step.py\n{STEP}", "from step import step")
    assert "Cell 2 writes `def step` into the file step.py" in told(
        extract(notebook(*cells), ("step",), "homework.ipynb")
    )


def test_a_starter_copied_below_the_answer_is_told():
    extracted = extract(notebook(STEP, "x = 1", "def step():\n    raise NotImplementedError"), ("step",), "h.ipynb")
    assert told(extracted) == "`step` is defined more than once, in code cells 1, 3: the last one counts."


@pytest.mark.parametrize("rest", ["    return m", "\n\t# then\n\treturn m"])
def test_a_function_split_over_two_cells_is_told(rest):
    extracted = extract(notebook("def step():\n    m = 1", "", rest), ("step",), "homework.ipynb")
    assert "Code cell 3 begins with an indented line: if it goes on with `step` of code cell 1" in told(extracted)


def test_a_later_answer_in_a_cell_of_text_is_told():
    content = json.loads(notebook(STEP))
    content["cells"].append({"cell_type": "markdown", "source": "def step():\n    return 2"})
    assert "Cell 3 holds `def step`" in told(extract(json.dumps(content).encode(), ("step",), "h.ipynb"))


@pytest.mark.parametrize(
    "cells", [(STEP,), ("def step(x): pass", "x = step(1)"), (STEP, "    ", "import step_counter")]
)
def test_of_an_ordinary_notebook_nothing_is_told(cells):
    assert extract(notebook(*cells), ("step",), "h.ipynb").notes == ()


# How it was saved


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace('"outputs": []', '"outputs": [NaN, Infinity, -Infinity]'),
        lambda text: text.replace('"outputs": []', '"outputs": ["\\ud800"]'),
        lambda text: text.replace('"nbformat": 4', '"nbformat": 4.0'),
        lambda text: text.replace('"nbformat": 4', '"nbformat": "5"'),
        lambda text: text.replace('"nbformat": 4', '"more": {"cells": 3}'),
        lambda text: text.replace("\n", "\r\n"),
    ],
)
def test_what_surrounds_the_cells_is_nothing_to_a_grade(change):
    content = change(notebook(STEP).decode()).encode("utf-8", "surrogatepass")
    assert run(extract(content, ("step",), "h.ipynb").source)["step"]() == 1


def test_the_older_format_may_have_several_sheets():
    sheets = [{"cells": [{"cell_type": "code", "input": text}]} for text in ("k = 3", "def step(): return k")]
    content = json.dumps({"nbformat": 3, "worksheets": sheets}).encode()
    assert run(extract(content, ("step",), "h.ipynb").source)["step"]() == 3


def test_a_notebook_full_of_pictures_is_told_its_size():
    content = notebook(STEP, metadata={"picture": "x" * 10_000_000})
    with pytest.raises(SubmissionError, match="larger than 10 MB, the most that a notebook may hold"):
        extract(content, ("step",), "h.ipynb")


@pytest.mark.parametrize("format", [4, 3])
def test_a_notebook_of_more_cells_than_anybody_writes_is_told_their_number(format):
    cells = [*[{"cell_type": "code", "source": "", "input": ""}] * 20_000, {"cell_type": "code", "source": STEP}]
    whole = {"nbformat": format, **({"cells": cells} if format == 4 else {"worksheets": [{"cells": cells}]})}
    content = graded_content(json.dumps(whole).encode(), ("step",), "h.ipynb")
    assert len(content) < 1_000
    with pytest.raises(SubmissionError) as caught:
        extract(content, ("step",), "h.ipynb")
    assert "more than 20 thousand cells" in caught.value.message["en"]
    assert "más de 20 mil celdas" in caught.value.message["es"]


# What is taken


def test_a_definition_takes_its_imports_constants_and_functions_and_leaves_the_rest():
    source = source_for(
        "import numpy as np\nimport torch\nprint('training')",
        "EPS = 1e-8\nsteps = train_for_hours()",
        "def root(x):\n    return np.sqrt(x) + EPS",
        "@np.vectorize\ndef step(x):\n    '''docstring'''\n    return root(x)  # why\nstep(3)\nplot(step)",
    )
    assert source == (
        "import numpy as np\n\nEPS = 1e-8\n\ndef root(x):\n    return np.sqrt(x) + EPS\n\n"
        "@np.vectorize\ndef step(x):\n    '''docstring'''\n    return root(x)  # why\n"
    )


def test_a_local_name_does_not_bring_the_global_one():
    cells = ("loss = train_for_hours()", "def step(x):\n    loss = x\n    return [loss for loss in (loss,)]")
    assert "train" not in source_for(*cells)


def test_a_parameter_an_attribute_and_a_keyword_do_not_bring_globals():
    cells = ("x = y = z = boom()", "def step(x, f=dict):\n    return f(z=x.y)")
    assert "boom" not in source_for(*cells)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("def step(): return 1", "def step(): return 2"), 2),
        (("def step(): return g()", "def g(): return 3"), 3),
        (("k = 1", "def step(): return k", "k = 4"), 4),
        (("k = 2", "k = k + 3", "def step(): return k"), 5),
        (("k = 2", "k += 4", "def step(): return k"), 6),
        (("k = {}", "k['a'] = 7", "def step(): return k['a']"), 7),
        (("class N: pass", "N.f = lambda self: 8", "def step(): return N().f()"), 8),
        (("try:\n    import nothing_like_it as k\nexcept ImportError:\n    k = 9", "def step(): return k"), 9),
        (("k = 10", "if False:\n    k = 0", "def step(): return k"), 10),
        (("k, (j, *i) = 1, (11, 2)", "def step(): return j"), 11),
        (("k: int = 12", "def step(a=k): return a"), 12),
        (("def deco(f): return lambda: f() + 12", "@deco\ndef step(): return 1"), 13),
        (("def f(x): return x", "step = f", "import os"), None),
        (("class B:\n    k = 14", "class A(B):\n    def f(self): return self.k", "def step(): return A().f()"), 14),
        (("k = 15", "class A:\n    j = k", "def step(): return A.j"), 15),
        (("from math import *", "def step(): return floor(16.5)"), 16),
        (("k = 17; boom()", "def step(): return k"), 17),
        (("import os; k = 18; import sys", "def step(): return k"), 18),
        (("é = 'ñ'; k = 19; boom()", "def step(): return k"), 19),
        (("n = 19\ndef bump():\n    global n\n    n += 1\n    return n", "def step(): return bump()"), 20),
        (("def outer():\n    def inner(): return k\n    return inner()", "k = 21", "def step(): return outer()"), 21),
        (("with open('/dev/null') as f:\n    k = 22", "def step(): return k"), 22),
        (("for k in range(24): pass", "def step(): return k"), 23),
        (("(k := 24)", "def step(): return k"), 24),
        (("async def go(): return 25", "async def step(): return await go()"), None),
        (("x = await fetch()", "def step(): return 26"), 26),
    ],
)  # fmt: skip
def test_what_was_taken_runs_by_itself(cells, expected):
    step = run(source_for(*cells))["step"]
    assert expected is None or step() == expected


def test_a_future_import_comes_first_wherever_it_stood():
    source = source_for("def step(x: Nothing): return 1", "from __future__ import annotations")
    assert source.startswith("from __future__")
    assert run(source)["step"](0) == 1


def test_our_own_future_imports_do_not_leak_into_the_cells():
    assert run(source_for("def step(x: int): return 1"))["step"].__annotations__ == {"x": int}


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "!pip install torch",
        "!echo it's",
        "!echo (",
        "%%time",
        "%%capture out",
        "%%grade 3",
        "\n%%timeit -n 1",
        "x?",
        "?x",
        "torch.optim.Adam??",
        "files = !ls",
        "out = %sql select 1",
        "!pip install \\\n    torch",
        "if True:\n    %time f()",
        "%time f()\n!ls\n%cd ..",
    ],
)
def test_magics_and_shell_lines_are_stripped(magic):
    assert run(source_for(f"{magic}\nk = 1\ndef step():\n    return k"))["step"]() == 1


def test_a_percent_sign_that_begins_a_line_of_python_stays():
    cell = "def step(x):\n    return (x\n% 3)"
    assert run(source_for(cell))["step"](5) == 2
    assert run(source_for(f"%time 1\n{cell}"))["step"](5) == 2
    text = 'T = """\n%matplotlib\n!ls\n"""\ndef step():\n    return T'
    assert run(source_for(text))["step"]() == "\n%matplotlib\n!ls\n"


@pytest.mark.parametrize("magic", ["%%bash", "%%html", "%%writefile step.py", "%%", "%%javascript"])
def test_a_cell_in_another_language_is_left_out(magic):
    assert "1" not in source_for(f"{magic}\ndef step(): return 1", "def step(): return 2")


def test_each_line_of_the_source_knows_its_cell():
    cells = ("%matplotlib inline\nimport numpy as np", "", "x = 1\n\ndef step():\n    return np.nan")
    extracted = extract(notebook(*cells), ("step",), "homework.ipynb")
    assert extracted.source.split("\n") == ["import numpy as np", "", "def step():", "    return np.nan", ""]
    assert [extracted.place(line) for line in (1, 3, 4)] == [CellLine(1, 2), CellLine(3, 3), CellLine(3, 4)]


def test_a_notebook_of_the_older_format_and_a_byte_order_mark_are_read():
    cell = {"cell_type": "code", "input": "def step(): return 1"}
    content = b"\xef\xbb\xbf" + json.dumps({"worksheets": [{"cells": [cell]}]}).encode()
    assert run(extract(content, ("step",), "old.ipynb").source)["step"]() == 1


LINES = st.sampled_from(
    [
        "def step():",
        "    return k",
        "k = 1",
        "%magic",
        "!ls (",
        '"""',
        "(",
        ")",
        "k?",
        "  ",
        "x = \\",
        "@k",
        "é;k=2",
        "\r",
    ]
)


@given(st.lists(st.lists(LINES, max_size=6).map("\n".join), max_size=4))
@example(["def step():\n    return k\nk = 1;"])
def test_any_cells_give_python_with_a_place_for_each_line_or_one_sentence(cells):
    try:
        extracted = extract(notebook(*cells), ("step",), "homework.ipynb")
    except SubmissionError:
        return
    compile(extracted.source, "homework.ipynb", "exec")
    assert isinstance(extracted, Extracted)
    assert len(extracted.lines) == extracted.source.count("\n")


class Block:
    """What `symtable` of Python 3.12 gives for a block."""

    def __init__(self, kind, *children):
        self._kind, self._children = kind, children

    def get_type(self):
        return self._kind

    def get_symbols(self):
        names = {"type parameters": ("Base",), "class": ("Now",), "function": ("Later",)}.get(self._kind, ())
        return [SimpleNamespace(get_name=lambda name=name: name, is_global=lambda: True) for name in names]

    def get_children(self):
        return self._children


def test_the_bases_of_a_class_with_type_parameters_are_needed_when_it_is_made():
    """`class A[T](Base)`: its parameters stand in a block of their own, around the class's."""
    block = Block("type parameters", Block("class", Block("function")))
    now, later = set(), set()
    assert extraction._runs_at_once(block)
    extraction._globals_of(block, now, later)
    assert (now, later) == ({"Base", "Now"}, {"Later"})
