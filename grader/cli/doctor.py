"""`grade doctor`: what works on this machine, what is missing, and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import click

from grader import __version__
from grader.cli.common import common_options, print_sentence, trusted_course, unbroken, wants_ascii
from grader.cli.completion import STARTUP, is_taught, shell_line
from grader.cli.echo import echo
from grader.errors import GraderError
from grader.keeping import open_journal
from grader.locale import say
from grader.text import Text

WIDE_ENOUGH = 60


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found, and what to do where it is not well."""

    well: bool
    sentence: Text
    mend: Text | None = None


@click.command(help=_("Say what works on this machine, what is missing, and how to mend it."))
@common_options
def doctor() -> int:
    from grader.cli.screen import glyphs

    marks = glyphs()
    sick = 0
    for finding in _findings():
        mark = marks.passed if finding.well else marks.failed
        print_sentence(finding.sentence, f"{mark} ", "  ")
        if not finding.well:
            sick += 1
            if finding.mend is not None:
                print_sentence(finding.mend, "  ", "  ")
    echo()
    print_sentence(say("All is well.") if not sick else say("What is marked above can be mended as said."))
    return 0 if not sick else 5


def _findings() -> Iterator[Finding]:
    yield Finding(
        True,
        say(
            "descenso {own} on Python {python}, {system}",
            own=__version__,
            python=sys.version.split()[0],
            system=sys.platform,
        ),
    )
    yield from _packages()
    yield from _course()
    yield _terminal()
    yield from _completion()
    yield _journal()
    yield from _isolation()


def _packages() -> Iterator[Finding]:
    for name in ("numpy", "torch"):
        try:
            yield Finding(True, say("{name} {version}", name=name, version=version(name)))
        except PackageNotFoundError:
            mend = say("Install it: pip install {name}", name=name)
            yield Finding(False, say("{name} is not installed; some exercises need it.", name=name), mend)
    if find_spec("IPython") is None:
        yield Finding(True, say("IPython is not installed; `%grade` in notebooks needs it, nothing else does."))


def _course() -> Iterator[Finding]:
    try:
        course = trusted_course()
        count = len(course.exercises)
    except GraderError as error:
        yield Finding(False, error.message, error.hint)
        return
    yield Finding(
        True,
        say(
            "course {id} {version} with {count} exercises: {place}",
            id=course.info.id,
            version=course.info.version,
            count=count,
            place=unbroken(str(course.root)),
        ),
    )
    here = Path.cwd()
    nearby = next((folder for folder in (here, *here.parents) if (folder / "course.toml").is_file()), None)
    if nearby is not None and (nearby / "solutions").is_dir() and nearby.resolve() != course.root:
        sentence = say("{place} is a course too, and is not the one that grades.", place=unbroken(str(nearby)))
        yield Finding(False, sentence, say("To grade with it: grade --course {place} …", place=unbroken(str(nearby))))


def _terminal() -> Finding:
    width = shutil.get_terminal_size().columns
    if wants_ascii():
        mend = say("Marks and formulas are written in plain ASCII; a UTF-8 locale shows them better.")
        return Finding(True, say("the terminal shows ASCII only. {mend}", mend=mend))
    if width < WIDE_ENOUGH:
        return Finding(True, say("the terminal is {width} columns wide; 60 or more read better.", width=width))
    return Finding(True, say("the terminal is {width} columns wide and shows UTF-8", width=width))


def _completion() -> Iterator[Finding]:
    shell = Path(os.environ.get("SHELL", "")).name
    if shell not in STARTUP:
        return
    if is_taught(shell, Path.home()):
        yield Finding(True, say("TAB completes commands and exercises in {shell}", shell=shell))
        return
    sentence = say(
        "TAB completes commands and exercises in {shell} after this line; in ~/{file} it lasts: {line}",
        shell=shell,
        file=STARTUP[shell],
        line=unbroken(shell_line(shell)),
    )
    yield Finding(True, sentence)


def _journal() -> Finding:
    try:
        journal = open_journal(trusted_course())
        trouble = journal.examine()
    except GraderError as error:
        return Finding(False, error.message, error.hint)
    if trouble is not None:
        return Finding(False, trouble)
    return Finding(True, say("your attempts are kept in {path}", path=unbroken(str(journal.path))))


def _isolation() -> Iterator[Finding]:
    from grader.sandbox import Pool

    try:
        with Pool("numpy") as pool:
            tier = pool.isolation
    except GraderError as error:
        yield Finding(False, error.message, error.hint)
        return
    sentence = say("isolation {tier}: {summary}", tier=tier.tier, summary=tier.summary)
    mend = say("Your own work can be graded; a class needs a stronger wall. docs/security.md says how to get one.")
    yield Finding(tier.tier in "ABC", sentence, mend)
