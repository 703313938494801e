"""A run tells what it skipped and why; on CI it fails unless the reason is a known one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import KNOWN

ROOT = Path(__file__).parents[1]
KNOWN_REASON = next(iter(KNOWN))


def run(folder: Path, reason: str, *words: str, ci: bool) -> subprocess.CompletedProcess[str]:
    """A suite of one test that passes and two that are skipped."""
    (folder / "conftest.py").write_text("from tests.skips import pytest_sessionfinish, pytest_terminal_summary\n")
    (folder / "test_some.py").write_text(
        f"import pytest\n\ndef test_passes(): pass\n\n"
        f"@pytest.mark.parametrize('n', [1, 2])\ndef test_skips(n): pytest.skip({reason!r})\n"
    )
    settings = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST")}
    settings |= {"PYTHONPATH": str(ROOT)} | ({"CI": "true"} if ci else {})
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words, str(folder)]
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("words", [(), ("-n", "2")], ids=["alone", "with workers"])
@pytest.mark.parametrize(
    ("reason", "ci", "code"), [("no moon", True, 1), ("no moon", False, 0), (KNOWN_REASON, True, 0)]
)
def test_only_known_reasons_are_let_through_on_ci(
    tmp_path: Path, reason: str, ci: bool, code: int, words: tuple[str, ...]
) -> None:
    ended = run(tmp_path, reason, *words, ci=ci)
    assert ended.returncode == code, ended.stdout + ended.stderr
    (line,) = [line for line in ended.stdout.splitlines() if line.endswith(reason) and line.startswith("   2 ")]
    assert ("NOT ALLOWED ON CI" in line) is bool(code)
