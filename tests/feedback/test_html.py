"""Whole pages: what each outcome shows, in which order, how heavy it is and what the browser may load."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import DictLoader, TemplateNotFound, UndefinedError
from msgspec.structs import replace

from grader.errors import GraderError
from grader.feedback import html
from grader.locale import LANGUAGES, catalogue
from grader.results import Belief, Diagnosis, Evidence, Outcome
from tests.feedback.examples import BELIEF, EPSILON, EXERCISE, REPORTS


def page(name: str, language: str = "en") -> str:
    return html.render_report(REPORTS[name](), EXERCISE, language=language)


def parts(made: str) -> list[str]:
    return re.findall(r'<section class="part part-(\w+)"', made)


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_weighs_less_than_a_hundred_kilobytes(name: str) -> None:
    assert len(page(name).encode()) < 100_000


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_may_load_nothing_but_its_own_style_and_script(name: str) -> None:
    made = page(name)
    policy = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', made)
    (style,) = re.findall(r"<style>(.*?)</style>", made, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", made, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    assert policy == [
        f"default-src &#39;none&#39;; style-src &#39;sha256-{digests[0]}&#39;; "
        f"script-src &#39;sha256-{digests[1]}&#39;; img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;"
    ]
    assert not re.search(r"https?://|\ssrc=|\sstyle=|url\((?!#)|@import", made.replace("&#39;", "'"))


def test_the_order_is_failure_belief_pictures_checks_output_brief_grading() -> None:
    assert parts(page("failed")) == ["failure", "diagnosis", "run", "checks", "output", "brief", "graded"]
    assert page("failed").index("part-graded") < page("failed").index('<footer class="next"')


def test_a_pass_shows_the_explanation_and_the_way_on() -> None:
    made = page("passed")
    assert parts(made) == ["run", "explanation", "checks", "output", "brief", "graded"]
    assert "Passed: all 9 checks hold." in made
    assert "grade exercise 4" in made


def test_a_failure_never_shows_the_explanation() -> None:
    assert "part-explanation" not in page("failed")
    assert "Go on" not in page("failed")


def test_an_untouched_file_is_met_with_the_brief_and_no_failure() -> None:
    made = page("not_started")
    assert parts(made) == ["brief", "checks", "graded"]
    assert "part-failure" not in made
    assert "Not started yet." in made


def test_a_file_that_does_not_load_shows_its_line_once_and_no_claim() -> None:
    made = page("did_not_load")
    assert made.count("np.sqrt(v) + eps") == 1
    assert 'class="claim"' not in made
    assert "part-diagnosis" not in made


def test_a_grader_error_says_whose_fault_it_is_and_gives_no_zero() -> None:
    made = page("grader_error")
    assert "The grader failed here. You did not." in made
    assert "costs you no points" in made
    assert 'class="score"' not in made


@pytest.mark.parametrize("name", REPORTS)
def test_every_outcome_has_its_headline_and_its_mark(name: str) -> None:
    made = page(name)
    outcome = REPORTS[name]().outcome
    assert f'<use href="#mark-{outcome.value}"/>' in made
    assert f'<symbol id="mark-{outcome.value}"' in made


def test_all_outcomes_are_among_the_examples() -> None:
    assert {make().outcome for make in REPORTS.values()} == set(Outcome)


def test_the_failing_claim_is_told_in_full_and_only_once() -> None:
    made = page("failed")
    assert made.count('class="rows"') == 1
    assert made.count('id="failing-claim"') == 1
    assert "shown above" in made


def test_beliefs_are_told_by_how_they_belong_together() -> None:
    made = page("raised")
    assert "what one of these beliefs would give" in made
    assert "the difference has a form" in made
    assert "at one place of the formula" in made
    assert "another convention" in page("convention")
    assert "these beliefs together" in page("convention")


def test_the_evidence_counts_the_calls_and_names_the_one_that_tells() -> None:
    made = page("failed")
    assert "All 212 recorded calls of adam_step" in made
    assert "by 0.084." in made
    assert "por 0,084." in made


@pytest.mark.parametrize(
    ("beliefs", "lead"), [((BELIEF,), "with this belief"), ((BELIEF, EPSILON), "with both these beliefs")]
)
def test_what_was_told_by_a_deed_claims_no_equal_answers(beliefs: tuple[Belief, ...], lead: str) -> None:
    evidence = Evidence(entry_point="train", calls=10, separating_call=2)
    diagnosis = Diagnosis(kind="misconception", beliefs=beliefs, evidence=(evidence,))
    made = html.render_report(replace(REPORTS["failed"](), diagnosis=(diagnosis,)), EXERCISE, language="en")
    assert lead in made
    assert "train first goes wrong in call 2 of 10." in made
    assert "were answered exactly" not in made


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_opens_in_the_language_asked_for(language: str) -> None:
    made = page("failed", language)
    assert f'<html lang="{language}">' in made
    assert re.search(rf'id="l-{language}" checked>', made)
    assert len(re.findall(r'name="language"[^>]*checked', made)) == 1
    title = {"en": "3 · One step of Adam", "es": "3 · Un paso de Adam"}[language]
    assert f"<title>{title}</title>" in made


@pytest.mark.parametrize("name", REPORTS)
def test_every_id_is_there_once_and_every_reference_leads_to_one(name: str) -> None:
    made = page(name)
    ids = re.findall(r'\sid="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    referred = re.findall(r'(?:href="#|for="|url\(#)([\w-]+)', made)
    referred += [target for found in re.findall(r'aria-labelledby="([^"]+)"', made) for target in found.split()]
    assert set(referred) <= set(ids)


def test_every_sentence_of_the_templates_is_translated() -> None:
    spanish = catalogue("es")
    same_in_both = {"no"}
    for path in html.template_folder().rglob("*.j2"):
        for sentence in re.findall(r'say\("((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")):
            assert sentence in same_in_both or spanish.gettext(sentence) != sentence, f"{path.name}: {sentence}"


def test_a_name_that_a_template_does_not_know_is_an_error_and_not_a_gap() -> None:
    sources = {"style.css": "", "script.js": "", "odd.html.j2": "{{ nobody }}"}
    with pytest.raises(UndefinedError):
        html.make_environment(DictLoader(sources)).get_template("odd.html.j2").render()


def test_without_its_stylesheet_there_are_no_pages() -> None:
    with pytest.raises(TemplateNotFound):
        html.make_environment(DictLoader({}))


def test_templates_are_found_in_a_wheel_and_in_a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "grader"
    monkeypatch.setattr(html, "_PACKAGE", package)
    with pytest.raises(GraderError, match="templates are missing"):
        html.template_folder()
    for folder in (tmp_path / "site" / "templates", package / "_templates"):
        folder.mkdir(parents=True)
        (folder / "base.html.j2").touch()
        assert html.template_folder() == folder


def test_a_stylesheet_is_made_compact_without_changing_what_it_says() -> None:
    source = "/* why */\na:hover,\nb > i {\n  color: red;\n  margin: -1px auto;\n}\n"
    assert html.compact_css(source) == "a:hover,b > i{color:red;margin:-1px auto;}"


def test_a_page_without_optional_facts_leaves_them_out() -> None:
    bare = replace(EXERCISE, rtol=None, atol=None, tolerance_reason=None, graded_at=None, explanation=None)
    made = html.render_report(replace(REPORTS["passed"](), versions={}, figures=()), bare)
    assert parts(made) == ["checks", "output", "brief", "graded"]
    assert "tolerance" not in made
