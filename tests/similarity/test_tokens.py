"""The tokens of a source are those that renaming and reformatting leave, whatever the source is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.similarity.fingerprints import RUN, WINDOW, all_prints, shapes, winnowed
from grader.similarity.tokens import tokens_of


def texts(source: str) -> list[str]:
    return [token.text for token in tokens_of(source)]


@pytest.mark.parametrize(
    "source",
    [
        "def f(:\n  x = = 3\n",
        "x = '''never closed\nx = 1\n",
        "x = 'open\ny = 2",
        "\\",
        "\x00\x01",
        "\ud800 = 1",
        "é = ñ",
    ],
)
def test_a_broken_source_still_has_tokens(source):
    """A file that does not load can be copied too."""
    assert all(token.line >= 1 for token in tokens_of(source))
    assert texts(source + "\nx = 12345\n")


def test_comments_docstrings_imports_and_layout_tell_nothing():
    """What a formatter moves and what everybody writes is left out."""
    plain = "def f(x):\n    y = g(x, 1)\n    return y\n"
    dressed = (
        "import numpy as np\nfrom math import (pi)\n\n# why\ndef f(x):\n    '''Doc\n    string.'''\n"
        "    y = (\n        g(\n            x,  # this\n            1,\n        )\n    )\n    return (y);\n"
    )
    assert texts(plain) == texts(dressed)


def test_numbers_are_read_by_value():
    """A thousandth is the same however it is written; text in quotes is kept."""
    assert texts("1e-3") == texts("0.001") == texts("1_0e-4")
    assert texts("x = 'a' + 'b'") == ["x", "=", "'a'", "+", "'b'"]


def test_only_names_that_one_may_choose_are_free():
    """Keywords, builtins and attributes cannot be renamed by who hides a copy."""
    free = {token.text for token in tokens_of("for i in range(n):\n    total += np.sqrt(x[i]).sum()\n") if token.free}
    assert free == {"i", "n", "total", "np", "x"}


def test_lines_statements_and_blocks_are_counted():
    """A statement may take several lines; a block begins at the margin."""
    tokens = tokens_of("x = (1 +\n  2)\ny = [\n  3]\ndef f():\n    z = 4\n")
    named = [(token.text, token.line, token.statement, token.block) for token in tokens if token.text in "xyz"]
    assert named == [("x", 1, 0, 1), ("y", 3, 1, 2), ("z", 6, 3, 3)]


def test_renaming_changes_no_fingerprint():
    """Identifiers count by the order they come in; another one in between does change it."""
    source = "def f(a, b):\n    c = a * b + a\n    return c / (a + b)\n"
    renamed = (
        source.replace("a", "\0").replace("b", "beta").replace("c", "gamma").replace("\0", "x1").replace("gamma ", "k ")
    )
    renamed = "def f(x1, beta):\n    k = x1 * beta + x1\n    return k / (x1 + beta)\n"
    other = "def f(x1, beta):\n    k = x1 * beta + beta\n    return k / (x1 + beta)\n"
    assert all_prints(tokens_of(source)) == all_prints(tokens_of(renamed)) != all_prints(tokens_of(other))
    assert list(shapes(tokens_of(source))) == list(shapes(tokens_of(renamed))) != list(shapes(tokens_of(other)))


@given(st.lists(st.integers(0, 3), min_size=RUN + WINDOW - 1, max_size=60), st.data())
def test_winnowing_keeps_one_fingerprint_of_every_shared_run(values, data):
    """The promise of the algorithm: a shared run of RUN + WINDOW - 1 tokens shows in what is kept of both."""
    shared = " ".join(f"[{value}]" for value in values)
    before, after = (data.draw(st.lists(st.integers(4, 9), max_size=20)) for _ in range(2))
    one = tokens_of(" ".join(f"[{value}]" for value in before) + " " + shared)
    two = tokens_of(shared + " " + " ".join(f"[{value}]" for value in after))
    kept = [{each for _, each in winnowed(all_prints(tokens))} for tokens in (one, two)]
    assert kept[0] & kept[1]


@given(st.text(max_size=300))
def test_no_text_raises(source):
    """Whatever is handed in, its tokens stand in order of line, statement and block."""
    tokens = tokens_of(source)
    assert all((a.line, a.statement, a.block) <= (b.line, b.statement, b.block) for a, b in pairwise(tokens))
