"""What one picture draws, into a view of its kind: the learner's run beside the expected one.

The learner's values come from untrusted code: whatever is not the data of the picture's kind is not drawn, and the
picture says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol

import msgspec

from grader.feedback import clean
from grader.feedback.figures import kinds
from grader.feedback.figures.drawing import undrawn
from grader.feedback.markdown import Html, inline
from grader.locale import say
from grader.locale.numbers import Words
from grader.results import FigureData
from grader.text import Text


class Kind(Protocol):
    """What a module of `kinds` offers."""

    TEMPLATE: str

    def read(self, values: Mapping[str, Any]) -> Any:
        """The data of this kind, or why `values` are none."""

    def read_run(self, values: Mapping[str, Any]) -> Any | None:
        """What of `values` is the learner's own, or None where it cannot be drawn."""

    def draw(self, expected: Any, learner: Any | None, figure: FigureData) -> tuple[msgspec.Struct, tuple[Words, ...]]:
        """The view of a picture, and what is to be said about it."""


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """A picture and its words; `drawing` is the view of its kind, set by `template`."""

    kind: str
    template: str
    number: int
    title: dict[str, Html]
    caption: dict[str, Html]
    x_label: Words
    y_label: Words
    notes: tuple[Words, ...]
    has_learner: bool
    drawing: Any


def kind_names() -> list[str]:
    """Every kind of picture; none is imported."""
    return sorted(module.name for module in iter_modules(kinds.__path__))


def objection(kind: str, values: object) -> Text | None:
    """Why a harness's values cannot be drawn as this kind; None where they can."""
    if kind not in kind_names():
        return say("There is no figure of kind {kind}; there are {known}.", kind=kind, known=", ".join(kind_names()))
    if not isinstance(values, Mapping):
        return say("A figure's function returns a table of values by name.")
    found = _kind(kind).read(values)
    return found if isinstance(found, Text) else None


def figure_view(figure: FigureData, number: int) -> FigureView | None:
    """The picture numbered `number`, or None where the expected values themselves cannot be drawn."""
    if objection(figure.kind, figure.expected) is not None:
        return None
    kind = _kind(figure.kind)
    learner = None if figure.learner is None else kind.read_run(figure.learner)
    drawing, notes = kind.draw(kind.read(figure.expected), learner, figure)
    return FigureView(
        kind=figure.kind,
        template=f"figures/{kind.TEMPLATE}.html.j2",
        number=number,
        title=inline(figure.title),
        caption=inline(figure.caption),
        x_label=clean.words(figure.x_label),
        y_label=clean.words(figure.y_label),
        notes=notes if learner is not None else (undrawn(),),
        has_learner=learner is not None,
        drawing=drawing,
    )


def _kind(name: str) -> Kind:
    return import_module(f"{kinds.__name__}.{name}")
