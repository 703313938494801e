"""The engine's source becomes figures about its structure: `python -m bench.house [FOLDER]`, of any checkout.

Files; tokens without docstrings and comments; lengths of functions in lines; helpers of under four lines that one place
calls; public names of classes and functions that stand in several modules; modules that no test file names.
"""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter, defaultdict
from pathlib import Path

PASSED_OVER = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
SHORT = 4
Function = ast.FunctionDef | ast.AsyncFunctionDef


def figures(root: Path) -> dict[str, float]:
    """The figures of the checkout at `root`."""
    sources = {path: path.read_text(encoding="utf-8") for path in sorted((root / "grader").rglob("*.py"))}
    trees = {path: ast.parse(source) for path, source in sources.items()}
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, Function)]
    lengths = sorted(_length(node) for node in functions)
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (root / "tests").rglob("*.py"))
    return {
        "files": len(sources),
        "tokens": sum(map(_tokens, sources.values())),
        "functions": len(functions),
        "median length of a function": statistics.median(lengths),
        "90th percentile of a function's length": lengths[int(0.9 * len(lengths))],
        "longest function": lengths[-1],
        f"helpers under {SHORT} lines with one caller": _lonely(trees, functions),
        "public names that stand in several modules": _standing_twice(trees),
        "modules that no test file names": sum(
            _dotted(path, root) not in tests and path.name != "__init__.py" for path in sources
        ),
        "most files of a folder": max(Counter(path.parent for path in sources).values()),
    }


def _length(node: Function) -> int:
    """Lines of a body, its docstring apart."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return 0 if not body else (body[-1].end_lineno or 0) - body[0].lineno + 1


def _tokens(source: str) -> int:
    docstrings = {
        node.body[0].value.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node, clean=False) is not None
    }
    read = tokenize.generate_tokens(io.StringIO(source).readline)
    return sum(
        token.type not in PASSED_OVER and not (token.type == tokenize.STRING and token.start[0] in docstrings)
        for token in read
    )


def _lonely(trees: dict[Path, ast.Module], functions: list[Function]) -> int:
    named = Counter(
        name
        for tree in trees.values()
        for node in ast.walk(tree)
        if (name := node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else "")
    )
    return sum(
        node.name.startswith("_")
        and not node.name.startswith("__")
        and not node.decorator_list
        and _length(node) < SHORT
        and named[node.name] == 1
        for node in functions
    )


def _standing_twice(trees: dict[Path, ast.Module]) -> int:
    places: defaultdict[str, set[Path]] = defaultdict(set)
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(path)
    return sum(len(found) > 1 for found in places.values())


def _dotted(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def main() -> None:
    """Print the figures of one checkout, or of two beside each other."""
    roots = [Path(word) for word in sys.argv[1:]] or [Path(__file__).parent.parent]
    found = [figures(root) for root in roots]
    for name in found[0]:
        print(f"{name:48}", *(f"{each[name]:>10g}" for each in found))


if __name__ == "__main__":
    main()
