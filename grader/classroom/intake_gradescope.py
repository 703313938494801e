"""Gradescope's own list of who handed in what becomes submitters by folder; it is read at an export's root alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import msgspec
import yaml

from grader.classroom.intake_entries import printable, refuse
from grader.exports.gradebook import Student
from grader.exports.identity import Claim
from grader.locale import say

MOST_SUBMITTERS = 60
"""People of one submission: a group of more is none, and one file must not become thousands of gradings."""


class Submitter(msgspec.Struct, frozen=True):
    """One person of a Gradescope submission, which a group hands in together; `key` tells them from all others."""

    key: str
    name: str
    sid: str
    email: str
    submitted_at: datetime | None


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """A safe loader for which a tag it does not know is just what stands under it."""


def _untagged(loader: Any, _suffix: str, node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    """A mapping that names each key once: of two folders of one name nobody could say whose the files are."""
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    if len(keys) != len(set(map(str, keys))):
        refuse(say("it names a folder, or a fact about one, twice"))
    made: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return made


_Loader.add_multi_constructor("", _untagged)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def gradescope_submitters(metadata: bytes) -> dict[str, list[Submitter]]:
    """Who handed in each folder, from ``submission_metadata.yml``; raises Refusal where it is none, or a trap."""
    try:
        # A file of a kilobyte can name itself a billion times over; Gradescope's own never does.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(metadata, _Loader)):
            refuse(say("it repeats itself by reference, which Gradescope's own file never does"))
        told = yaml.load(metadata, _Loader)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, UnicodeDecodeError) as error:
        refuse(say("it is not the metadata of a Gradescope export: {detail}", detail=printable(str(error))[:120]))
    if not isinstance(told, dict):
        refuse(say("it is not the metadata of a Gradescope export: {detail}", detail=type(told).__name__))
    return _told_apart({str(folder): _submitters(about) for folder, about in told.items() if isinstance(about, dict)})


def _told_apart(listed: dict[str, list[Submitter]]) -> dict[str, list[Submitter]]:
    """The same people; two who share a key, or have nothing but one name in two folders, under keys of their own."""
    whose: defaultdict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for folder, people in listed.items():
        for each in people:
            whose[each.key].add(_person(each, folder))
    return {
        folder: [
            msgspec.structs.replace(each, key=f"{each.key} ({_person(each, folder)[-1]})")
            if len(whose[each.key]) > 1
            else each
            for each in people
        ]
        for folder, people in listed.items()
    }


def _person(who: Submitter, folder: str) -> tuple[str, str, str]:
    """What makes a submitter one person: their number and address; where they have neither, the submission."""
    return (who.sid, who.email, who.email or who.name) if who.sid or who.email else ("", "", folder)


def _submitters(about: dict[str, Any]) -> list[Submitter]:
    listed = about.get(":submitters")
    found = [_submitter(each, about) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    once = {(each.name, each.sid, each.email): each for each in found if each.key}
    return list(once.values()) if len(once) <= MOST_SUBMITTERS else []


def _submitter(told: dict[str, Any], about: dict[str, Any]) -> Submitter:
    name, sid, email = (printable(str(told.get(key) or "")).strip() for key in (":name", ":sid", ":email"))
    moment = about.get(":created_at")
    if isinstance(moment, datetime):
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return Submitter(sid or email or name, name, sid, email, moment if isinstance(moment, datetime) else None)


def claim_of(who: Submitter, file: str, group: str = "") -> Claim:
    """What a submitter claims of a file in their folder; `group` names who handed it in together, if several did."""
    student = Student(id=who.key, name=who.name, email=who.email, sis_id=who.sid)
    return Claim(key=who.key, who=student, file=file, submitted_at=who.submitted_at, group=group)
