"""Every formula of the course can be read in four forms, and none of them says something else than the page."""

from __future__ import annotations

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from grader import formula
from grader.errors import CourseError
from grader.formula.spoken import sentences
from grader.formula.syntax import parse

ROOT = Path(__file__).parent.parent


def texts_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for child in value.values() for text in texts_in(child)]
    return [text for child in value for text in texts_in(child)] if isinstance(value, list) else []


def formulas_of_the_course() -> list[str]:
    found: set[str] = set()
    for folder in ("exercises", "solutions", "quizzes"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix == ".md":
                found |= {span.latex for span in formula.spans(path.read_text("utf-8"))}
            elif path.suffix == ".toml":
                table = tomllib.loads(path.read_text("utf-8"))
                found |= {span.latex for text in texts_in(table) for span in formula.spans(text)}
                if path.name == "glossary.toml":
                    found |= {latex for entry in table.values() for latex in texts_in(entry.get("latex", []))}
    return sorted(re.sub(r"<<\w+>>", "2", latex) for latex in found)


COURSE = formulas_of_the_course()


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        ("", "it is empty"),
        (r"\frac{a}", "something is missing before `…`"),
        ("a}", "`}` closes nothing"),
        ("(a", "`(` is opened and never closed"),
        ("|a", "`|` is opened and never closed"),
        (r"\left(a", r"`\right` was expected"),
        (r"\left x\right)", "`x` is not a bracket"),
        (r"\foo", r"`\foo` is not a command"),
        (r"\boxed{x}", r"`\boxed` is not a command"),
        (r"x \tag{1}", r"`\tag` is not a command"),
        ("x = .5", "cannot be read at character 5: write the zero before the point, as in 0.5"),
        ("x^2^3", "two scripts `^`"),
        ("x^10", "write braces around `10`"),
        ("año", "`ñ` is not a sign"),
        ("\beta", "is not a sign"),
        (r"\text in", "words in braces were expected"),
        (r"\begin{matrix}a\end{matrix}", "only `cases` is known"),
        (r"\begin a", "the name of an environment was expected"),
        ("{" * 500, "nested too deeply"),
    ],
)
def test_a_formula_outside_the_subset_is_refused_with_its_reason(latex: str, reason: str) -> None:
    for form in (formula.to_unicode, formula.to_ascii, formula.to_mathml):
        with pytest.raises(CourseError, match=re.escape(reason)) as caught:
            form(latex)
        assert set(caught.value.message) == {"en", "es"}


def test_an_unknown_command_is_found_where_it_stands() -> None:
    with pytest.raises(CourseError, match="character 5:"):
        formula.to_unicode(r"a + \foo")


@pytest.mark.parametrize(
    ("latex", "unicode", "ascii_"),
    [
        (r"\hat{m}_t = \frac{m_t}{1-\beta_1^t}", "m̂ₜ = mₜ/(1 − β₁ᵗ)", "m_hat_t = m_t/(1 - beta_1^t)"),
        (r"\frac{a}{b} c", "(a/b)c", "(a/b)c"),
        (r"\frac{a}{b}\,c", "(a/b) c", "(a/b) c"),
        (r"a/\frac{b}{c}", "a/(b/c)", "a/(b/c)"),
        (r"\frac{a+b}{c} + \frac{d}{ef}", "(a + b)/c + d/(ef)", "(a + b)/c + d/(ef)"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c", "(a/b)/c"),
        (r"{\frac{a}{b}}^2", "(a/b)²", "(a/b)^2"),
        (r"\sqrt{v}w", "(√v)w", "sqrt(v) w"),
        (r"\sqrt{x^2}", "√(x²)", "sqrt(x^2)"),
        (r"\sqrt{1-x}", "√(1 − x)", "sqrt(1 - x)"),
        (r"\frac{m}{\sqrt{v}+\epsilon}", "m/(√v + ε)", "m/(sqrt(v) + epsilon)"),
        (r"\frac{m}{\sqrt{v+\epsilon}}", "m/√(v + ε)", "m/sqrt(v + epsilon)"),
        (r"\cos\frac{t\pi}{T}", "cos(tπ/T)", "cos(t pi/T)"),
        (r"\sum_i \frac{a_i}{n}", "∑ᵢ (aᵢ/n)", "sum_i (a_i/n)"),
        (r"\frac{\sum_{i=1}^{N} x_i}{N}", "(∑ᵢ₌₁ᴺ xᵢ)/N", "(sum_(i=1)^N x_i)/N"),
        (r"\frac{\partial L}{\partial w_i}", "∂L/∂wᵢ", "dL/dw_i"),
        (r"e^{-\lambda t}x", "e^(−λt) x", "e^(-lambda t) x"),
        (r"10^{-3}", "10⁻³", "10^(-3)"),
        (r"\eta_{\text{new}} w", "η_new w", "eta_new w"),
        (r"\eta_{min}", "ηₘᵢₙ", "eta_min"),
        (r"-5\cdot-2", "−5 · −2", "-5 * -2"),
        (r"\left(1+x\right)^{t+1}", "(1 + x)ᵗ⁺¹", "(1 + x)^(t+1)"),
        (r"\|w\|^2 \le 1", "‖w‖² ≤ 1", "||w||^2 <= 1"),
        (r"[0, 1)", "[0, 1)", "[0, 1)"),
        (r"0{,}9", "0,9", "0,9"),
        (r"\text{próximo año}", "próximo año", "proximo ano"),
        (r"x\text{ si }y", "x si y", "x si y"),
        (r"\lfloor t/s \rfloor", "⌊t/s⌋", "floor(t/s)"),
        (r"\begin{cases}x & x>0\\ 0 & x \le 0\end{cases}", "{ x, x > 0; 0, x ≤ 0 }", "{ x, x > 0; 0, x <= 0 }"),
    ],
)
def test_one_line_keeps_what_two_dimensions_said(latex: str, unicode: str, ascii_: str) -> None:
    assert formula.to_unicode(latex) == unicode
    assert formula.to_ascii(latex) == ascii_


@given(st.data())
def test_a_random_arithmetic_formula_has_the_value_of_its_tree(data: st.DataObject) -> None:
    """Brackets are complete: Python, reading the ASCII line, computes what the two-dimensional formula means."""
    leaves = st.integers(2, 9).map(lambda number: (str(number), float(number)))

    def grown(children: st.SearchStrategy[tuple[str, float]]) -> st.SearchStrategy[tuple[str, float]]:
        pairs = st.tuples(children, children)
        return st.one_of(
            pairs.map(lambda pair: (rf"\frac{{{pair[0][0]}}}{{{pair[1][0]}}}", pair[0][1] / pair[1][1])),
            pairs.map(lambda pair: (rf"({pair[0][0]} + {pair[1][0]})", pair[0][1] + pair[1][1])),
            pairs.map(lambda pair: (rf"{pair[0][0]} \cdot {pair[1][0]}", pair[0][1] * pair[1][1])),
            children.map(lambda one: (rf"\sqrt{{{one[0]}}}", one[1] ** 0.5)),
            children.map(lambda one: (rf"{{({one[0]})}}^{{2}}", one[1] ** 2)),
        )

    latex, value = data.draw(st.recursive(leaves, grown, max_leaves=6))
    line = formula.to_ascii(latex)
    expression = line.replace("^", "**").replace("sqrt(", "root(")
    assert eval(expression, {"root": lambda number: number**0.5}) == pytest.approx(value)


@given(st.text(alphabet="ab12+-=(){}[]^_\\,.|'&$ é\n", max_size=30))
def test_any_text_is_read_or_refused_and_never_crashes(latex: str) -> None:
    try:
        parse(latex)
    except CourseError:
        return
    assert formula.to_unicode(latex) is not None
    assert formula.to_ascii(latex).isascii()
    assert formula.to_speech(latex, "en") is not None


def test_the_course_has_formulas() -> None:
    assert len(COURSE) > 20


@pytest.mark.parametrize("latex", COURSE)
def test_every_formula_of_the_course_has_its_four_forms(latex: str) -> None:
    line, plain = formula.to_unicode(latex), formula.to_ascii(latex)
    assert plain.isascii()
    for written in (line, plain):
        assert "\\" not in written
        assert written.count("(") == written.count(")")
        assert formula.to_unicode(latex).strip()
    assert formula.to_mathml(latex).startswith("<math>")
    assert 'display="block"' in formula.to_mathml(latex, display=True)
    for language in ("en", "es"):
        spoken = formula.to_speech(latex, language)
        assert spoken
        assert "\\" not in spoken
        assert "{" not in spoken


def test_mathml_lets_no_element_through_from_words() -> None:
    class Tags(HTMLParser):
        seen: list[str]

        def handle_starttag(self, tag: str, attrs: object) -> None:
            self.seen.append(tag)

    reader = Tags()
    reader.seen = []
    reader.feed(formula.to_mathml(r"\text{<svg/onload=alert(1)>} < \text{a\&b}"))
    assert set(reader.seen) <= {"math", "mrow", "mtext", "mo"}


def test_speech_says_where_a_fraction_ends_when_something_follows_it() -> None:
    assert formula.to_speech(r"\frac{a}{b}", "en") == "a over b"
    assert formula.to_speech(r"\frac{a}{b}c", "en") == "the fraction a, over b, end of fraction, c"
    assert formula.to_speech(r"\sqrt{a}b", "en") == "the square root of a, end of root, b"


def test_speech_tells_capitals_apart_only_where_both_occur() -> None:
    assert formula.to_speech("W + 1", "en") == "W plus 1"
    assert formula.to_speech("W + w", "en") == "capital W plus w"


def test_speech_is_spanish_in_spanish() -> None:
    spoken = formula.to_speech(r"\hat{m}_t = \frac{m_t}{1-\beta_1^t}", "es")
    assert spoken == (
        "m con gorro sub t es igual a la fracción m sub t, sobre 1 menos beta sub 1 elevado a t, fin de la fracción"
    )
    assert formula.to_speech(r"\sum_i \nabla L", "es") == "la suma sobre i del gradiente de L"


def test_every_spoken_phrase_is_translated() -> None:
    with (ROOT / "grader/locale/es/LC_MESSAGES/formula.po").open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file)}
    assert {phrase for phrase in sentences() if not catalogue.get(phrase)} == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$5 y $10", "$5 y $10"),
        ("entre $5-$10", "entre $5-$10"),
        ("cuesta 5$ o 10$", "cuesta 5$ o 10$"),
        ("$ x $", "$ x $"),
        (r"\$x$ y", "$x$ y"),
        ("`$x_1$` y $x_1$", "`$x_1$` y [x_1]"),
        ("``a ` $b$`` $c$", "``a ` $b$`` [c]"),
        ("```\n$a$\n```\n$b$", "```\n$a$\n```\n[b]"),
        ("$$\na\n$$", "<a>"),
        ("$a$, $b$-c", "[a], [b]-c"),
        ("$a\nb$ $c\n\nd$", "[a\nb] $c\n\nd$"),
        ("$x$$y$", "$x$$y$"),
    ],
)
def test_dollars_in_prose_are_mathematics_only_where_dollarmath_says_so(text: str, expected: str) -> None:
    assert formula.in_prose(text, lambda latex: f"[{latex}]", lambda latex: f"<{latex}>") == expected


def test_spans_are_what_in_prose_replaces() -> None:
    text = r"a $x_1$ b $$\frac12$$ `$c$`"
    found = list(formula.spans(text))
    assert [(span.latex, span.display) for span in found] == [("x_1", False), (r"\frac12", True)]
    assert [text[span.start : span.end] for span in found] == ["$x_1$", r"$$\frac12$$"]


@pytest.mark.parametrize("latex", [r"\sin x", r"\cos(\pi t)", r"\min_t \log x", r"\exp x < 1"])
def test_mathml_is_xml_too(latex: str) -> None:
    """As an e-book and a drawing need it: no entity that only HTML knows."""
    assert ElementTree.fromstring(formula.to_mathml(latex)).tag == "math"
