"""Whether an exercise's folder holds a draft, found without reading the manifest whole: every list asks for each."""

from __future__ import annotations

import re
from pathlib import Path

_DRAFT = re.compile(rb"^[ \t]*draft[ \t]*=[ \t]*true[ \t]*(#.*)?\r?$", re.MULTILINE)


def is_draft(folder: Path) -> bool:
    """Whether its manifest says so; one that cannot be read says nothing, and whoever reads it whole says why."""
    try:
        content = (folder / "exercise.toml").read_bytes()
    except OSError:
        return False
    # The manifest's own keys stand before its first table.
    return _DRAFT.search(content.partition(b"\n[")[0]) is not None
