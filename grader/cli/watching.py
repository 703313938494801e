"""One sitting of `grade watch`: saves, keys and verdicts come in as events, and each changes what is shown."""

from __future__ import annotations

import contextlib
import queue
import signal
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

import msgspec

from grader.cli.common import spoken
from grader.cli.echo import echo
from grader.cli.exercise import read_submission
from grader.cli.files import own_file
from grader.cli.keyboard import keys
from grader.cli.language import language
from grader.cli.locate import Found, locate
from grader.cli.progress import print_list, standings
from grader.cli.watch_page import has_browser, keep_page, own_page
from grader.cli.watch_screen import State, draw, draw_keys, is_done
from grader.course import Course
from grader.errors import GraderError
from grader.grading import Examiner
from grader.keeping import keep, open_journal
from grader.locale import say
from grader.results import Outcome, Report
from grader.sandbox import Line
from grader.telling.way import next_number
from grader.telling.way import state as way_state
from grader.text import Text
from grader.watch import Broke, Desk, Graded, Job, Saved, SaveWatch
from grader.workspace import Workspace

DIAGNOSED = (Outcome.FAILED, Outcome.TIMED_OUT, Outcome.CRASHED)
# On Windows a thread that waits without end does not hear Ctrl-C.
PATIENCE = 0.5 if sys.platform == "win32" else None


class Pressed(msgspec.Struct, frozen=True):
    """A key was pressed, or the terminal went away, which quits."""

    key: str


class Resized(msgspec.Struct, frozen=True):
    """The terminal has another size."""


Event = Saved | Resized | Graded | Broke | Pressed
"""All that can happen in a sitting."""


class Watch:
    """One sitting: events come in from the file, the keyboard and the grading, and each changes what is shown."""

    def __init__(self, course: Course, found: Found, poll: bool, html: Path | None) -> None:
        self.course = course
        self.poll = poll
        self.html = html
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.line = Line()
        self.examiner = Examiner(course, spares=1, line=self.line)
        self.state = State(found, exercises=len(course.folders))
        self.graded: Graded | None = None
        self.has_keys = False
        self.is_asked_to_reset = self.is_asked_to_open = False
        self.after_reset: tuple[bytes, Text] | None = None  # what to say while the file is as the reset left it

    def run(self) -> None:
        """Watch until the learner quits."""
        self.examiner.warm(self.state.found.exercise.manifest.runtime)
        desk = self.desk = Desk(self.examiner, self.line, self.events)
        saves = self.saves = self._watch_file()
        try:
            with self._keys() as self.has_keys, _told_of_resizing(self.events):
                self._changed()
                while self._react(self._next_event()):
                    pass
        finally:
            self.saves.close()
            saves.close()
            desk.close()
            self.examiner.close()
            if self.html is not None and self.graded is not None and self.graded.stage == "pictured":
                keep_page(self.html, self.graded.report, self.state.found, self.course, renewing=False)

    def _keys(self) -> AbstractContextManager[bool]:
        return keys(lambda key: self.events.put(Pressed(key)), lambda: self.events.put(Pressed("q")))

    def _next_event(self) -> Event:
        while True:
            with contextlib.suppress(queue.Empty):
                return self.events.get(timeout=PATIENCE)

    def _watch_file(self) -> SaveWatch:
        assert self.state.found.path is not None
        return SaveWatch(self.state.found.path.absolute(), self.events, poll=self.poll)

    def _react(self, event: Event) -> bool:
        """Whether the watch goes on."""
        match event:
            case Saved():
                self._changed()
            case Resized():
                self._draw()
            case Graded():
                self._graded(event)
            case Broke():
                self._failed(event.error)
            case Pressed():
                return self._pressed(event.key)
            case _:
                assert_never(event)
        return True

    # The file and its report

    def _changed(self) -> None:
        """Grade the file as it is now, whatever was under way."""
        self._forget()
        found = self.state.found
        try:
            content = read_submission(found.path)
        except GraderError as error:
            self.desk.withdraw()
            gone = found.path is not None and not found.path.exists()
            self.state.problem = [say("The file is gone. Waiting for it to come back…")] if gone else _sentences(error)
        else:
            self.desk.hand_in(Job(found.exercise, content))
            self.state.notes = [self.after_reset[1]] if self.after_reset and self.after_reset[0] == content else []
        self._draw()

    def _forget(self) -> None:
        self.graded = None
        self.is_asked_to_reset = self.is_asked_to_open = False
        self.state.report, self.state.problem, self.state.notes = None, [], []

    def _graded(self, graded: Graded) -> None:
        self.graded = graded
        report = graded.report
        if graded.stage == "pictured":
            self._pictured(report)
        elif graded.stage == "diagnosed":
            self.state.report, self.state.is_searching = report, False
            self._draw()
            self._keep(report)  # after the learner has been told: it waits for the disk
            if self.html is not None:
                self.desk.hand_in(Job(graded.exercise, graded.content, report))
        elif report.outcome in DIAGNOSED:
            self.state.report, self.state.is_searching = report, True
            self._draw()

    def _keep(self, report: Report) -> None:
        self._note(keep(report, self.state.found.exercise, self.course, datetime.now(UTC)))

    def _failed(self, error: Exception) -> None:
        self._forget()
        ours = say("The grader itself broke ({problem}); it is not your fault.", problem=repr(error)[:300])
        self.state.problem = _sentences(error) if isinstance(error, GraderError) else [ours]
        self._draw()

    def _note(self, sentences: list[Text]) -> None:
        if sentences:
            self.state.notes = sentences
            self._draw()

    # The page

    def _pictured(self, report: Report) -> None:
        page = self.html or own_page(self.state.found)
        try:
            keep_page(page, report, self.state.found, self.course, renewing=self.html is not None)
        except GraderError as error:
            self._note(_sentences(error))
            return
        if self.is_asked_to_open:
            self.is_asked_to_open = False
            webbrowser.open(page.absolute().as_uri())

    # The keys

    def _usable_keys(self) -> dict[str, Text]:
        """Only what would do something now is offered."""
        if not self.has_keys:
            return {}
        found, report = self.state.found, self.state.report
        usable: dict[str, Text] = {}
        if is_done(report) and self._following() is not None:
            usable["n"] = say("next exercise")
        if not is_done(report) and found.exercise.manifest.hint:
            usable["h"] = say("hint")
        usable["l"] = say("list")
        if report is not None and self.graded is not None and has_browser():
            usable["o"] = say("report")
        if report is not None and report.outcome is not Outcome.NOT_STARTED and self._own_workspace() is not None:
            usable["r"] = say("start over")
        usable["q"] = say("quit")
        return usable

    def _pressed(self, key: str) -> bool:
        if key not in self.state.keys:
            return True
        if key != "r":
            self.is_asked_to_reset = False
        if key == "q":
            return False
        {"n": self._next, "h": self._hint, "l": self._list, "o": self._open, "r": self._reset}[key]()
        return True

    def _next(self) -> None:
        following = self._following()
        if following is not None:
            self.saves.close()
            self.state.found = locate(self.course, str(following), None)
            self.examiner.warm(self.state.found.exercise.manifest.runtime)
            self.saves = self._watch_file()
            self._changed()

    def _following(self) -> int | None:
        """The next exercise not yet passed, if the learner's copy is what is watched."""
        if self._own_workspace() is None:
            return None
        progress = open_journal(self.course).progress()
        return next_number(self.course, progress, after=self.state.found.exercise.number)

    def _hint(self) -> None:
        from grader.cli.learn import give_hint

        self._below(lambda: give_hint(self.course, self.state.found.exercise, by_key=True))

    def _list(self) -> None:
        self._below(lambda: print_list(standings(self.course, open_journal(self.course).progress())))

    def _below(self, tell: Callable[[], None]) -> None:
        """Tell something beneath what is shown."""
        self._draw()
        echo()
        try:
            tell()
        except GraderError as error:
            for sentence in _sentences(error):
                echo(spoken(sentence))
        echo()
        draw_keys(self.state)

    def _open(self) -> None:
        assert self.graded is not None
        self.is_asked_to_open = True
        self.desk.hand_in(Job(self.graded.exercise, self.graded.content, self.graded.report))

    def _reset(self) -> None:
        workspace, chosen = self._own_workspace(), self.state.found.exercise
        if workspace is None:
            return
        if not self.is_asked_to_reset:
            self.is_asked_to_reset = True
            self._note([say("Press r again to start over; your version is kept as a backup.")])
            return
        starter = chosen.starter_in(language())
        try:
            backup = workspace.reset(own_file(chosen), starter, datetime.now(UTC))
        except GraderError as error:
            self._note(_sentences(error))
            return
        if backup is not None:
            kept = say("Your version is kept: `grade restore {number} 1` brings it back.", number=chosen.number)
            self.after_reset = (starter, kept)
        self._changed()

    def _own_workspace(self) -> Workspace | None:
        """The learner's copy, if the watched file is its file of this exercise."""
        workspace = Workspace.find(Path.cwd())
        path = self.state.found.path
        if workspace is None or path is None or workspace.root.resolve() == self.course.root:
            return None
        return workspace if path.absolute() == workspace.root / own_file(self.state.found.exercise) else None

    def _draw(self) -> None:
        state = self.state
        passed = {id for id, one in open_journal(self.course).progress().items() if way_state(one) == "passed"}
        state.passed = len(passed | ({state.found.exercise.id} if is_done(state.report) else set()))
        state.keys = self._usable_keys()
        draw(state)


def _sentences(error: GraderError) -> list[Text]:
    return [error.message, *([error.hint] if error.hint is not None else [])]


@contextlib.contextmanager
def _told_of_resizing(events: queue.SimpleQueue[Event]) -> Iterator[None]:
    if not hasattr(signal, "SIGWINCH"):
        yield
        return
    before = signal.signal(signal.SIGWINCH, lambda *_: events.put(Resized()))
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)
