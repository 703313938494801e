"""An authored item and a seed become a `Question`: parameters drawn and filled in, options shuffled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import TypeVar

from msgspec.structs import replace

from grader.errors import CourseError
from grader.locale import LANGUAGES, same, say
from grader.locale.language import language_facts
from grader.quizzes.items import (
    AnyItem,
    Choice,
    Cloze,
    Code,
    Matching,
    Numeric,
    OneChoice,
    Ordering,
    Reading,
    SeveralChoices,
    ShortText,
    TrueFalse,
)
from grader.quizzes.pictures import GENERATORS, curve
from grader.quizzes.quantities import Quantities
from grader.quizzes.question import Arrange, Calculate, Choose, Form, KnownWrong, Match, Option, Question, Write
from grader.text import Text

PLACEHOLDER = re.compile(r"<<(\w+)>>")
_SPAN = re.compile(r"`[^`]*`|\$[^$]*\$|<<\w+>>")  # code, a formula, or a placeholder in neither
Values = Mapping[str, float]
Thing = TypeVar("Thing")


def ask(item: AnyItem, seed: int, quantities: Quantities) -> Question:
    """The question that `seed` makes of `item`; the same seed always makes the same one.

    Raises `CourseError` where an expression cannot be computed or a placeholder has no parameter.
    """
    chance = Random(f"{item.id}:{seed}")
    values = draw(item, chance)
    return Question(
        card=f"item:{item.id}",
        item=item.id,
        stem=fill(item.stem, values),
        form=_form(item, values, chance, quantities),
        terms=item.terms,
        feedback=fill(item.feedback, values),
        exercise=item.exercise,
        code=item.code if isinstance(item, Code) else None,
        curves=tuple(_curve(name, item.id) for name in item.picture.curves) if isinstance(item, Reading) else (),
    )


def draw(item: AnyItem, chance: Random) -> Values:
    """A value for each parameter of the item; none for items without parameters."""
    params = item.params if isinstance(item, Numeric) else {}
    return {name: chance.choice(choices) for name, choices in params.items()}


def fill(text: Text, values: Values) -> Text:
    """The text with every ``<<name>>`` replaced; `CourseError` where a name has no value.

    Numbers are written as each language writes them, and in code as Python does.
    """
    marks = decimal_marks()
    return Text({language: _filled(sentence, values, marks[language]) for language, sentence in text.items()})


def decimal_marks() -> dict[str, str]:
    """What stands before the decimals in each language: the catalogues have it, as the translation of 0.5."""
    return {language: written[1] for language, written in say("0.5").items()}


def _filled(sentence: str, values: Values, mark: str) -> str:
    def replaced(found: re.Match[str]) -> str:
        span = found[0]
        return PLACEHOLDER.sub(lambda inner: _number(values, inner[1], mark, within=span[0]), span)

    return _SPAN.sub(replaced, sentence)


def _number(values: Values, name: str, mark: str, within: str) -> str:
    if name not in values:
        raise CourseError(say("`<<{name}>>` stands in a sentence, but there is no such parameter.", name=name))
    written = f"{values[name]:.12g}"
    if within == "`":
        return written
    mantissa, exponent, power = written.partition("e")
    mantissa = mantissa.replace(".", f"{{{mark}}}" if within == "$" and mark != "." else mark)
    if not exponent:
        return mantissa
    if within != "$":
        return f"{mantissa}e{int(power)}"
    return f"10^{{{int(power)}}}" if mantissa == "1" else rf"{mantissa} \cdot 10^{{{int(power)}}}"


def _form(item: AnyItem, values: Values, chance: Random, quantities: Quantities) -> Form:  # noqa: PLR0911  # one a kind
    match item:
        case OneChoice() | SeveralChoices():
            options = tuple(_option(choice) for choice in item.choices)
            return Choose(_shuffled(options, chance), isinstance(item, SeveralChoices))
        case Reading():
            options = tuple(_option(choice) for choice in item.choices)
            if len(item.picture.curves) == 1:
                return Choose(_shuffled(options, chance))
            # The options name the curves by their letters, in order.
            return Choose(tuple(replace(option, aliases=tuple(option.text.values())) for option in options))
        case TrueFalse():
            return _true_or_false(item)
        case Numeric():
            return _calculation(item, values, quantities)
        case ShortText() | Cloze():
            return _writing(item.accept)
        case Code():
            return Write(accept=same(item.accept[0]), also=item.accept, is_code=True)
        case Ordering():
            shown = _moved(range(len(item.steps)), chance)
            order = tuple(shown.index(step) for step in range(len(item.steps)))
            return Arrange(tuple(item.steps[step] for step in shown), order, item.why)
        case Matching():
            shown = _moved(range(len(item.pairs)), chance)
            right = tuple(item.pairs[place].right for place in shown)
            partner = tuple(shown.index(place) for place in range(len(item.pairs)))
            return Match(tuple(pair.left for pair in item.pairs), right, partner)


def _option(choice: Choice) -> Option:
    return Option(text=choice.text, right=choice.right, why=choice.why, misconception=choice.misconception)


def _true_or_false(item: TrueFalse) -> Choose:
    wrong: dict[str, Text | str | None] = {"why": item.why, "misconception": item.misconception}
    words = (
        (True, say("True"), tuple(word for code in LANGUAGES for word in language_facts(code).true_words)),
        (False, say("False"), tuple(word for code in LANGUAGES for word in language_facts(code).false_words)),
    )
    return Choose(
        tuple(
            Option(text=text, right=truth is item.answer, aliases=aliases, **({} if truth is item.answer else wrong))  # type: ignore[arg-type]
            for truth, text, aliases in words
        )
    )


def _calculation(item: Numeric, values: Values, quantities: Quantities) -> Calculate:
    wrong = tuple(
        KnownWrong(
            value=quantities.compute(known.expr, values),
            why=None if known.why is None else fill(known.why, values),
            misconception=known.misconception,
        )
        for known in item.wrong
    )
    return Calculate(value=quantities.compute(item.answer, values), rtol=item.rtol, atol=item.atol, wrong=wrong)


def _writing(accept: Mapping[str, tuple[str, ...]]) -> Write:
    shown = Text({language: listed[0] for language, listed in accept.items()})
    return Write(accept=shown, also=tuple(word for listed in accept.values() for word in listed))


def _curve(name: str, item_id: str) -> tuple[float, ...]:
    if name not in GENERATORS:
        raise CourseError(
            say(
                "The item {id} draws `{name}`; known curves are {known}.",
                id=item_id,
                name=name,
                known=", ".join(GENERATORS),
            )
        )
    return curve(name)


def _shuffled(things: tuple[Thing, ...], chance: Random) -> tuple[Thing, ...]:
    return tuple(chance.sample(things, len(things)))


def _moved(places: range, chance: Random) -> tuple[int, ...]:
    """An order other than the one that is right, which would be no question."""
    while (shown := tuple(chance.sample(places, len(places)))) == tuple(places):
        pass
    return shown
