"""Two answers are one when a learner could not tell them apart: values, changed arguments, or the same exception."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.replay import reference_values, replay
from grader.sandbox import Opaque

ECHO = "def f(x):\n    return x\n"
PAIR = np.array([1.0, 2.0])


def request(source: str, answer: dict[str, Any], argument: Any = 0.0, **more: Any) -> dict[str, Any]:
    full = {"arguments_after": [argument], "keywords_after": {}, **answer} if "value" in answer else answer
    return {
        "filename": "a.py",
        "entry_points": ["f"],
        "harness": "",
        "sources": [ECHO, source],
        "groups": {"f": [0]},
        "calls": [{"function": "f", "arguments": [argument], "keywords": {}, "answer": full}],
        "rtol": 1e-9,
        "atol": 1e-12,
        "seconds": 5.0,
        "predicates": "",
        "predicate_names": [],
        **more,
    }


def agrees(source: str, answer: dict[str, Any], argument: Any = 0.0) -> bool:
    (found,) = replay(request(source, answer, argument))["variants"]
    return bool(found["f"]["agreed"])


def returns(expression: str) -> str:
    return f"import numpy as np\nclass Odd: pass\ndef f(x):\n    return {expression}\n"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1.0", 1.0),
        ("1", 1.0),
        ("np.float32(1)", 1.0),
        ("1.0 + 1e-12", 1.0),
        ("float('nan')", float("nan")),
        ("float('inf')", float("inf")),
        ("np.array([1.0, np.nan])", np.array([1.0, np.nan])),
        ("(1.0, [2.0])", [1.0, (2.0,)]),
        ("{'m': 1.0}", {"m": 1.0}),
        ("None", None),
        ("'adam'", "adam"),
        ("print", Opaque("builtin_function_or_method")),
        ("Odd()", Opaque("a.Odd")),
        ("10**400", 10**400),
    ],
)
def test_answers_that_are_one(expression: str, value: Any) -> None:
    assert agrees(returns(expression), {"value": value})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1.0", 1.0 + 1e-8),
        ("1.0", float("nan")),
        ("float('inf')", float("-inf")),
        ("np.array([1.0])", 1.0),
        ("np.array([1.0, 2.0])", np.array([[1.0, 2.0]])),
        ("np.ones(2, 'float32')", np.ones(2)),
        ("(1.0, 2.0)", (1.0,)),
        ("{'m': 1.0}", {"v": 1.0}),
        ("{'m': 1.0}", (1.0,)),
        ("None", 0.0),
        ("'adam'", "sgd"),
        ("print", Opaque("function")),
        ("0.0", None),
    ],
)
def test_answers_that_are_two(expression: str, value: Any) -> None:
    assert not agrees(returns(expression), {"value": value})


@pytest.mark.parametrize(
    ("raised", "message", "same"),
    [
        ("ValueError", "shapes (3,) and (4,) differ in 'w'", True),
        ("ValueError", "shapes (7,)  and (12,) differ in 'bias'", True),
        ("ValueError", "something else", False),
        ("TypeError", "shapes (3,) and (4,) differ in 'w'", False),
    ],
)
def test_exceptions_are_one_when_only_names_and_numbers_differ(raised: str, message: str, same: bool) -> None:
    source = "def f(x):\n    raise ValueError(\"shapes (3,) and (4,) differ in 'w'\")\n"
    assert agrees(source, {"raised": raised, "message": message}) is same


def test_an_exception_and_a_value_are_two() -> None:
    assert not agrees("def f(x):\n    raise ValueError\n", {"value": 1.0})
    assert not agrees(returns("1.0"), {"raised": "ValueError", "message": ""})


def test_what_became_of_the_arguments_counts() -> None:
    writes = "def f(x):\n    x[...] = 0.0\n    return 1.0\n"
    assert agrees(writes, {"value": 1.0, "arguments_after": [np.zeros(2)]}, PAIR.copy())
    assert not agrees(writes, {"value": 1.0, "arguments_after": [PAIR]}, PAIR.copy())
    assert not agrees(returns("1.0"), {"value": 1.0, "arguments_after": [np.zeros(2)]}, PAIR.copy())


def test_the_arguments_of_the_request_stay_as_they_were() -> None:
    argument = PAIR.copy()
    replay(request("def f(x):\n    x *= 0\n    return x\n", {"value": 1.0}, argument))
    np.testing.assert_array_equal(argument, PAIR)


def test_what_the_reference_answers_otherwise_is_wrong() -> None:
    assert replay(request(ECHO, {"value": 0.0}))["wrong"] == {"f": []}
    assert replay(request(ECHO, {"value": 1.0}))["wrong"] == {"f": [0]}


def test_what_separates_a_variant_from_the_reference_is_measured() -> None:
    (found,) = replay(request(returns("x + 0.5"), {"value": np.array([1.5, 2.5])}, PAIR))["variants"]
    assert found["f"]["separating_call"] == 1
    assert found["f"]["difference"] == 0.5
    assert found["f"]["margin"] == pytest.approx(0.5 / (1e-12 + 1e-9))


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    while True: pass\n",
        "def f(x):\n    try:\n        while True: pass\n    except Exception:\n        return 1.0\n",
        "while True: pass\n",
    ],
    ids=["in the call", "and catches everything", "while it loads"],
)
def test_a_variant_that_loops_is_cut_off(source: str) -> None:
    (found,) = replay(request(source, {"value": 1.0}, seconds=0.05))["variants"]
    assert not found["f"]["agreed"]


@pytest.mark.parametrize("source", ["def f(x):\n    raise SystemExit(3)\n", "raise SystemExit(3)\n"])
def test_a_variant_that_leaves_is_one_that_raises(source: str) -> None:
    assert agrees(source, {"raised": "SystemExit", "message": "3"})
    assert not agrees(source, {"value": 1.0})


def test_the_references_values_are_told_in_the_order_of_the_questions() -> None:
    assert reference_values(request(ECHO, {"value": 1.0}, 4.0)) == [4.0]


def test_what_was_compared_before_is_not_taken_for_what_differs_in_tolerance() -> None:
    """Two answers that were one at a wide tolerance are asked about again at a narrow one."""
    wide, narrow = ({"rtol": 0.0, "atol": atol} for atol in (1e-3, 1e-9))
    found = [
        replay(request(returns("1.0"), {"value": 1.0 + 1e-6}, **more))["variants"][0]["f"]["agreed"]
        for more in (wide, narrow, wide)
    ]
    assert found == [True, False, True]


@pytest.mark.parametrize("room", [{"bytes": 0, "sources": 1}, {"bytes": 1 << 20, "sources": 4096}])
def test_what_is_remembered_changes_no_answer(room: dict[str, int]) -> None:
    many = [returns(f"x + {number}.0") for number in range(30)]
    for _ in range(3):
        found = replay(request(many[0], {"value": 7.0}, sources=[ECHO, *many], room=room))["variants"]
        assert [one["f"]["agreed"] for one in found] == [number == 7 for number in range(30)]


def test_how_far_a_variant_is_from_the_reference_is_worked_out_only_where_the_learner_is_wrong() -> None:
    (right,) = replay(request(ECHO, {"value": 0.0}))["variants"]
    assert right["f"]["agreed"]
    assert "margin" not in right["f"]
