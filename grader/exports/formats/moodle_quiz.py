"""A course's items become Moodle XML, which a question bank imports: each form in the type that Moodle has for it.

Facts from Moodle's own reader, ``question/format/xml/format.php``: fractions come from a closed list, an answer's
tolerance is absolute, matching's right sides are menus without markup, and in a short answer ``*`` stands for anything.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from gettext import gettext as _
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.exports.format import Asked, Format, Option
from grader.exports.gradebook import Written
from grader.exports.markup import code_block, to_html, to_plain
from grader.exports.picture import svg_of
from grader.exports.questions import Drawn, Sheet, decimal, fraction, spellings
from grader.locale import LANGUAGES
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Question, Write
from grader.text import Text

PENALTY = "0.3333333"
# What XML 1.0 cannot hold, escaped or not.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(sheet: Sheet, languages: tuple[str, ...]) -> bytes:
    """One document, a category a topic; with more than one language, each sentence in all, for the multilang filter."""
    root = Element("quiz")
    for name, title, questions in sheet.topics:
        root.append(_category(sheet, name, title, languages))
        for drawn in questions:
            root.append(_Writer(sheet, drawn, languages).element())
    ElementTree.indent(root, space=" ")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _category(sheet: Sheet, name: str, title: Text, languages: tuple[str, ...]) -> Element:
    element = Element("question", type="category")
    # A slash parts categories, two are one of the title's own.
    titles = " / ".join(text.in_language(language) for text in (title,) for language in languages).replace("/", "//")
    course = sheet.title.in_language(languages[0]).replace("/", "//")
    _text(element, "category", f"$course$/top/{course}/{titles}")
    SubElement(element, "idnumber").text = f"{sheet.course}-{name}"
    return element


class _Writer:
    """One question into its element."""

    def __init__(self, sheet: Sheet, drawn: Drawn, languages: tuple[str, ...]) -> None:
        self.sheet = sheet
        self.drawn = drawn
        self.languages = languages

    def element(self) -> Element:
        question = self.drawn.question
        kind, fill = self._kind(question)
        element = Element("question", type=kind)
        _text(element, "name", self.drawn.id)
        stem = self._html(question.stem) + ("" if question.code is None else code_block(question.code))
        text = _html_text(element, "questiontext", f"<p>{stem}</p>" if question.code is None else stem)
        if question.curves:
            self._picture(text, question)
        _html_text(element, "generalfeedback", self._html(question.feedback))
        SubElement(element, "defaultgrade").text = "1"
        SubElement(element, "penalty").text = "1" if kind == "truefalse" else PENALTY
        SubElement(element, "hidden").text = "0"
        SubElement(element, "idnumber").text = f"{self.sheet.course}-{self.drawn.id}"
        for part in fill:
            element.append(part)
        tags = SubElement(element, "tags")
        for tag in self.drawn.tags:
            _text(tags, "tag", tag)
        return element

    def _kind(self, question: Question) -> tuple[str, Iterable[Element]]:
        match question.form:
            case Choose() as form if self.drawn.is_true_false:
                return "truefalse", self._true_false(form)
            case Choose() as form:
                return "multichoice", self._choices(form, shuffled=len(question.curves) < 2)
            case Calculate() as form:
                return "numerical", self._numbers(form)
            case Write() as form:
                return "shortanswer", self._words(form)
            case Match() as form:
                return "matching", self._pairs(form)
            case Arrange() as form:
                return "ordering", self._steps(form)

    def _true_false(self, form: Choose) -> Iterator[Element]:
        for word, option in zip(("true", "false"), form.options, strict=True):
            yield self._answer(word, "100" if option.right else "0", option.why)

    def _choices(self, form: Choose, *, shuffled: bool) -> Iterator[Element]:
        yield _leaf("single", "false" if form.several else "true")
        yield _leaf("shuffleanswers", "true" if shuffled else "false")
        yield _leaf("answernumbering", "abc" if shuffled else "none")
        right = sum(option.right for option in form.options)
        for option in form.options:
            # Who names a wrong one loses what a right one gives: full marks are for all the right ones and no other.
            share = fraction(1, right) if form.several else "100"
            wrong = f"-{share}" if form.several else "0"
            yield self._answer(self._html(option.text), share if option.right else wrong, option.why, is_html=True)

    def _numbers(self, form: Calculate) -> Iterator[Element]:
        # The first that fits counts: the right one stands first.
        for value, share, why in ((form.value, "100", None), *((one.value, "0", one.why) for one in form.wrong)):
            element = self._answer(decimal(value), share, why)
            element.append(_leaf("tolerance", decimal(form.atol + form.rtol * abs(value))))
            yield element
        yield _leaf("unitgradingtype", "0")
        yield _leaf("showunits", "3")

    def _words(self, form: Write) -> Iterator[Element]:
        yield _leaf("usecase", "1" if form.is_code else "0")
        for accepted in spellings(form):
            yield self._answer(accepted.replace("*", r"\*"), "100", None)

    def _pairs(self, form: Match) -> Iterator[Element]:
        yield _leaf("shuffleanswers", "true")
        for left, partner in zip(form.left, form.partner, strict=True):
            element = Element("subquestion", format="html")
            SubElement(element, "text").text = _legal(self._html(left))
            right = form.right[partner]
            spoken = dict.fromkeys(to_plain(right.in_language(language)) for language in self.languages)
            _text(element, "answer", " / ".join(spoken))
            yield element

    def _steps(self, form: Arrange) -> Iterator[Element]:
        yield _leaf("layouttype", "VERTICAL")
        yield _leaf("selecttype", "ALL")
        yield _leaf("selectcount", "0")
        yield _leaf("gradingtype", "ABSOLUTE_POSITION")
        yield _leaf("showgrading", "SHOW")
        yield _leaf("numberingstyle", "123")
        for place, shown in enumerate(form.order, start=1):
            yield self._answer(self._html(form.steps[shown]), str(place), None, is_html=True)

    def _answer(self, text: str, share: str, why: Text | None, *, is_html: bool = False) -> Element:
        element = Element("answer", fraction=share, format="html" if is_html else "moodle_auto_format")
        SubElement(element, "text").text = _legal(text)
        if why is not None:
            _html_text(element, "feedback", self._html(why))
        return element

    def _picture(self, text: Element, question: Question) -> None:
        name = f"{self.drawn.id}.svg"
        shown = text[0]
        shown.text = f'{shown.text}<p><img src="@@PLUGINFILE@@/{name}" alt="" width="480"></p>'
        picture = SubElement(text, "file", name=name, path="/", encoding="base64")
        picture.text = base64.b64encode(svg_of(question.curves).encode()).decode()

    def _html(self, sentence: Text | None) -> str:
        if sentence is None:
            return ""
        said = {language: to_html(sentence.in_language(language)) for language in self.languages}
        if len(set(said.values())) == 1:
            return next(iter(said.values()))
        return "".join(f'<span lang="{code}" class="multilang">{html}</span>' for code, html in said.items())


def _leaf(tag: str, text: str) -> Element:
    element = Element(tag)
    element.text = text
    return element


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(SubElement(parent, tag), "text").text = _legal(text)


def _html_text(parent: Element, tag: str, html: str) -> Element:
    element = SubElement(parent, tag, format="html")
    SubElement(element, "text").text = _legal(html)
    return element


def _legal(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _write(sheet: Sheet, asked: Asked) -> Written:
    both = asked.options["languages"] == "all"
    return Written(write(sheet, tuple(LANGUAGES) if both else (asked.language,)))


FORMAT = Format(
    _("The quiz as Moodle XML, for a question bank."),
    "moodle-quiz.xml",
    "sheet",
    _write,
    (Option("languages", _("One language, or all of them for Moodle's multilang filter."), choices=("one", "all")),),
)
