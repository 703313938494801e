"""A fresh store on each database, a private PostgreSQL server, and small reports to keep."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from grader.classroom.arrival import Arrival
from grader.classroom.rows import Edition, RunStart
from grader.classroom.store import Store
from grader.results import CheckResult, ExerciseRef, Isolation, Outcome, Report, Submission
from grader.text import Text

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ISOLATION = Isolation("A", Text({"en": "Everything holds.", "es": "Todo se sostiene."}))
ADAM = Edition("adam_step", 1, "checks-1", "class:7")


class Postgres:
    """A server of one's own in a temporary folder, reached over a Unix socket only, run without root's rights."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="class-pg-", dir="/tmp"))
        self._owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._owner:
            os.chown(self.folder, self._owner.pw_uid, self._owner.pw_gid)
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "class", "-E", "UTF8", "--no-sync")
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        person: dict[str, object] = {}
        if self._owner:
            person = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        command = [str(self._programs / program), *arguments]
        with (self.folder / "server.log").open("ab") as log:
            quiet = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL}
            subprocess.run(command, check=True, cwd=self.folder, **quiet, **person)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop it as a power cut would."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def restart_after_kill(self) -> None:
        """Start again once the last of the killed server's processes has let go of its memory."""
        for _ in range(100):
            with contextlib.suppress(subprocess.CalledProcessError):
                return self.start()
            time.sleep(0.1)
        raise AssertionError("PostgreSQL did not start again")

    def postmaster(self) -> int:
        """The process to kill."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def fresh_database(self) -> str:
        """The address of a new, empty database."""
        name = f"class_{uuid4().hex}"
        self._run("createdb", "-h", str(self.folder), "-U", "class", name)
        return f"postgresql://class@/{name}?host={self.folder}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *map(Path, filter(None, [shutil.which("initdb")]))]
    if not found:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL's server must be installed where these tests may not be skipped")
        pytest.skip("PostgreSQL's server is not installed")
    server = Postgres(found[0].parent)
    yield server
    with contextlib.suppress(subprocess.CalledProcessError):
        server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "class.db")
    return request.getfixturevalue("postgres").fresh_database()


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    with Store.open(where) as opened:
        yield opened


@pytest.fixture
def start() -> RunStart:
    return RunStart(course="descenso", course_version="0.1.0", seed=7, isolation=ISOLATION, started_at=NOON)


@pytest.fixture
def arrival() -> Callable[..., Arrival]:
    def make(
        learner: str = "ana", content: bytes = b"x = 1\n", exercise: str = "adam_step", **further: object
    ) -> Arrival:
        digest = sha256(content).hexdigest()
        return Arrival(learner=learner, exercise=exercise, content=content, sha256=digest, **further)

    return make


@pytest.fixture
def report() -> Callable[..., Report]:
    """A report whose checks had the given outcomes, each worth two points."""

    def make(*outcomes: str, sha256: str = "0" * 64, message: str = "No.") -> Report:
        checks = tuple(
            CheckResult(
                id=f"check_{place}",
                claim=Text({"en": f"Claim {place}", "es": f"Afirmación {place}"}),
                outcome=Outcome(outcome),
                points=2.0 if outcome == "passed" else 0.0,
                max_points=2.0,
                message=None if outcome == "passed" else Text({"en": message, "es": message}),
            )
            for place, outcome in enumerate(outcomes, 1)
        )
        return Report(
            exercise=ExerciseRef(3, "adam_step"),
            outcome=next((check.outcome for check in checks if check.outcome != "passed"), Outcome.PASSED),
            points=sum(check.points for check in checks),
            max_points=sum(check.max_points for check in checks),
            checks=checks,
            isolation=ISOLATION,
            seed=7,
            submission=Submission(sha256),
            seconds=0.01,
        )

    return make
