"""A course's exercise and the engine become the archive that Gradescope builds an autograder from.

In Gradescope's container everything runs as root. So the checks are root's alone (0700), the engine gives learner
code a user of its own, what weaker isolation graded is refused, and the checker alone writes the results.
"""

from __future__ import annotations

import io
import shlex
import zipfile
from collections.abc import Iterable, Mapping
from gettext import gettext as _

import msgspec

from grader.errors import UsageError
from grader.exports.format import Asked, Format
from grader.exports.gradebook import Written
from grader.locale import say

# Zip's own beginning of time: the archive depends on its contents alone.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PRIVATE, _PROGRAM, _PUBLIC = 0o700, 0o755, 0o644

SETUP = """\
#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the image.
set -euo pipefail
base=${AUTOGRADER:-/autograder}
source=$base/source
engine=$base/engine

# Nobody but root reads the checks and the references, whatever the unpacking made of the archive's modes.
chown -R root:root "$source"
chmod -R u=rwX,go= "$source"
chmod 0700 "$source/course"
find "$source/course" -exec chmod 0700 {} +

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for each in python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$each"; then python=$each; break; fi
done
if [ -z "$python" ]; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3.11 python3.11-venv
    python=python3.11
elif ! "$python" -c 'import ensurepip' 2>/dev/null && [ ! -x "$engine/bin/python" ]; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$python-venv"
fi

# Learner code runs as a user of its own and must be able to read this Python, but not the course.
[ -x "$engine/bin/python" ] || "$python" -m venv "$engine"
"$engine/bin/python" -m pip install --quiet --disable-pip-version-check -r "$source/requirements.txt"
packages=$("$engine/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
rm -rf "$packages/grader"
cp -R "$source/engine/grader" "$packages/grader"
chmod -R u=rwX,go=rX "$engine"
chmod go+x "$base"
if ! "$engine/bin/python" -c '
import os
os.setgroups([]); os.setresgid(12345, 12345, 12345); os.setresuid(12345, 12345, 12345)
import msgspec, numpy'; then
    echo "another user cannot use $engine: a folder on the way to it is closed" >&2
    exit 1
fi
"""

RUN = """\
#!/usr/bin/env bash
# Runs as root for each submission. Learner code never runs in this process, nor as this user.
set -euo pipefail
umask 077
base=${AUTOGRADER:-/autograder}
python=$base/engine/bin/python
course=$base/source/course
submission=$base/submission
results=$base/results
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
export HOME=$private XDG_DATA_HOME=$private GRADE_COURSE=$course GRADE_LANG=@language@
unset PYTHONPATH PYTHONSTARTUP

mkdir -p "$results"
chmod 0700 "$results"
rm -f "$results/results.json"

# A link could lead to the reference: only plain files are read.
plain() { [ -f "$1" ] && [ ! -L "$1" ] && [ ! -L "$submission" ]; }
file=$submission/@file@
if ! plain "$file"; then
    # One file alone is the answer, whatever its name.
    mapfile -d '' -t others < <(find "$submission" -maxdepth 1 -type f \\( -name '*.py' -o -name '*.ipynb' \\) -print0)
    if [ "${#others[@]}" -eq 1 ]; then file=${others[0]}; fi
fi
cd "$private"
if ! plain "$file"; then
    "$python" -I -m grader export gradescope --missing @exercise@ --to "$results/results.json"
    exit 0
fi

# 1: checks failed, 3: the file does not load, 4: timed out or crashed. These are results; 2 and 5 are ours to mend.
status=0
"$python" -I -m grader exercise @exercise@ --file "$file" --json >report.json || status=$?
case $status in
    0 | 1 | 3 | 4) ;;
    *) echo "the grader failed (exit $status); no result was written" >&2; exit "$status" ;;
esac
"$python" -I -m grader export gradescope --report report.json --weakest D --to "$results/results.json"
"""


class Ingredients(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into an archive; files are by their path within the course and within the engine's package."""

    exercise: str
    file: str
    requirements: tuple[str, ...]
    course: Mapping[str, bytes]
    engine: Mapping[str, bytes]


def build(ingredients: Ingredients, language: str) -> bytes:
    """The archive, files at its root as Gradescope wants them; the same ingredients give the same bytes.

    Raises UsageError where a path leads out of its folder.
    """
    words = {"language": language, "exercise": ingredients.exercise, "file": ingredients.file}
    entries = [
        ("setup.sh", SETUP.encode(), _PROGRAM),
        ("run_autograder", _filled(RUN, words).encode(), _PROGRAM),
        ("requirements.txt", "".join(f"{line}\n" for line in sorted(ingredients.requirements)).encode(), _PUBLIC),
        *_within("course", ingredients.course, _PRIVATE),
        *_within("engine/grader", ingredients.engine, _PUBLIC),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content, mode in sorted(entries):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3  # Unix, so that the mode is read as one
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _filled(script: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        script = script.replace(f"@{name}@", shlex.quote(word))
    return script


def _within(folder: str, files: Mapping[str, bytes], mode: int) -> Iterable[tuple[str, bytes, int]]:
    for path, content in files.items():
        parts = path.split("/")
        if not path or path.startswith("/") or "\\" in path or ".." in parts or "" in parts:
            raise UsageError(say("{path} leads out of its folder.", path=path))
        yield f"{folder}/{path}", content, mode


def _write(ingredients: Ingredients, asked: Asked) -> Written:
    return Written(build(ingredients, asked.language))


FORMAT = Format(_("The archive that Gradescope builds an autograder from."), "autograder.zip", "ingredients", _write)
