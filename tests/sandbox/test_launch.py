"""A zygote is a fresh interpreter: its own paths, an empty environment, no secret."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grader.sandbox import Limits, Pool, Program, Returned
from grader.sandbox.near import launch
from tests.sandbox.conftest import linux

REPOSITORY = str(Path(__file__).parents[2])


def test_paths_leave_the_clone_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the folder one stands in, nor a clone on the path, nor a script's folder, is handed on."""
    monkeypatch.setattr(sys, "path", ["", REPOSITORY, os.path.join(sys.prefix, "bin"), *sys.path])
    paths = launch.import_paths("numpy")
    assert "" not in paths
    assert REPOSITORY not in paths
    assert not any(path.endswith("/bin") for path in paths)
    assert any(Path(path, "numpy").is_dir() for path in paths)


def test_packages_outside_the_prefix_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder of packages elsewhere, a user's own for instance, is handed on."""
    packages = str(tmp_path / "lib" / "site-packages")
    monkeypatch.setattr(sys, "path", [*sys.path, packages])
    assert packages in launch.import_paths("numpy")


@linux
def test_environment_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the grader's environment or command line reaches the far side."""
    monkeypatch.setenv("DESCENSO_SECRET", "4711")
    source = "import os, sys\ndef f():\n    return dict(os.environ), sys.argv, os.getcwd()\n"
    with Pool("numpy") as pool, pool.open(Program(source, "a.py", ("f",)), Limits(), 0) as session:
        ended = session.call("f")
    assert isinstance(ended, Returned)
    environment, arguments, folder = ended.value
    assert set(environment) <= {*launch.ENVIRONMENT, "LD_LIBRARY_PATH", "LC_CTYPE"}
    assert arguments == ["-c"]
    assert folder == "/"


@linux
def test_zygote_has_one_thread() -> None:
    """A fork copies one thread only, so the process that forks must have no other."""
    with Pool("numpy", without=("private_root", "cgroup")) as pool:
        assert pool.versions
        assert len(os.listdir(f"/proc/{pool.process}/task")) == 1


@linux
@pytest.mark.slow
def test_torch_zygote_has_one_thread() -> None:
    """Nor does torch start any while it is warmed."""
    with Pool("torch", without=("private_root", "cgroup")) as pool:
        assert pool.versions
        assert len(os.listdir(f"/proc/{pool.process}/task")) == 1
