"""What the value of an option can be, refused in the reader's words: click translates no type's name."""

from __future__ import annotations

from gettext import gettext as _
from typing import Any

import click


class WholeNumber(click.IntRange):
    """A whole number within bounds."""

    name = _("whole number")


class Number(click.FloatRange):
    """A number within bounds."""

    name = _("number")


class Moment(click.DateTime):
    """A moment in one of some formats; whoever writes another is shown one that is read."""

    def __init__(self, formats: list[str], example: str) -> None:
        super().__init__(formats)
        self.example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The moment; one sentence with an example where it is none."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            shown = _("{value!r} is no moment; write it as in {example}.").format(value=value, example=self.example)
            self.fail(shown, param, ctx)
