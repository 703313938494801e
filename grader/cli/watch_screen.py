"""What a watch knows becomes one screen: the failure that matters, the belief behind it, the way on, and the keys."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass, field

import msgspec
from rich.console import Console, RenderableType
from rich.text import Text as Styled

from grader.cli.common import spoken
from grader.cli.language import language
from grader.cli.locate import Found
from grader.cli.own_name import in_own_name
from grader.cli.screen import console, glyphs
from grader.feedback.terminal import TerminalReport
from grader.locale import say
from grader.results import Isolation, Outcome, Report
from grader.telling.way import Way
from grader.text import Text

BAR = 24
CLEAR = "\x1b[2J\x1b[H"


@dataclass
class State:
    """What is shown: `report` is None while nothing is known of the file as it stands."""

    found: Found
    keys: dict[str, Text] = field(default_factory=dict)
    report: Report | None = None
    is_searching: bool = False
    problem: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    passed: int = 0
    exercises: int = 1


def draw(state: State) -> None:
    """Show the state in place of what was shown before, in one write, so that nothing flickers."""
    body, bottom = _parts(state)
    page = console()
    upper = _lines(page, body)
    lower = _lines(page, [*bottom, *_bottom(state)])
    if clears():
        upper = _shortened(upper, page.height - len(lower) - 1, state)
    sys.stdout.write((CLEAR if clears() else "\n") + "\n".join((*upper, *lower, "")))
    sys.stdout.flush()


def draw_keys(state: State) -> None:
    """The last line again, beneath something that was printed after it."""
    console().print(_keys(state))
    sys.stdout.flush()


def clears() -> bool:
    """Whether the output is a screen that can be cleared."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _lines(page: Console, parts: list[RenderableType]) -> list[str]:
    page.file = io.StringIO()
    for part in parts:
        page.print(part, highlight=False)
    return page.file.getvalue().split("\n")[:-1]


def _shortened(lines: list[str], room: int, state: State) -> list[str]:
    """What fits on the screen with the way on beneath it: the beginning, which matters most."""
    if len(lines) <= room:
        return lines
    more = say("… the rest with `grade exercise {number}`", number=state.found.exercise.number)
    return [*lines[: max(1, room - 1)], spoken(more)]


def _parts(state: State) -> tuple[list[RenderableType], list[RenderableType]]:
    """What is told, and the way on, which stays on the screen however small it is."""
    title = spoken(say("Exercise {number}", number=state.found.exercise.number))
    headline = Styled(f"{title} · {spoken(state.found.exercise.manifest.title)}", style="bold")
    edit = Styled.assemble(f"{spoken(say('edit'))}  ", (state.found.shown, "bold"))
    if state.problem:
        return [headline, "", *(Styled(spoken(sentence)) for sentence in state.problem)], ["", edit]
    if state.report is None:
        return [headline, "", Styled(spoken(say("Checking…")), style="cyan")], ["", edit]
    report = TerminalReport(_essence(in_own_name(state.report, state.found)), _way(state), language(), glyphs=glyphs())
    if is_done(state.report) and "n" not in state.keys:
        return list(report.parts()), ["", Styled(spoken(_no_way_on(state)))]
    *body, gap, way = report.parts()
    searching = Styled(spoken(say("Looking for the belief behind it…")), style="cyan")
    return body, [gap, *([searching] if state.is_searching else []), way]


def _essence(report: Report) -> Report:
    """Of a failed grading only the check to read first, and no small print: a screen is short."""
    failure = report.first_failure
    checks = report.checks if failure is None or report.message is not None else (failure,)
    return msgspec.structs.replace(report, checks=checks, isolation=Isolation("-", report.isolation.summary))


def _way(state: State) -> Way:
    following = spoken(say("press n")) if "n" in state.keys else None
    again = say("save the file: it is checked at once")
    return Way(state.found.exercise.manifest.title, state.found.shown, spoken(again), following)


def _no_way_on(state: State) -> Text:
    """After a pass, where no key leads to another exercise."""
    if state.passed == state.exercises:
        return say("All passed. `grade quiz` keeps what you learned.")
    return say("This exercise is done. `grade` says what is next.")


def _bottom(state: State) -> list[RenderableType]:
    marks = glyphs()
    filled = round(BAR * state.passed / max(1, state.exercises))
    counted = say("{done} of {all} exercises passed", done=state.passed, all=state.exercises)
    bar = f"{marks.filled * filled}{marks.empty * (BAR - filled)} {spoken(counted)}"
    return ["", *(Styled(spoken(note), style="cyan") for note in state.notes), bar, _keys(state)]


def _keys(state: State) -> Styled:
    if not state.keys:
        return Styled(spoken(say("Ctrl-C ends the watch.")), style="dim")
    line = Styled()
    for key, meaning in state.keys.items():
        line.append(f"[{key}]", style="bold")
        line.append(f"\u00a0{spoken(meaning)}  ".replace(" ", "\u00a0", spoken(meaning).count(" ")))
    line.rstrip()
    return line


def is_done(report: Report | None) -> bool:
    """Whether the file as it stands passes."""
    return report is not None and report.outcome is Outcome.PASSED
