"""Writes solutions as honest learners would, each in their own hand, and copies of them by somebody who hides it."""

from __future__ import annotations

import ast
import random
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
FORMS = tomllib.loads((Path(__file__).parent / "honest_forms.toml").read_text())
ADAM_HEAD = "import numpy as np\n\n\ndef adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):\n"
WORDS = re.findall(
    r"\w+",
    "new old t hat tmp out res grad acc val cur est est2 corr upd step den num first second avg mean aux der delta",
)
PLACES = sorted(
    {
        place
        for slots in FORMS.values()
        for slot in slots
        for form in slot["forms"]
        for place in re.findall(r"{(\w+)}", form)
    }
)


def filled(rng: random.Random, exercise: str, next_one: float) -> dict[str, str]:
    """A form for each slot, each next form as much rarer than the one before as `next_one` says."""
    found = {}
    for slot in FORMS[exercise]:
        weights = [next_one**place for place in range(len(slot["forms"]))]
        form = rng.choices(slot["forms"], weights)[0].rstrip("\n")
        found[slot["slot"]] = f"{form}\n" if form else ""
    return found


def habits(rng: random.Random) -> dict[str, str]:
    """The names one learner chooses; what a function must be called stays."""
    return {place: f"{place.strip('_')}_{rng.choice(WORDS)}" if rng.random() < 0.6 else place for place in PLACES}


def extras(rng: random.Random, names: list[str], chance: float = 0.35) -> str:
    """Now and then lines of one's own at the beginning of a function: a check, a conversion, a trace, a shape."""
    lines = []
    while rng.random() < chance:
        name, other, number, word = rng.choice(names), rng.choice(names), rng.randint(0, 4), rng.choice(WORDS)
        lines.append(
            rng.choice(
                [
                    f"    if {name} is None:\n        raise ValueError('{word} {other}')\n",
                    f"    {word}_{number} = {name}.shape[{number % 2}]\n",
                    f"    assert {name} is not None and {other} is not None\n",
                    f"    assert np.ndim({name}) >= {number}, '{word}'\n",
                    f"    print('{word}', {name}, {other})\n",
                    f"    {name} = np.asarray({name}, dtype=float)\n" if name not in ("labels", "params", "t") else "",
                    f"    {word}{number} = np.array({name}) * 1.0\n    print({word}{number}.mean())\n",
                    f"    if not np.isfinite({name}).all():\n        print('{word}', {number})\n",
                ]
            )
        )
    return "".join(lines)


def honest_adam(rng: random.Random) -> str:
    slots = filled(rng, "adam_step", 0.35)
    # The starter's docstring gives the lines and their order, and most learners follow it.
    order = rng.choices([["m", "v", "mh", "vh"], ["m", "mh", "v", "vh"], ["v", "m", "vh", "mh"]], [0.8, 0.15, 0.05])[0]
    body = slots["guard"] + extras(rng, ["param", "grad", "m", "v"], 0.1)
    body += "".join(slots[name] for name in order) + slots["p"] + slots["r"]
    written = ADAM_HEAD + body.format(**habits(rng))
    return personal(rng, written) if rng.random() < 0.5 else written


def honest_backward(rng: random.Random) -> str:
    slots = filled(rng, "backward_pass", 0.7)
    bodies = [
        ("linear_backward(grad_out, x, weight)", extras(rng, ["grad_out", "x", "weight"]) + slots["linear"]),
        ("relu_backward(grad_out, x)", extras(rng, ["grad_out", "x"]) + slots["relu"]),
        (
            "softmax_cross_entropy_backward(logits, labels)",
            extras(rng, ["logits", "labels"]) + slots["shift"] + slots["exp"] + slots["hot"],
        ),
        (
            "mlp_backward(x, labels, params)",
            extras(rng, ["x", "labels"]) + slots["forward"] + slots["back"] + slots["result"],
        ),
    ]
    written = "\n\n".join(f"def {head}:\n{body.format(**habits(rng))}" for head, body in bodies)
    given = re.search(
        r"def mlp_forward.*?\n\n\n", (ROOT / "exercises/01_backward_pass/backward_pass.py").read_text(), re.DOTALL
    )
    return personal(rng, "import numpy as np\n\n\n" + (given[0] if given else "") + written)


class Style(ast.NodeTransformer):
    """One learner's way with the small things: which factor comes first, a function or a method, a name for a part."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.likes_methods, self.likes_shape = rng.random() < 0.5, rng.random() < 0.4
        self.commutes, self.extracts = rng.choice([0.05, 0.2, 0.4]), rng.choice([0.0, 0.1, 0.2])
        self.before: list[ast.stmt] = []
        self.made = 0

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Factors in another order, or a name for a part."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Mult | ast.Add) and self.rng.random() < self.commutes:
            node.left, node.right = node.right, node.left
        if self.rng.random() < self.extracts:
            self.made += 1
            name = f"{self.rng.choice(WORDS)}_{self.made}"
            self.before.append(ast.Assign([ast.Name(name, ast.Store())], node, lineno=0))
            return ast.Name(name, ast.Load())
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """The other way round."""
        self.generic_visit(node)
        if isinstance(node.ops[0], ast.Gt) and self.rng.random() < 0.15:
            return ast.Compare(node.comparators[0], [ast.Lt()], [node.left])
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """A method for a function, or a function for a method."""
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Name) and called.id == "len" and self.likes_shape:
            return ast.Subscript(ast.Attribute(node.args[0], "shape"), ast.Constant(0))
        if isinstance(called, ast.Attribute) and called.attr in ("sum", "max") and self.rng.random() < 0.8:
            is_function = isinstance(called.value, ast.Name) and called.value.id == "np"
            if is_function and self.likes_methods:
                return ast.Call(ast.Attribute(node.args[0], called.attr), node.args[1:], node.keywords)
            if not is_function and not self.likes_methods:
                np = ast.Attribute(ast.Name("np"), called.attr)
                return ast.Call(np, [called.value, *node.args], node.keywords)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Each statement in this hand, after the parts that were given names."""
        body: list[ast.stmt] = []
        for statement in node.body:
            self.before = []
            changed = statement if isinstance(statement, ast.For | ast.If | ast.AugAssign) else self.visit(statement)
            body += [*self.before, changed]
        node.body = body
        return node


def personal(rng: random.Random, source: str) -> str:
    """The same program in one learner's own hand."""
    tree = ast.parse(source)
    style = Style(rng)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name != "mlp_forward":
            function.body = swapped(rng, function.body, 0.25)
            style.visit(function)
    return ast.unparse(ast.fix_missing_locations(tree))


def copied(rng: random.Random, source: str) -> str:
    """The same program renamed, reordered and reformatted by somebody who hopes that it does not show."""
    tree = ast.parse(source)
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    rest = [each for each in tree.body if not isinstance(each, ast.FunctionDef)]
    rng.shuffle(functions)
    for function in functions:
        function.body = swapped(rng, function.body)
        stored = [
            each.id for each in ast.walk(function) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        ]
        kept = {each.arg for each in function.args.args}
        renamed = {name: f"{rng.choice(WORDS)}{rng.randint(10, 99)}" for name in stored if name not in kept}
        for each in ast.walk(function):
            if isinstance(each, ast.Name) and each.id in renamed:
                each.id = renamed[each.id]
    tree.body = [*rest, *functions]
    lines = ast.unparse(tree).split("\n")
    return "\n".join(reformatted(rng, line) for line in lines)


def swapped(rng: random.Random, body: list[ast.stmt], chance: float = 0.5) -> list[ast.stmt]:
    """Neighbouring statements that do not touch each other's names in another order."""
    body = list(body)
    for place in range(len(body) - 1):
        first, second = body[place], body[place + 1]
        apart = not (touched(first, ast.Store) & touched(second) or touched(second, ast.Store) & touched(first))
        movable = not isinstance(first, ast.Expr) and not isinstance(second, ast.Return)
        if rng.random() < chance and apart and movable:
            body[place], body[place + 1] = second, first
    return body


def touched(statement: ast.stmt, context: type = ast.expr_context) -> set[str]:
    return {each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, context)}


def reformatted(rng: random.Random, line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    found = re.fullmatch(r"(\s*\w+) = (.+)", line)
    if found and rng.random() < 0.4:
        return f"{found[1]} = (\n{indent}    {found[2]}\n{indent})"
    if line.strip() and rng.random() < 0.3:
        return f"{indent}# {rng.choice(WORDS)} {rng.choice(WORDS)}\n{line}"
    return line.replace(" * ", "*") if rng.random() < 0.5 else line
