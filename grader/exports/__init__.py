"""Grades and reports become the files of other systems: one module of `formats` a format, values in, bytes out."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from grader.exports import formats

if TYPE_CHECKING:
    from grader.exports.format import Format


def format_names() -> list[str]:
    """Every format's name, which is its module's with hyphens; none is imported."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(formats.__path__))


def format_called(name: str) -> Format | None:
    """The format of this name, imported now; None where there is none."""
    if name not in format_names():
        return None
    found: Format = import_module(f"{formats.__name__}.{name.replace('-', '_')}").FORMAT
    return found
