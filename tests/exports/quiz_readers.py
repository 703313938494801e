"""Readers of exported quizzes that are not the writers': Moodle's rules, QTI's processing, and gift-pegjs.

The first was made from Moodle's ``question/format/xml/format.php`` and its question types; it knows nothing of how the
file was written. Each turns a question into answers and says what a response is worth, from 0 to 1.
"""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import zipfile
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
            # This reader leaves its own mark for an escaped sign on the right side (findings/).
            pairs = [(pair["subquestion"]["text"], re.sub(r"&&(\d{3});", _sign, pair["subanswer"]))
                     for pair in one["matchPairs"]]  # fmt: skip
            return found._replace(kind="matching", pairs=tuple(pairs))
    raise AssertionError(one["type"])


def _sign(mark: re.Match[str]) -> str:
    return chr(int(mark[1]))


def _share(choice: dict) -> float:
    if choice["weight"] is not None:
        return choice["weight"] / 100
    return 1.0 if choice["isCorrect"] else 0.0


# ---------------------------------------------------------------- QTI 1.2


class Item(NamedTuple):
    """An item and how its responses are processed, by the rules of the specification alone."""

    name: str
    kind: str
    stem: str
    labels: tuple[tuple[str, dict[str, str]], ...]
    lefts: tuple[str, ...]
    element: ElementTree.Element

    def score(self, responses: dict[str, list[str]]) -> float:
        """From 0 to 1: every condition in turn, until one that holds does not go on."""
        score = 0.0
        for condition in _all(self.element, "respcondition"):
            variables = _first(condition, "conditionvar")
            if not all(_holds(part, responses) for part in _or_as_written(variables)):
                continue
            for change in _all(condition, "setvar"):
                points = float(change.text or "nan")
                score = points if change.get("action") == "Set" else score + points
            settled = any(change.get("action") == "Set" for change in _all(condition, "setvar"))
            if settled and condition.get("continue", "No") == "No":
                break
        return score / 100


def read_qti(content: bytes) -> list[Item]:
    """Every item that the manifest leads to, in its order."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        found = {file.get("href") for file in _all(manifest, "file")}
        assert found == set(names) - {"imsmanifest.xml"}
        known = {one.get("identifier") for one in _all(manifest, "resource")}
        assert {one.get("identifierref") for one in _all(manifest, "dependency")} <= known
        quizzes = [one for one in _all(manifest, "resource") if one.get("type") == "imsqti_xmlv1p2"]
        roots = [ElementTree.fromstring(archive.read(str(_first(one, "file").get("href")))) for one in quizzes]
    return [_item(one) for root in roots for one in _all(root, "item")]


def _item(element: ElementTree.Element) -> Item:
    fields = {
        _first(one, "fieldlabel").text: _first(one, "fieldentry").text for one in _all(element, "qtimetadatafield")
    }
    presentation = _first(element, "presentation")
    asked = [*_all(presentation, "response_lid"), *_all(presentation, "response_str")]
    labels = tuple(
        (str(one.get("ident")), {str(label.get("ident")): _said(label) for label in _all(one, "response_label")})
        for one in asked
    )
    lefts = tuple(_said(one) for one in asked if len(asked) > 1)
    shown = {str(one.get("linkrefid")) for one in _all(element, "displayfeedback")}
    assert shown == {str(one.get("ident")) for one in _all(element, "itemfeedback")}
    return Item(str(element.get("title")), str(fields["question_type"]), _said(presentation), labels, lefts, element)


def _said(element: ElementTree.Element) -> str:
    material = next((child for child in element if child.tag.endswith("}material")), None)
    return "" if material is None else str(_first(material, "mattext").text)


def _or_as_written(variables: ElementTree.Element) -> list[ElementTree.Element]:
    """Several equalities side by side are alternatives, as in a list of accepted words."""
    parts = list(variables)
    if len(parts) < 2:
        return parts
    either = ElementTree.Element("{qti}or")
    either.extend(parts)
    return [either]


def _holds(part: ElementTree.Element, responses: dict[str, list[str]]) -> bool:
    tag = part.tag.partition("}")[2]
    if tag in ("and", "or", "not"):
        inner = [_holds(one, responses) for one in part]
        return all(inner) if tag == "and" else any(inner) if tag == "or" else not any(inner)
    if tag == "other":
        return True
    given = responses.get(str(part.get("respident")), [])
    wanted = str(part.text)
    if tag == "varequal":
        return any(one.casefold() == wanted.casefold() for one in given)
    compare = {"vargte": float.__ge__, "varlte": float.__le__}[tag]
    return any(compare(float(one), float(wanted)) for one in given)


def _all(element: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [one for one in element.iter() if one.tag.endswith("}" + name)]


def _first(element: ElementTree.Element, name: str) -> ElementTree.Element:
    return _all(element, name)[0]
