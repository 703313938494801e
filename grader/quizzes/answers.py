"""A question and a typed line become a verdict, or a reason to ask again; what cannot be read is never wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from grader.locale import LANGUAGES, say
from grader.quizzes.authored import decimal_marks
from grader.quizzes.folding import distance, fold, fold_code, without_article
from grader.quizzes.numbers import read_number
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Option, Question, Write
from grader.text import Text

GIVE_UP = "?"
_LONGEST = 400
_SHORTEST_FUZZY = 6


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How an answer was judged. `why` speaks of what was chosen, `misconceptions` of what it gives away."""

    right: bool
    why: tuple[Text, ...] = ()
    misconceptions: tuple[str, ...] = ()


class AskAgain(msgspec.Struct, frozen=True):
    """The line could not be read as an answer, or was one letter off (`near`); nothing was judged."""

    reason: Text
    near: bool = False


def judge(question: Question, typed: str, language: str, names: Mapping[str, str] | None = None) -> Verdict | AskAgain:  # noqa: PLR0911
    """Judge a line. `names` are the folded names of every term and whose they are, to tell a slip from another term."""
    line = typed.strip()
    if line == GIVE_UP:
        return Verdict(right=False)
    if not line or len(line) > _LONGEST or not line.isprintable():
        return AskAgain(say("Type an answer, or ? if you do not know."))
    match question.form:
        case Choose():
            return _choose(question.form, line)
        case Calculate():
            return _calculate(question.form, line, language)
        case Write():
            return _write(question.form, line, names or {})
        case Arrange():
            return _arrange(question.form, line)
        case Match():
            return _match(question.form, line)


def right_answer(question: Question) -> Text:
    """The right answer, as it is shown after a wrong one."""
    match question.form:
        case Choose(options=options):
            return _listed([option.text for option in options if option.right])
        case Calculate(value=value):
            return _number(value)
        case Write(accept=accept, is_code=is_code):
            return Text({code: f"`{word}`" if is_code else word for code, word in accept.items()})
        case Arrange(steps=steps, order=order):
            return _listed([steps[place] for place in order])
        case Match(left=left, right=right, partner=partner):
            return _listed(
                [
                    say("{left} – {right}", left=one, right=right[place])
                    for one, place in zip(left, partner, strict=True)
                ]
            )


def _number(value: float) -> Text:
    """Six digits, with the decimal mark of each language."""
    return Text({language: f"{value:.6g}".replace(".", mark) for language, mark in decimal_marks().items()})


def _listed(texts: list[Text]) -> Text:
    if len(texts) == 1:
        return texts[0]
    return Text({code: "\n".join(f"- {text.in_language(code)}" for text in texts) for code in LANGUAGES})


def _choose(form: Choose, line: str) -> Verdict | AskAgain:
    picked = _picked(form, line)
    if isinstance(picked, AskAgain):
        return picked
    chosen = [form.options[place] for place in picked]
    if all(option.right == (option in chosen) for option in form.options):
        return Verdict(right=True)
    faults = [option for option in chosen if not option.right]
    why = [_said(option, form) for option in faults if option.why is not None]
    missed = [option for option in form.options if option.right and option not in chosen]
    if form.several and missed:
        why += [say("Also right: {option}", option=option.text) for option in missed]
    named = tuple(dict.fromkeys(option.misconception for option in faults if option.misconception))
    return Verdict(right=False, why=tuple(why), misconceptions=named)


def _said(option: Option, form: Choose) -> Text:
    if form.several and option.why is not None:
        return say("{option}: {why}", option=option.text, why=option.why)
    return option.why or option.text


def _picked(form: Choose, line: str) -> list[int] | AskAgain:
    folded = fold(line)
    for place, option in enumerate(form.options):
        if folded and folded in {fold(alias) for alias in option.aliases}:
            return [place]
    most = len(form.options)
    places = _whole_numbers(line, most)
    if places is None or len(set(places)) != len(places) or not all(1 <= place <= most for place in places):
        return AskAgain(_numbers_wanted(most, form.several))
    if not form.several and len(places) != 1:
        return AskAgain(_numbers_wanted(most, several=False))
    return [place - 1 for place in places]


def _numbers_wanted(most: int, several: bool) -> Text:
    if several:
        return say("Type the numbers of all that are right, from 1 to {most}, like: 1 3", most=most)
    return say("Type one number from 1 to {most}.", most=most)


def _whole_numbers(line: str, most: int) -> list[int] | None:
    """Numbers apart (``1 3``, ``1,3``, ``1) 3)``), or run together where each is a single digit."""
    if not re.fullmatch(r"[0-9][0-9\s,;.)>y&+-]*", line):
        return None
    found = re.findall(r"\d+", line)
    if len(found) == 1 and len(found[0]) > 1 and most < 10:
        found = list(found[0])
    return [int(digits) for digits in found if len(digits) < 4] or None


def _calculate(form: Calculate, line: str, language: str) -> Verdict | AskAgain:
    given = read_number(line, language)
    if isinstance(given, Text):
        return AskAgain(given)
    if is_close(given, form.value, form):
        return Verdict(right=True)
    for known in form.wrong:
        if is_close(given, known.value, form):
            named = (known.misconception,) if known.misconception else ()
            return Verdict(right=False, why=(known.why,) if known.why else (), misconceptions=named)
    return Verdict(right=False)


def is_close(given: float, value: float, form: Calculate) -> bool:
    """Within the tolerance of the item, which is relative to `value`."""
    return abs(given - value) <= form.atol + form.rtol * abs(value)


def _write(form: Write, line: str, names: Mapping[str, str]) -> Verdict | AskAgain:
    if form.is_code:
        return Verdict(right=fold_code(line) in {fold_code(accepted) for accepted in form.also})
    accepted = {fold(word) for word in form.also}
    given = {fold(line), fold(without_article(line))}
    if given & accepted:
        return Verdict(right=True)
    if not fold(line):
        return AskAgain(say("Type an answer, or ? if you do not know."))
    if not given & names.keys() and _is_near(fold(line), accepted, names):
        return AskAgain(say("Almost: check the spelling."), near=True)
    return Verdict(right=False)


def _is_near(given: str, accepted: Iterable[str], names: Mapping[str, str]) -> bool:
    """Whether a long accepted word is a slip away and no other term as near: Adam and AdamW are one letter apart."""
    reach = {word: 2 if len(word) >= 10 else 1 for word in accepted if len(word) >= _SHORTEST_FUZZY}
    nearest = min(
        (distance(given, word, most) for word, most in reach.items() if distance(given, word, most) <= most),
        default=None,
    )
    if nearest is None:
        return False
    others = (name for name in names if name not in reach and name not in set(accepted))
    return all(distance(given, name, nearest) > nearest for name in others)


def _arrange(form: Arrange, line: str) -> Verdict | AskAgain:
    most = len(form.steps)
    given = _whole_numbers(line, most)
    if given is None or sorted(given) != list(range(1, most + 1)):
        example = " ".join(str(number) for number in range(most, 0, -1))
        return AskAgain(
            say("Type each number from 1 to {most} once, in order, like: {example}", most=most, example=example)
        )
    if [number - 1 for number in given] == list(form.order):
        return Verdict(right=True)
    return Verdict(right=False, why=(form.why,) if form.why else ())


def _match(form: Match, line: str) -> Verdict | AskAgain:
    most = len(form.left)
    letters = [chr(ord("a") + place) for place in range(most)]
    given = _joined(line.casefold(), most)
    if given is None or any(letter not in letters for letter in given):
        example = " ".join(f"{place + 1}{letter}" for place, letter in enumerate(reversed(letters)))
        return AskAgain(say("Type a letter for each number, like: {example}", example=example))
    wrong = [place for place, letter in enumerate(given) if letters.index(letter) != form.partner[place]]
    if not wrong:
        return Verdict(right=True)
    return Verdict(right=False)


def _joined(line: str, most: int) -> list[str] | None:
    """``1b 2a 3c`` in any order, or just ``b a c``; None where a number or a letter is missing or stands twice."""
    pairs = re.findall(r"(\d+)\s*[-=:).]?\s*([a-z])(?![a-z])", line)
    if pairs:
        rest = re.sub(r"(\d+)\s*[-=:).]?\s*([a-z])(?![a-z])", "", line)
        found = {int(number): letter for number, letter in pairs if len(number) < 3}
        complete = sorted(found) == list(range(1, most + 1)) and len(pairs) == most
        given = [found[place] for place in sorted(found)] if complete else None
    else:
        rest = re.sub(r"[a-z]", "", line)
        given = re.findall(r"[a-z]", line)
    if given is None or rest.strip(" ,;.") or len(given) != most or len(set(given)) != most:
        return None
    return given
