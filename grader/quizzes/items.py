"""``quizzes/<topic>.toml`` becomes authored items: questions as their author wrote them, before any seed is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from grader.errors import CourseError
from grader.locale import say
from grader.quizzes.glossary import Hash, TermId
from grader.quizzes.reading import Table, typed
from grader.text import Text

BLANK = "____"
ItemId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
MisconceptionId = Annotated[str, msgspec.Meta(pattern=r"^\d{2,}_[a-z0-9_]+:[a-z0-9_]+$")]
Part = TypeVar("Part")
AtLeastTwo = Annotated[tuple[Part, ...], msgspec.Meta(min_length=2)]
AtLeastOne = Annotated[tuple[Part, ...], msgspec.Meta(min_length=1)]


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One option. `why` says what is wrong with it; `misconception` is like ``03_adam_step:no_bias_correction``."""

    text: Text
    right: bool = False
    why: Text | None = None
    misconception: MisconceptionId | None = None


class WrongValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number that a known mistake gives."""

    expr: str
    why: Text | None = None
    misconception: MisconceptionId | None = None


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two things that belong together."""

    left: Text
    right: Text


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is drawn: one curve a name, lettered A, B, C… where there are several."""

    kind: Literal["loss_curve"]
    curves: AtLeastOne[str]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every item has. The first of `terms` is the one it is filed under; `exercise` is where to practise it.

    `never_with` names items that tell its answer, or whose answer it tells: no sitting asks both.
    """

    id: ItemId
    terms: AtLeastOne[TermId]
    exercise: int | None = None
    stem: Text
    feedback: Text
    translated_from: Hash
    never_with: tuple[ItemId, ...] = ()


class OneChoice(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="one"):
    """Exactly one option is right."""

    choices: AtLeastTwo[Choice]


class SeveralChoices(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="several"):
    """One option or more are right; all of them have to be named, and no other."""

    choices: AtLeastTwo[Choice]


class TrueFalse(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="true_false"):
    """A statement; `why` is told to those who judged it wrongly."""

    answer: bool
    why: Text
    misconception: MisconceptionId | None = None


class Numeric(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="numeric"):
    """A number that follows from drawn parameters, which stand in every sentence as ``<<name>>``."""

    params: dict[str, AtLeastOne[int | float]] = {}
    answer: str
    rtol: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.01
    atol: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    wrong: tuple[WrongValue, ...] = ()


class ShortText(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="text"):
    """A word or two; `accept` lists every right one by language."""

    accept: dict[str, AtLeastOne[str]]


class Cloze(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="cloze"):
    """A sentence with one gap."""

    accept: dict[str, AtLeastOne[str]]


class Code(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="code"):
    """Code with one gap."""

    code: str
    accept: AtLeastOne[str]


class Ordering(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="ordering"):
    """Steps, written in the right order and shown in another."""

    steps: AtLeastTwo[Text]
    why: Text | None = None


class Matching(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="matching"):
    """Pairs, whose right sides are shown in another order."""

    pairs: AtLeastTwo[Pair]


class Reading(Item, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="picture"):
    """A picture to read, and options."""

    picture: Picture
    choices: AtLeastTwo[Choice]


AnyItem = OneChoice | SeveralChoices | TrueFalse | Numeric | ShortText | Cloze | Code | Ordering | Matching | Reading


class Topic(msgspec.Struct, frozen=True):
    """One file of items."""

    name: str
    path: Path
    items: tuple[AnyItem, ...]


class Bank:
    """Every authored item of a course."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        self.topics = topics

    @cached_property
    def items(self) -> dict[str, AnyItem]:
        """Items by id, which no two share."""
        found: dict[str, AnyItem] = {}
        for topic in self.topics:
            for item in topic.items:
                if item.id in found:
                    raise CourseError(say("{path}: the item {id} stands twice.", path=topic.path, id=item.id))
                found[item.id] = item
        return found

    @cached_property
    def by_misconception(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the items in which each misconception has its own wrong answer."""
        found: dict[str, tuple[str, ...]] = {}
        for item in self.items.values():
            for misconception in misconceptions_in(item):
                found[misconception] = (*found.get(misconception, ()), item.id)
        return found


def misconceptions_in(item: AnyItem) -> tuple[str, ...]:
    """The misconceptions that some wrong answer to the item gives away."""
    match item:
        case OneChoice() | SeveralChoices() | Reading():
            named = [choice.misconception for choice in item.choices]
        case Numeric():
            named = [wrong.misconception for wrong in item.wrong]
        case TrueFalse():
            named = [item.misconception]
        case _:
            named = []
    return tuple(dict.fromkeys(name for name in named if name is not None))


def read_topic(table: Table, path: Path) -> Topic:
    """The items that `table`, read from `path`, holds; `CourseError` where one is malformed."""
    listed = table.get("item", [])
    unknown = next((key for key in table if key != "item"), None if isinstance(listed, list) else "item")
    if unknown is not None:
        raise CourseError(say("{path}: {key} was not expected; a topic holds [[item]] only.", path=path, key=unknown))
    items: list[AnyItem] = []
    for place, entry in enumerate(listed, 1):
        name = entry.get("id") if isinstance(entry, dict) else None
        items.append(typed(entry, AnyItem, path, str(name or f"item[{place}]")))  # type: ignore[arg-type]
    return Topic(path.stem, path, tuple(items))
