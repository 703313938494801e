"""A gradebook becomes the CSV file that Canvas's gradebook imports."""

from __future__ import annotations

import re

ID = re.compile(r"\A(.*)\s\((\d+)\)\z".replace(r"\z", r"\Z"), re.DOTALL)
"""What Canvas takes for a title and an assignment's id."""


def heading(title: str, assignment_id: str | None) -> str:
    """``Title (id)``; without an id, a title that would be read as having one is closed with a full stop."""
    if assignment_id:
        return f"{title} ({assignment_id})"
    return f"{title}." if ID.match(title) else title
