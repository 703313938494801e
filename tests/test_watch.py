"""Watching a file: the newest save counts, the verdict comes first, and nothing is left running."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pytest

from grader.course import Exercise, open_course
from grader.errors import CourseError
from grader.grading import Examiner
from grader.journal import Journal
from grader.locale import say, say_many
from grader.results import Outcome
from grader.sandbox import Line
from grader.text import Text
from grader.watch import Broke, Desk, Graded, Job, Saved, SaveWatch
from grader.workspace import lay_out

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
PATIENCE = 60.0
EXERCISES = len(open_course().folders)


@pytest.fixture(scope="module")
def adam() -> Exercise:
    return open_course().exercise("adam_step")


@pytest.fixture(scope="module")
def line() -> Line:
    return Line()


@pytest.fixture(scope="module")
def examiner(line: Line) -> Iterator[Examiner]:
    with Examiner(open_course(), spares=1, line=line) as made:
        made.warm("numpy")
        yield made


@pytest.fixture
def events() -> queue.SimpleQueue:
    return queue.SimpleQueue()


@pytest.fixture
def desk(examiner, line, events) -> Iterator[Desk]:
    made = Desk(examiner, line, events)
    yield made
    made.close()


def right(exercise: Exercise) -> bytes:
    return exercise.reference.encode()


def wrong(exercise: Exercise) -> bytes:
    """The reference with the first misconception of the catalogue in it."""
    source = exercise.reference
    for edit in exercise.misconceptions[0].edit:
        source = source.replace(edit.before, edit.after)
    return source.encode()


def looping(exercise: Exercise, where: str) -> bytes:
    if where == "while loading":
        return b"while True: pass\n"
    name = exercise.manifest.entry_points[0]
    return f"def {name}(*_, **__):\n    while True: pass\n".encode()


def outcomes(events: queue.SimpleQueue) -> list[tuple[str, Outcome]]:
    """Every event until the first diagnosed one."""
    seen = []
    while not seen or seen[-1][0] != "diagnosed":
        event = events.get(timeout=PATIENCE)
        assert isinstance(event, Graded), event
        seen.append((event.stage, event.report.outcome))
    return seen


# Grading on a thread of its own


@pytest.mark.parametrize("where", ["while loading", "in a call"])
def test_a_newer_save_calls_off_the_grading_under_way(desk, events, adam, where):
    desk.hand_in(Job(adam, looping(adam, where)))
    time.sleep(0.5)
    desk.hand_in(Job(adam, right(adam)))
    assert outcomes(events) == [("verdict", Outcome.PASSED), ("diagnosed", Outcome.PASSED)]


def test_a_newer_save_calls_off_a_diagnosis_under_way(desk, events, adam):
    strange = adam.reference.replace("lr *", "1.7 * lr *", 1)
    strange = strange if strange != adam.reference else adam.reference.replace("- lr", "- 1.7 * lr", 1)
    desk.hand_in(Job(adam, strange.encode()))
    first = events.get(timeout=PATIENCE)
    assert (first.stage, first.report.outcome) == ("verdict", Outcome.FAILED)
    desk.hand_in(Job(adam, right(adam)))
    assert outcomes(events) == [("verdict", Outcome.PASSED), ("diagnosed", Outcome.PASSED)]


def test_saves_in_quick_succession_end_with_the_last(desk, events, adam):
    for number in range(20):
        desk.hand_in(Job(adam, (wrong if number % 2 else right)(adam) + b"# %d" % number))
        time.sleep(0.01 * (number % 4))
    last = right(adam) + b"# the last"
    desk.hand_in(Job(adam, last))
    while (event := events.get(timeout=PATIENCE)).content != last or event.stage != "diagnosed":
        pass
    assert event.report.outcome is Outcome.PASSED
    assert events.empty()


def test_what_was_withdrawn_is_not_told(desk, events, adam):
    desk.hand_in(Job(adam, looping(adam, "in a call")))
    time.sleep(0.3)
    desk.withdraw()
    desk.hand_in(Job(adam, wrong(adam)))
    assert {outcome for _, outcome in outcomes(events)} == {Outcome.FAILED}


def test_a_broken_course_is_told_and_the_watch_goes_on(desk, events, adam, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise CourseError(say("Run the command again."))

    with monkeypatch.context() as patch:
        patch.setattr(desk._examiner, "stages", refuse)
        desk.hand_in(Job(adam, right(adam)))
        assert isinstance(events.get(timeout=PATIENCE), Broke)
    desk.hand_in(Job(adam, right(adam)))
    assert outcomes(events)[-1] == ("diagnosed", Outcome.PASSED)


def test_the_verdict_comes_before_the_belief_behind_it(desk, events, adam):
    desk.hand_in(Job(adam, wrong(adam)))
    verdict, diagnosed = events.get(timeout=PATIENCE), events.get(timeout=PATIENCE)
    assert (verdict.stage, verdict.report.diagnosis) == ("verdict", ())
    assert [belief.id for belief in diagnosed.report.diagnosis[0].beliefs] == [adam.misconceptions[0].id]
    assert diagnosed.report.checks == verdict.report.checks


def test_a_page_is_drawn_from_a_report_that_is_known(desk, events, adam):
    desk.hand_in(Job(adam, wrong(adam)))
    events.get(timeout=PATIENCE)
    diagnosed = events.get(timeout=PATIENCE)
    desk.hand_in(Job(adam, wrong(adam), diagnosed.report))
    pictured = events.get(timeout=PATIENCE)
    assert pictured.stage == "pictured"
    assert len(pictured.report.figures) == len(adam.manifest.figure)


@linux_only
def test_closing_during_a_grading_ends_every_process(adam, events):
    line = Line()
    with Examiner(open_course(), spares=1, line=line) as own:
        time.sleep(0.5)  # the other examiner's spare child may still be on its way
        before = descendants(os.getpid())
        desk = Desk(own, line, events)
        desk.hand_in(Job(adam, looping(adam, "in a call")))
        time.sleep(1.0)
        started = descendants(os.getpid()) - before
        assert started
        desk.close()
    assert ended(started)


@linux_only
def test_gradings_leave_no_processes_behind_one_another(desk, events, adam):
    counts = []
    for number in range(4):
        desk.hand_in(Job(adam, wrong(adam) + b"# %d" % number))
        outcomes(events)
        time.sleep(0.2)
        counts.append(len(descendants(os.getpid())))
    assert counts[-1] <= counts[0]


# Noticing saves


@pytest.fixture(params=[False, True], ids=["notified", "polled"])
def saved(request, tmp_path) -> Iterator[tuple[Path, queue.SimpleQueue]]:
    path = tmp_path / "exercise" / "adam_step.py"
    path.parent.mkdir()
    path.write_text("first")
    changes: queue.SimpleQueue = queue.SimpleQueue()
    watch = SaveWatch(path, changes, poll=request.param)
    time.sleep(0.3)
    yield path, changes
    watch.close()


def test_a_save_in_place_is_noticed(saved):
    path, changes = saved
    path.write_text("second")
    assert changes.get(timeout=PATIENCE) == Saved(path)


def test_a_file_put_in_its_place_is_noticed(saved):
    path, changes = saved
    new = path.with_name("adam_step.py~")
    new.write_text("other")
    os.replace(new, path)
    assert changes.get(timeout=PATIENCE) == Saved(path)


def test_a_file_deleted_and_made_again_is_noticed_both_times(saved):
    path, changes = saved
    path.unlink()
    assert changes.get(timeout=PATIENCE) == Saved(path)
    path.write_text("again")
    assert changes.get(timeout=PATIENCE) == Saved(path)


def test_a_folder_deleted_and_made_again_is_watched_again(saved):
    path, changes = saved
    shutil.rmtree(path.parent)
    assert changes.get(timeout=PATIENCE) == Saved(path)
    path.parent.mkdir()
    path.write_text("again")
    assert changes.get(timeout=PATIENCE) == Saved(path)
    time.sleep(1.5)
    path.write_text("and again")
    assert changes.get(timeout=PATIENCE) == Saved(path)


def test_a_watch_that_is_closed_has_left_no_thread_in_foreign_code(saved):
    """At the interpreter's end a thread that comes back from Rust would crash it."""
    path, _ = saved
    watch = SaveWatch(path, queue.SimpleQueue())
    watch.close()
    again = SaveWatch(path, queue.SimpleQueue())
    time.sleep(0.1)  # now it is within the wait for a change
    again.close()
    assert not any(one.is_alive() for one in (watch._thread, again._thread))


def test_another_file_in_the_folder_is_no_save(saved):
    path, changes = saved
    path.with_name("notes.txt").write_text("mine")
    time.sleep(1.5)
    assert changes.empty()


def test_where_the_system_reports_nothing_the_file_is_looked_at(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchfiles.watch", refuse)
    path = tmp_path / "adam_step.py"
    changes: queue.SimpleQueue = queue.SimpleQueue()
    watch = SaveWatch(path, changes)
    path.write_text("saved")
    assert changes.get(timeout=PATIENCE) == Saved(path)
    watch.close()


# Whole sessions

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\r")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7])[;m]")
CLEAR = "\x1b[2J\x1b[H"


class Session:
    """A watch at a terminal of its own; `wait_for` reads until the screen, as last drawn, shows a sentence."""

    def __init__(self, copy: Path, *arguments: str, columns: int = 80, rows: int = 50, **variables: str) -> None:
        self.language = "es" if "es" in arguments else "en"
        environment = {**os.environ, "TERM": "xterm", "HOME": os.devnull, "LANG": "C.UTF-8", **variables}
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR"):
            if name not in variables:
                environment.pop(name, None)
        self.process = pexpect.spawn(
            sys.executable, ["-m", "grader", "watch", *arguments], cwd=str(copy), env=environment,
            dimensions=(rows, columns), encoding="utf-8", codec_errors="replace",
        )  # fmt: skip
        self.text = ""

    def wait_for(self, *wanted: str | Text) -> str:
        sentences = [" ".join((one if isinstance(one, str) else one[self.language]).split()) for one in wanted]
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            screen = self.screen()
            if all(sentence in screen for sentence in sentences):
                return screen
            try:
                self.text += self.process.read_nonblocking(65536, timeout=0.2)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                break
        raise AssertionError(f"{sentences} is not in:\n{self.text.split(CLEAR)[-1]}")

    def screen(self) -> str:
        return " ".join(ANSI.sub("", self.text.split(CLEAR)[-1]).replace("\xa0", " ").split())

    def forget(self) -> None:
        self.text = ""

    def quit(self, key: str = "q") -> int:
        self.process.send(key)
        self.process.expect(pexpect.EOF, timeout=PATIENCE)
        self.process.close()
        return self.process.exitstatus


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    course = open_course()
    lay_out(course.root, tmp_path / "copy", datetime.now(UTC))
    return tmp_path / "copy"


def own_file(copy: Path, exercise: Exercise) -> Path:
    return copy / "exercises" / exercise.folder.name / exercise.manifest.file


NOT_STARTED = say("Not started: {file} is still the starter.", file="adam_step.py")
BELIEF = say("Your numbers are exactly what this belief would give")


@pytest.mark.parametrize(
    ("arguments", "columns", "variables"),
    [((), 80, {}), (("--lang", "es"), 60, {"NO_COLOR": "1"}), (("--poll",), 60, {"TERM": "dumb"})],
    ids=["plain", "Spanish, 60 columns, NO_COLOR", "polling on a dumb terminal"],
)
def test_a_whole_session(copy, adam, arguments, columns, variables):
    passed = say_many("Passed: the only check holds.", "Passed: all {number} checks hold.", len(adam.manifest.check))
    file = own_file(copy, adam)
    session = Session(copy, "3", *arguments, columns=columns, **variables)
    screen = session.wait_for(NOT_STARTED, "[q]")
    assert "[n]" not in screen
    assert "[r]" not in screen
    assert "[o]" not in screen

    session.forget()
    file.write_bytes(wrong(adam))
    screen = session.wait_for(
        BELIEF, str(file.relative_to(copy)), say("{done} of {all} exercises passed", done=0, all=EXERCISES), "[r]"
    )
    assert screen.rindex(BELIEF[session.language][:20]) < screen.rindex("[q]")

    session.forget()
    session.process.send("h")
    session.wait_for(
        say("About what your last attempt showed:"), adam.misconceptions[0].question[session.language][:20]
    )

    session.forget()
    file.write_bytes(looping(adam, "in a call"))
    session.wait_for(say("Checking…"))
    time.sleep(0.4)
    session.forget()
    os.replace(_beside(file, right(adam)), file)
    session.wait_for(passed, say("{done} of {all} exercises passed", done=1, all=EXERCISES), "[n]")
    assert adam.manifest.title[session.language] in session.screen()

    session.forget()
    file.unlink()
    session.wait_for(say("The file is gone. Waiting for it to come back…"))
    session.forget()
    file.write_bytes(right(adam))
    session.wait_for(passed, "[n]")

    session.forget()
    session.process.send("l")
    session.wait_for(open_course().exercise(1).manifest.title[session.language])
    session.forget()
    session.process.send("n")
    session.wait_for(open_course().exercise(4).manifest.title[session.language], "zero_grad_bug.py", "[q]")
    assert bool(COLOUR.search(session.text)) == (not variables)
    assert session.quit() == 0
    outcomes = [attempt.outcome for attempt in Journal.open(copy, "descenso").attempts()]
    assert outcomes == [Outcome.FAILED, Outcome.PASSED, Outcome.PASSED]


def _beside(file: Path, content: bytes) -> Path:
    new = file.with_name(f".{file.name}.swp")
    new.write_bytes(content)
    return new


@pytest.mark.parametrize(
    ("arguments", "sentences"),
    [
        ((), ("Press h again for the general hints.", "Press h again to go one level deeper.")),
        (
            ("--lang", "es"),
            (
                "Pulsa h otra vez para ver las pistas generales.",
                "Pulsa h otra vez: la siguiente concreta un poco más.",
            ),
        ),
    ],
    ids=["English", "Spanish"],
)
def test_a_hint_says_which_key_gives_another_and_no_command(copy, adam, arguments, sentences):
    own_file(copy, adam).write_bytes(wrong(adam))
    session = Session(copy, "3", *arguments)
    session.wait_for(BELIEF, "[h]")
    for sentence in sentences:
        session.forget()
        session.process.send("h")
        assert "grade hint" not in session.wait_for(sentence, "[q]")
    assert session.quit() == 0


@pytest.mark.parametrize("arguments", [(), ("--lang", "es")], ids=["English", "Spanish"])
def test_reset_asks_once_keeps_a_backup_and_says_how_to_get_it_back(copy, adam, arguments):
    file = own_file(copy, adam)
    file.write_bytes(wrong(adam))
    session = Session(copy, "3", *arguments)
    session.wait_for(BELIEF, "[r]")
    session.process.send("r")
    session.wait_for(say("Press r again to start over; your version is kept as a backup."))
    assert file.read_bytes() == wrong(adam)
    session.process.send("r")
    session.wait_for(NOT_STARTED, say("Your version is kept: `grade restore {number} 1` brings it back.", number=3))
    assert file.read_bytes() == adam.starter_in(session.language)
    assert session.quit() == 0
    (backup,) = (copy / ".grade/backups" / adam.folder.name).rglob("*.py")
    assert backup.read_bytes() == wrong(adam)


def test_the_page_renews_itself_while_watched_and_stands_still_afterwards(copy, adam):
    page = copy / "pages" / "report.html"
    own_file(copy, adam).write_bytes(wrong(adam))
    session = Session(copy, "3", "--html", str(page))
    session.wait_for(BELIEF)
    _wait_until(page.exists)
    first = page.read_text(encoding="utf-8")
    assert 'http-equiv="refresh"' in first
    own_file(copy, adam).write_bytes(right(adam))
    session.wait_for(say("{done} of {all} exercises passed", done=1, all=EXERCISES))
    _wait_until(lambda: page.read_text(encoding="utf-8") != first)
    assert session.quit() == 0
    last = page.read_text(encoding="utf-8")
    assert 'http-equiv="refresh"' not in last
    assert sorted(path.name for path in page.parent.iterdir()) == ["report.html"]


def test_where_there_is_a_browser_o_opens_the_report(copy, adam, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    own_file(copy, adam).write_bytes(wrong(adam))
    session = Session(copy, "3", DISPLAY=":0", BROWSER=str(browser))
    session.wait_for(BELIEF, "[o]")
    session.process.send("o")
    _wait_until((tmp_path / "opened").exists)
    _wait_until(lambda: (tmp_path / "opened").read_text().strip().endswith(".html"))
    assert session.quit() == 0


@linux_only
@pytest.mark.parametrize("end", ["Ctrl-C", signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_it_ends_nothing_is_left_running(copy, adam, end):
    own_file(copy, adam).write_bytes(looping(adam, "in a call"))
    session = Session(copy, "3")
    session.wait_for(say("Checking…"), "[q]")
    _wait_until(lambda: len(descendants(session.process.pid)) >= 2)
    time.sleep(0.5)
    started = descendants(session.process.pid)
    if end == "Ctrl-C":
        assert session.quit("\x03") == 130
    else:
        os.kill(session.process.pid, end)
        session.process.wait() if session.process.isalive() else None
    assert ended(started)


def test_at_a_small_terminal_the_claim_and_the_way_on_both_stay(copy, adam):
    own_file(copy, adam).write_bytes(wrong(adam))
    session = Session(copy, "3", columns=60, rows=24)
    session.wait_for(BELIEF, "[q]")
    frame = ANSI.sub("", session.text.split(CLEAR)[-1]).rstrip("\n").split("\n")
    assert len(frame) <= 24
    assert frame[0].startswith(say("Exercise {number}", number=3)["en"])
    assert "[q]" in frame[-1]


def test_a_notebook_that_breaks_while_it_is_watched_is_a_report_and_the_watch_goes_on(copy, adam):
    """As it is saved cut short, as something else, with a cell that is no Python, and mended."""

    def cells(source: str) -> str:
        return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]})

    file = copy / "mine.ipynb"
    file.write_text(cells("x = 1"), encoding="utf-8")
    session = Session(copy, "3", "--file", "mine.ipynb")
    session.wait_for("No code cell of mine.ipynb defines `adam_step`", "[q]")
    for content, told in (
        (cells(adam.reference)[:200], "mine.ipynb is not a Jupyter notebook."),
        ("<!doctype html><title>Log in</title>", "this is a web page"),
        (cells("\ndef adam_step(param:\n    pass"), "Code cell 1 of mine.ipynb"),
        (cells("#" * 10_000_000), "mine.ipynb is larger than 10 MB"),
        (cells("K = 1\n\ndef adam_step(*a, **k):\n    return boom"), "code cell 1, line 4, in adam_step"),
        (cells(adam.reference), "Passed"),
    ):
        session.forget()
        file.write_text(content, encoding="utf-8")
        session.wait_for(told, "[q]")
    assert session.quit() == 0


def test_without_a_keyboard_no_keys_are_offered(copy, adam):
    own_file(copy, adam).write_bytes(wrong(adam))
    command = [sys.executable, "-m", "grader", "watch", "3"]
    environment = {**os.environ, "HOME": str(copy.parent)}
    with subprocess.Popen(
        command, cwd=copy, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        told = ""
        while BELIEF["en"] not in told or "Ctrl-C" not in told.rsplit(BELIEF["en"], maxsplit=1)[-1]:
            line = process.stdout.readline()
            assert line, told
            told += line
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 130
    assert "[q]" not in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("3", "--file", "nothing.py"), "nothing.py"),
        (("3", "--file", "-"), "cannot be watched"),
        (("99",), "99"),
        (("3", "--file", "exercises"), "exercises"),
    ],
)
def test_what_cannot_be_watched_is_told_before_anything_starts(copy, arguments, sentence):
    command = [sys.executable, "-m", "grader", "watch", *arguments, "--lang", "en"]
    ended_with = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended_with.returncode in (2, 3)
    assert sentence in ended_with.stderr
    assert "Traceback" not in ended_with.stderr


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("", "Exercise 1"), ("exercises/05_warmup_schedule", "Exercise 5")],
    ids=["the copy", "its own"],
)
def test_without_an_exercise_named_it_is_the_one_where_one_stands_or_the_next(copy, folder, expected):
    session = Session(copy / folder)
    session.wait_for(expected, "[q]")
    assert session.quit() == 0


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_a_session_in_tmux(copy, adam, tmp_path):
    file = own_file(copy, adam)
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    environment = {**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    environment.pop("TMUX", None)

    def run(*words: str) -> str:
        return subprocess.run([*tmux, *words], env=environment, capture_output=True, text=True, check=True).stdout

    def shows(*sentences: str) -> bool:
        screen = " ".join(run("capture-pane", "-p", "-t", "watch").split())
        return all(sentence in screen for sentence in sentences)

    command = f"cd {copy} && {sys.executable} -m grader watch 3 --lang en; echo left with $?; read _"
    run("new-session", "-d", "-s", "watch", "-x", "60", "-y", "24", command)
    try:
        _wait_until(lambda: shows("Not started", "[q]"))
        file.write_bytes(wrong(adam))
        _wait_until(lambda: shows("exactly what this belief would give", "[r]"))
        file.write_bytes(right(adam))
        _wait_until(lambda: shows(f"1 of {EXERCISES} exercises passed", "[n]"))
        run("resize-window", "-t", "watch", "-x", "80", "-y", "30")
        _wait_until(lambda: shows(f"1 of {EXERCISES} exercises passed", "[n]"))
        run("send-keys", "-t", "watch", "n")
        _wait_until(lambda: shows("Exercise 4", "[q]"))
        run("send-keys", "-t", "watch", "q")
        _wait_until(lambda: shows("left with 0"))
    finally:
        run("kill-server")


def _wait_until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def descendants(pid: int) -> set[tuple[int, str]]:
    """Every process below this one, each with the moment it started, since ids come round again."""
    children: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append((int(stat.parent.name), fields[19]))
    found: set[tuple[int, str]] = set()
    open_ones = [pid]
    while open_ones:
        below = children.get(open_ones.pop(), [])
        found |= set(below)
        open_ones += [child for child, _ in below]
    return found


def ended(processes: set[tuple[int, str]]) -> bool:
    """Whether all of them end within a while."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not any(_runs(pid, started) for pid, started in processes):
            return True
        time.sleep(0.05)
    return False


def _runs(pid: int, started: str) -> bool:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[19] == started and fields[0] != "Z"
