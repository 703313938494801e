"""A named quantity of an exercise becomes a number computed through the reference itself: quiz and exercise agree."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.errors import CourseError
from grader.locale import say
from grader.locale.system import problem_of
from grader.quizzes.expressions import QuantityCall, as_call, evaluate

FILE = "quantities.py"


class Quantities:
    """The quantities of the exercises of one trusted course.

    ``NN_slug:name`` is a function of ``solutions/NN_slug/quantities.py``, where a leading parameter that bears the
    name of a function of the reference is given that function; or else it is a function of the reference itself.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def compute(self, text: str, values: Mapping[str, float]) -> float:
        """The value of an expression, or of a call such as ``03_adam_step:m_hat(g, b1, t)``; always finite."""
        call = as_call(text)
        if call is None:
            return evaluate(text, values)
        arguments = [_argument(argument, values) for argument in call.arguments]
        try:
            result = self._function(call)(*arguments)
        except (ArithmeticError, TypeError, ValueError) as error:
            raise CourseError(say("`{text}` cannot be computed: {problem}.", text=text, problem=str(error))) from None
        if isinstance(result, bool) or not isinstance(result, int | float) or not math.isfinite(result):
            raise CourseError(say("`{text}` gives {result} and not a finite number.", text=text, result=repr(result)))
        return float(result)

    def _function(self, call: QuantityCall) -> Callable[..., Any]:
        folder = self.root / "solutions" / call.folder
        reference = _module(folder / f"{call.folder.partition('_')[2]}.py")
        named = getattr(_module(folder / FILE), call.function, None) if (folder / FILE).is_file() else None
        if named is None:
            named = getattr(reference, call.function, None)
        if not inspect.isfunction(named):
            raise CourseError(say("{path} has no function `{name}`.", path=folder / FILE, name=call.function))
        function, given = named, []
        for name in inspect.signature(function).parameters:
            if not inspect.isfunction(getattr(reference, name, None)):
                break
            given.append(getattr(reference, name))
        return lambda *arguments: function(*given, *arguments)


def _argument(text: str, values: Mapping[str, float]) -> float:
    """A parameter or a literal keeps its type, since steps are counted in whole numbers."""
    if text in values:
        return values[text]
    return int(text) if text.isdecimal() else evaluate(text, values)


@lru_cache(maxsize=32)
def _module(path: Path) -> ModuleType:
    """The module at `path`, compiled here: an import would leave a cache beside the course's files."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise CourseError(say("{path} cannot be read: {problem}.", path=path, problem=problem_of(error))) from None
    module = ModuleType(f"_quiz_{path.parent.name}_{path.stem}")
    try:
        exec(compile(source, path, "exec"), module.__dict__)
    except SyntaxError as error:
        raise CourseError(say("{path} is not Python: {problem}.", path=path, problem=str(error))) from None
    return module
