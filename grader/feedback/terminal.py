"""A `Report` turned into what a learner reads: the claim, both values, the belief, a question, the way on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from grader.formula import in_prose, to_ascii, to_unicode
from grader.locale import say, say_many
from grader.results import Belief, CheckResult, Diagnosis, Mismatch, Number, Outcome, Report
from grader.telling import diagnosis as told_diagnosis
from grader.telling import mismatch as told_mismatch
from grader.telling import outcome
from grader.telling.place import place_of
from grader.telling.way import Way
from grader.text import Text

MOST_OUTPUT_LINES = 12


@dataclass(frozen=True)
class Glyphs:
    """The marks of the outcomes; ASCII ones where a terminal has no others."""

    passed: str = "✓"
    failed: str = "✗"
    waiting: str = "○"
    bar: str = "▌"
    filled: str = "█"
    empty: str = "░"

    def of(self, outcome: Outcome) -> str:
        """The mark of one outcome."""
        if outcome is Outcome.PASSED:
            return self.passed
        return self.waiting if outcome in (Outcome.BLOCKED, Outcome.NOT_STARTED) else self.failed


ASCII = Glyphs(passed="+", failed="x", waiting="-", bar="|", filled="#", empty=".")

_STYLE = {
    Outcome.PASSED: "green",
    Outcome.BLOCKED: "dim",
    Outcome.NOT_STARTED: "yellow",
    Outcome.GRADER_ERROR: "magenta",
}


class TerminalReport:
    """One report in one language; `print_to` writes it. Nothing of the learner's is read as markup."""

    def __init__(self, report: Report, way: Way, language: str, *, glyphs: Glyphs, all_failures: bool = False) -> None:
        self.report = report
        self.way = way
        self.language = language
        self.glyphs = glyphs
        self.all_failures = all_failures

    def print_to(self, console: Console) -> None:
        """Write every part, in the order in which it is read."""
        for part in self.parts():
            console.print(part, soft_wrap=False, highlight=False)

    def parts(self) -> Iterator[RenderableType]:
        """The report from headline to next command."""
        yield self._headline()
        yield ""
        yield from self._body()
        yield from self._output()
        yield from self._footer()

    # Headline and body

    def _headline(self) -> RenderableType:
        report = self.report
        title = self._say(say("Exercise {number}", number=report.exercise.number))
        line = Table.grid(expand=True)
        line.add_column(ratio=1)
        line.add_column(justify="right", no_wrap=True)
        points = f"{_plain(report.points)}/{_plain(report.max_points)}"
        line.add_row(
            Styled.assemble((f"{title} · {self._say(self.way.title)}", "bold")),
            Styled.assemble((points, "bold " + _style(report.outcome))),
        )
        return line

    def _body(self) -> Iterator[RenderableType]:
        report = self.report
        if report.message is not None:
            yield self._whole_file(report.message)
            for frame in report.checks[0].frames[-1:]:
                yield _indented(Styled(frame.source.strip()))
            yield from (Styled(self._say(note), style="yellow") for note in report.notes)
            return
        if report.outcome is Outcome.PASSED:
            yield from self._check_lines(report.checks)
            yield ""
            yield from self._notes()
            yield Styled(self._say(outcome.headline(report)), style="bold green")
            return
        failures = [check for check in report.checks if check.outcome not in (Outcome.PASSED, Outcome.BLOCKED)]
        shown = failures if self.all_failures else [*failures[:1], *_first_endless(failures[1:])]
        for check in shown:
            yield from self._failure(check)
        yield from self._notes()
        for diagnosis in report.diagnosis:
            yield from self._diagnosis(diagnosis)
        rest = [check for check in report.checks if check not in shown]
        yield from self._check_lines(rest)

    def _whole_file(self, message: Text) -> RenderableType:
        outcome = self.report.outcome
        mark = Styled(f"{self.glyphs.of(outcome)} ", style=_style(outcome))
        return Styled.assemble(mark, self._say(message).replace("\n", "\n  "))  # no line of its own

    def _notes(self) -> Iterator[RenderableType]:
        for note in self.report.notes:
            yield Styled(self._say(note), style="yellow")
            yield ""

    def _failure(self, check: CheckResult) -> Iterator[RenderableType]:
        style = _style(check.outcome)
        yield Styled.assemble((f"{self.glyphs.of(check.outcome)} ", style), (self._say(check.claim), f"bold {style}"))
        if check.message is not None:
            yield _indented(Styled(self._say(check.message)))
        for frame in check.frames[-3:]:
            where = self._say(place_of(frame))
            yield _indented(Styled.assemble((f"{where}\n", "dim"), f"  {frame.source.strip()}"))
        if check.mismatch is not None:
            yield from self._mismatch(check.mismatch)
        yield ""

    def _mismatch(self, mismatch: Mismatch) -> Iterator[RenderableType]:
        mine, other = told_mismatch.sides(mismatch)
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_row(self._say(mine), Styled(_value(mismatch.got), style="red"))
        table.add_row(self._say(other), Styled(_value(mismatch.expected), style="green"))
        yield _indented(table)
        extent = told_mismatch.extent(mismatch)
        if extent is not None:
            yield _indented(Styled(self._say(extent), style="dim"))

    # Diagnosis

    def _diagnosis(self, diagnosis: Diagnosis) -> Iterator[RenderableType]:
        yield Styled(self._say(told_diagnosis.lead(diagnosis)), style="bold cyan")
        places = told_diagnosis.places(diagnosis)
        if diagnosis.summary is not None:
            yield _indented(Styled(self._say(diagnosis.summary)))
        elif places is not None:
            yield _indented(Styled(self._say(places), style="dim"))
        for place, belief in enumerate(diagnosis.beliefs):
            if place:
                yield _indented(Styled(self._say(told_diagnosis.joint(diagnosis)), style="cyan"))
            yield from self._belief(belief)
        yield ""

    def _belief(self, belief: Belief) -> Iterator[RenderableType]:
        yield _indented(Styled(self._prose(say("“{quoted}”", quoted=belief.belief)), style="italic"))
        yield _indented(Styled(self._prose(belief.explanation)))
        yield _indented(
            Styled.assemble((f"{self._say(say('To think about'))}: ", "cyan"), self._prose(belief.question))
        )

    # The other checks, the output, the way on

    def _check_lines(self, checks: tuple[CheckResult, ...] | list[CheckResult]) -> Iterator[RenderableType]:
        for check in checks:
            line = Table.grid(expand=True, padding=(0, 1, 0, 0))
            line.add_column(width=1)
            line.add_column(ratio=1)
            line.add_column(justify="right", no_wrap=True)
            style = _style(check.outcome)
            line.add_row(
                Styled(self.glyphs.of(check.outcome), style=style),
                Styled(self._say(check.claim), style="dim" if check.outcome is Outcome.BLOCKED else ""),
                Styled(f"{_plain(check.points)}/{_plain(check.max_points)}", style="dim"),
            )
            yield line

    def _output(self) -> Iterator[RenderableType]:
        printed = self.report.output.rstrip("\n")
        if not printed:
            return
        lines = printed.split("\n")
        yield ""
        yield Styled(self._say(say("Your program printed:")), style="bold")
        for line in lines[:MOST_OUTPUT_LINES]:
            yield _indented(Styled(line))
        if len(lines) > MOST_OUTPUT_LINES:
            more = len(lines) - MOST_OUTPUT_LINES
            yield _indented(
                Styled(self._say(say_many("… and one more line", "… and {number} more lines", more)), style="dim")
            )

    def _footer(self) -> Iterator[RenderableType]:
        report = self.report
        if report.isolation.tier != "-":
            yield ""
            facts = say("seed {seed} · isolation {tier}", seed=report.seed, tier=report.isolation.tier)
            summary = self._say(report.isolation.summary).partition(". ")[0].rstrip(".")
            yield Styled(f"{self._say(facts)}: {summary}", style="dim")
        way = Table.grid(padding=(0, 2, 0, 0))
        passed = report.outcome is Outcome.PASSED
        if not passed and self.way.path:
            way.add_row(self._say(say("edit")), Styled(self.way.path, style="bold", overflow="fold"))
        if passed and self.way.next:
            way.add_row(self._say(say("next")), Styled(self.way.next, style="bold", overflow="fold"))
        elif not passed and self.way.again:
            way.add_row(self._say(say("then")), Styled(self.way.again, style="bold", overflow="fold"))
        if way.row_count:
            yield ""
            yield way

    def _say(self, text: Text) -> str:
        return text.in_language(self.language)

    def _prose(self, text: Text) -> str:
        """A sentence of the course's, its formulas as the terminal can show them."""
        return in_prose(self._say(text), to_ascii if self.glyphs == ASCII else to_unicode)


def _first_endless(failures: list[CheckResult]) -> list[CheckResult]:
    """The first check that ran out of time, if any: whoever waited for it must read why."""
    return [check for check in failures if check.outcome is Outcome.TIMED_OUT][:1]


def _indented(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 2), expand=False)


def _style(outcome: Outcome) -> str:
    return _STYLE.get(outcome, "red")


def _plain(points: float) -> str:
    return f"{points:g}"


def _value(number: Number | None) -> str:
    return repr(number + 0.0) if isinstance(number, float) else str(number)  # no -0.0: the sign of a zero says nothing
