"""Puts the course and the compiled catalogues into what is built or installed.

Each area of the program keeps its own ``.po`` file; a sentence that two areas share may stand in both, with
the same translation. ``python hatch_build.py`` does it by hand after a ``.po`` file has changed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

LOCALE = Path(__file__).parent / "grader" / "locale"
BUNDLED = {
    "course.toml": "grader/_course/course.toml",
    "exercises": "grader/_course/exercises",
    "solutions": "grader/_course/solutions",
    "quizzes": "grader/_course/quizzes",
    "templates": "grader/_templates",
}
"""What an installed wheel carries beside the package, and where."""

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    BuildHookInterface = object  # type: ignore[assignment,misc]


def compile_catalogues() -> list[Path]:
    """Write one ``grader.mo`` a language; raises ValueError where two parts translate a sentence differently."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        merged = Catalog(locale=folder.parent.name, domain="grader", charset="utf-8")
        for part in sorted(folder.glob("*.po")):
            with part.open("rb") as file:
                for message in read_po(file, locale=folder.parent.name):
                    if not message.id:
                        continue
                    known = merged.get(message.id)
                    if known is not None and known.string != message.string:
                        raise ValueError(f"{part}: {message.id!r} is translated differently in another part")
                    if known is None:
                        merged.add(message.id, message.string, flags=message.flags)
        target = folder / "grader.mo"
        part = target.with_suffix(".part")
        with part.open("wb") as file:
            write_mo(file, merged)
        part.replace(target)  # at once: a program that starts meanwhile reads the old one or the new
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface):  # type: ignore[misc]
    """Runs before a wheel, an editable wheel or a source archive is made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and ship the result although git does not track it; with a wheel, the course too.

        An editable install reads the course from the clone. A copy of it among the installed packages would only
        grow old there, within sight of whoever may read packages.
        """
        build_data["artifacts"].extend(str(path.relative_to(self.root)) for path in compile_catalogues())
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"].update({str(Path(self.root, name)): place for name, place in BUNDLED.items()})


if __name__ == "__main__":
    for path in compile_catalogues():
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path, file=sys.stderr)
