"""The autograder archive: what stands in it, and what it does when its two scripts run as Gradescope runs them."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from grader.cli.autograder_files import ingredients
from grader.course import Course
from grader.errors import UsageError
from grader.exports.formats import gradescope_autograder
from tests.small_course import lay_out

# Right only where nothing that it tries succeeds.
ATTACK = '''"""Exercise 7: double."""
import os

found = ["root"] if os.getuid() == 0 else []
for path in ("{base}/source/course/solutions", "{base}/results", "{base}/submission"):
    try:
        os.listdir(path)
        found.append(path)
    except OSError:
        pass
try:
    with open("{base}/results/results.json", "w") as file:
        file.write("100")
    found.append("wrote")
except OSError:
    pass


def double(x):
    return found if found else 2.0 * x
'''


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(lay_out(tmp_path_factory.mktemp("course")))


@pytest.fixture(scope="module")
def archive(course: Course) -> bytes:
    return gradescope_autograder.build(ingredients(course, course.exercise(7)), "es")


def entries(content: bytes) -> dict[str, zipfile.ZipInfo]:
    return {entry.filename: entry for entry in zipfile.ZipFile(io.BytesIO(content)).infolist()}


def test_the_scripts_stand_at_the_root_with_a_shebang_and_may_run(archive: bytes) -> None:
    files = zipfile.ZipFile(io.BytesIO(archive))
    for name in ("setup.sh", "run_autograder"):
        assert files.read(name).startswith(b"#!/usr/bin/env bash\n")
        assert entries(archive)[name].external_attr >> 16 & 0o777 == 0o755


def test_the_course_is_for_its_owner_alone_and_holds_this_exercise_only(archive: bytes, course: Course) -> None:
    own = {name: entry for name, entry in entries(archive).items() if name.startswith("course/")}
    assert {entry.external_attr >> 16 & 0o777 for entry in own.values()} == {0o700}
    assert "course/solutions/07_double/checks.py" in own
    assert {name.split("/")[2] for name in own if name.count("/") > 1} == {"07_double"}


def test_the_engine_is_whole_and_nothing_of_another_course_is_in_it(archive: bytes) -> None:
    names = set(entries(archive))
    assert {"engine/grader/__main__.py", "engine/grader/sandbox/far/zygote.py", "engine/grader/cli/export.py"} <= names
    assert not [name for name in names if "_course" in name or name.endswith(".pyc")]
    assert any(name.startswith("engine/grader/sandbox/wall/filters/") for name in names)


def test_the_same_course_gives_the_same_bytes(archive: bytes, course: Course) -> None:
    assert gradescope_autograder.build(ingredients(course, course.exercise(7)), "es") == archive


def test_an_exercise_without_torch_does_not_ask_for_it(archive: bytes) -> None:
    asked = zipfile.ZipFile(io.BytesIO(archive)).read("requirements.txt").decode()
    assert "numpy" in asked
    assert "torch" not in asked
    assert "extra ==" not in asked


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a\\..\\x", "", "a//x"])
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    made = gradescope_autograder.Ingredients(
        exercise="double", file="double.py", requirements=(), course={path: b""}, engine={}
    )
    with pytest.raises(UsageError, match="out of its folder"):
        gradescope_autograder.build(made, "en")


def test_a_file_name_is_quoted_for_the_shell() -> None:
    made = gradescope_autograder.Ingredients(
        exercise="x; rm -rf /", file="$(id).py", requirements=(), course={}, engine={}
    )
    script = zipfile.ZipFile(io.BytesIO(gradescope_autograder.build(made, "en"))).read("run_autograder").decode()
    assert "'x; rm -rf /'" in script
    assert "'$(id).py'" in script


# --- as Gradescope runs it (slow: it makes a virtual environment) ---


@pytest.fixture(scope="module")
def autograder(archive: bytes, need: Callable[..., str]) -> Iterator[Path]:
    """An unpacked archive after its setup, on the system's Python, which every user can reach."""
    if os.getuid() != 0:
        pytest.skip("Gradescope runs everything as root; this run is not")
    base = Path(tempfile.mkdtemp(dir="/var/tmp"))
    base.chmod(0o711)  # as /autograder is: others may pass through; pytest's own folders it closes again and again
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(base / "source")  # an unpacking that loses every mode
    python = need(f"/usr/bin/python3.{sys.version_info.minor}", install=f"python3.{sys.version_info.minor}-venv")
    subprocess.run([python, "-m", "venv", base / "engine"], check=True)
    _copy_packages(base / "engine", (base / "source" / "requirements.txt").read_text().split("\n"))
    quiet = {"AUTOGRADER": str(base), "PIP_NO_INDEX": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    subprocess.run(["bash", base / "source" / "setup.sh"], check=True, env=os.environ | quiet)
    yield base
    shutil.rmtree(base)


def _copy_packages(engine: Path, wanted: list[str]) -> None:
    """What the network would bring, from this Python: in its own place, another user might not reach it."""
    packages = next((engine / "lib").glob("python3.*")) / "site-packages"
    waiting, done = [re.split(r"[^\w.-]", line)[0] for line in wanted if line], set()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        found = distribution(name)
        for file in found.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = packages / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), target)
        needed = [line for line in found.requires or () if "extra ==" not in line and ";" not in line]
        waiting += [re.split(r"[^\w.-]", line)[0] for line in needed]


def graded(
    base: Path, *before: str, **files: str | Path
) -> tuple[dict[str, Any] | None, subprocess.CompletedProcess[str]]:
    """The results of one submission, None where none were written, and how the run ended."""
    for folder in ("submission", "results"):
        shutil.rmtree(base / folder, ignore_errors=True)
        (base / folder).mkdir(mode=0o777)
    for name, content in files.items():
        path = base / "submission" / (name if "." in name else f"{name}.py")
        path.symlink_to(content) if isinstance(content, Path) else path.write_text(content)
    run = subprocess.run(
        [*before, "bash", base / "source" / "run_autograder"],
        env={"PATH": os.environ["PATH"], "AUTOGRADER": str(base), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    path = base / "results" / "results.json"
    return (json.loads(path.read_text(encoding="utf-8")) if path.exists() else None), run


@pytest.mark.slow
def test_after_the_setup_nobody_but_root_reads_the_course(autograder: Path) -> None:
    source = autograder / "source" / "course"
    for path in (source, *source.rglob("*")):
        found = path.stat()
        assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (0, 0o700), path


@pytest.mark.slow
def test_a_right_answer_has_full_points_in_spanish(autograder: Path) -> None:
    found, run = graded(autograder, double="def double(x):\n    return x + x\n")
    assert found is not None, run.stderr
    assert found["score"] == 20
    assert found["tests"][1]["name"] == "Devuelve el doble de su argumento"


@pytest.mark.slow
def test_a_notebook_with_nothing_to_grade_has_results_that_say_so(autograder: Path) -> None:
    found, run = graded(autograder, **{"work.ipynb": '{"nbformat": 4, "cells": [{"cell_type": "co'})
    assert run.returncode == 0, run.stderr
    assert found is not None
    assert found["score"] == 0
    assert "no es un cuaderno de Jupyter" in found["output"]


@pytest.mark.slow
@pytest.mark.parametrize("dropped", ["", "-sys_admin,-sys_ptrace,-net_admin"])
def test_learner_code_has_another_user_reads_no_check_and_writes_no_result(
    autograder: Path, dropped: str, need: Callable[..., str]
) -> None:
    """With every right of root, and with those that containers leave it."""
    before = [need("setpriv", install="util-linux"), f"--bounding-set={dropped}", "--inh-caps=-all"] if dropped else []
    found, run = graded(autograder, *before, double=ATTACK.format(base=autograder))
    assert found is not None, run.stderr
    assert found["score"] == 20, found
    assert found["extra_data"]["isolation"] in "ABD"
    assert stat.S_IMODE((autograder / "results").stat().st_mode) == 0o700


@pytest.mark.slow
def test_a_link_to_the_reference_is_not_read(autograder: Path) -> None:
    reference = autograder / "source" / "course" / "solutions" / "07_double" / "double.py"
    found, _ = graded(autograder, double=reference)
    assert found is not None
    assert found["score"] == 0
    assert "double.py" in found["output"]


@pytest.mark.slow
def test_a_file_of_another_name_is_taken_where_it_is_the_only_one(autograder: Path) -> None:
    found, run = graded(autograder, my_answer="def double(x):\n    return 2 * x\n")
    assert found is not None, run.stderr
    assert found["score"] == 20
    found, _ = graded(autograder, one="x = 1\n", other="y = 2\n")
    assert found is not None
    assert (found["score"], found["tests"]) == (0, [])


@pytest.mark.slow
def test_a_file_that_does_not_load_is_a_result(autograder: Path) -> None:
    found, run = graded(autograder, double="def double(x:\n")
    assert found is not None, run.stderr
    assert found["score"] == 0
    assert "double.py" in found["output"]


@pytest.mark.slow
def test_a_grader_that_fails_writes_no_result(autograder: Path) -> None:
    checks = autograder / "source" / "course" / "solutions" / "07_double" / "checks.py"
    kept = checks.read_bytes()
    try:
        checks.write_text("this is not Python\n")
        found, run = graded(autograder, double="def double(x):\n    return 2 * x\n")
    finally:
        checks.write_bytes(kept)
    assert found is None
    assert run.returncode == 5
