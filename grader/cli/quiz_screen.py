"""A question, a verdict or a glossary entry becomes plain lines for a terminal, a pipe or a screen reader."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from grader.formula import in_prose, to_ascii, to_unicode
from grader.locale import say, say_many
from grader.quizzes.answers import Verdict, right_answer
from grader.quizzes.glossary import Glossary
from grader.quizzes.pictures import draw, sampled
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Question
from grader.text import Text

_KEPT = "\u00a0"  # a space at which no line is broken: inside a formula or a piece of code
_CODE_OR_EMPHASIS = re.compile(r"(`+)(.+?)\1|\*\*(?=\S)(.+?)(?<=\S)\*\*|\*(?=\S)([^*\n]+?)(?<=\S)\*", re.DOTALL)


class Screen:
    """How this reader's terminal wants its text: the language, ASCII or not, and the width in columns."""

    def __init__(self, language: str, *, ascii_only: bool, width: int) -> None:
        self.language = language
        self.ascii_only = ascii_only
        self.width = max(24, width)

    def words(self, text: Text | str) -> str:
        """A text with its formulas and emphasis as the terminal can show them; lines are not broken yet."""
        return self._unbroken(text).replace(_KEPT, " ")

    def wrapped(self, text: Text | str, first: str = "", rest: str | None = None) -> list[str]:
        """The text in lines of the screen's width, the first of them behind `first`, the others behind `rest`."""
        indent = " " * len(first) if rest is None else rest
        unbroken = self._unbroken(text)
        lines: list[str] = []
        for paragraph in unbroken.split("\n"):
            broken = textwrap.wrap(
                paragraph,
                self.width,
                initial_indent=indent if lines else first,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            lines += broken or [""]
        return [line.replace(_KEPT, " ").rstrip() for line in lines]

    def _unbroken(self, text: Text | str) -> str:
        sentence = text if isinstance(text, str) else text.in_language(self.language)
        form = to_ascii if self.ascii_only else to_unicode
        widest = self.width // 2
        written = in_prose(sentence, lambda latex: _held(form(latex), widest))
        written = _CODE_OR_EMPHASIS.sub(
            lambda found: _held(found[0], widest) if found[1] else found[3] or found[4], written
        )
        return _plain(written) if self.ascii_only else written

    def question(self, question: Question, place: int, of: int) -> list[str]:
        """The stem first, then whatever has to be read, and the options last, where the eyes end."""
        lines = ["", *self.wrapped(question.stem, f"{place}/{of}  ")]
        if question.code is not None:
            lines += ["", *(f"    {line}" for line in question.code.rstrip("\n").split("\n"))]
        if question.formulas:
            lines += ["", *self.formulas(question.formulas)]
        for number, curve in enumerate(question.curves):
            lines += ["", *self.picture(curve, number, len(question.curves))]
        options = self.options(question)
        return [*lines, "", *options] if options else lines

    def picture(self, curve: Sequence[float], number: int, of: int) -> list[str]:
        """A curve in characters, and in numbers for those who cannot see it."""
        letter = chr(ord("A") + number)
        title = say("Curve {letter}: loss by epoch", letter=letter) if of > 1 else say("Loss by epoch")
        spoken = say("In numbers, every eighth epoch: {numbers}", numbers=sampled(curve))
        width = min(40, self.width - 8)
        height = 9 if of == 1 else 6
        return [*self.wrapped(title), *draw(curve, width=width, height=height), *self.wrapped(spoken)]

    def options(self, question: Question) -> list[str]:
        """Numbered lines; on the right side of a matching, lettered ones."""
        form = question.form
        if isinstance(form, Choose):
            return self._listed([option.text for option in form.options], "123456789")
        if isinstance(form, Arrange):
            return self._listed(form.steps, "123456789")
        if isinstance(form, Match):
            return [*self._listed(form.left, "123456789"), "", *self._listed(form.right, "abcdefghi")]
        return []

    def _listed(self, texts: Iterable[Text], marks: str) -> list[str]:
        return [line for mark, text in zip(marks, texts, strict=False) for line in self.wrapped(text, f"  {mark}) ")]

    def prompt(self, question: Question) -> str:
        """What is asked for, on the line where it is typed."""
        form = question.form
        if isinstance(form, Choose):
            most = len(form.options)
            text = say("All that are right, like 1 3:") if form.several else say("Your answer, 1 to {most}:", most=most)
        elif isinstance(form, Calculate):
            text = say("A number:")
        elif isinstance(form, Arrange):
            text = say("The numbers in order:")
        elif isinstance(form, Match):
            text = say("A letter for each number, like 1b 2a:")
        else:
            text = say("Your answer:")
        return self.words(text) + " "

    def verdict(self, question: Question, verdict: Verdict) -> list[str]:
        """Right or not, why not, the right answer, and what to take away from it."""
        if verdict.right:
            lines = [self.words(say("Right."))]
        else:
            lines = [self.words(say("Not right."))]
            for why in verdict.why:
                lines += self.wrapped(why, "  ")
            answer = right_answer(question)
            first = self.words(say("The answer:")) + " "
            if "\n" in answer.in_language(self.language):
                lines += [first.rstrip(), *self.wrapped(answer, "  ", "  ")]
            else:
                lines += self.wrapped(answer, first, "  ")
        if question.feedback is not None:
            lines += self.wrapped(question.feedback)
        return lines

    def way_on(self, question: Question, verdict: Verdict, glossary: Glossary) -> list[str]:
        """The glossary entry behind the question, in short, and the exercise in which to try it.

        Where the question has no exercise, it is that of the misconception which the answer gave away.
        """
        exercise = question.exercise
        if exercise is None and verdict.misconceptions:
            exercise = int(verdict.misconceptions[0].partition("_")[0])
        term_id = question.terms[0]
        lines = []
        if term_id in glossary:
            term = glossary[term_id]
            named = self.words(term.term)
            lines = self.wrapped(say("{term}: {definition}", term=named, definition=term.definition), "  ", "  ")
            lines += self.formulas(term.formulas)
        if exercise is not None:
            sentence = say(
                "Try it in exercise {number}: {command}", number=exercise, command=f"`grade show {exercise}`"
            )
            lines += self.wrapped(sentence, "  ", "  ")
        return lines

    def entry(self, term_id: str, glossary: Glossary) -> list[str]:
        """A whole entry: names in every language, definition, formulas, code, what others write, where to go on."""
        term = glossary[term_id]
        lines = [self.words(term.term)]
        other = " · ".join(f"{code}: {', '.join(term.names(code))}" for code in term.term)
        lines += self.wrapped(_plain(other.replace("·", "/")) if self.ascii_only else other, "  ", "  ")
        lines += ["", *self.wrapped(term.definition), *self.formulas(term.formulas)]
        if term.code:
            lines += [f"    {line}" for line in term.code.split("\n")]
        if term.note is not None:
            lines += ["", *self.wrapped(term.note)]
        seen = [(say("See also"), term.related), (say("Not to be confused with"), term.confusable)]
        for title, ids in seen:
            if ids:
                names = ", ".join(self.words(glossary[other_id].term) for other_id in ids)
                lines += self.wrapped(f"{self.words(title)}: {names}", rest="  ")
        if term.exercises:
            commands = ", ".join(f"`grade show {number}`" for number in term.exercises)
            lines += self.wrapped(say("Exercises: {commands}", commands=commands), rest="  ")
        return lines

    def formulas(self, latex: Iterable[str]) -> list[str]:
        """Formulas, one a line, as no prose could hold them."""
        form: Callable[[str], str] = to_ascii if self.ascii_only else to_unicode
        return [f"    {form(one)}" for one in latex]


def until(due_at: datetime, now: datetime) -> Text:
    """How long it is until a card is due, in whole days."""
    days = max(0, -((now - due_at).days))
    if days <= 1 and due_at <= now:
        return say("now")
    return say_many("in {number} day", "in {number} days", max(1, days))


def _held(written: str, widest: int) -> str:
    return written.replace(" ", _KEPT) if len(written) <= widest else written


_ASCII = {"«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "…": "...", "—": "-", "–": "-", "·": "-", "×": "x",
          "−": "-", "→": "->", "≤": "<=", "≥": ">=", "±": "+/-", _KEPT: _KEPT}  # fmt: skip


def _plain(written: str) -> str:
    """Signs that an ASCII terminal lacks as their nearest kin; letters with accents are left to the stream."""
    return "".join(_ASCII.get(character, character) for character in unicodedata.normalize("NFC", written))
