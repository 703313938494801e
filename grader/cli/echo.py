"""Every line that a command prints without rich, checked once more: nothing in it acts on the screen."""

from __future__ import annotations

from typing import IO, Any

import click

from grader.cleaning import visible


def echo(text: object = "", *, err: bool = False, nl: bool = True, file: IO[Any] | None = None) -> None:
    """Print like `click.echo`, with whatever is not to be shown written out."""
    click.echo(visible(str(text)), file=file, nl=nl, err=err)
