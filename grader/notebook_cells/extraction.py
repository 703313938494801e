"""The bytes of a notebook become the source of just the functions asked for and what those need; nothing is run.

Only top-level statements that bind a needed name are taken: imports, constants, functions, classes, and what they
need in turn. A cell that trains or plots is left out, and so is any call made for its effect (`np.random.seed(0)`).
Which names a statement needs is Python's own scoping (`symtable`), so that a local `loss` does not bring the
training that binds a global one.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from grader.errors import SubmissionError
from grader.locale import same, say
from grader.magics import compiled
from grader.notebook_cells.elsewhere import Broken, advice_on_missing, notes_on
from grader.notebook_cells.reading import Cell
from grader.text import Text

MOST_STATEMENTS = 3_000
"""Statements up to which the functions asked for are looked for: the time that takes grows with their square."""
# Cell magics whose body is Python all the same; the body of any other (%%bash, %%html) is not.
PYTHON_MAGICS = frozenset({"capture", "debug", "grade", "prun", "time", "timeit"})
COMPILE_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
PARTIAL = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.Match)


class CellLine(msgspec.Struct, frozen=True):
    """A line of a notebook: which code cell, and which line in it, both from 1."""

    cell: int
    line: int


class NotDefinedError(SubmissionError):
    """No code cell defines any of the functions that were asked for."""


class Extracted(msgspec.Struct, frozen=True):
    """Python source, for each of its lines where it stands in the notebook, and what is worth telling of that."""

    source: str
    lines: tuple[CellLine, ...]
    notes: tuple[Text, ...] = ()

    def place(self, line: int) -> CellLine:
        """Where line `line` of the source, from 1, stands in the notebook."""
        return self.lines[line - 1]

    def in_place(self) -> str:
        """The source with every line where it stands in the one cell it was taken from; what was left out is blank."""
        lines = [""] * max((place.line for place in self.lines), default=0)
        for text, place in zip(self.source.split("\n"), self.lines, strict=False):
            before = lines[place.line - 1]
            lines[place.line - 1] = f"{before}; {text}" if before else text
        return "\n".join((*lines, ""))


class _Statement(msgspec.Struct, frozen=True):
    binds: frozenset[str]
    needs_now: frozenset[str]  # when the statement runs
    needs_later: frozenset[str]  # when a function in it is called
    is_partial: bool  # it changes what it binds, or may not bind it: what bound it before is needed too
    is_future: bool
    text: tuple[str, ...]
    places: tuple[CellLine, ...]


def extract_from_cells(cells: Sequence[Cell], entry_points: Iterable[str], file: str) -> Extracted:
    """The source that defines `entry_points`, taken from the code cells as if run from top to bottom.

    `file` is what to call the notebook in messages. Raises `SubmissionError`: no cell defines any entry point
    (`NotDefinedError`), or the cell that defines something needed cannot be parsed.
    """
    names = tuple(entry_points)
    code = [cell.source for cell in cells if cell.kind == "code"]
    if sum(cell.count("\n") + cell.count(";") for cell in code) > MOST_STATEMENTS:
        return _everything(code)
    statements: list[_Statement] = []
    broken: list[Broken] = []
    for number, cell in enumerate(code, 1):
        source, tree = _parse(cell)
        if isinstance(tree, ast.Module):
            statements += _statements(source, tree, number)
        elif tree is not None:
            broken.append(_broken(source, tree, number, len(statements)))
    taken: set[int] = set()
    missing: list[str] = []
    for name in names:
        _take(name, len(statements), statements, broken, taken, file)
        if not any(name in statements[index].binds for index in taken):
            missing.append(name)
    if len(missing) == len(names):
        raise NotDefinedError(
            say("No code cell of {file} defines `{name}` at its top level.", file=file, name=missing[0]),
            advice_on_missing(missing[0], cells),
        )
    taken |= {index for index, statement in enumerate(statements) if statement.is_future}
    joined = _joined([statements[index] for index in sorted(taken, key=lambda at: (not statements[at].is_future, at))])
    defined = [(name, _defining_cells(name, statements)) for name in names]
    return msgspec.structs.replace(joined, notes=notes_on(defined, cells, broken))


def _defining_cells(name: str, statements: list[_Statement]) -> list[int]:
    """The code cells, by number, that give a name a value of their own."""
    return [
        one.places[0].cell
        for one in statements
        if name in one.binds and not one.is_partial and not re.match(r"(?:from|import)\s", one.text[0])
    ]


def _everything(code: list[str]) -> Extracted:
    """All code as it stands, where looking for what is needed would take too long."""
    text: list[str] = []
    places: list[CellLine] = []
    for number, cell in enumerate(code, 1):
        source, tree = _parse(cell)
        if tree is not None:
            lines = [*source.split("\n"), ""]
            text += lines
            places += [CellLine(number, min(line, len(lines) - 1)) for line in range(1, len(lines) + 1)]
    return Extracted("\n".join((*text, "")), tuple(places))


def _take(
    name: str, before: int, statements: list[_Statement], broken: list[Broken], taken: set[int], file: str
) -> None:
    """Add to `taken` the statements that give `name` its value at position `before`, and what those need."""
    wanted = [(name, before)]
    seen: set[tuple[str, int]] = set()
    while wanted:
        name, before = wanted.pop()
        if (name, before) in seen:
            continue
        seen.add((name, before))
        found = list(_binding(name, before, statements))
        _refuse_broken(name, before, found, broken, file)
        if not found and not hasattr(builtins, name):
            found = [index for index in range(before) if "*" in statements[index].binds]
        for index in found:
            taken.add(index)
            wanted += [(needed, index) for needed in statements[index].needs_now]
            wanted += [(needed, len(statements)) for needed in statements[index].needs_later]


def _binding(name: str, before: int, statements: list[_Statement]) -> Iterator[int]:
    for index in range(before - 1, -1, -1):
        if name in statements[index].binds:
            yield index
            if not statements[index].is_partial:
                return


def _refuse_broken(name: str, before: int, found: list[int], broken: list[Broken], file: str) -> None:
    """Raise `SubmissionError` if the value of `name` would come from a cell that cannot be parsed."""
    last = max(found, default=-1)
    for cell in broken:
        if last < cell.position <= before and cell.seems_to_bind(name):
            raise SubmissionError(
                say("Code cell {cell} of {file}, which defines `{name}`, is not Python: line {line}, {reason}.",
                    cell=cell.cell, file=file, name=name, line=cell.line, reason=cell.reason),
                say("The line is: {source}", source=_line(cell.source, cell.line)),
            )  # fmt: skip


def _parse(source: str) -> tuple[str, ast.Module | SyntaxError | None]:
    """The cell with magics and shell lines blanked out, and its tree, or what is wrong with it; None: not Python."""
    lines = source.split("\n")
    magic = next((line for line in lines if line.strip()), "")
    if magic.startswith("%%"):
        if (magic[2:].split() or [""])[0] not in PYTHON_MAGICS:
            return source, None
        lines[lines.index(magic)] = ""
    source = "\n".join(lines)
    try:
        return compiled(source, lambda text: compile(text, "cell", "exec", COMPILE_FLAGS, dont_inherit=True))
    except SyntaxError as error:
        return source, error
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL; brackets a thousand deep
        return source, SyntaxError(str(error) or "too deeply nested", ("cell", 1, 1, ""))


def _statements(source: str, tree: ast.Module, cell: int) -> Iterator[_Statement]:
    for index, node in enumerate(tree.body):
        following = tree.body[index + 1] if index + 1 < len(tree.body) else None
        text, first = _text(source, node, following)
        now, later, binds = _names("\n".join(text))
        changed = set(_changed(node))
        yield _Statement(
            binds=frozenset(binds | changed),
            needs_now=frozenset(now | changed),
            needs_later=frozenset(later),
            is_partial=isinstance(node, PARTIAL) or bool(changed),
            is_future=isinstance(node, ast.ImportFrom) and node.module == "__future__",
            text=tuple(text),
            places=tuple(CellLine(cell, first + offset) for offset in range(len(text))),
        )


def _text(source: str, node: ast.stmt, following: ast.stmt | None) -> tuple[list[str], int]:
    """The lines of a statement, cut where `;` joins it to another, and the number of the first."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first, last = min([node.lineno, *(one.lineno for one in decorators)]), node.end_lineno or node.lineno
    text = source.split("\n")[first - 1 : last]
    if following is not None and following.lineno == last:
        text[-1] = text[-1].encode()[: node.end_col_offset].decode()
    text[0] = text[0].encode()[0 if decorators else node.col_offset :].decode()
    return text, first


def _names(text: str) -> tuple[set[str], set[str], set[str]]:
    """What a statement needs when it runs, what its functions need when they are called, and what it binds."""
    try:
        table = symtable.symtable(text, "cell", "exec")
    except (SyntaxError, RecursionError):  # a top-level await, or `return` outside a function: never taken
        return set(), set(), set()
    now = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    binds = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    }
    if re.match(r"from\s.*\simport\s+\*", text):
        binds.add("*")
    later: set[str] = set()
    for child in table.get_children():
        _globals_of(child, now if _runs_at_once(child) else later, later)
    return now, later, binds


def _runs_at_once(table: symtable.SymbolTable) -> bool:
    """Whether a block runs with its statement: a class's, and the one around it that holds what is in `class A[T]`."""
    return table.get_type() == "class" or str(table.get_type()).startswith("type param")


def _globals_of(table: symtable.SymbolTable, needed: set[str], later: set[str]) -> None:
    needed |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    for child in table.get_children():
        _globals_of(child, needed if _runs_at_once(child) else later, later)


def _changed(node: ast.stmt) -> Iterator[str]:
    """The names whose values an assignment changes: `table` for `table[0] = …`, `net` for `net.forward = …`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for target in targets:
        base = target
        while isinstance(base, ast.Attribute | ast.Subscript):
            base = base.value
        if isinstance(base, ast.Name) and base is not target:
            yield base.id


def _joined(statements: list[_Statement]) -> Extracted:
    text: list[str] = []
    places: list[CellLine] = []
    for statement in statements:
        if places and places[-1].cell != statement.places[0].cell:
            text.append("")
            places.append(statement.places[0])
        text += statement.text
        places += statement.places
    return Extracted("\n".join((*text, "")), tuple(places))


def _broken(source: str, error: SyntaxError, cell: int, position: int) -> Broken:
    return Broken(cell=cell, line=error.lineno or 1, reason=error.msg, source=source, position=position)


def _line(source: str, number: int) -> Text:
    lines = source.split("\n")
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return same(line or "…")
