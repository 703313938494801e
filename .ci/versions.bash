# What this program is tested with: today's newest versions, which the README's command installs, and the lowest that
# pyproject.toml promises. Sourced by `.ci/run`.

# The table of the versions of a run: its Python, and each package beside it.
tell_versions() {
    "$1" --version
    "$1" -m pip list --format=freeze --disable-pip-version-check | paste -sd" " | fold -s -w 118
}

# What pyproject.toml asks for, one requirement a line. torch is left out: it is the one that is tried in both runs.
promised() {
    "$1" - <<'PYTHON'
import re
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
# The tests' own extra names the others that they need.
named = {name for line in extras["test"] for own in re.findall(r"^descenso\[(.+)\]$", line) for name in own.split(",")}
asked = [*project["dependencies"], *(line for name in sorted({*named, "test"}) for line in extras[name])]
print("\n".join(line for line in asked if not line.startswith(("torch>", "descenso["))))
PYTHON
}

# A wrong step graded and explained, and the fast part of the suite, with the lowest versions, in an environment of its own under the folder $1.
against_the_lowest() {
    local python=$1/lowest/bin/python
    python3 -m venv "$1/resolver"
    "$1/resolver/bin/pip" install -q uv
    promised "$1/resolver/bin/python" >"$1/promised.txt"
    "$1/resolver/bin/uv" pip compile -q --no-config --resolution lowest-direct --python-version 3.11 \
        "$1/promised.txt" -o "$1/lowest.txt"
    python3 -m venv "$1/lowest"
    "$python" -m pip install -q torch==2.13.0 -r "$1/lowest.txt"
    "$python" -m pip install -q --no-deps -e .
    tell_versions "$python"
    env -u VIRTUAL_ENV PATH="$1/lowest/bin:$PATH" grade demo
    env -u VIRTUAL_ENV PATH="$1/lowest/bin:$PATH" "$python" -m pytest -n 2 --dist loadfile \
        tests/test_locale.py tests/test_catalogues.py tests/test_numbers.py tests/test_results.py tests/test_journal.py \
        tests/test_notebook.py tests/analytics tests/similarity tests/feedback tests/quizzes tests/classroom tests/checker
}
