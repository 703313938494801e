"""`grade init`, `reset` and `restore`: a learner's files laid out, started over and brought back, never lost."""

from __future__ import annotations

from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path

import click

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.completion import complete_exercise
from grader.cli.echo import echo
from grader.cli.language import language
from grader.course import Exercise
from grader.errors import UsageError
from grader.locale import say, say_many
from grader.workspace import Workspace, lay_out


@click.command(help=_("Lay out your own copy of the course, or bring an earlier one up to date."))
@click.argument("folder", metavar=_("[DIR]"), type=click.Path(path_type=Path), required=False)
@common_options
def init(folder: Path | None) -> None:
    course = trusted_course()
    target = folder if folder is not None else _around() or Path(course.info.id)
    done = lay_out(course.root, target.absolute(), datetime.now(UTC), language())
    changed = len(done.added) + len(done.updated)
    if changed:
        sentence = say_many(
            "{number} file laid out in {folder}.", "{number} files laid out in {folder}.", changed, folder=target
        )
        echo(spoken(sentence))
    else:
        echo(spoken(say("{folder} is up to date.", folder=target)))
    if done.kept:
        echo(spoken(say("Yours, and left as they are:")))
        for relative in done.kept:
            echo(f"  {relative}")
        echo(spoken(say("`grade reset N` brings the new starter; your file is backed up first.")))
    if target.absolute() != Path.cwd():
        echo(spoken(say("Next: `cd {folder}`, then `grade`.", folder=target)))


@click.command(help=_("Start an exercise over; your file is backed up first."))
@click.argument("which", metavar=_("EXERCISE"), shell_complete=complete_exercise)
@common_options
def reset(which: str) -> None:
    course = trusted_course()
    chosen = course.exercise(which)
    workspace = own_workspace()
    backup = workspace.reset(own_file(chosen), chosen.starter_in(language()), datetime.now(UTC))
    if backup is None:
        echo(spoken(say("{file} is the starter.", file=own_file(chosen))))
        return
    echo(
        spoken(
            say("{file} is the starter again. Your version is kept as {name}.", file=own_file(chosen), name=backup.name)
        )
    )
    echo(spoken(say("`grade restore {number} 1` brings it back.", number=chosen.number)))


@click.command(help=_("List an exercise's backups, or bring one back: its number or the start of its name."))
@click.argument("which", metavar=_("EXERCISE"), shell_complete=complete_exercise)
@click.argument("backup", metavar=_("[BACKUP]"), required=False)
@common_options
def restore(which: str, backup: str | None) -> None:
    course = trusted_course()
    chosen = course.exercise(which)
    workspace = own_workspace()
    if backup is None:
        _list_backups(workspace, chosen)
        return
    replaced = workspace.restore(own_file(chosen), backup, datetime.now(UTC))
    echo(spoken(say("{file} is back as it was.", file=own_file(chosen))))
    if replaced is not None:
        echo(spoken(say("What stood there is kept as {name}.", name=replaced.name)))


def own_workspace() -> Workspace:
    """The learner's copy one stands in; raises `UsageError` where there is none, or where it is the course itself."""
    workspace = Workspace.find(Path.cwd())
    if workspace is None:
        raise UsageError(
            say("This folder holds no copy of the course."),
            say("Run `grade init` to lay one out, and work in it."),
        )
    if workspace.is_authors_tree:
        raise UsageError(
            say("This is the course itself, not a learner's copy of it."),
            say("Lay out a copy with `grade init DIR`, and work in it."),
        )
    return workspace


def own_file(chosen: Exercise) -> str:
    """Where a learner's file of an exercise lies within their copy."""
    return f"exercises/{chosen.folder.name}/{chosen.manifest.file}"


def _around() -> Path | None:
    workspace = Workspace.find(Path.cwd())
    return None if workspace is None or workspace.is_authors_tree else workspace.root


def _list_backups(workspace: Workspace, chosen: Exercise) -> None:
    backups = workspace.backups(chosen.folder.name)
    if not backups:
        echo(spoken(say("Exercise {number} has no backups yet.", number=chosen.number)))
        return
    for place, backup in enumerate(backups, start=1):
        when = backup.made_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        echo(f"{place:3}  {when}  {backup.name}")
    echo(spoken(say("`grade restore {number} 1` brings the newest back.", number=chosen.number)))
