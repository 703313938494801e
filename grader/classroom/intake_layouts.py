"""A path in a download or a folder becomes a claim: whose file it is, as far as its path tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import yaml

from grader.classroom.intake_entries import Entry, printable, refuse
from grader.classroom.intake_exercises import Expected, folder_of_exercise, is_course_folder, named
from grader.exports.gradebook import Student
from grader.locale import say


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who a path says it belongs to; `key` is what to call them where no roster knows better.

    `who` holds what the path tells of them, each under the name of the `Student` field it must equal; `guesses` may
    equal any of a student's own ids. `file` is the name the learner gave the file.
    """

    key: str
    who: Student
    guesses: tuple[str, ...] = ()
    file: str
    late: bool | None = None
    submitted_at: datetime | None = None


class Submitter(msgspec.Struct, frozen=True):
    """One person of a Gradescope submission, which a group hands in together."""

    name: str
    sid: str
    email: str
    submitted_at: datetime | None


_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<upload>\d{3,})_(?P<file>.+)", re.DOTALL)


class Layout(msgspec.Struct, frozen=True):
    """What must be known of the whole to read one path: who is who in an export, what is a clone, what wraps all.

    `wrapper` counts outer folders that name nobody; `canvas` names the folders below them that are downloads from
    Canvas, "" for what lies in none; `clones` maps a clone's folder to what its neighbours share.
    """

    exercises: tuple[Expected, ...]
    wrapper: int = 0
    canvas: frozenset[str] = frozenset()
    gradescope: dict[str, list[Submitter]] = {}
    clones: dict[str, str] = {}


def layout(
    paths: Sequence[tuple[str, ...]],
    exercises: tuple[Expected, ...],
    gradescope: dict[str, list[Submitter]],
    clones: Iterable[str],
) -> Layout:
    """How these paths are laid out. Canvas's pattern counts only where most of a folder's files follow it."""
    files = [path for path in paths if path[-1].lower().endswith((".py", ".ipynb"))]
    wrapper = without_wrapper(files, exercises)
    return Layout(
        exercises,
        wrapper,
        _canvas_downloads(files, wrapper),
        gradescope,
        dict.fromkeys(clones, shared_beginning(clones)),
    )


def _canvas_downloads(files: Iterable[tuple[str, ...]], wrapper: int) -> frozenset[str]:
    """The folders most of whose files are named as Canvas names them: several people's, or all that there is."""
    heaps: dict[str, list[re.Match[str] | None]] = {}
    for path in files:
        heaps.setdefault(_heap(path, wrapper), []).append(next(filter(None, map(_CANVAS.fullmatch, path)), None))
    return frozenset(
        heap
        for heap, found in heaps.items()
        if 2 * sum(each is not None for each in found) > len(found)
        and (not heap or len(heaps) == 1 or len({each["user"] for each in found if each}) > 1)
    )


def _heap(parts: tuple[str, ...], wrapper: int) -> str:
    """The folder that may be one download of several; an upload that is an archive is none."""
    return parts[wrapper] if len(parts) > wrapper + 1 and not _CANVAS.fullmatch(parts[wrapper]) else ""


def claims(entry: Entry, among: Layout, is_known: Callable[[str], bool] = lambda _: False) -> list[Claim]:
    """Whose file this is: nobody's where its path does not tell, several people's where a group handed it in.

    Of several folders, the learner's is the one whose name the roster knows, as `is_known` says, or else the outermost.
    """
    is_canvas = _heap(entry.parts, among.wrapper) in among.canvas
    for place, part in enumerate(entry.parts, 1):
        file = entry.name if place < len(entry.parts) else None
        if part in among.gradescope:
            return [_gradescope(each, entry.name) for each in among.gradescope[part]]
        if found := _MOODLE.fullmatch(part):
            return [_moodle(found, file)]
        if is_canvas and (found := _CANVAS.fullmatch(part)):
            return [_canvas(found, file)]
    parts = entry.parts[among.wrapper :]
    if len(parts) > 1 and parts[0] in among.clones:
        return [_clone(parts[0], among.clones[parts[0]], entry.name)]
    claim = _folder(parts, among.exercises, is_known)
    return [claim] if claim else []


def _gradescope(who: Submitter, file: str) -> Claim:
    key = who.sid or who.email or who.name
    student = Student(id=key, name=who.name, email=who.email)
    return Claim(key=key, who=student, guesses=(who.sid,) if who.sid else (), file=file, submitted_at=who.submitted_at)


def _moodle(found: re.Match[str], file: str | None) -> Claim:
    # The number is the participant's in this one assignment, and may be somebody else's id in the roster.
    name = found["name"].strip()
    return Claim(key=name, who=Student(id=name, name=name, moodle_id=found["id"]), file=file or found["rest"])


def _canvas(found: re.Match[str], file: str | None) -> Claim:
    key = f"{found['name']} {found['user']}"
    student = Student(id=key, name=found["name"], canvas_id=found["user"])
    return Claim(key=key, who=student, file=file or found["file"], late=bool(found["late"]))


def _clone(folder: str, shared: str, file: str) -> Claim:
    own = folder.removeprefix(shared)
    pieces = own.split("-")
    # Without a neighbour to compare with, where the assignment's name ends is anyone's guess: the roster decides.
    guesses = tuple("-".join(pieces[start:]) for start in range(len(pieces)))
    return Claim(key=own, who=Student(id=own, login=own), guesses=guesses, file=file)


def _folder(parts: tuple[str, ...], exercises: Sequence[Expected], is_known: Callable[[str], bool]) -> Claim | None:
    people = [part for part in parts[:-1] if not is_course_folder(part) and not folder_of_exercise(part, exercises)]
    if people:
        learner = next(filter(is_known, people), people[0])
        return Claim(key=learner, who=Student(id=learner, name=learner), guesses=(learner,), file=parts[-1])
    found = named(parts[-1], exercises)
    # In a folder of one exercise, or where no exercise is named, the file is called as its author is.
    author = found.rest if found else parts[-1].rpartition(".")[0].strip()
    if not author:
        return None
    return Claim(key=author, who=Student(id=author, name=author), guesses=(author,), file=parts[-1])


def without_wrapper(parts: Iterable[tuple[str, ...]], exercises: Sequence[Expected]) -> int:
    """How many outer folders hold the whole class rather than one learner, so that they name nobody.

    One folder that holds everything is a wrapper where further people's folders, or several files that are named
    after an exercise and somebody, lie in it.
    """
    paths, depth = set(parts), 0
    while paths:
        tops = {path[0] for path in paths}
        below = {path[1:] for path in paths if len(path) > 1}
        if len(tops) > 1 or len(below) < len(paths) or folder_of_exercise(min(tops), exercises):
            break
        if not _holds_people(below, exercises):
            break
        paths, depth = below, depth + 1
    return depth


def _holds_people(paths: set[tuple[str, ...]], exercises: Sequence[Expected]) -> bool:
    folders = {path[0] for path in paths if len(path) > 1}
    if any(is_course_folder(part) or folder_of_exercise(part, exercises) for part in folders):
        return False
    files = {path[0] for path in paths if len(path) == 1}
    if any((found := named(file, exercises)) and not found.rest for file in files):
        return False
    return bool(folders) or len(files) > 1


def shared_beginning(folders: Iterable[str]) -> str:
    """The assignment's name in front of every clone's, up to and with its last hyphen; empty for a single clone."""
    names = sorted(folders)
    if len(names) < 2:
        return ""
    first, last = names[0], names[-1]
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(map(len, names)))
    return first[: first.rfind("-", 0, same) + 1]


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """A safe loader for which a tag it does not know is just what stands under it."""


def _untagged(loader: Any, _suffix: str, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


_Loader.add_multi_constructor("", _untagged)


def gradescope_submitters(metadata: bytes) -> dict[str, list[Submitter]]:
    """Who handed in each folder, from ``submission_metadata.yml``; raises Refusal where it is none, or a trap."""
    try:
        # A file of a kilobyte can name itself a billion times over; Gradescope's own never does.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(metadata, _Loader)):
            refuse(say("it repeats itself by reference, which Gradescope's own file never does"))
        told = yaml.load(metadata, _Loader)
    except (yaml.YAMLError, RecursionError, ValueError, UnicodeDecodeError) as error:
        refuse(say("it is not the metadata of a Gradescope export: {detail}", detail=printable(str(error))[:120]))
    if not isinstance(told, dict):
        refuse(say("it is not the metadata of a Gradescope export: {detail}", detail=type(told).__name__))
    return {
        str(folder): [_submitter(each, about) for each in about.get(":submitters") or () if isinstance(each, dict)]
        for folder, about in told.items()
        if isinstance(about, dict)
    }


def _submitter(told: dict[str, Any], about: dict[str, Any]) -> Submitter:
    name, sid, email = (printable(str(told.get(key) or "")).strip() for key in (":name", ":sid", ":email"))
    moment = about.get(":created_at")
    if isinstance(moment, datetime):
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return Submitter(name, sid, email, moment if isinstance(moment, datetime) else None)
