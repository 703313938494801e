"""`grade quiz` and `grade glossary`: questions on numbered lines, each answer kept before it is told; look-ups."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from gettext import gettext as _
from pathlib import Path
from random import Random, SystemRandom

import click

from grader.cli.common import columns, common_options, spoken, tell_notices, trusted_course, wants_ascii, wants_colour
from grader.cli.completion import complete_term, complete_topic
from grader.cli.kinds import WholeNumber
from grader.cli.language import language
from grader.cli.quiz_screen import Screen, until
from grader.course import Course
from grader.errors import StoreError, UsageError
from grader.journal import Journal, data_folder
from grader.journal.journal import utc_now
from grader.keeping import open_journal
from grader.locale import say, say_many
from grader.quizzes.answers import AskAgain
from grader.quizzes.deck import Deck, load_deck
from grader.quizzes.forward import resolved
from grader.quizzes.plan import plan
from grader.quizzes.question import Question
from grader.quizzes.schedule import Standing, standings
from grader.quizzes.session import State, answer, current, leaves, resume, to_keep
from grader.text import Text

WIDEST = 88
STALE = timedelta(days=1)
"""A quiz left alone for longer is not gone on with: what is due has changed."""


@click.command(help=_("Answer questions on a topic, an exercise's number or a term; what is due comes first."))
@click.argument("topic", metavar=_("[TOPIC]"), required=False, shell_complete=complete_topic)
@click.option("--due", is_flag=True, help=_("Only what is due for review."))
@click.option("--new", type=WholeNumber(0, 1000), metavar="N", help=_("At most N questions never asked before."))
@click.option("--limit", type=WholeNumber(1, 1000), default=10, show_default=True, metavar="N",
              help=_("At most N questions."))  # fmt: skip
@click.option("--reverse", is_flag=True, help=_("Show meanings, formulas and code, and ask for the terms."))
@click.option("--seed", type=WholeNumber(0, 2**31 - 1), metavar=_("N"), help=_("Draw the same questions again."))
@click.option("--html", "folder", type=click.Path(file_okay=False, path_type=Path), metavar=_("DIR"),
              help=_("Write self-check pages and the glossary into this folder instead of asking."))  # fmt: skip
@click.option("--lint", "only_lint", is_flag=True, help=_("Check the glossary and the items instead of asking."))
@common_options
def quiz(
    topic: str | None,
    due: bool,
    new: int | None,
    limit: int,
    reverse: bool,
    seed: int | None,
    folder: Path | None,
    only_lint: bool,
) -> int:
    """Ask; or with --html write pages, or with --lint check."""
    course = trusted_course()
    if only_lint:
        from grader.cli.quiz_lint import print_lint

        return print_lint(course)
    deck = deck_of(course)
    if folder is not None:
        from grader.cli.quiz_html import write_pages

        return write_pages(deck, course, folder, seed or 0)
    cards = deck.topic(topic) if topic else deck.cards
    journal = open_journal(course)
    name = " ".join(["quiz", topic or "", *(["due"] if due else []), *(["reverse"] if reverse else [])])
    state = None if seed is not None else _unfinished(journal, name)
    if state is None:
        standing = _standings(journal, deck) if seed is None or due else {}  # a seed is for asking the same again
        chance = Random(SystemRandom().randrange(2**31) if seed is None else seed)
        asked = plan(deck, cards, standing, utc_now(), chance, limit=limit, new=limit if new is None else new,
                     due_only=due, reverse=reverse)  # fmt: skip
        if not asked:
            _say_nothing_due([standing[card] for card in cards if card in standing], utc_now())
            return 0
        state = State(plan=asked)
    Quiz(deck, journal, name, _screen()).take(state)
    tell_notices(journal.notices)
    return 0


@click.command(help=_("Look a term up, by its name in either language, a synonym, or the start of it."))
@click.argument("term", nargs=-1, metavar=_("[TERM]"), shell_complete=complete_term)
@common_options
def glossary(term: tuple[str, ...]) -> int:
    """Print one entry, or those that are meant."""
    deck = deck_of(trusted_course())
    terms = deck.glossary
    screen = _screen()
    if not term:
        for group, title in deck.topics.items():
            names = ", ".join(screen.words(terms[one].term) for one in terms.groups.get(group, ()))
            if names:
                lines = screen.wrapped(f"{screen.words(title)} ({group}): {names}", rest="  ")
                tell_line("\n".join(lines))
        tell_line(
            "\n" + screen.words(say("`grade glossary TERM` shows an entry, `grade quiz GROUP` asks about a group."))
        )
        return 0
    query = " ".join(term)
    found = terms.look_up(query)
    if not found:
        raise UsageError(
            say("The glossary has no term like «{query}».", query=query[:60]), say("`grade glossary` lists them all.")
        )
    if len(found) == 1 and found[0].how != "fuzzy":
        tell_line("\n".join(screen.entry(found[0].id, terms)))
        return 0
    is_guess = found[0].how == "fuzzy"
    if is_guess:
        tell_line(screen.words(say("There is no «{query}». Did you mean one of these?", query=query[:60])))
    for one in found:
        entry = terms[one.id]
        tell_line(
            "\n".join(
                screen.wrapped(say("{term}: {definition}", term=entry.term, definition=entry.definition), rest="  ")
            )
        )
    return 1 if is_guess else 0


class Quiz:
    """One quiz with one person: asks, keeps, tells, until the questions or the lines end."""

    def __init__(self, deck: Deck, journal: Journal, name: str, screen: Screen) -> None:
        self.deck = deck
        self.journal = journal
        self.name = name
        self.screen = screen
        self.started_at = utc_now()

    def take(self, state: State) -> None:
        """Ask everything that is left in `state`; where lines end early, what was answered stays kept."""
        self._say(self._greeting(state))
        self.journal.save_session(to_keep(state, self.name, self.started_at))
        while True:
            state, question = current(state, self.deck)
            if question is None:
                break
            left = self._ask(state, question)
            if left is None:
                tell_line()
                self._say(say("Your answers are kept. The same command goes on from here."))
                return
            state = left
        self.journal.end_session(self.name)
        self._sum_up(state)

    def _ask(self, state: State, question: Question) -> State | None:
        """Ask one question until its answer can be read; None at the end of the lines, or where one says to leave."""
        self._print(self.screen.question(question, state.position + 1, len(state.plan)))
        asked_at = time.monotonic()
        while (line := read_line(self.screen.prompt(question))) is not None:
            if leaves(question, line, language()):
                return None
            turn = answer(
                state,
                question,
                line,
                deck=self.deck,
                language=language(),
                now=utc_now(),
                milliseconds=int(1000 * (time.monotonic() - asked_at)),
            )
            state = turn.state
            if isinstance(turn.outcome, AskAgain):
                self._say(turn.outcome.reason)
                continue
            if turn.review is not None:  # kept before it is told: what was seen is never asked as if it were new
                self.journal.keep_review(turn.review, to_keep(state, self.name, self.started_at))
            self._print(self.screen.verdict(question, turn.outcome), paint="green" if turn.outcome.right else "red")
            if not turn.outcome.right or question.feedback is None:
                self._print(self.screen.way_on(question, turn.outcome, self.deck.glossary))
            return state
        return None

    def _greeting(self, state: State) -> Text:
        if state.position:
            return say("Going on where you left off, with question {place} of {all}.",
                       place=state.position + 1, all=len(state.plan))  # fmt: skip
        return say_many(
            "{number} question. ? means you do not know; q leaves, and every answer is kept.",
            "{number} questions. ? means you do not know; q leaves, and every answer is kept.",
            len(state.plan),
        )

    def _sum_up(self, state: State) -> None:
        tell_line()
        self._say(say("{right} of {all} right.", right=state.right, all=len(state.plan)))
        missed = [self.deck.question(state.plan[place]) for place in state.missed]
        exercises = sorted({one.exercise for one in missed if one is not None and one.exercise is not None})
        if exercises:
            commands = ", ".join(f"`grade show {number}`" for number in exercises)
            self._say(say("What went wrong can be tried in: {commands}", commands=commands))
        standing = _standings(self.journal, self.deck)
        later = [one for one in standing.values() if not one.is_due(utc_now())]
        if later:
            soonest = min(later, key=lambda one: one.due_at)
            self._say(say("The next review is due {when}.", when=until(soonest.due_at, utc_now())))

    def _say(self, text: Text) -> None:
        self._print(self.screen.wrapped(text))

    def _print(self, lines: list[str], paint: str | None = None) -> None:
        if paint and lines and wants_colour():
            lines = [click.style(lines[0], fg=paint, bold=True), *lines[1:]]
        tell_line("\n".join(lines))


def tell_line(text: str = "", *, nl: bool = True) -> None:
    """Write to standard output itself: left to choose, click takes an ASCII stream for a mistake and writes UTF-8."""
    click.echo(text, nl=nl, file=sys.stdout)


def read_line(prompt: str) -> str | None:
    """One line of standard input, or None at its end; bytes that are no text count as an unreadable line."""
    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            return input(prompt)
        tell_line(prompt, nl=False)
        sys.stdout.flush()
        line = sys.stdin.readline()
    except EOFError:
        return None
    except UnicodeDecodeError:
        tell_line()
        return "\ufffd\x00"
    if not sys.stdin.isatty():
        tell_line()  # nobody typed an end of line that would show
    return line.rstrip("\r\n") if line else None


def deck_of(course: Course) -> Deck:
    """The course's deck, from the user's cache where that holds it."""
    try:
        cache = data_folder(course.info.id) / "quizzes.msgpack"
    except StoreError:  # no home to keep a cache in
        cache = None
    return load_deck(course.root, cache)


def _unfinished(journal: Journal, name: str) -> State | None:
    kept = journal.session(name)
    if kept is None or utc_now() - kept.started_at > STALE:
        return None
    return resume(kept)


def _standings(journal: Journal, deck: Deck) -> dict[str, Standing]:
    overrides = journal.overrides()
    if any(override.card.startswith("misconception:") for override in overrides):
        overrides = resolved(overrides, deck.bank.by_misconception)
    return standings(journal.reviews(), overrides, now=utc_now())


def _say_nothing_due(later: list[Standing], now: datetime) -> None:
    tell_line(spoken(say("Nothing is due.")))
    if later:
        soonest = min(one.due_at for one in later)
        tell_line(spoken(say("The next review is due {when}.", when=until(soonest, now))))


def _screen() -> Screen:
    return Screen(language(), ascii_only=wants_ascii(), width=min(columns(), WIDEST))
