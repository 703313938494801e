"""`grade show`, `hint`, `trace` and `solution`: what a learner reads about one exercise."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from gettext import gettext as _

import click

from grader.cli.common import common_options, print_sentence, spoken, tell_notices, trusted_course, wants_ascii
from grader.cli.completion import complete_exercise
from grader.cli.echo import echo
from grader.cli.kinds import WholeNumber
from grader.cli.locate import Found, locate
from grader.course import Course, Exercise
from grader.errors import UsageError
from grader.journal import HintShown, Journal, SolutionSeen
from grader.keeping import open_journal
from grader.locale import say
from grader.results import Belief, Outcome, Report


@click.command(help=_("Show an exercise's brief: idea, formula, convention and an example."))
@click.argument("which", metavar=_("[EXERCISE]"), required=False, shell_complete=complete_exercise)
@common_options
def show(which: str | None) -> None:
    course = trusted_course()
    chosen = locate(course, which, "-").exercise
    _page(spoken(chosen.markdown("brief")))
    tolerance = chosen.manifest.tolerance
    facts = say(
        "Compared with rtol {rtol:g} and atol {atol:g}. {reason}",
        rtol=tolerance.rtol,
        atol=tolerance.atol,
        reason=tolerance.reason,
    )
    echo()
    _page(spoken(facts))
    echo()
    print_sentence(
        say(
            "Write it in {file}, then: grade exercise {number}",
            file=f"exercises/{chosen.folder.name}/{chosen.manifest.file}",
            number=chosen.number,
        )
    )


@click.command(help=_("Give a hint: one level deeper at each call, or about the misconception found last."))
@click.argument("which", metavar=_("[EXERCISE]"), required=False, shell_complete=complete_exercise)
@click.option("--level", type=WholeNumber(1), metavar=_("N"), help=_("Show this level again."))
@common_options
def hint(which: str | None, level: int | None) -> None:
    course = trusted_course()
    give_hint(course, locate(course, which, "-").exercise, level)


@click.command(help=_("Show your run and the expected one step by step, the first difference marked."))
@click.argument("which", metavar=_("[EXERCISE]"), required=False, shell_complete=complete_exercise)
@click.option("--file", "-f", "file", metavar=_("FILE"), help=_("Trace this file; - reads standard input."))
@common_options
def trace(which: str | None, file: str | None) -> int:
    from grader.cli.exercise import EXIT_CODES, read_submission
    from grader.cli.language import language
    from grader.cli.own_name import name_own
    from grader.cli.screen import console, glyphs
    from grader.feedback.trace import TraceTable, fits
    from grader.grading import Examiner

    course = trusted_course()
    found = locate(course, which, file)
    if found.exercise.manifest.trace is None:
        raise UsageError(say("Exercise {number} has no steps to trace.", number=found.exercise.number))
    with Examiner(course) as examiner:
        examiner.warm(found.exercise.manifest.runtime)
        seen = examiner.observe(found.exercise, read_submission(found.path), found.exercise.manifest.trace.function)
    if seen.own is None:
        problem = seen.problem or say("Your file could not be run.")
        echo(spoken(name_own(problem, found)), err=True)
        return EXIT_CODES[seen.outcome]
    if not fits(seen.own, seen.expected):
        echo(spoken(say("What your functions returned cannot be set in a table of numbers.")), err=True)
        return EXIT_CODES[Outcome.FAILED]
    TraceTable(seen.own, seen.expected, found.exercise.manifest.tolerance, language()).print_to(console(), glyphs())
    return 0


@click.command(help=_("Show the solution beside yours: after a pass, or with --give-up, which is recorded."))
@click.argument("which", metavar=_("[EXERCISE]"), required=False, shell_complete=complete_exercise)
@click.option("--give-up", is_flag=True, help=_("Show it although you have not passed."))
@common_options
def solution(which: str | None, give_up: bool) -> None:
    course = trusted_course()
    chosen = locate(course, which, "-").exercise
    journal = open_journal(course)
    standing = journal.progress().get(chosen.id)
    passed = standing is not None and standing.passed_at is not None
    if not passed and not give_up:
        raise UsageError(
            say("Exercise {number} is not passed yet.", number=chosen.number),
            say(
                "`grade hint {number}` helps; with `--give-up` the solution is shown all the same, and it is recorded.",
                number=chosen.number,
            ),
        )
    journal.keep_solution_seen(SolutionSeen(exercise=chosen.id, seen_at=datetime.now(UTC), gave_up=not passed))
    _print_solution(course, chosen)
    tell_notices(journal.notices)


def give_hint(course: Course, chosen: Exercise, level: int | None = None, *, by_key: bool = False) -> None:
    """Print the hint that is next, or of `level`, and how to get another: the command again, or the watch's key."""
    journal = open_journal(course)
    belief = _standing_belief(journal, chosen) if level is None else None
    if belief is not None:
        _print_belief_hint(belief, journal, chosen, by_key)
    else:
        _print_level(chosen, journal, level, by_key)
    tell_notices(journal.notices)


def _page(markdown: str) -> None:
    """Markdown on the terminal: formulas as Unicode or ASCII, nothing of it read as rich's markup."""
    from rich.markdown import Markdown
    from rich.padding import Padding
    from rich.text import Text as Styled

    from grader.cli.screen import console
    from grader.formula import in_prose, spans, to_ascii, to_unicode

    form = to_ascii if wants_ascii() else to_unicode
    screen, done = console(), 0
    displays = [span for span in spans(markdown) if span.display]
    for place, span in enumerate([*displays, None]):
        prose = markdown[done : span.start if span else len(markdown)].strip()
        if prose:
            screen.print(Markdown(in_prose(prose, lambda latex: _literal(form(latex))), hyperlinks=False))
        if span is not None:
            done = span.end
            alone = place == 0 or bool(prose)
            screen.print(Padding(Styled(form(span.latex), style="bold"), (int(alone), 0, 0, 4), expand=False))
            if markdown[done:].lstrip()[:2] != "$$":
                screen.print()


def _literal(formula: str) -> str:
    """A formula whose stars and underscores Markdown must leave alone."""
    return re.sub(r"([*_`\[\]<>#|~])", r"\\\1", formula)


def _standing_belief(journal: Journal, chosen: Exercise) -> Belief | None:
    """The belief named for certain in the last attempt, if its hint was not given since."""
    report = _last_report(journal, chosen)
    if report is None or report.outcome is Outcome.PASSED:
        return None
    named = [
        belief for diagnosis in report.diagnosis if diagnosis.kind == "misconception" for belief in diagnosis.beliefs
    ]
    last = journal.progress()[chosen.id].last.graded_at
    given = {shown.misconception for shown in journal.hints(chosen.id) if shown.shown_at > last}
    return next((belief for belief in named if belief.id not in given), None)


def _last_report(journal: Journal, chosen: Exercise) -> Report | None:
    standing = journal.progress().get(chosen.id)
    return None if standing is None else journal.report(standing.last.id)


def _print_belief_hint(belief: Belief, journal: Journal, chosen: Exercise, by_key: bool) -> None:
    echo(spoken(say("About what your last attempt showed:")))
    _page("> " + spoken(belief.belief))
    _page(spoken(belief.explanation))
    _page(f"**{spoken(belief.question)}**")
    journal.keep_hint(HintShown(exercise=chosen.id, level=1, shown_at=datetime.now(UTC), misconception=belief.id))
    number = chosen.number
    if _standing_belief(journal, chosen) is not None:
        typed = say("`grade hint {number}` again is about the next belief found.", number=number)
        print_sentence(say("Press h again for the next belief found.") if by_key else typed)
    else:
        typed = say("`grade hint {number}` again gives the general hints.", number=number)
        print_sentence(say("Press h again for the general hints.") if by_key else typed)


def _print_level(chosen: Exercise, journal: Journal, level: int | None, by_key: bool) -> None:
    levels = chosen.manifest.hint
    if not levels:
        raise UsageError(say("Exercise {number} has no hints.", number=chosen.number))
    given = max((shown.level for shown in journal.hints(chosen.id) if shown.misconception is None), default=0)
    wanted = level if level is not None else min(given + 1, len(levels))
    if wanted > len(levels):
        raise UsageError(
            say("Exercise {number} has {most} levels of hints.", number=chosen.number, most=len(levels)),
            say("Choose a level from 1 to {most}.", most=len(levels)),
        )
    echo(spoken(say("Hint {level} of {most}", level=wanted, most=len(levels))))
    _page(spoken(levels[wanted - 1]))
    if level is None and wanted > given:
        journal.keep_hint(HintShown(exercise=chosen.id, level=wanted, shown_at=datetime.now(UTC)))
    standing = journal.progress().get(chosen.id)
    if wanted < len(levels):
        typed = say("`grade hint {number}` again goes one level deeper.", number=chosen.number)
        print_sentence(say("Press h again to go one level deeper.") if by_key else typed)
    elif standing is not None and standing.passed_at is not None:
        print_sentence(
            say("That was the last one. `grade solution {number}` shows the solution.", number=chosen.number)
        )
    else:
        print_sentence(
            say("That was the last one. `grade solution {number} --give-up` shows the solution.", number=chosen.number)
        )


def _print_solution(course: Course, chosen: Exercise) -> None:
    """Both sources, then the explanation."""
    from grader.cli.side_by_side import print_sources

    own = _own_file(course, chosen)
    if own is None or own.path is None:
        print_sources(None, "", chosen.reference)
    else:
        print_sources(own.path.read_text(encoding="utf-8", errors="replace"), own.shown, chosen.reference)
    _page(spoken(chosen.markdown("explanation")))
    sys.stdout.flush()


def _own_file(course: Course, chosen: Exercise) -> Found | None:
    """The learner's own file, where there is one."""
    try:
        found = locate(course, str(chosen.number), None)
    except UsageError:
        return None
    return found if found.path is not None and found.path.is_file() else None
