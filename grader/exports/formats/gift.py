"""A course's items become GIFT, the question format that is plain text; what it cannot say is told, never dropped.

Facts from Moodle's own reader, ``question/format/gift/format.php``: a backslash is escaped before the signs are, a line
that begins with ``//`` is a comment, in true or false the wrong answer's feedback stands first, and an arrow in a short
answer makes it a matching question.
"""

from __future__ import annotations

from gettext import gettext as _

from grader.exports.format import Asked, Format
from grader.exports.gradebook import Written
from grader.exports.markup import code_block, to_html, to_plain
from grader.exports.questions import Drawn, Sheet, decimal, fraction, spellings, steps_as_pairs
from grader.locale import say
from grader.quizzes.question import Arrange, Calculate, Choose, Match, Write
from grader.text import Text

SIGNS = ":#={}~"
ARROW = "->"


def write(sheet: Sheet, language: str) -> Written:
    """One text, a category a topic, questions parted by blank lines; and notes of what stays behind."""
    blocks, drawn, arrows = list[str](), list[str](), list[str]()
    for _name, title, questions in sheet.topics:
        path = "/".join(text.in_language(language).replace("/", "//") for text in (sheet.title, title))
        blocks.append(f"$CATEGORY: $course$/top/{path}")
        for one in questions:
            block = _question(one, language)
            if block is not None:
                blocks.append(block)
            elif one.question.curves:
                drawn.append(one.id)
            else:
                arrows.append(one.id)
    notes = []
    if drawn:
        notes.append(say("GIFT holds no pictures; left out: {items}.", items=", ".join(drawn)))
    if arrows:
        notes.append(say("GIFT takes an arrow in an answer for a pair; left out: {items}.", items=", ".join(arrows)))
    return Written(("\n\n".join(blocks) + "\n").encode(), tuple(notes))


def _question(drawn: Drawn, language: str) -> str | None:
    question = drawn.question
    body = _body(drawn, language)
    if body is None:
        return None
    stem = to_html(question.stem.in_language(language))
    if question.code is not None:
        stem += code_block(question.code).replace("\n", "<br>")
    general = _html(question.feedback, language)
    lines = [*body, *([f"####{general}"] if general else [])]
    tags = " ".join(f"[tag:{tag}]" for tag in drawn.tags)
    answers = "\n".join(lines)
    return f"// [id:{drawn.id}] {tags}\n::{_escaped(drawn.id)}::[html]{_escaped(stem)}{{\n{answers}\n}}"


def _body(drawn: Drawn, language: str) -> list[str] | None:
    question = drawn.question
    if question.curves:
        return None
    match question.form:
        case Choose() as form:
            return (_true_or_false if drawn.is_true_false else _choices)(form, language)
        case Calculate() as form:
            return _numbers(form, language)
        case Write() as form:
            words = spellings(form)
            return None if any(ARROW in word for word in words) else [f"={_escaped(_literal(word))}" for word in words]
        case Match() as form:
            return _pairs(form, language)
        case Arrange() as form:
            return _pairs(steps_as_pairs(form), language)


def _true_or_false(form: Choose, language: str) -> list[str]:
    why = next((option.why for option in form.options if not option.right), None)
    return [("TRUE" if form.options[0].right else "FALSE") + _comment(why, language)]


def _pairs(form: Match, language: str) -> list[str]:
    right = [to_plain(text.in_language(language)).replace(ARROW, "→") for text in form.right]
    return [
        f"={_escaped(_guarded(to_html(left.in_language(language))))} -> {_escaped(right[partner])}"
        for left, partner in zip(form.left, form.partner, strict=True)
    ]


def _choices(form: Choose, language: str) -> list[str]:
    right = sum(option.right for option in form.options)
    share = fraction(1, right)
    lines = []
    for option in form.options:
        mark = "=" if option.right else "~"
        if form.several:
            mark = f"~%{share if option.right else '-' + share}%"
        text = _escaped(_guarded(to_html(option.text.in_language(language))))
        lines.append(f"{mark}{text}{_comment(option.why, language)}")
    return lines


def _numbers(form: Calculate, language: str) -> list[str]:
    """The first that fits counts; decimals have a point, whatever the language."""
    lines = ["#"]
    for value, why in ((form.value, None), *((one.value, one.why) for one in form.wrong)):
        tolerance = form.atol + form.rtol * abs(value)
        mark = "=" if len(lines) == 1 else "=%0%"
        lines.append(f"{mark}{decimal(value)}:{decimal(tolerance)}{_comment(why, language)}")
    return lines


def _guarded(html: str) -> str:
    """What begins an answer is not read as its share (`%50%`) nor as its format (`[html]`)."""
    return f"&#{ord(html[0])};{html[1:]}" if html[:1] in ("%", "[") else html


def _literal(word: str) -> str:
    """A star stands for anything there."""
    return word.replace("*", r"\*")


def _comment(why: Text | None, language: str) -> str:
    return "" if why is None else f"#{_html(why, language)}"


def _html(text: Text | None, language: str) -> str:
    return "" if text is None else _escaped(to_html(text.in_language(language)))


def _escaped(text: str) -> str:
    for sign in ("\\", *SIGNS):
        text = text.replace(sign, f"\\{sign}")
    # A blank line would end the question, and two slashes at a line's beginning hide it.
    return " ".join(text.splitlines())


def _write(sheet: Sheet, asked: Asked) -> Written:
    return write(sheet, asked.language)


FORMAT = Format(_("The quiz as GIFT, plain text that many systems import."), "quiz.gift", "sheet", _write)
