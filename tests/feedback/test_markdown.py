"""A course's Markdown as HTML."""

from __future__ import annotations

import re

import pytest

from grader.feedback import code, markdown
from grader.text import Text


def english(source: str) -> str:
    return markdown.blocks(Text({"en": source, "es": "x"}))["en"]


def test_raw_html_stays_text_and_images_become_links_at_most() -> None:
    assert english("<b>x</b>") == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"
    assert "<img" not in english("![x](http://x/y.png)")
    assert "<a" not in english("[x](javascript:alert(1))")


def test_headings_start_below_those_of_the_page() -> None:
    assert english("# One\n## Two\n###### Six") == "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>\n"


def test_a_formula_is_drawn_for_the_eye_and_spoken_for_the_ear_in_each_language() -> None:
    made = markdown.inline(Text({"en": "so $\\frac{a}{b}$", "es": "así $\\frac{a}{b}$"}))
    for html in made.values():
        assert '<span aria-hidden="true"><math' in html
        assert "<mfrac>" in html
    assert '<span class="spoken">a over b</span>' in made["en"]
    assert '<span class="spoken">a sobre b</span>' in made["es"]


def test_a_formula_on_a_line_of_its_own_is_a_block() -> None:
    assert english("$$a$$").startswith('<div class="formula"><span aria-hidden="true"><math display="block"')


@pytest.mark.parametrize("source", ["$$x^2$$ (1)", "Then\n\n$$\nx^2\n$$ (eq:step)\n\nholds.", "so $$x^2$$ (1) holds"])
def test_a_number_beside_a_formula_is_text_and_the_formula_is_drawn(source: str) -> None:
    """The plugin's labels would show the formula's source, and a link in English."""
    html = english(source)
    assert "<math" in html
    assert re.search(r"\((?:1|eq:step)\)", html)
    assert not re.search(r"\$|<a |\^", html)


def test_money_is_not_a_formula() -> None:
    assert "<math" not in english("from $5 to $10")


def test_a_formula_outside_the_subset_is_shown_as_its_source() -> None:
    assert english("$\\nonsense{<b>}$") == "<p><code>\\nonsense{&lt;b&gt;}</code></p>\n"


def test_python_is_highlighted_and_other_code_is_not() -> None:
    assert '<span class="k">return</span>' in english("```python\nreturn 1\n```")
    assert "<span" not in english("```text\nreturn 1 < 2\n```")
    assert "1 &lt; 2" in english("```\nreturn 1 < 2\n```")


def test_tables_can_be_scrolled_sideways() -> None:
    assert english("|a|\n|-|\n|b|").startswith('<div class="scroll"><table>')


def test_highlighting_loses_no_character_and_knows_few_classes() -> None:
    source = 'def f(x):  # why\n\n    return "a" + str(1 < 2)\n@'
    lines = code.python_tokens(source)
    assert "\n".join("".join(text for _, text in line) for line in lines) == source
    assert {kind for line in lines for kind, _ in line} <= {"", "k", "b", "f", "s", "n", "c"}
    assert code.python_tokens("") == ((),)
