"""A course's items become a QTI 1.2 package as Canvas imports it: one quiz a topic, each form in Canvas's own type.

Canvas reads a question's type from its metadata, and a number's range from ``or(equal, and(from, to))``. It has no
question that puts steps in order: such an item joins places and steps.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from gettext import gettext as _
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.exports.format import Asked, Format
from grader.exports.gradebook import Written
from grader.exports.markup import code_block, to_html, to_plain
from grader.exports.picture import svg_of
from grader.exports.questions import Drawn, Sheet, decimal, spellings, steps_as_pairs
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Question, Write
from grader.text import Text

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
LEARNING = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
RESPONSE = "response1"
# A zip's first moment: the same release gives the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)


def write(sheet: Sheet, language: str) -> bytes:
    """The package: a manifest, and for each topic its questions and what Canvas knows of a quiz."""
    files: dict[str, bytes] = {}
    resources: list[Element] = []
    for name, title, questions in sheet.topics:
        quiz = f"{sheet.course}-{name}"
        called = f"{sheet.title.in_language(language)}: {title.in_language(language)}"
        files[f"{quiz}/{quiz}.xml"] = _document(_assessment(quiz, called, questions, language))
        files[f"{quiz}/assessment_meta.xml"] = _document(_about(quiz, called, len(questions)))
        resources += _resources(quiz)
    for drawn in sheet.questions:
        if drawn.question.curves:
            path = f"images/{drawn.id}.svg"
            files[path] = svg_of(drawn.question.curves).encode()
            resources.append(_resource(f"image-{drawn.id}", "webcontent", path))
    files["imsmanifest.xml"] = _document(_manifest(sheet.course, resources))
    return _zipped(files)


def _assessment(quiz: str, title: str, questions: Iterable[Drawn], language: str) -> Element:
    root = Element("questestinterop", xmlns=QTI)
    section = SubElement(SubElement(root, "assessment", ident=quiz, title=title), "section", ident="root_section")
    for drawn in questions:
        section.append(_Item(drawn, language).element())
    return root


class _Item:
    """One question into its element."""

    def __init__(self, drawn: Drawn, language: str) -> None:
        self.drawn = drawn
        self.language = language
        self.element_ = Element("item", ident=f"{drawn.id}", title=drawn.id)

    def element(self) -> Element:
        question = self.drawn.question
        form = steps_as_pairs(question.form) if isinstance(question.form, Arrange) else question.form
        fields = SubElement(SubElement(self.element_, "itemmetadata"), "qtimetadata")
        _field(fields, "question_type", self._kind(form))
        _field(fields, "points_possible", "1")
        _field(fields, "assessment_question_identifierref", f"{self.drawn.id}-bank")
        presentation = SubElement(self.element_, "presentation")
        _material(presentation, self._stem(question))
        processing = SubElement(self.element_, "resprocessing")
        outcomes = SubElement(processing, "outcomes")
        SubElement(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
        if question.feedback is not None:
            everybody = SubElement(processing, "respcondition", {"continue": "Yes"})
            SubElement(SubElement(everybody, "conditionvar"), "other")
            self._feedback(everybody, "general_fb", question.feedback)
        self._form(form, presentation, processing)
        return self.element_

    def _kind(self, form: object) -> str:
        if isinstance(form, Choose):
            if self.drawn.is_true_false:
                return "true_false_question"
            return "multiple_answers_question" if form.several else "multiple_choice_question"
        kinds = {Calculate: "numerical_question", Write: "short_answer_question", Match: "matching_question"}
        return kinds[type(form)]  # type: ignore[index]

    def _stem(self, question: Question) -> str:
        said = f"<p>{self._html(question.stem)}</p>"
        code = "" if question.code is None else code_block(question.code)
        image = f"%24IMS-CC-FILEBASE%24/images/{self.drawn.id}.svg"
        return said + code + (f'<p><img src="{image}" alt=""></p>' if question.curves else "")

    def _form(self, form: object, presentation: Element, processing: Element) -> None:
        match form:
            case Choose():
                self._choose(form, presentation, processing)
            case Calculate():
                self._calculate(form, presentation, processing)
            case Write():
                _blank(presentation, {})
                found = SubElement(_scored(processing), "conditionvar")
                for word in spellings(form):
                    SubElement(found, "varequal", respident=RESPONSE).text = word
                _set(processing[-1], "100")
            case Match():
                self._match(form, presentation, processing)

    def _choose(self, form: Choose, presentation: Element, processing: Element) -> None:
        many = "Multiple" if form.several else "Single"
        lid = SubElement(presentation, "response_lid", ident=RESPONSE, rcardinality=many)
        choices = SubElement(lid, "render_choice")
        for number, option in enumerate(form.options, start=1):
            _material(SubElement(choices, "response_label", ident=str(number)), self._html(option.text))
            if option.why is not None:
                told = SubElement(processing, "respcondition", {"continue": "Yes"})
                condition = SubElement(told, "conditionvar")
                SubElement(condition, "varequal", respident=RESPONSE).text = str(number)
                self._feedback(told, f"{number}_fb", option.why)
        condition = SubElement(_scored(processing), "conditionvar")
        if form.several:
            condition = SubElement(condition, "and")
        for number, option in enumerate(form.options, start=1):
            if option.right:
                SubElement(condition, "varequal", respident=RESPONSE).text = str(number)
            elif form.several:
                SubElement(SubElement(condition, "not"), "varequal", respident=RESPONSE).text = str(number)
        _set(processing[-1], "100")

    def _calculate(self, form: Calculate, presentation: Element, processing: Element) -> None:
        _blank(presentation, {"fibtype": "Decimal"})
        right = _scored(processing)
        _range(right, form.value, form)
        _set(right, "100")
        for number, known in enumerate(form.wrong, start=1):
            told = _scored(processing)
            _range(told, known.value, form)
            _set(told, "0")
            if known.why is not None:
                self._feedback(told, f"wrong{number}_fb", known.why)

    def _match(self, form: Match, presentation: Element, processing: Element) -> None:
        for number, (left, partner) in enumerate(zip(form.left, form.partner, strict=True), start=1):
            lid = SubElement(presentation, "response_lid", ident=f"response_{number}")
            _material(lid, self._html(left))
            choices = SubElement(lid, "render_choice")
            for place, right in enumerate(form.right):
                label = SubElement(choices, "response_label", ident=f"right{place}")
                _material(label, to_plain(right.in_language(self.language)), kind="text/plain")
            told = SubElement(processing, "respcondition")
            condition = SubElement(told, "conditionvar")
            SubElement(condition, "varequal", respident=f"response_{number}").text = f"right{partner}"
            share = f"{100 / len(form.left):.2f}"
            SubElement(told, "setvar", varname="SCORE", action="Add").text = share

    def _feedback(self, condition: Element, name: str, said: Text) -> None:
        SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=name)
        _material(SubElement(SubElement(self.element_, "itemfeedback", ident=name), "flow_mat"), self._html(said))

    def _html(self, text: Text) -> str:
        return to_html(text.in_language(self.language))


def _blank(presentation: Element, kind: dict[str, str]) -> None:
    words = SubElement(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    SubElement(SubElement(words, "render_fib", kind), "response_label", ident="answer1", rshuffle="No")


def _scored(processing: Element) -> Element:
    return SubElement(processing, "respcondition", {"continue": "No"})


def _set(condition: Element, points: str) -> None:
    SubElement(condition, "setvar", action="Set", varname="SCORE").text = points


def _range(condition: Element, value: float, form: Calculate) -> None:
    reach = form.atol + form.rtol * abs(value)
    either = SubElement(SubElement(condition, "conditionvar"), "or")
    SubElement(either, "varequal", respident=RESPONSE).text = decimal(value)
    both = SubElement(either, "and")
    SubElement(both, "vargte", respident=RESPONSE).text = decimal(value - reach)
    SubElement(both, "varlte", respident=RESPONSE).text = decimal(value + reach)


def _field(fields: Element, label: str, entry: str) -> None:
    field = SubElement(fields, "qtimetadatafield")
    SubElement(field, "fieldlabel").text = label
    SubElement(field, "fieldentry").text = entry


def _material(parent: Element, said: str, kind: str = "text/html") -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype=kind).text = said


def _about(quiz: str, title: str, points: int) -> Element:
    root = Element("quiz", identifier=quiz, xmlns=CANVAS)
    SubElement(root, "title").text = title
    SubElement(root, "quiz_type").text = "practice_quiz"
    SubElement(root, "points_possible").text = str(points)
    SubElement(root, "shuffle_answers").text = "true"
    SubElement(root, "scoring_policy").text = "keep_highest"
    return root


def _manifest(course: str, resources: Sequence[Element]) -> Element:
    root = Element("manifest", identifier=f"{course}-quizzes", xmlns=MANIFEST)
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "IMS Content"
    SubElement(metadata, "schemaversion").text = "1.1.3"
    SubElement(root, "organizations")
    SubElement(root, "resources").extend(resources)
    return root


def _resources(quiz: str) -> tuple[Element, Element]:
    questions = _resource(quiz, "imsqti_xmlv1p2", f"{quiz}/{quiz}.xml")
    SubElement(questions, "dependency", identifierref=f"{quiz}-about")
    return questions, _resource(f"{quiz}-about", LEARNING, f"{quiz}/assessment_meta.xml")


def _resource(name: str, kind: str, path: str) -> Element:
    element = Element("resource", identifier=name, type=kind)
    # Of an assessment Canvas takes the file; of anything else the address as well.
    if kind != "imsqti_xmlv1p2":
        element.set("href", path)
    SubElement(element, "file", href=path)
    return element


def _document(root: Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path, MOMENT), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _write(sheet: Sheet, asked: Asked) -> Written:
    return Written(write(sheet, asked.language))


FORMAT = Format(_("The quiz as a QTI 1.2 package, as Canvas imports it."), "canvas-quiz.zip", "sheet", _write)
