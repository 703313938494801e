"""Arithmetic in a quiz file becomes a number: an allowlist of syntax, never `eval`, never an unbounded computation."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from grader.errors import CourseError
from grader.locale import say
from grader.text import Text

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "cos": math.cos,
    "sin": math.sin,
    "abs": abs,
    "min": min,
    "max": max,
}
_CONSTANTS = {"pi": math.pi, "e": math.e}
_LONGEST = 300
_CALL = re.compile(r"(?P<folder>\d{2,}_\w+):(?P<function>[a-z]\w*)\((?P<arguments>.*)\)", re.DOTALL)


class QuantityCall(msgspec.Struct, frozen=True):
    """``03_adam_step:m_hat(g, b1, t)``: a named function beside a reference, and expressions for its arguments."""

    folder: str
    function: str
    arguments: tuple[str, ...]


def as_call(text: str) -> QuantityCall | None:
    """The call that `text` spells, or None where it is plain arithmetic; `CourseError` where it is neither."""
    found = _CALL.fullmatch(text.strip())
    if found is None:
        return None
    listed = _parsed(f"({found['arguments']},)" if found["arguments"].strip() else "()")
    if not isinstance(listed, ast.Tuple):
        raise _refused(text, say("its arguments are not a list"))
    return QuantityCall(found["folder"], found["function"], tuple(ast.unparse(part) for part in listed.elts))


def names_in(text: str) -> set[str]:
    """The parameters that an expression, or the arguments of a call, speak of."""
    call = as_call(text)
    sources: Sequence[str] = [text] if call is None else call.arguments
    found = {node.id for source in sources for node in ast.walk(_parsed(source)) if isinstance(node, ast.Name)}
    return found - _FUNCTIONS.keys() - _CONSTANTS.keys()


def evaluate(text: str, values: Mapping[str, float]) -> float:
    """The value of an arithmetic expression over `values`, computed in floating point.

    Raises `CourseError` on any other syntax, an unknown name, and where the arithmetic has no finite value.
    """
    try:
        result = _value(_parsed(text), values, text)
    except (ArithmeticError, ValueError, TypeError) as error:
        raise _refused(text, say("it has no value ({problem})", problem=str(error))) from None
    if isinstance(result, complex) or not math.isfinite(result):
        raise _refused(text, say("it has no finite value"))
    return result


def _parsed(text: str) -> ast.expr:
    if len(text) > _LONGEST:
        raise _refused(text[:40] + "…", say("it is too long"))
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refused(text, say("it is not an expression")) from None


def _value(node: ast.expr, values: Mapping[str, float], text: str) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in values:
            return float(values[name])
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, values, text), _value(right, values, text))
        case ast.Call(func=ast.Name(id=name), args=[_, *_] as arguments, keywords=[]) if name in _FUNCTIONS:
            return float(_FUNCTIONS[name](*(_value(argument, values, text) for argument in arguments)))
    raise _refused(text, say("`{part}` is not allowed in it", part=ast.unparse(node)))


def _refused(text: str, reason: Text) -> CourseError:
    return CourseError(say("The expression `{text}` cannot be computed: {reason}.", text=text, reason=reason))
