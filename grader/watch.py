"""The saves of one file become reports: the newest save counts, and a grading under way is interrupted for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from grader.course import Course, Exercise
from grader.errors import GraderError
from grader.grading import Examiner, Runtime
from grader.results import Diagnosis, Outcome, Report
from grader.sandbox import Ended, Limits, Pool, Program, Session
from grader.sandbox.session import Asked

if TYPE_CHECKING:
    from grader.checker import Checked

QUIET_MS = 20  # a save is over when nothing was written for so long …
DEBOUNCE_MS = 200  # … or when this has passed: an editor may write a file in several steps
POLL_SECONDS = 0.2
SAFETY_SECONDS = 1.0  # where the system reports no change after all (network folders), the file is looked at so often


class Interrupted(KeyboardInterrupt):
    """The grading was called off; what it was about no longer matters."""


class Graded(msgspec.Struct, frozen=True):
    """A grading that was not overtaken, as far as it is: the verdict comes before what explains it."""

    stage: Literal["verdict", "diagnosed", "pictured"]
    exercise: Exercise
    content: bytes
    report: Report


class Broke(msgspec.Struct, frozen=True):
    """A grading that could not be done, through no fault of the learner's."""

    error: Exception


class Line:
    """What one run has open to learner code, so that another thread can end it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: set[InterruptibleSession] = set()
        self._is_cut = False

    def register(self, session: InterruptibleSession) -> None:
        """Let `cut` reach this session."""
        with self._lock:
            self._sessions.add(session)

    def cut(self) -> None:
        """End every conversation under way; until `mend`, a new one raises `Interrupted` at once."""
        with self._lock:
            self._is_cut = True
            for session in self._sessions:
                session.hang_up()

    def mend(self) -> None:
        """Allow conversations again; those of the run before are closed, and begin anew if they go on."""
        with self._lock:
            sessions, self._sessions = self._sessions, set()
        for session in sessions:
            session.close()
        self._is_cut = False

    def check(self) -> None:
        """Raise `Interrupted` where the line is cut."""
        if self._is_cut:
            raise Interrupted


class InterruptibleSession(Session):
    """A session that raises `Interrupted` from whatever it was doing when its line is cut."""

    def __init__(self, line: Line, pool: InterruptiblePool, program: Program, limits: Limits, seed: int) -> None:
        self._line = line
        self._child = None
        line.register(self)
        try:
            super().__init__(pool.family, program, limits, seed)
        except Interrupted:
            self.close()
            raise

    def hang_up(self) -> None:
        """End the conversation under way, from another thread."""
        child = self._child
        if child is not None:
            # A spawned child's pipes have no such call: closing them, which kills it, does the same.
            end: Callable[[], None] = getattr(child.channel, "hang_up", child.channel.close)
            end()

    def call(self, function: str, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Ended:
        """As in every session."""
        self._line.register(self)  # one that outlasted the run before is new to this one
        self._line.check()
        ended = super().call(function, args, kwargs)
        self._line.check()
        return ended

    def _exchange(self, asked: Asked) -> Ended:
        self._line.check()  # from here on `hang_up` finds the child
        return super()._exchange(asked)


class InterruptiblePool(Pool):
    """A pool whose sessions hang on one line."""

    def __init__(self, line: Line, runtime: Runtime, *, trusted: bool, masked: tuple[Path, ...], spares: int) -> None:
        super().__init__(runtime, trusted=trusted, masked=masked, spares=spares)
        self._line = line
        self.family = self._family

    def open(self, program: Program, limits: Limits, seed: int) -> Session:
        """As in every pool."""
        return InterruptibleSession(self._line, self, program, limits, seed)


class InterruptibleExaminer(Examiner):
    """An examiner that tells a verdict before its diagnosis, and whose grading another thread can call off."""

    def __init__(self, course: Course, *, spares: int = 0) -> None:
        super().__init__(course, spares=spares)
        self.line = Line()
        self.on_verdict: Callable[[Report], None] | None = None
        self._is_diagnosing = True

    def _new_pool(self, runtime: Runtime, *, trusted: bool, masked: tuple[Path, ...], spares: int) -> Pool:
        return InterruptiblePool(self.line, runtime, trusted=trusted, masked=masked, spares=spares)

    def _report(self, exercise: Exercise, content: bytes, checked: Checked, seed: int) -> Report:
        if self.on_verdict is not None:
            self._is_diagnosing = False
            self.on_verdict(super()._report(exercise, content, checked, seed))
            self._is_diagnosing = True
        return super()._report(exercise, content, checked, seed)

    def _diagnosis(self, exercise: Exercise, checked: Checked, outcome: Outcome, seed: int) -> tuple[Diagnosis, ...]:
        return super()._diagnosis(exercise, checked, outcome, seed) if self._is_diagnosing else ()


class Job(msgspec.Struct, frozen=True):
    """A submission to grade, or, where its report is known already, to draw."""

    exercise: Exercise
    content: bytes
    report: Report | None = None


class Desk:
    """Does the newest job it was handed, on a thread of its own, and tells of it by `on_event`, from that thread."""

    def __init__(self, examiner: InterruptibleExaminer, on_event: Callable[[Graded | Broke], None]) -> None:
        self._examiner = examiner
        self._on_event = on_event
        self._changed = threading.Condition()
        self._waiting: Job | None = None
        self._is_busy = self._is_overtaken = self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="grading", daemon=True)
        self._thread.start()

    def hand_in(self, job: Job) -> None:
        """Do this, and nothing that was handed in before."""
        with self._changed:
            self._overtake()
            self._waiting = job
            self._changed.notify()

    def withdraw(self) -> None:
        """Forget what was handed in; nothing more is told of it."""
        with self._changed:
            self._overtake()

    def close(self) -> None:
        """Call off what is being done, and end the thread."""
        with self._changed:
            self._overtake()
            self._is_closed = True
            self._changed.notify()
        self._thread.join()

    def _overtake(self) -> None:
        self._waiting = None
        if self._is_busy:
            self._is_overtaken = True
            self._examiner.line.cut()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._do(job)
            except Interrupted:
                pass
            except Exception as error:  # whatever broke, the watch goes on: the next save may mend it
                self._tell(Broke(error))
            self._is_busy = False

    def _next(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._is_closed)
            if self._is_closed:
                return None
            job, self._waiting = self._waiting, None
            self._examiner.line.mend()
            self._is_busy, self._is_overtaken = True, False
            return job

    def _do(self, job: Job) -> None:
        exercise, content = job.exercise, job.content
        if job.report is not None:
            drawn = self._examiner.with_figures(job.report, exercise, content)
            self._tell(Graded("pictured", exercise, content, drawn))
            self._prepare(exercise)
            return
        self._examiner.on_verdict = lambda report: self._tell(Graded("verdict", exercise, content, report))
        report = self._examiner.grade(exercise, content)
        self._tell(Graded("diagnosed", exercise, content, report))
        self._prepare(exercise)

    def _prepare(self, exercise: Exercise) -> None:
        """While the learner reads: what the next save need not wait for."""
        with contextlib.suppress(GraderError):  # the next grading meets it again, and tells it
            self._examiner.prepare(exercise)

    def _tell(self, event: Graded | Broke) -> None:
        with self._changed:
            if not self._is_overtaken:
                self._on_event(event)


class SaveWatch:
    """Calls `on_change` from a thread of its own whenever the file at `path` may be another than before.

    The folder is watched, not the file: editors put a new file in its place, and it may be deleted and made again.
    With `poll`, or where the system reports nothing, the file's state is looked at instead.
    """

    def __init__(self, path: Path, on_change: Callable[[], None], *, poll: bool = False) -> None:
        self._path = path
        self._on_change = on_change
        self._poll = poll
        self._stop = threading.Event()
        self._last = state_of(path)
        self._thread = threading.Thread(target=self._watch, name="saves", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.is_set():
            if self._poll or not self._path.parent.is_dir():
                self._stop.wait(POLL_SECONDS)
                self._look()
            else:
                self._watch_folder()

    def _watch_folder(self) -> None:
        from watchfiles import watch

        self._look()
        try:
            for _ in watch(
                self._path.parent, watch_filter=None, recursive=False, stop_event=self._stop, raise_interrupt=False,
                step=QUIET_MS, debounce=DEBOUNCE_MS, rust_timeout=int(1000 * SAFETY_SECONDS), yield_on_timeout=True,
            ):  # fmt: skip
                self._look()
                if not self._path.parent.is_dir():  # made again, it is another folder
                    return
        except (OSError, RuntimeError):  # no notifications here, or no more of them
            self._poll = True

    def _look(self) -> None:
        state = state_of(self._path)
        if state != self._last:
            self._last = state
            self._on_change()


def state_of(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is saved; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
