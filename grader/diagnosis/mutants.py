"""A reference turned into every source one small slip away: a swapped name, a dropped term, another operator."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache

from grader.locale import say
from grader.text import Text


@dataclass(frozen=True)
class Mutant:
    """A changed source, the line that changed, what was done there, and where that is in the learner's words."""

    source: str
    line: int
    original: str
    mutation: str
    place: Text


@lru_cache(maxsize=16)
def mutants(source: str) -> tuple[Mutant, ...]:
    """Every distinct mutant of a source, in the order of its lines. Default arguments are not touched."""
    tree = ast.parse(source)
    found: dict[str, Mutant] = {}
    original = ast.unparse(tree)
    for way, function in _functions(tree):
        names = _names(function)
        for path, node in _walk(function):
            for changed, mutation, slip in _slips(node, names):
                text = ast.unparse(_replaced(tree, (*way, *path), changed))
                if text != original and text not in found:
                    statement = _statement(function, path)
                    found[text] = Mutant(
                        source=text,
                        line=statement.lineno,
                        original=ast.unparse(statement).split("\n", maxsplit=1)[0],
                        mutation=mutation,
                        place=_place(function, statement, slip),
                    )
    return tuple(sorted(found.values(), key=lambda mutant: mutant.line))


Path = tuple[tuple[str, int | None], ...]


def _functions(tree: ast.Module) -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of a module and every method of its classes, with the way to it."""
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef):
            yield (("body", place),), node
        elif isinstance(node, ast.ClassDef):
            for own, method in enumerate(node.body):
                if isinstance(method, ast.FunctionDef):
                    yield (("body", place), ("body", own)), method


_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}


def _slips(node: ast.AST, names: list[str]) -> Iterator[tuple[ast.AST, str, Text]]:
    """Every changed form of one node, what was done, and the kind of slip in words."""
    if isinstance(node, ast.BinOp):
        yield from _slips_of_operation(node)
    elif isinstance(node, ast.Compare):
        for other in _COMPARISONS.get(type(node.ops[0]), ()):
            changed = deepcopy(node)
            changed.ops[0] = other()
            yield changed, f"{_symbol(node.ops[0])} -> {_symbol(changed.ops[0])}", say("a comparison differs")
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        for value in (node.value + 1, node.value - 1):
            yield ast.Constant(value), f"{node.value} -> {value}", say("a constant is off by one")
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for name in names:
            if name != node.id:
                yield ast.Name(name, ast.Load()), f"{node.id} -> {name}", say("one name stands for another")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand, "-x -> x", say("a sign is missing")
    elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        yield node.args[0], f"{ast.unparse(node.func)}(x) -> x", say("a function is not applied")


def _slips_of_operation(node: ast.BinOp) -> Iterator[tuple[ast.AST, str, Text]]:
    for other in _OPERATORS.get(type(node.op), ()):
        changed = deepcopy(node)
        changed.op = other()
        yield changed, f"{_symbol(node.op)} -> {_symbol(changed.op)}", say("an operator differs")
    slip = say("a term is missing") if isinstance(node.op, ast.Add | ast.Sub) else say("a factor is missing")
    yield node.left, f"x {_symbol(node.op)} y -> x", slip
    yield node.right, f"x {_symbol(node.op)} y -> y", slip


def _names(function: ast.FunctionDef) -> list[str]:
    """The function's own names: its parameters and what it assigns, but for `self`, which nobody mistakes."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    names += [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return [name for name in dict.fromkeys(names) if name != "self"]


def _walk(function: ast.FunctionDef) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of a function's body with the way to it; the docstring is passed over."""
    start = 1 if ast.get_docstring(function) is not None else 0
    for index in range(start, len(function.body)):
        yield from _below(function.body[index], (("body", index),))


def _below(node: ast.AST, path: Path) -> Iterator[tuple[Path, ast.AST]]:
    yield path, node
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield from _below(value, (*path, (field, None)))
        elif isinstance(value, list):
            for index, part in enumerate(value):
                if isinstance(part, ast.AST):
                    yield from _below(part, (*path, (field, index)))


def _replaced(tree: ast.Module, path: Path, changed: ast.AST) -> ast.Module:
    copy = deepcopy(tree)
    parent: ast.AST = copy
    for field, index in path[:-1]:
        value = getattr(parent, field)
        parent = value if index is None else value[index]
    field, index = path[-1]
    if index is None:
        setattr(parent, field, changed)
    else:
        getattr(parent, field)[index] = changed
    return ast.fix_missing_locations(copy)


def _statement(function: ast.FunctionDef, path: Path) -> ast.stmt:
    """The innermost statement on the way to a node."""
    node: ast.AST = function
    statement: ast.stmt = function
    for field, index in path:
        value = getattr(node, field)
        node = value if index is None else value[index]
        if isinstance(node, ast.stmt):
            statement = node
    return statement


def _place(function: ast.FunctionDef, statement: ast.stmt, slip: Text) -> Text:
    """Where a slip is, by the value that comes out wrong; never the code itself."""
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        name = ast.unparse(target)
        return say(
            "In `{function}`, where `{name}` is worked out, {slip}.", function=function.name, name=name, slip=slip
        )
    if isinstance(statement, ast.Return):
        return say("In `{function}`, in what is returned, {slip}.", function=function.name, slip=slip)
    if isinstance(statement, ast.If | ast.While):
        return say("In `{function}`, in a condition, {slip}.", function=function.name, slip=slip)
    return say("In `{function}`, {slip}.", function=function.name, slip=slip)


def _symbol(operator: ast.AST) -> str:
    return type(operator).__name__
