"""Puts the course and the compiled catalogues into what is built or installed.

Each area of the program keeps its own ``.po`` file; a sentence that two areas share may stand in both, with
the same translation. ``python hatch_build.py`` does it by hand after a ``.po`` file has changed.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LOCALE = Path(__file__).parent / "grader" / "locale"
WHOLE_LINE = re.compile(r'(?:msgid|msgid_plural|msgstr|msgstr\[\d\])? ?"(?:[^"\\]|\\.)*"')
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
    """Write one ``grader.mo`` a language; raises ValueError where a reader would be left without a sentence."""
    from babel.messages.mofile import write_mo

    written = []
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        merged = merged_catalogue(folder)
        target = folder / "grader.mo"
        part = target.with_suffix(".part")
        with part.open("wb") as file:
            write_mo(file, merged)
        part.replace(target)  # at once: a program that starts meanwhile reads the old one or the new
        written.append(target)
    return written


def merged_catalogue(folder: Path) -> Catalog:
    """All parts of one language as one catalogue, with the plural rule that the parts themselves state.

    Babel's own rule for a language changes between its releases (Spanish had two forms, then three), and a message
    without the form that a rule asks for is shown in English. Raises ValueError naming the part and the message where
    parts disagree, an entry is empty, fuzzy, given twice or malformed, or has another number of forms than its rule.
    """
    from babel.messages.catalog import Catalog

    merged = Catalog(domain="grader", charset="utf-8")
    rule: str | None = None
    for part in sorted(folder.glob("*.po")):
        catalogue = _read_part(part)
        if rule is None:
            rule = catalogue.plural_forms
            merged.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", rule)]
        elif catalogue.plural_forms != rule:
            raise ValueError(f"{part}: its plural rule is {catalogue.plural_forms}, that of other parts {rule}")
        for message in catalogue:
            if not message.id:
                continue
            _check_message(part, message, catalogue.num_plurals)
            known = merged.get(message.id)
            if known is None:
                merged.add(message.id, message.string, flags=message.flags)
            elif known.string != message.string:
                raise ValueError(f"{part}: {message.id!r} is translated differently in another part")
    return merged


def _read_part(part: Path) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po

    text = part.read_bytes()
    if b'"Plural-Forms: ' not in text:
        raise ValueError(f"{part}: its header states no Plural-Forms")
    for number, line in enumerate(text.decode().splitlines(), start=1):
        # Babel reads a line that lost its closing quote as something shorter, or as nothing, without a word.
        if line and not line.startswith("#") and not WHOLE_LINE.fullmatch(line):
            raise ValueError(f"{part}:{number}: not a whole line of a catalogue: {line}")
    try:
        catalogue = read_po(io.BytesIO(text), abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"{part}: {error}") from None
    entries = [line for line in text.splitlines() if line.startswith(b"msgid ")]
    twice = [entry.decode() for entry, times in Counter(entries).items() if times > 1 and entry != b'msgid ""']
    if twice or len(entries) != len(list(catalogue)):
        raise ValueError(f"{part}: an entry stands twice or cannot be read: {twice or 'count them'}")
    return catalogue


def _check_message(part: Path, message: Message, forms: int) -> None:
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    wanted = forms if message.pluralizable else 1
    if len(strings) != wanted or not all(strings):
        raise ValueError(f"{part}: {message.id!r} has {len([*filter(None, strings)])} forms, expected {wanted}")
    if message.fuzzy:
        raise ValueError(f"{part}: {message.id!r} is marked fuzzy: look at its translation and take the mark away")


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
