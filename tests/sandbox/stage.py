"""Runs a module of these tests in one of the settings, in a process of its own, and reads the JSON it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]


def on_stage(
    setting: str, module: str, *arguments: str, seconds: float = 900, folder: Path = REPOSITORY, path: str = ""
) -> Any:
    """What the module printed, run in a folder with an import path; a failure shows what it said."""
    command = [sys.executable, "-m", "tests.sandbox.settings", setting, module, *arguments]
    environment = {**os.environ, "PYTHONPATH": path or str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
