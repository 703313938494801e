"""The command `grade`: words typed become calls of the workflows, errors become one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from gettext import gettext
from typing import Any

import click

from grader.cli.language import asked_for, use_language
from grader.locale.choice import choose_language

COMMANDS: dict[str, str] = {
    "exercise": "grader.cli.exercise",
    "watch": "grader.cli.watch",
    "list": "grader.cli.progress",
    "show": "grader.cli.learn",
    "hint": "grader.cli.learn",
    "trace": "grader.cli.learn",
    "solution": "grader.cli.learn",
    "init": "grader.cli.files",
    "reset": "grader.cli.files",
    "restore": "grader.cli.files",
    "quiz": "grader.cli.quiz",
    "glossary": "grader.cli.quiz",
    "demo": "grader.cli.exercise",
    "doctor": "grader.cli.doctor",
    "class": "grader.cli.teach",
    "report": "grader.cli.teach",
    "regrade": "grader.cli.teach",
    "appeal": "grader.cli.appeals",
    "export": "grader.cli.export",
    "forget": "grader.cli.privacy",
    "purge": "grader.cli.privacy",
    "note": "grader.cli.groups",
    "draft": "grader.cli.groups",
    "verify": "grader.cli.author",
    "variant": "grader.cli.author",
    "new": "grader.cli.author",
    "release": "grader.cli.author",
}
"""Each command and the module that holds it; a module is imported only when its command is."""

_ATTRIBUTES = {"class": "grade_class", "list": "list_exercises"}


def main() -> None:
    """Entry point of the console script."""
    code = 130
    try:
        use_language(choose_language(asked_for(sys.argv[1:]), os.environ))
        from grader.cli.run import run

        code = run()
    except KeyboardInterrupt:  # so soon that nothing has begun, or again while the first is being told
        pass
    _settled()
    sys.exit(code)


def _settled() -> None:
    """What comes out is decided: Ctrl-C while the interpreter shuts down would end it by a signal instead."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A KeyboardInterrupt out of code that was given as text (a named tuple is made so, at an import) leaves a mark in
    # CPython: although it was caught, the process ends by the signal. Running a text takes the mark away.
    exec("")


class LazyGroup(click.Group):
    """Imports a command's module when the command is used, so that `grade --help` imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, without importing any."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, imported now; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: Any = getattr(import_module(COMMANDS[cmd_name]), _ATTRIBUTES.get(cmd_name, cmd_name))
        if not isinstance(command, click.Command):
            return None
        command.options_metavar = gettext("[OPTIONS]")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in every group; of a word that is none, the nearest that is one is named."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            for near in get_close_matches(args[0], COMMANDS, n=1):
                asked = gettext("Did you mean `grade {command}`?").format(command=near)
                raise click.UsageError(f"{error.message} {asked}", ctx) from None
            raise
