"""What TAB offers for a word half typed, and the line with which a shell learns to ask for it."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from grader.cli.common import Settings
from grader.errors import GraderError

STARTUP = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
"""Each shell that can ask, and the file in the home folder that it reads as it starts."""


def complete_exercise(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Exercises whose number or name begins so, or files where a path was begun; none of them is opened."""
    if os.sep in incomplete:
        return [CompletionItem(incomplete, type="file")]
    from grader.course import open_course

    settings = context.find_object(Settings) or Settings()
    try:
        folders = open_course(settings.course_folder).folders
    except (GraderError, OSError):  # a shell has no place for a sentence in the middle of a line
        return []
    offered = []
    for number, folder in sorted(folders.items()):
        slug = folder.name.partition("_")[2]
        if str(number).startswith(incomplete):
            offered.append(CompletionItem(str(number), help=slug))
        elif slug.startswith(incomplete):
            offered.append(CompletionItem(slug, help=str(number)))
    return offered


def shell_line(shell: str) -> str:
    """The line that teaches `bash`, `zsh` or `fish` to complete `grade`."""
    if shell == "fish":
        return "_GRADE_COMPLETE=fish_source grade | source"
    return f'eval "$(_GRADE_COMPLETE={shell}_source grade)"'


def is_taught(shell: str, home: Path) -> bool:
    """Whether the shell's startup file already holds such a line."""
    try:
        return "_GRADE_COMPLETE=" in (home / STARTUP[shell]).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
