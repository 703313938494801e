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
from grader.quizzes.expressions import QuantityCall, as_call, evaluate

FILE = "quantities.py"


class Quantities:
    """The functions of ``solutions/NN_slug/quantities.py`` of one trusted course.

    A leading parameter that bears the name of a function of the reference is given that function.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def compute(self, text: str, values: Mapping[str, float]) -> float:
        """The value of an expression, or of a call such as ``03_adam_step:m_hat(g, b1, t)``; always finite."""
        call = as_call(text)
        if call is None:
            return evaluate(text, values)
        arguments = [_argument(argument, values) for argument in call.arguments]
        result = self._function(call)(*arguments)
        if isinstance(result, bool) or not isinstance(result, int | float) or not math.isfinite(result):
            raise CourseError(say("`{text}` gives {result} and not a finite number.", text=text, result=repr(result)))
        return float(result)

    def _function(self, call: QuantityCall) -> Callable[..., Any]:
        folder = self.root / "solutions" / call.folder
        function = getattr(_module(folder / FILE), call.function, None)
        if not inspect.isfunction(function):
            raise CourseError(say("{path} has no function `{name}`.", path=folder / FILE, name=call.function))
        reference = _module(folder / f"{call.folder.partition('_')[2]}.py")
        given = []
        for name in inspect.signature(function).parameters:
            if not inspect.isfunction(getattr(reference, name, None)):
                break
            given.append(getattr(reference, name))
        return lambda *arguments: function(*given, *arguments)


def _argument(text: str, values: Mapping[str, float]) -> float:
    """A bare parameter keeps its type, since a step is counted in whole numbers."""
    return values[text] if text in values else evaluate(text, values)


@lru_cache(maxsize=32)
def _module(path: Path) -> ModuleType:
    """The module at `path`, compiled here: an import would leave a cache beside the course's files."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise CourseError(
            say("{path} cannot be read: {problem}.", path=path, problem=error.strerror or str(error))
        ) from None
    module = ModuleType(f"_quiz_{path.parent.name}_{path.stem}")
    exec(compile(source, path, "exec"), module.__dict__)
    return module
