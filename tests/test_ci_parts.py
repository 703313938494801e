"""`.ci/run` tells where its time went: a part over its budget is told, a failed one named, the whole limited."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ROOT / ".ci" / "parts.bash"

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def ran(*lines: str) -> subprocess.CompletedProcess[str]:
    """A run of these lines; setting SECONDS lets time pass."""
    head = ["set -euo pipefail", f". '{PARTS}'", "trap tell_parts EXIT"]
    return subprocess.run(
        ["bash", "-c", "\n".join([*head, *lines])], capture_output=True, text=True, check=False, timeout=30
    )


def test_each_part_is_told_with_its_time_and_its_budget() -> None:
    ended = ran('part "one" 10', "SECONDS=90", 'part "two" 5', "SECONDS=100")
    assert ended.returncode == 0, ended.stderr
    table = [line.split() for line in ended.stdout.partition("where the time went")[2].splitlines() if line]
    assert table == [["one", "90s", "10", "min"], ["two", "10s", "5", "min"], ["together", "100s", "80", "min"]]


def test_a_part_over_its_budget_is_told_and_fails_nothing() -> None:
    ended = ran('part "one" 1', "SECONDS=90", 'part "two" 5', "SECONDS=100")
    assert ended.returncode == 0
    assert "!!! one took 90s: its budget is 1 min" in ended.stdout
    assert "!!! over budget: one" in ended.stdout


def test_more_than_eighty_minutes_in_all_fail() -> None:
    ended = ran('part "one" 100', "SECONDS=4801")
    assert ended.returncode == 1
    assert "!!! all parts together took more than 80 min" in ended.stdout


@pytest.mark.parametrize(
    ("command", "code"), [("(exit 3)", 3), ("false && true || false", 1), ("no_such_command", 127)]
)
def test_what_fails_in_a_part_ends_the_run_and_is_named(command: str, code: int) -> None:
    ended = ran('part "one" 1', 'part "two" 5', command, "echo never")
    assert ended.returncode == code
    assert "!!! failed in: two" in ended.stdout
    assert "never" not in ended.stdout


def test_the_budgets_of_all_parts_fit_into_the_whole() -> None:
    """Each has one, and together they leave nothing over eighty minutes."""
    budgets = re.findall(r'^part "[^"]+" (\d+)$', (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(budgets) >= 6
    assert sum(map(int, budgets)) <= 80


def test_every_package_that_a_test_asks_for_is_installed_before() -> None:
    """By name where a test names one; a Python's own venv comes with `python3-venv`, util-linux with every system."""
    sources = [*(ROOT / "tests").glob("*.py"), *(ROOT / "tests").glob("*/*.py")]
    asked = {name for path in sources for name in re.findall(r'install="([\w.+-]+)"', path.read_text(encoding="utf-8"))}
    assert {"chromium", "nodejs"} <= asked
    installed = set((ROOT / ".ci" / "run").read_text(encoding="utf-8").split()) | {"util-linux"}
    assert asked <= installed
