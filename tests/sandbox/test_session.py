"""A call ends as a value says: returned, raised, timed out or died; and the next one works again."""

from __future__ import annotations

import numpy as np
import pytest

from grader.errors import IsolationError
from grader.sandbox import Died, Limits, Opaque, Raised, Returned, TimedOut
from tests.sandbox.conftest import Opener

QUICK = Limits(call_seconds=0.4, total_seconds=10)


def test_exception_shows_the_learners_lines_only(open_session: Opener) -> None:
    """An exception inside NumPy names the learner's line that called it, with its source."""
    session = open_session(
        "import numpy as np\n\ndef g(x):\n    return np.linalg.inv(x)\n\ndef f(x):\n    return g(x)\n"
    )
    ended = session.call("f", (np.zeros((2, 2)),))
    assert isinstance(ended, Raised)
    assert ended.type == "LinAlgError"
    assert [(frame.line, frame.function, frame.source) for frame in ended.frames] == [
        (7, "f", "    return g(x)"),
        (4, "g", "    return np.linalg.inv(x)"),
    ]


def test_endless_recursion_shows_its_ends(open_session: Opener) -> None:
    """A recursion without end is an exception with a few frames, not a thousand."""
    ended = open_session("def f(n):\n    return f(n + 1)\n").call("f", (0,))
    assert isinstance(ended, Raised)
    assert ended.type == "RecursionError"
    assert 0 < len(ended.frames) <= 16


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        ("def f(:\n    pass\n", "SyntaxError", 1),
        ("def f():\nreturn 1\n", "IndentationError", 2),
        ("x = 1\n\tif x:\n", "IndentationError", 2),
        ("def f():\n    return 'a\n", "SyntaxError", 2),
    ],
)
def test_syntax_error_shows_its_line(open_session: Opener, source: str, kind: str, line: int) -> None:
    """A source that does not parse says where, with the line itself."""
    loaded = open_session(source).load
    assert isinstance(loaded, Raised)
    assert (loaded.type, loaded.line, loaded.text) == (kind, line, source.splitlines()[line - 1])


def test_import_error_shows_its_line(open_session: Opener) -> None:
    """A missing part of a package is an exception of the loading, at the learner's line."""
    loaded = open_session("import numpy\nimport numpy.nonsense_module\n").load
    assert isinstance(loaded, Raised)
    assert loaded.type == "ModuleNotFoundError"
    assert loaded.frames[0].line == 2


@pytest.mark.parametrize("source", ["", "f = 3\n", "def g(): pass\n"])
def test_missing_entry_point_is_named(open_session: Opener, source: str) -> None:
    """A source without the function, or with something else of that name, raises `MissingEntryPoint`."""
    ended = open_session(source).call("f")
    assert isinstance(ended, Raised)
    assert (ended.type, ended.message) == ("MissingEntryPoint", "f")


def test_call_after_a_time_out_starts_anew(open_session: Opener) -> None:
    """After a time out the next call meets a fresh process in which the source has been loaded again."""
    session = open_session(
        "n = 0\ndef f(loop):\n    global n\n    n += 1\n    while loop: pass\n    return n\n", limits=QUICK
    )
    assert session.call("f", (False,)) == Returned(1, (False,))
    assert session.call("f", (True,)) == TimedOut(0.4, "call")
    assert session.call("f", (False,)) == Returned(1, (False,))


def test_budget_of_all_calls_ends(open_session: Opener) -> None:
    """When all calls together have taken too long, every further one is timed out at once, for that reason."""
    session = open_session("def f():\n    while True: pass\n", limits=Limits(call_seconds=0.3, total_seconds=0.5))
    assert session.call("f") == TimedOut(0.3, "call")
    assert session.call("f") == TimedOut(0.5, "total")
    assert session.call("f") == TimedOut(0.5, "total")


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ("import os; os._exit(3)", Died("exit", "3")),
        ("import os; os.close(3); import time; time.sleep(60)", Died("protocol", "the channel was closed")),
        ("import ctypes; ctypes.string_at(0)", Died("signal", "SIGSEGV")),
    ],
)
def test_death_says_how(open_session: Opener, body: str, end: Died) -> None:
    """A dead process is an outcome with its exit code or signal, and the next call works again."""
    session = open_session(f"def f(die):\n    if die:\n        {body}\n    return 7\n")
    assert session.call("f", (True,)) == end
    assert session.call("f", (False,)) == Returned(7, (False,))


def test_processor_time_is_bounded_too(open_session: Opener) -> None:
    """Threads that use more processor time than there is in all end the process, for that reason."""
    source = (
        "import threading, numpy as np\n"
        "def f():\n    for _ in range(8):\n        threading.Thread(target=g, daemon=True).start()\n    g()\n"
        "def g():\n    x = np.ones(1 << 16)\n    while True: np.sort(x)\n"
    )
    ended = open_session(source, limits=Limits(call_seconds=60, total_seconds=1)).call("f")
    assert ended in (Died("cpu", "SIGKILL"), TimedOut(1, "total"))


def test_too_much_memory_is_an_exception(open_session: Opener) -> None:
    """Memory over the limit is Python's own error, and the process goes on."""
    session = open_session("def f(n):\n    return len(bytearray(n))\n", limits=Limits(memory_mb=64))
    ended = session.call("f", (200 << 20,))
    assert isinstance(ended, Raised)
    assert ended.type == "MemoryError"
    assert session.call("f", (1 << 20,)) == Returned(1 << 20, (1 << 20,))


def test_arguments_come_back_as_the_call_left_them(open_session: Opener) -> None:
    """A call that changes its arguments, by position or by name, shows it."""
    session = open_session("def f(a, *, b):\n    a += 1\n    b['k'] = 2\n")
    ended = session.call("f", (np.zeros(2),), {"b": {}})
    assert isinstance(ended, Returned)
    np.testing.assert_array_equal(ended.arguments[0], [1, 1])
    assert ended.keywords == {"b": {"k": 2}}


def test_arguments_left_alone_are_the_callers_own(open_session: Opener) -> None:
    """Nothing is sent back, nothing copied; no keywords at all are no change either."""
    arguments: tuple[np.ndarray, ...] = (np.zeros(2),)
    keywords: dict[str, float] = {}
    ended = open_session("def f(a):\n    return a + 1\n").call("f", arguments, keywords)
    assert isinstance(ended, Returned)
    assert ended.arguments is arguments
    assert ended.keywords is keywords


def test_arguments_come_back_from_an_exception(open_session: Opener) -> None:
    """Also when the call raises."""
    ended = open_session("def f(a):\n    a.append(1)\n    raise ValueError('no')\n").call("f", ([],))
    assert isinstance(ended, Raised)
    assert ended.arguments == ([1],)


def test_argument_that_cannot_cross_hides_no_other(open_session: Opener) -> None:
    """An argument made unsendable comes back by the name of its type, beside the others."""
    ended = open_session("def f(a, b):\n    a.append(a)\n    b.append(1)\n").call("f", ([], []))
    assert isinstance(ended, Returned)
    assert ended.arguments == (Opaque("list, too large to send"), [1])


def test_harness_is_given_entry_points_by_name(open_session: Opener) -> None:
    """Leading parameters named like entry points are filled in; the rest are the call's own."""
    harness = "def unroll(f, g, n, *, scale=1):\n    return [scale * g(f(k)) for k in range(n)]\n"
    session = open_session("def f(x): return x + 1\ndef g(x): return x * 2\n", "f", "g", harness=harness)
    assert session.call("unroll", (3,), {"scale": 10}) == Returned([20, 40, 60], (3,), {"scale": 10})


def test_harness_frames_are_not_the_learners(open_session: Opener) -> None:
    """An exception of the learner's function under the harness names the learner's line alone."""
    session = open_session("def f(x):\n    return 1 / x\n", harness="def drive(f):\n    return f(0)\n")
    ended = session.call("drive")
    assert isinstance(ended, Raised)
    assert [frame.line for frame in ended.frames] == [2]


@pytest.mark.parametrize("harness", ["def drive(:\n", "import nonsense_module\n", "1 / 0\n"])
def test_broken_harness_is_not_the_learners_fault(open_session: Opener, harness: str) -> None:
    """A harness that does not load is called by its name."""
    loaded = open_session("def f(): pass\n", harness=harness).load
    assert isinstance(loaded, Raised)
    assert loaded.type == "HarnessError"


def test_missing_harness_function_is_not_the_learners_fault(open_session: Opener) -> None:
    """So is a function that the harness does not have."""
    ended = open_session("def f(): pass\n").call("drive")
    assert isinstance(ended, Raised)
    assert ended.type == "HarnessError"


def test_seed_makes_randomness_repeat(open_session: Opener) -> None:
    """The same seed gives the same numbers in another process; another seed gives others."""
    source = "import random, numpy as np\ndef f(): return [random.random(), float(np.random.rand())]\n"
    one, two, three = (open_session(source, seed=seed).call("f") for seed in (1, 1, 2))
    assert one == two != three


def test_output_keeps_head_and_tail(open_session: Opener) -> None:
    """What is printed is kept, and of too much the first and the last part."""
    session = open_session("def f(n):\n    for i in range(n): print('line', i)\n", limits=Limits(output_kb=2))
    session.call("f", (3,))
    assert session.output == "line 0\nline 1\nline 2\n"
    session.call("f", (9000,))
    assert session.output.startswith("line 0\nline 1\n")
    assert "[...]" in session.output
    assert session.output.endswith("line 8999\n")
    assert len(session.output) <= 2048


def test_output_of_a_dead_process_is_kept(open_session: Opener) -> None:
    """What a process printed before it died, also beneath Python, is there afterwards, before what came next."""
    session = open_session(
        "import os\ndef f(die):\n    print('a', flush=False)\n    os.write(1, b'b\\n')\n    die and os._exit(0)\n"
    )
    session.call("f", (True,))
    session.call("f", (False,))
    session.close()
    assert session.output == "a\nb\na\nb\n"


def test_text_is_made_safe(open_session: Opener) -> None:
    """Escapes in messages and in output are shown, not obeyed."""
    session = open_session("def f():\n    print('\\x1b[2J\\0')\n    raise ValueError('\\x1b[31m\\u202e\\ud800')\n")
    ended = session.call("f")
    assert isinstance(ended, Raised)
    assert ended.message == "\\x1b[31m\\u202e\\ud800"
    assert session.output == "\\x1b[2J\\x00\n"


def test_source_need_not_be_encodable(open_session: Opener) -> None:
    """A source with a lone surrogate is refused by Python, not by the grader."""
    loaded = open_session("x = '\ud800'\n").load
    assert isinstance(loaded, Returned | Raised)


def test_source_too_large_is_refused(open_session: Opener) -> None:
    """A source longer than a message may be is an error in words, with no process left waiting."""
    with pytest.raises(IsolationError, match="too large"):
        open_session("x = 1\n" * 400_000)


def test_closed_twice_is_closed(open_session: Opener) -> None:
    """Closing a session again does nothing."""
    session = open_session("def f(): return 1\n")
    session.close()
    session.close()
    assert session.output == ""


def test_the_runs_own_seed_is_not_to_be_had_of_a_child(open_session: Opener) -> None:
    """The checks draw their inputs from it; a child's is made of it, and not the other way round."""
    source = (
        "import sys\n"
        "def f():\n"
        "    step, found = sys._getframe(), []\n"
        "    while step is not None:\n"
        "        found += [v.seed for v in step.f_locals.values() if hasattr(v, 'seed') and isinstance(v.seed, int)]\n"
        "        step = step.f_back\n"
        "    import gc\n"
        "    found += [o.seed for o in gc.get_objects() if type(o).__name__ == 'Load']\n"
        "    return found\n"
    )
    ended = open_session(source, seed=20_261_201).call("f")
    assert isinstance(ended, Returned)
    assert 20_261_201 not in ended.value


def test_replies_together_are_bounded_and_that_is_the_submissions_own_end(open_session: Opener) -> None:
    """They are kept until the diagnosis: one file could make the grader hold gigabytes."""
    session = open_session("import numpy as np\ndef f(): return np.ones(6 << 20)\ndef g(): return 1\n", "f", "g")
    ends = [session.call("f") for _ in range(6)]
    assert [type(ended) for ended in ends] == [Returned] * 2 + [Died] * 4
    assert ends[-1] == Died("replies", "128 MB")
    assert session.call("g") == ends[-1]


def test_replies_of_many_small_values_count_as_what_they_take(open_session: Opener) -> None:
    session = open_session("def f(): return list(range(90_000))\n")
    ends = [session.call("f") for _ in range(20)]
    assert isinstance(ends[0], Returned)
    assert isinstance(ends[-1], Died)
