"""Two readers of exported quizzes that are not the writers': Moodle's rules over its XML, and gift-pegjs over GIFT.

The first was made from Moodle's ``question/format/xml/format.php`` and its question types; it knows nothing of how the
file was written. Each turns a question into answers and says what a response is worth, from 0 to 1.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

# What Moodle accepts as a share, in per cent; an import with any other stops.
SHARES = (100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571, 12.5, 11.11111,
          10, 5, 0)  # fmt: skip


class Answer(NamedTuple):
    """What may be answered, what it is worth, and how far a number may lie from it."""

    text: str
    share: float
    tolerance: float = 0.0
    feedback: str = ""


class Asked(NamedTuple):
    """A question as read: `pairs` of a matching one, `answers` of any other."""

    kind: str
    name: str
    stem: str
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    case_matters: bool = False
    idnumber: str = ""


# ---------------------------------------------------------------- what a response is worth


def choosing(asked: Asked, places: Sequence[int]) -> float:
    """The shares of all that were chosen, never below nothing."""
    return max(0.0, round(sum(asked.answers[place].share for place in places), 3))


def number(asked: Asked, given: float) -> float:
    """The first answer within whose tolerance it lies."""
    return next((one.share for one in asked.answers if abs(given - float(one.text)) <= one.tolerance), 0.0)


def words(asked: Asked, given: str) -> float:
    """The first answer that it equals, a bare star standing for anything."""
    flags = 0 if asked.case_matters else re.IGNORECASE
    for one in asked.answers:
        parts = [re.escape(part.replace(r"\*", "*")) for part in re.split(r"(?<!\\)\*", one.text)]
        if re.fullmatch(".*".join(parts), given.strip(), flags):
            return one.share
    return 0.0


def joined(asked: Asked, given: Sequence[str]) -> float:
    right = sum(answer == one for (_, answer), one in zip(asked.pairs, given, strict=True))
    return right / len(asked.pairs)


def ordered(asked: Asked, given: Sequence[str]) -> float:
    """By place, as the question says: each step where it belongs."""
    wanted = [one.text for one in sorted(asked.answers, key=lambda one: one.share)]
    return sum(one == other for one, other in zip(wanted, given, strict=True)) / len(wanted)


# ---------------------------------------------------------------- Moodle XML


def read_moodle(content: bytes) -> list[Asked]:
    root = ElementTree.fromstring(content)
    assert root.tag == "quiz"
    return [_moodle(one) for one in root if one.get("type") != "category"]


def _moodle(element: ElementTree.Element) -> Asked:
    kind = element.get("type", "")
    if kind == "multichoice":
        kind = "one" if element.findtext("single") == "true" else "several"
    pairs = tuple(
        (one.findtext("text", ""), one.findtext("answer/text", "")) for one in element.iterfind("subquestion")
    )
    return Asked(
        kind,
        element.findtext("name/text", ""),
        element.findtext("questiontext/text", ""),
        tuple(_moodle_answer(one, kind) for one in element.iterfind("answer")),
        pairs,
        element.findtext("usecase") == "1",
        element.findtext("idnumber", ""),
    )


def _moodle_answer(element: ElementTree.Element, kind: str) -> Answer:
    share = float(element.get("fraction", "nan"))
    if kind != "ordering":
        assert abs(share) in SHARES, share
    return Answer(
        element.findtext("text", ""),
        share if kind == "ordering" else share / 100,
        float(element.findtext("tolerance", "0")),
        element.findtext("feedback/text", ""),
    )


# ---------------------------------------------------------------- GIFT

SCRIPT = """
const { parse } = require(process.argv[1]);
process.stdout.write(JSON.stringify(parse(require('fs').readFileSync(0, 'utf8'))));
"""


def read_gift(content: bytes, node: str, package: Path) -> list[Asked]:
    ran = subprocess.run([node, "-e", SCRIPT, str(package)], input=content, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    return [_gift(one) for one in json.loads(ran.stdout) if one["type"] != "Category"]


def _gift(one: dict) -> Asked:
    found = Asked(one["type"], one["title"], one["stem"]["text"])
    match one["type"]:
        case "TF":
            # This reader gives feedback by its place; in Moodle the first is the wrong answer's.
            feedbacks = [(one[name] or {"text": ""})["text"] for name in ("trueFeedback", "falseFeedback")]
            shares = (1.0, 0.0) if one["isTrue"] else (0.0, 1.0)
            wrong = max(feedbacks, key=len)
            answers = [Answer(text, share, feedback="" if share else wrong)
                       for text, share in zip(("true", "false"), shares, strict=True)]  # fmt: skip
            return found._replace(kind="truefalse", answers=tuple(answers))
        case "MC":
            several = any(choice["weight"] is not None for choice in one["choices"])
            answers = [Answer(choice["text"]["text"], _share(choice)) for choice in one["choices"]]
            return found._replace(kind="several" if several else "one", answers=tuple(answers))
        case "Numerical":
            answers = [Answer(str(choice["text"]["number"]), _share(choice), choice["text"]["range"])
                       for choice in one["choices"]]  # fmt: skip
            return found._replace(kind="numerical", answers=tuple(answers))
        case "Short":
            answers = [Answer(html.unescape(choice["text"]["text"]), _share(choice)) for choice in one["choices"]]
            return found._replace(kind="shortanswer", answers=tuple(answers))
        case "Matching":
            pairs = [(pair["subquestion"]["text"], pair["subanswer"]) for pair in one["matchPairs"]]
            return found._replace(kind="matching", pairs=tuple(pairs))
    raise AssertionError(one["type"])


def _share(choice: dict) -> float:
    if choice["weight"] is not None:
        return choice["weight"] / 100
    return 1.0 if choice["isCorrect"] else 0.0
