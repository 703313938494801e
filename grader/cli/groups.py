"""`grade note` and `grade draft`: what to do about a group of learners who answer alike and whom no belief explains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader.cli.common import common_options, spoken, trusted_course
from grader.cli.echo import echo
from grader.cli.teach import open_store
from grader.errors import UsageError
from grader.locale import LANGUAGES, say, say_many
from grader.text import Text

if TYPE_CHECKING:
    from grader.classroom.groups import Group
    from grader.classroom.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])
MOST_LINES = 60
FIRST_GROUPS = 5

_OUT = click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    metavar=_("DIR"),
    help=_("Where results and pages are kept."),
)
_DB = click.option("--db", metavar=_("URL"), help=_("Read results from here instead, as in postgresql://host/class."))


def _sentences(command: Command) -> Command:
    for code in reversed(LANGUAGES):
        told = _("The sentence in the language {code}.").format(code=code)
        command = click.option(f"--{code}", f"in_{code}", metavar=_("TEXT"), help=told)(command)
    return command


@click.command(help=_("Write one sentence to all who answer alike; alone, list the groups that no belief explains."))
@click.argument("wanted", metavar=_("[GROUP]"), required=False)
@_sentences
@click.option("--remove", is_flag=True, help=_("Take the group's note back."))
@_OUT
@_DB
@common_options
def note(wanted: str | None, remove: bool, out: Path, db: str | None, **given: str | None) -> None:
    from grader.classroom.groups import chosen, groups_of

    with open_store(out, db, must_exist=True) as store:
        groups = groups_of(store.results(), store.group_notes)
        words = {code: given[f"in_{code}"] for code in LANGUAGES if given[f"in_{code}"]}
        if wanted is None:
            if words or remove:
                raise UsageError(say("Which group? `grade note` alone lists them."))
            list_groups(groups, len(groups))
            return
        group = chosen(groups, wanted)
        if not words and not remove:
            _show(group, store)
            return
        _keep(group, store, out, None if remove else _in_every_language(words))


def _in_every_language(words: dict[str, str | None]) -> Text:
    from grader.classroom.group_notes import sentence

    told = {code: sentence(words.get(code) or "") for code in LANGUAGES}
    missing = [f"--{code}" for code, own in told.items() if not own]
    if missing:
        raise UsageError(
            say("A note is read in every language; {options} is missing.", options=", ".join(missing)),
            say("Learners read their pages in the language they choose."),
        )
    return Text(told)


def _keep(group: Group, store: Store, out: Path, words: Text | None) -> None:
    from grader.classroom.group_notes import FILE, GroupNote

    notes = store.group_notes
    if words is None:
        if not notes.remove(group.exercise, group.edition, group.behaviour):
            raise UsageError(say("The group {group} has no note.", group=group.id))
    else:
        notes.put(
            GroupNote(
                exercise=group.exercise,
                subject=group.behaviour.subject,
                edition=group.edition,
                answers=group.behaviour.answers,
                lasting=group.behaviour.lasting,
                words=words,
            )
        )
    notes.keep(out)
    if words is None:
        echo(spoken(say("The note of {group} is taken back.", group=group.id)))
    else:
        number = len(group.learners)
        echo(
            spoken(
                say_many(
                    "Kept in {path}: it reaches {number} learner.",
                    "Kept in {path}: it reaches {number} learners.",
                    number,
                    path=out / FILE,
                )
            )
        )
        if group.behaviour.lasting is None:
            echo(spoken(say("Only this class's questions tell these answers apart: the note ends with the class.")))
    echo(spoken(say("`grade report` writes the pages again.")))


def list_groups(groups: Sequence[Group], most: int) -> None:
    """The groups, largest first, `most` of them."""
    from grader.feedback import clean

    if not groups:
        echo(spoken(say("A belief explains every wrong answer, or nobody answered wrong.")))
        return
    echo(spoken(say("Wrong answers that no belief explains, by what they answer alike:")))
    for group in groups[:most]:
        heading = say(
            "{id}  {learners}, exercise {number}, `{function}`",
            id=group.id,
            learners=say_many("{number} learner", "{number} learners", len(group.learners)),
            number=group.number,
            function=group.behaviour.subject,
        )
        echo(f"  {spoken(heading)}")
        echo(f"    {_short(_nearest(group))}")
        if group.note is not None:
            echo(f"    {clean.line(spoken(say('Note: {words}', words=group.note)))}")
    if more := len(groups[most:]):
        echo(f"  {spoken(say_many('and {number} more group', 'and {number} more groups', more))}")
    echo(spoken(say("One member's code: grade note {group}", group=groups[0].id)))


def _nearest(group: Group) -> Text:
    """The form of the error where one is known, or else what the first failing check says."""
    return group.form or group.message or group.claim


def _short(text: Text) -> str:
    from grader.exports.wording import plain
    from grader.feedback import clean

    return clean.line(spoken(plain(text)))


def _show(group: Group, store: Store) -> None:
    from grader.exports.wording import plain
    from grader.feedback import clean

    list_groups([group], 1)
    echo("")
    echo(f"✗ {spoken(plain(group.claim))}")
    if group.message is not None and group.form is not None:
        echo(f"  {spoken(plain(group.message))}")
    echo("")
    lines = clean.plain(store.source(group.example).decode("utf-8", "replace")).splitlines()
    for line in lines[:MOST_LINES]:
        echo(f"    {line}")
    if more := len(lines[MOST_LINES:]):
        echo(f"    {spoken(say_many('… and one more line', '… and {number} more lines', more))}")
    echo("")
    sentences = " ".join(f'--{code} "…"' for code in LANGUAGES)
    echo(spoken(say("Write to all of them: {command}", command=f"grade note {group.id} {sentences}")))
    echo(spoken(say("Draft an entry of the catalogue: {command}", command=f"grade draft {group.id}")))


@click.command(help=_("Write the draft of an entry of misconceptions.toml for all who answer alike; nothing loads it."))
@click.argument("wanted", metavar=_("GROUP"))
@click.option("--to", "path", type=click.Path(path_type=Path), metavar=_("FILE"), help=_("Where to write the draft."))
@_OUT
@_DB
@common_options
def draft(wanted: str, path: Path | None, out: Path, db: str | None) -> None:
    from grader.authoring.draft import compose, write_draft
    from grader.classroom.groups import chosen, groups_of

    course = trusted_course()
    with open_store(out, db, must_exist=True) as store:
        group = chosen(groups_of(store.results(), store.group_notes), wanted)
        content = store.source(group.example)
        seed = store.class_seed(0)
    made = compose(
        course,
        group.exercise,
        content,
        subject=group.behaviour.subject,
        seed=seed,
        learners=len(group.learners),
        form=group.form,
        note=group.note,
    )
    written = write_draft(course, path or out / "drafts" / f"{group.exercise}-{group.id}.toml", made.text)
    echo(spoken(say("Draft: {path}", path=written)))
    if made.edit is None:
        echo(spoken(say("No single small change of the reference answers so: the edit is left to you.")))
    else:
        echo(spoken(say("A small change of the reference answers exactly so: it is the draft's edit.")))
    echo(
        spoken(
            say(
                "Fill in what is marked FILL IN, move it into {catalogue}, then: grade verify {number}",
                catalogue=f"solutions/{course.exercise(group.exercise).solution.name}/misconceptions.toml",
                number=group.number,
            )
        )
    )
