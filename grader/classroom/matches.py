"""Matches that an instructor made by hand, in a file beside the results that lasts from run to run: claim, student."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from grader.errors import UsageError
from grader.locale import say
from grader.locale.system import problem_of
from grader.workspace import write_file

FILE = "matches.csv"
HEADING = ["claim", "student"]


def matches_of(folder: Path, given: Iterable[str] = ()) -> dict[str, str]:
    """Claims and the roster's id of whose each is: the file's, and those `given` now, which it keeps.

    Each given is a ``CLAIM=ID`` or another such file. Raises UsageError where a file is no such list, or what is given
    is neither.
    """
    known = _read(folder / FILE)
    added: dict[str, str] = {}
    for each in given:
        added |= _read(Path(each)) if Path(each).is_file() else dict([_pair(each)])
    if added:
        known |= added
        _write(folder, known)
    return known


def strike_out(folder: Path, names: Iterable[str]) -> None:
    """Forget whatever was settled about these people."""
    wanted = set(names)
    known = _read(folder / FILE)
    left = {
        claim: who for claim, who in known.items() if who not in wanted and not any(name in claim for name in wanted)
    }
    if left != known:
        _write(folder, left)


def _pair(given: str) -> tuple[str, str]:
    claim, sign, student = given.rpartition("=")
    if not sign or not claim.strip():
        raise UsageError(
            say('--match takes CLAIM=ID, as in "Ana Ruiz (40031)=u0007"; found {given}.', given=given),
        )
    return claim.strip(), student.strip()


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise UsageError(say("{path} cannot be read: {problem}.", path=path, problem=problem_of(error))) from None
    rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    if rows and [cell.strip().lower() for cell in rows[0][:2]] != HEADING:
        raise UsageError(say("{path} is no list of matches: its first line must be claim,student.", path=path))
    return {row[0].strip(): row[1].strip() if len(row) > 1 else "" for row in rows[1:]}


def _write(folder: Path, matches: dict[str, str]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([HEADING, *sorted(matches.items())])
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / FILE, text.getvalue().encode())
