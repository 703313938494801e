"""The paths of a download become claims: how it is laid out is decided once, from its root, before any path is read.

A download of a system is known by the names at its own root; what lies below a learner's name is that learner's,
whatever it is called. So nobody claims another's name by a folder, a file or an archive of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from grader.classroom.intake_entries import METADATA, Entry, is_source
from grader.classroom.intake_exercises import Expected, folder_of_exercise, is_course_folder, named
from grader.classroom.intake_gradescope import Submitter, claim_of
from grader.classroom.intake_patterns import PATTERNS
from grader.exports.gradebook import Student
from grader.exports.identity import Claim, Roster

Path = tuple[str, ...]
Submitters = dict[str, list[Submitter]]


class Download(msgspec.Struct, frozen=True):
    """One part of what was given, laid out in one way from `root` on.

    `kind` is a system of `PATTERNS`, ``gradescope``, ``clones``, or ``people`` for folders and files that bear names;
    `level` counts the folders of the latter that bear none, such as weeks. `shared` stands before each clone's login.
    """

    root: Path
    kind: str
    submitters: Submitters = {}
    shared: str = ""
    level: int = 0


class Surroundings(msgspec.Struct, frozen=True):
    """What a layout is decided by besides the paths: the course, the roster, what is a clone, who Gradescope names."""

    exercises: tuple[Expected, ...]
    roster: Roster
    clones: Callable[[Path], frozenset[str]] = lambda root: frozenset()
    metadata: Callable[[Path], Submitters] = lambda root: {}


class Layout:
    """How everything that was given is laid out."""

    def __init__(self, paths: Sequence[Path], about: Surroundings) -> None:
        self._about = about
        self._downloads = {each.root: each for each in _surveyed((), [path for path in paths if path], about)}

    @property
    def lists(self) -> frozenset[Path]:
        """Where a list of submitters stands that counts."""
        return frozenset((*root, METADATA) for root, each in self._downloads.items() if each.kind == "gradescope")

    def download_of(self, parts: Path) -> Download | None:
        """The download a path belongs to."""
        roots = (parts[:depth] for depth in range(len(parts)))
        return next((self._downloads[root] for root in roots if root in self._downloads), None)

    def claims(self, entry: Entry) -> list[Claim]:
        """Whose file this is: nobody's where its path does not tell, several people's where a group handed it in."""
        download = self.download_of(entry.parts)
        if download is None:
            return []
        parts = entry.parts[len(download.root) :]
        found = self._read(download, parts, entry.name)
        return [msgspec.structs.replace(claim, download=download.root) for claim in found]

    def _read(self, download: Download, parts: Path, name: str) -> list[Claim]:
        file = name if len(parts) > 1 else None
        if download.kind == "gradescope":
            who = download.submitters.get(parts[0], []) if file else []
            together = ", ".join(each.name or each.sid or each.email for each in who) if len(who) > 1 else ""
            return [claim_of(each, name, together) for each in who]
        if download.kind == "clones":
            return [_clone(parts[0].removeprefix(download.shared), name)] if file else []
        if download.kind == "people":
            claim = _of_people(parts[download.level :], self._about.exercises)
            return [claim] if claim else []
        claim = PATTERNS[download.kind](parts[0], file)
        if claim and download.shared:
            login = claim.key.removeprefix(download.shared)
            claim = msgspec.structs.replace(claim, key=login, who=Student(id=login, login=login), guesses=(login,))
        return [claim] if claim else []


def _surveyed(root: Path, paths: Sequence[Path], about: Surroundings) -> list[Download]:
    """The downloads below `root`, of which `paths` are the files, each from there on."""
    if not paths:
        return []
    system = _system(root, paths, about)
    if system is not None:
        return [system]
    below: defaultdict[str, list[Path]] = defaultdict(list)
    for path in paths:
        if len(path) > 1:
            below[path[0]].append(path[1:])
    loose = [path[0] for path in paths if len(path) == 1 and is_source(path[0])]
    folders = [name for name in below if any(is_source(path[-1]) for path in below[name])]
    if len(folders) == 1 and not loose:
        inner = _wrapped(root, folders[0], below[folders[0]], about)
        if inner:
            return inner
    elif folders and not loose and not any(map(about.roster.knows, folders)):
        inner = [each for name in folders for each in _surveyed((*root, name), below[name], about)]
        if all(each.kind != "people" for each in inner):
            return inner
    return [Download(root, "people", level=_nameless_levels(paths, about))]


def _system(root: Path, paths: Sequence[Path], about: Surroundings) -> Download | None:
    """The one system whose way of naming fits here: Gradescope's list, clones, or most of the names."""
    if (METADATA,) in paths and is_an_exports_root(root) and (who := about.metadata(root)):
        return Download(root, "gradescope", submitters=who)
    names = {path[0] for path in paths if _is_handed_in(path[-1])}
    folders = {path[0] for path in paths if len(path) > 1}
    fitting = {
        kind: sum(pattern(name, name if name in folders else None) is not None for name in names)
        for kind, pattern in PATTERNS.items()
    }
    # A learner may end a flat name so that it fits another pattern too, but never so that it fits its own less.
    kind = max(fitting, key=fitting.__getitem__)
    if 2 * fitting[kind] > len(names):
        return Download(root, kind, shared=_before_logins(names, about.roster) if kind == "blackboard" else "")
    clones = about.clones(root) & names
    if 2 * len(clones) > len(names):
        return Download(root, "clones", shared=_shared(sorted(clones), about.roster))
    logged = sorted({path[0] for path in paths if len(path) > 1} & names)
    # Without .git, logins that the roster knows behind one beginning are as good a sign.
    shared = _shared(logged, about.roster) if len(logged) > 1 else ""
    logins = [about.roster.knows_id(name.removeprefix(shared)) for name in logged]
    if shared and all(name.startswith(shared) for name in logged) and 2 * sum(logins) > len(logged):
        return Download(root, "clones", shared=shared)
    return None


_EXPORT = re.compile(r"assignment_\d+_export\b.*", re.IGNORECASE)


def is_an_exports_root(root: Path) -> bool:
    """Whether Gradescope's list may stand here: in what was given itself, or in a folder called as exports are."""
    return not root or _EXPORT.fullmatch(root[-1]) is not None


def _before_logins(names: Iterable[str], roster: Roster) -> str:
    """What stands before every login in Blackboard's names: the course's and the task's."""
    claims = [PATTERNS["blackboard"](name, None) for name in names]
    return _shared(sorted({claim.key for claim in claims if claim is not None}), roster, "_")


def _wrapped(root: Path, folder: str, below: Sequence[Path], about: Surroundings) -> list[Download]:
    """The layout inside the one folder that there is, unless that folder is somebody's."""
    if about.roster.knows(folder) or folder_of_exercise(folder, about.exercises):
        return []
    inner = _surveyed((*root, folder), below, about)
    if any(each.kind != "people" or each.root != (*root, folder) for each in inner):
        return inner
    return inner if _holds_people(below, about) else []


def _holds_people(paths: Iterable[Path], about: Surroundings) -> bool:
    folders = {path[0] for path in paths if len(path) > 1}
    if any(is_course_folder(part) or folder_of_exercise(part, about.exercises) for part in folders):
        return False
    files = {path[0] for path in paths if len(path) == 1 and is_source(path[0])}
    authors = {_author(file, about.exercises) for file in files}
    if len(authors - {""}) > 1:
        return True
    return bool(folders) and "" not in authors


def _nameless_levels(paths: Sequence[Path], about: Surroundings) -> int:
    """1 where the outermost folders are weeks or the like: the roster knows none of them, and somebody in most."""
    inside: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        people = _people(path, about.exercises)
        if people:
            inside[people[0]].update(people[1:2])
    if not about.roster.students or any(map(about.roster.knows, inside)):
        return 0
    known = [sum(map(about.roster.knows, names)) for names in inside.values()]
    return 1 if sum(known) > 1 and 2 * sum(map(bool, known)) > len(inside) else 0


def _people(parts: Path, exercises: Sequence[Expected]) -> list[str]:
    return [part for part in parts[:-1] if not is_course_folder(part) and not folder_of_exercise(part, exercises)]


def _of_people(parts: Path, exercises: Sequence[Expected]) -> Claim | None:
    """The outermost folder that bears a name, or the name in the file's own."""
    people = _people(parts, exercises)
    learner = people[0] if people else _author(parts[-1], exercises)
    if not learner:
        return None
    return Claim(key=learner, who=Student(id=learner, name=learner), guesses=(learner,), file=parts[-1])


_COPY = re.compile(r"^(?:copy|copia|cópia|copie|kopie)(?: (?:of|de|di|von))?\b|\b(?:copy|copia|cópia|copie|kopie)$")


def _author(file: str, exercises: Sequence[Expected]) -> str:
    """Who a file's name names besides the exercise; a copy's mark names nobody."""
    found = named(file, exercises)
    if found is None:
        return file.rpartition(".")[0].strip()
    return _COPY.sub("", found.rest).strip(" _-.,")


def _clone(login: str, file: str) -> Claim:
    return Claim(key=login, who=Student(id=login, login=login), guesses=(login,), file=file)


def _shared(folders: Sequence[str], roster: Roster, mark: str = "-") -> str:
    """What stands before every clone's login: the beginning, up to a mark, behind which the roster knows most logins.

    Decided once for all of them: a login that ends in another's is still a login of its own. Where the roster knows
    none, the longest beginning that all share; of a single clone, or where two beginnings fit alike, nothing is known.
    """
    first, last = folders[0], folders[-1]
    alone = len(folders) == 1
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    ends = [place + 1 for place, each in enumerate(first) if each == mark and (alone or place < same)]
    beginnings = [first[:end] for end in reversed(ends)]
    known = {each: sum(roster.knows_id(folder.removeprefix(each)) for folder in folders) for each in ["", *beginnings]}
    best = max(known.values())
    if best:
        fitting = [each for each in (*beginnings, "") if known[each] == best]
        return fitting[0] if len(fitting) == 1 else ""
    return "" if alone or not beginnings else beginnings[0]


def _is_handed_in(name: str) -> bool:
    return name != METADATA and not name.startswith(".")
