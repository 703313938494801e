"""Stands in for a package that a submission imports at its head and this place lacks, until a graded function uses it.

Learners import what draws and loads data beside what is asked for. Whatever the lines outside the functions do with
such a package is passed over; the first use in a call raises the very error that the import would have raised.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from typing import Any

MOST_TOLD = 20
# What plain Python raises where it is handed a stand-in instead of a value.
_OF_ODD_VALUES = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


class StandIns:
    """A finder, asked after all others: only for the file's own imports, and only while it is loaded."""

    def __init__(self, source: str, filename: str) -> None:
        self._source = source
        self._filename = filename
        self._lines: set[int] | None = None
        self._is_loading = True
        self._first_used: tuple[str, int] | None = None
        self.names: list[str] = []

    def __enter__(self) -> StandIns:
        sys.meta_path.append(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._is_loading = False
        sys.meta_path.remove(self)
        if self._first_used is not None and isinstance(error, _OF_ODD_VALUES):
            raise absent(*self._first_used) from None

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Called by the import system where nothing else knows the module."""
        line = self._line_of_import()
        if line == 0 or not self._is_foreign(fullname):
            return None
        root = fullname.partition(".")[0]
        if root not in self.names and len(self.names) < MOST_TOLD:
            self.names.append(root)
        return ModuleSpec(fullname, self, origin=str(line), is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        """The module that stands in."""
        return _StandInModule(spec.name, self, int(spec.origin or 0))

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is in it."""

    def in_place_of(self, name: str, line: int) -> StandIn:
        """Something of a module that is not here."""
        return StandIn(name, self, line)

    def used(self, name: str, line: int) -> None:
        """Raise the error of the import, once the file is loaded."""
        if not self._is_loading:
            raise absent(name, line)
        self._first_used = self._first_used or (name, line)

    def _line_of_import(self) -> int:
        """The line of the file's own import statement that is being run, 0 for any other import."""
        frame: types.FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
            frame = frame.f_back
        if frame is None or frame.f_code.co_filename != self._filename or frame.f_code.co_name != "<module>":
            return 0
        if self._lines is None:
            self._lines = set(_plain_imports(self._source))
        return frame.f_lineno if frame.f_lineno in self._lines else 0

    def _is_foreign(self, fullname: str) -> bool:
        """Whether it belongs to no package that is here: a part that one lacks stays an error."""
        parent = sys.modules.get(fullname.rpartition(".")[0])
        return parent is None or isinstance(parent, _StandInModule) or getattr(parent, "__file__", None) is None


def absent(name: str, line: int) -> ModuleNotFoundError:
    """What the import would have raised; `import_line` tells it from every other."""
    error = ModuleNotFoundError(f"No module named {name!r}", name=name)
    error.import_line = line  # type: ignore[attr-defined]
    return error


def _plain_imports(source: str) -> Iterator[int]:
    """The lines of imports whose failure nothing catches, and which say what they bind."""
    waiting: list[ast.stmt] = list(ast.parse(source).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.names[0].name != "*"):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
        elif isinstance(node, ast.If | ast.For | ast.While):
            waiting += [*node.body, *node.orelse]
        elif isinstance(node, ast.Try | ast.TryStar):
            waiting += [*node.orelse, *node.finalbody, *(each for one in node.handlers for each in one.body)]


class _StandInModule(types.ModuleType):
    def __init__(self, name: str, home: StandIns, line: int) -> None:
        super().__init__(name)
        self.__dict__["__stand_in__"] = home, line

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        home, line = self.__dict__["__stand_in__"]
        home.used(self.__name__, line)
        return home.in_place_of(self.__name__, line)


class _StandInBase:
    """What a class inherits in place of one that is not here."""


class StandIn:
    """Something of a module that is not here: whatever is done with it gives another such thing."""

    def __init__(self, name: str, home: StandIns, line: int) -> None:
        self.__dict__["__stand_in__"] = name, home, line

    def __getattr__(self, name: str) -> StandIn:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._use()

    def _use(self, *_: object, **__: object) -> StandIn:
        name, home, line = self.__dict__["__stand_in__"]
        home.used(name, line)
        return self

    def _set(self, *_: object) -> None:
        self._use()

    def _number(self, *_: object) -> int:
        self._use()
        return 0

    def __iter__(self) -> Iterator[object]:
        self._use()
        return iter(())

    def __exit__(self, *_: object) -> None:
        self._use()

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        return (_StandInBase,)

    __call__ = __getitem__ = __enter__ = __neg__ = __pos__ = __abs__ = __invert__ = _use
    __setattr__ = __setitem__ = __delitem__ = _set
    __len__ = _number
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _use
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _use
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _use
    __lt__ = __le__ = __gt__ = __ge__ = _use
