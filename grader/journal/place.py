"""A course's folder and the user's own become the one path where a journal lives."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from grader.errors import StoreError
from grader.locale import say

FOLDER = ".grade"
FILE = "journal.sqlite3"


def data_folder(course_id: str, environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where this user keeps what belongs to the course `course_id` but cannot lie in its folder."""
    return _data_home(environ, platform) / "grade" / (re.sub(r"[^A-Za-z0-9_-]", "_", course_id) or "_")


def _data_home(environ: Mapping[str, str], platform: str) -> Path:
    variable = "LOCALAPPDATA" if platform == "win32" else "XDG_DATA_HOME"
    chosen = environ.get(variable, "")
    if chosen and Path(chosen).is_absolute():  # the XDG specification: a relative one is to be ignored
        return Path(chosen)
    home = environ.get("USERPROFILE" if platform == "win32" else "HOME") or os.path.expanduser("~")
    if not Path(home).is_absolute():
        raise StoreError(
            say(
                "There is nowhere to keep your attempts: the course's folder cannot be written, "
                "and no home folder is set."
            ),
            say("Set the variable {variable} to a folder of yours.", variable=variable),
        )
    if platform == "win32":
        return Path(home) / "AppData" / "Local"
    return Path(home, "Library", "Application Support") if platform == "darwin" else Path(home, ".local", "share")


def writable(file: Path) -> bool:
    """Whether `file` can be written, or made with the folder it lies in; nothing is made to find out."""
    if os.path.lexists(file):
        return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK | os.X_OK)
    folder = file.parent
    if not os.path.lexists(folder):
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
