"""A watched report becomes a page that a browser reads again by itself, without a server."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.cli.exercise import write_page
from grader.cli.locate import Found
from grader.cli.watch_screen import clears
from grader.course import Course
from grader.errors import UsageError
from grader.locale import say
from grader.locale.system import problem_of
from grader.results import Report
from grader.workspace import Workspace, write_file

REFRESH = '<meta http-equiv="refresh" content="2">'


def keep_page(page: Path, report: Report, found: Found, course: Course, *, renewing: bool) -> None:
    """Write the page in one step, never half of it; a `renewing` one is read again by itself."""
    draft = page.with_name(f".{page.name}.draft")
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        write_page(draft, report, found, course)
        text = draft.read_text(encoding="utf-8")
        draft.unlink()
        write_file(page, (text.replace("<head>", f"<head>{REFRESH}", 1) if renewing else text).encode())
    except OSError as error:
        raise UsageError(
            say("The page {path} cannot be written: {problem}.", path=page, problem=problem_of(error))
        ) from None


def own_page(found: Found) -> Path:
    """Where the page of a watched file goes when no place was named."""
    workspace = Workspace.find(Path.cwd())
    folder = Path.cwd() if workspace is None else workspace.root / ".grade" / "reports"
    return folder / f"{found.exercise.folder.name}.html"


def has_browser() -> bool:
    """Whether a page could be seen here: not over SSH, nor on a console."""
    shown = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(shown) and clears()
