"""The wheel, installed outside the clone, grades with the course it carries, and with no other, wherever one stands."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import __version__
from grader.course import bundled_root
from tests import small_course

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
OWN = "exercises/03_adam_step"
THIEF = """
import glob, os, sys
for place in sys.path:
    for path in glob.glob(os.path.join(place, "grader", "_course", "solutions", "03_adam_step", "adam_step.py")):
        exec(open(path).read())
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


def pip(*words: str) -> None:
    """Run pip; it fetches what builds a wheel, so without a network there is nothing to test. On CI there is one."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [sys.executable, "-m", "pip", "--quiet", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"pip: {done.stderr[-500:]}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel in it; what it depends on is taken from this one's packages."""
    folder = tmp_path_factory.mktemp("elsewhere") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    (packages,) = folder.glob("lib/python*/site-packages")
    # Only its packages: a .pth file within, such as that of an editable install of this very project, is not read.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.fixture
def run(environment: Path, tmp_path: Path) -> Run:
    """A command of the environment, as someone with a home of their own and no variable of ours set runs it."""

    def command(*words: str, cwd: Path | None = None, stdin: str = "", program: str = "grade") -> Run:
        home, here = tmp_path / "home", cwd or tmp_path / "here"
        home.mkdir(exist_ok=True)
        here.mkdir(exist_ok=True)
        done = subprocess.run(
            [str(environment / "bin" / program), *words],
            cwd=here,
            env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return done

    return command


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def hostile(tmp_path: Path, canary: Path) -> Path:
    """A folder that looks like an author's tree, with code of its own wherever a careless tool would load some."""
    trap = f"open({str(canary)!r}, 'a').write(__file__ + chr(10))\n"
    tree = small_course.lay_out(tmp_path / "hostile", checks=trap, harness=trap, reference=trap)
    solution, exercise = tree / "solutions" / "03_adam_step", tree / OWN
    lenient = trap + "def test_returns_three_arrays(learner): pass\n"
    for folder in (solution, exercise):
        folder.mkdir()
        for name in ("harness.py", "predicates.py", "oracle.py", "conftest.py", "quantities.py"):
            (folder / name).write_text(trap)
        (folder / "checks.py").write_text(lenient)
    manifest = (bundled_root() / OWN / "exercise.toml").read_text(encoding="utf-8")
    (exercise / "exercise.toml").write_text(manifest.replace("rtol = 1e-9", "rtol = 0.999"), encoding="utf-8")
    (exercise / "adam_step.py").write_text("def adam_step(param, grad, m, v, t, **_):\n    return param, m, v\n")
    for name in ("conftest", "sitecustomize", "usercustomize", "grader", "numpy", "pytest", "msgspec", "click", "rich"):
        (tree / f"{name}.py").write_text(trap)
    (tree / "pytest.ini").write_text("[pytest]\naddopts = -p conftest --collect-only\n")
    (tree / "setup.cfg").write_text("[tool:pytest]\naddopts = --collect-only\n")
    return tree


class TestContents:
    def test_it_carries_the_course_and_what_the_program_reads(self, wheel: Path) -> None:
        names = set(zipfile.ZipFile(wheel).namelist())
        wanted = {path for kind in ("exercises", "solutions", "quizzes") for path in (ROOT / kind).rglob("*")}
        kept = {path for path in wanted if path.is_file() and "__pycache__" not in path.parts}
        assert {f"grader/_course/{path.relative_to(ROOT)}" for path in kept} <= names
        assert {
            "grader/_course/course.toml",
            "grader/_templates/learner.html.j2",
            "grader/_templates/demo_adam_step.py",
            "grader/locale/es/LC_MESSAGES/grader.mo",
            "grader/checker/checks.ini",
            "grader/sandbox/wall/filters/x86_64.bpf",
        } <= names

    def test_it_carries_nothing_else(self, wheel: Path) -> None:
        names = zipfile.ZipFile(wheel).namelist()
        assert {name.split("/")[0] for name in names} == {"grader", f"descenso-{__version__}.dist-info"}
        assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".part", ".orig"))]


def test_an_editable_install_leaves_no_second_course_among_the_packages(tmp_path: Path) -> None:
    """It reads the clone's; a copy would be in sight of every learner's program, since packages are."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    pip("--python", str(folder / "bin" / "python"), "install", "--no-deps", "--editable", str(ROOT))
    (packages,) = folder.glob("lib/python*/site-packages")
    assert not list(packages.rglob("checks.py"))
    assert not (packages / "grader").exists()


class TestInstalled:
    def test_the_program_is_the_wheels_and_not_the_clones(self, run: Run, environment: Path) -> None:
        program = "import grader, grader.course as c; print(grader.__file__); print(c.open_course().root)"
        package, course = run("-c", program, program="python").stdout.split()
        assert Path(package).is_relative_to(environment)
        assert Path(course).is_relative_to(environment)

    def test_it_tells_its_version(self, run: Run) -> None:
        assert run("--version").stdout == f"descenso {__version__}\n"

    def test_it_grades_a_file_with_the_bundled_course(self, run: Run, tmp_path: Path) -> None:
        here = tmp_path / "here"
        here.mkdir()
        (here / "my_adam.py").write_bytes((ROOT / "templates" / "demo_adam_step.py").read_bytes())
        done = run("exercise", "3", "--file", "my_adam.py", cwd=here)
        assert (done.returncode, done.stderr) == (1, "")
        assert "“Starting the averages at zero does no harm" in done.stdout
        right = (bundled_root() / "solutions" / "03_adam_step" / "adam_step.py").read_text()
        assert run("exercise", "3", "--file", "-", stdin=right).returncode == 0

    def test_it_shows_itself(self, run: Run) -> None:
        assert run("demo").returncode == 0
        assert "Un paso de Adam" in run("list", "--lang", "es").stdout

    def test_a_copy_is_laid_out_graded_and_without_solutions(self, run: Run, tmp_path: Path) -> None:
        assert run("init").returncode == 0
        copy = tmp_path / "here" / "descenso"
        assert "Not started" in run("exercise", "3", cwd=copy).stdout
        assert not (copy / "solutions").exists()

    def test_the_installed_reference_is_hidden_from_learners(self, run: Run) -> None:
        """And so is that of any other copy among the packages that a learner's program may import from."""
        done = run("exercise", "3", "--file", "-", stdin=THIEF)
        assert done.returncode in (1, 3)
        assert "0/20" in done.stdout.splitlines()[0]


class TestAmongHostileFiles:
    @pytest.mark.parametrize(
        "words",
        [
            ("list", "--json"),
            ("show", "3"),
            ("doctor",),
            ("exercise", "3", "--file", f"{OWN}/adam_step.py"),
            ("exercise", f"{OWN}/adam_step.py"),
            ("exercise", OWN),
            ("exercise", "3"),
            ("trace", "3", "--file", f"{OWN}/adam_step.py"),
            ("hint", "3"),
        ],
        ids=" ".join,
    )
    @pytest.mark.parametrize("below", [".", OWN])
    def test_nothing_of_theirs_is_run(
        self, words: tuple[str, ...], below: str, run: Run, hostile: Path, canary: Path
    ) -> None:
        own = [str(hostile / word) if word.startswith("exercises") else word for word in words]
        done = run(*own, cwd=hostile / below)
        assert not canary.exists(), canary.read_text()
        assert "passed" not in done.stdout.lower() or words[0] in ("list", "doctor")
        if words[0] == "exercise" and done.returncode != 2:
            assert done.returncode == 1
            assert done.stdout.splitlines()[0].endswith("/20")

    def test_the_trap_would_spring(self, run: Run, hostile: Path, canary: Path) -> None:
        """Named with --course the tree is trusted, and its code does run: the test above can fail."""
        run("exercise", "7", "--course", str(hostile), "--file", "-", stdin="def double(x): return x\n")
        assert canary.exists()
