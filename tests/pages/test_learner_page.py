"""The learner's page in a browser: readable by everyone, quiet, bilingual without a script, and right on paper."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader
from msgspec.structs import replace

from grader.feedback import html
from grader.feedback.view import report_view
from grader.locale import LANGUAGES
from grader.results import Report
from tests.feedback.examples import EXERCISE, REPORTS, path_figure
from tests.pages.conftest import FAINT_PICTURE_TEXT, OVERFLOW, Open, axe, bare


@cache
def rich() -> str:
    """One page with everything on it: a failure, all kinds of pictures, beliefs, output, the lines of a file."""
    raised, shaped = REPORTS["raised"](), REPORTS["wrong_shape"]()
    report: Report = replace(
        REPORTS["failed"](),
        checks=(*REPORTS["failed"]().checks[:8], replace(raised.checks[0], id="raised")),
        diagnosis=(*REPORTS["failed"]().diagnosis, *raised.diagnosis),
        figures=(path_figure(), *shaped.figures),
        output="still here\n" * 4000,
    )
    return html.render_report(report, EXERCISE)


def page(name: str) -> str:
    return html.render_report(REPORTS[name](), EXERCISE)


def with_sources(**changes: Callable[[str], str]) -> str:
    """The rich page as it would be with changed templates, its content policy following them."""
    folder = html.template_folder()
    sources = {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.*")}
    for name, change in changes.items():
        file = {"style": "style.css", "figures": "figures/plot.html.j2"}[name]
        assert change(sources[file]) != sources[file], "the change changes nothing"
        sources[file] = change(sources[file])
    view = report_view(replace(REPORTS["failed"](), figures=(path_figure(),)), EXERCISE)
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    return html.make_environment(DictLoader(sources)).get_template("learner.html.j2").render(fields, language="en")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(open_page: Open, axe_source: str, language: str, theme: str, width: int) -> None:
    with open_page(rich(), width=width) as opened:
        opened.choose(language, theme).unfold()
        assert axe(opened, axe_source) == []
        assert opened.ask(FAINT_PICTURE_TEXT) == []
        assert opened.ask(OVERFLOW) == []
        assert bare(opened) == []
        assert opened.console == []
        assert opened.requests == []


@pytest.mark.parametrize("name", [name for name in REPORTS if name not in ("failed", "raised", "wrong_shape")])
def test_every_outcome_is_quiet_styled_and_narrow_enough(open_page: Open, axe_source: str, name: str) -> None:
    with open_page(page(name), width=320) as opened:
        for language in LANGUAGES:
            opened.choose(language).unfold()
            assert opened.ask(OVERFLOW) == []
        assert bare(opened) == []
        assert opened.console + opened.requests == []
        if name in ("not_started", "did_not_load", "grader_error"):
            assert axe(opened, axe_source) == []


def test_the_language_changes_without_a_script_and_by_keyboard(open_page: Open) -> None:
    with open_page(rich(), java_script_enabled=False) as opened:
        english = opened.page.locator("h1 [lang=en]")
        spanish = opened.page.locator("h1 [lang=es]")
        assert (english.is_visible(), spanish.is_visible()) == (True, False)
        opened.page.click("label[for=l-es]")
        assert (english.is_visible(), spanish.is_visible()) == (False, True)
        assert opened.page.locator("label[for=l-en]").is_visible()
        opened.page.focus("#l-es")
        opened.page.keyboard.press("ArrowLeft")
        assert (english.is_visible(), spanish.is_visible()) == (True, False)
        shown = "all => all.map(each => each.getClientRects().length > 0)"
        assert opened.page.locator("svg .axis-name [lang]").evaluate_all(shown)[:2] == [True, False]


def test_no_word_of_the_other_language_is_left_on_the_page(open_page: Open) -> None:
    with open_page(rich()) as opened:
        for language, other in (("en", "es"), ("es", "en")):
            opened.choose(language)
            shown = opened.page.locator(f"[lang={other}]:not(.keep)")
            assert shown.evaluate_all("all => all.filter(each => each.getClientRects().length).length") == 0
            assert opened.ask("document.documentElement.lang") == language


def test_the_theme_follows_the_system_until_one_is_chosen(open_page: Open) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    with open_page(rich(), color_scheme="dark", java_script_enabled=False) as opened:
        dark = opened.ask(ground)
        opened.page.click("label[for=t-light]")
        light = opened.ask(ground)
        opened.page.click("label[for=t-system]")
        assert opened.ask(ground) == dark != light


def test_a_choice_is_kept_for_the_next_page(open_page: Open) -> None:
    with open_page(rich()) as opened:
        opened.choose("es", "dark")
        opened.page.reload()
        assert opened.page.locator("h1 [lang=es]").is_visible()
        assert opened.page.is_checked("#t-dark")
        assert opened.page.title() == "Un paso de Adam"


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_there_is_one_language_and_nothing_is_folded_or_dark(
    open_page: Open, need: Callable[..., str], tmp_path: Path, language: str
) -> None:
    pdftotext = need("pdftotext", install="poppler-utils")
    with open_page(rich()) as opened:
        opened.choose(language, "dark")
        file = tmp_path / "page.pdf"
        opened.page.pdf(path=str(file))
        opened.page.emulate_media(media="print")
        assert opened.ask("getComputedStyle(document.documentElement).colorScheme") == "light"
    text = subprocess.run([pdftotext, "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    words = {
        "en": ("What fails first", "Every check and its points", "Leave the inputs as they are", "second weight"),
        "es": ("Lo primero que falla", "Cada prueba y sus puntos", "Deja los argumentos", "segundo peso"),
    }
    assert [word for word in words[language] if word not in text] == []
    assert [word for other in LANGUAGES if other != language for word in words[other] if word in text] == []
    assert "System" not in text
    assert "Sistema" not in text


def test_the_markup_is_valid(node_modules: Path, need: Callable[..., str], tmp_path: Path) -> None:
    files = []
    for name in REPORTS:
        files.append(tmp_path / f"{name}.html")
        files[-1].write_text(page(name), encoding="utf-8")
    files.append(tmp_path / "rich.html")
    files[-1].write_text(rich(), encoding="utf-8")
    assert validated(node_modules, need, files) == []


def validated(node_modules: Path, need: Callable[..., str], files: list[Path]) -> list[str]:
    """What html-validate and the Nu checker say."""
    node, java = need("node", install="nodejs"), need("java", install="default-jre-headless")
    validator = node_modules / "html-validate" / "bin" / "html-validate.mjs"
    rules = Path(__file__).parent / ".htmlvalidate.json"
    report = files[0].with_suffix(".json")
    with report.open("w", encoding="utf-8") as file:  # a pipe is cut off when the validator exits
        command = [node, validator, "--config", rules, "--formatter", "json", *files]
        subprocess.run(command, stdout=file, check=False)
    results = json.loads(report.read_text(encoding="utf-8"))
    found = [message["message"] for result in results for message in result["messages"]]
    jar = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    # Its guess of a language is drawn anew at each run, and a page here holds two.
    command = [java, "-jar", jar, "--no-langdetect", "--format", "json", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return found + [message["message"] for message in json.loads(said.stderr or said.stdout)["messages"]]


# --- each of these tests can fail


def test_low_contrast_a_missing_language_and_a_nameless_picture_are_found(open_page: Open, axe_source: str) -> None:
    named = ' aria-labelledby="figure-{{ figure.number }} figure-{{ figure.number }}-caption"'
    faint = with_sources(
        style=lambda css: css.replace("--soft: light-dark(#55616a", "--soft: light-dark(#a5a1aa"),
        figures=lambda text: text.replace(named, ""),
    )
    with open_page(faint) as opened:
        opened.ask("document.documentElement.removeAttribute('lang')")
        rules = {issue.split(":")[0] for issue in axe(opened, axe_source)}
        assert rules >= {"color-contrast", "html-has-lang", "svg-img-alt"}
        assert opened.ask(FAINT_PICTURE_TEXT) != []


def test_a_wide_element_is_found(open_page: Open) -> None:
    wide = with_sources(style=lambda css: css + "h1 { width: 40rem }")
    with open_page(wide, width=320) as opened:
        assert opened.ask(OVERFLOW) != []


def test_a_policy_that_does_not_fit_the_style_leaves_the_page_bare_and_is_found(open_page: Open) -> None:
    with open_page(rich().replace("style-src &#39;sha256-", "style-src &#39;sha256-A")) as opened:
        assert bare(opened) != []
        assert any("Content Security Policy" in message for message in opened.console)


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<script src="http://127.0.0.1:9/x.js"></script>',
        '<iframe src="http://127.0.0.1:9/"></iframe>',
        "<script>fetch('http://127.0.0.1:9/')</script>",
        '<p style="background:url(http://127.0.0.1:9/x)">x</p>',
    ],
)
def test_what_gets_into_a_page_all_the_same_cannot_load_anything(open_page: Open, tag: str) -> None:
    with open_page(rich().replace("</main>", tag + "</main>")) as opened:
        opened.page.wait_for_timeout(50)
        assert opened.requests == []
        assert opened.console != []


def test_a_request_is_found_where_no_policy_forbids_it(open_page: Open) -> None:
    unprotected = rich().replace("Content-Security-Policy", "X-Nothing")
    with open_page(unprotected.replace("</main>", '<img src="http://127.0.0.1:9/x.png" alt=""></main>')) as opened:
        opened.page.wait_for_timeout(50)
        assert opened.requests == ["http://127.0.0.1:9/x.png"]


def test_both_languages_on_paper_or_a_fold_left_closed_would_be_found(open_page: Open) -> None:
    broken = with_sources(style=lambda css: css.replace("details::details-content", "nothing::details-content"))
    closed = "getComputedStyle(document.querySelector('details'), '::details-content').contentVisibility"
    with open_page(broken) as opened:
        opened.page.emulate_media(media="print")
        assert opened.ask(closed) == "hidden"
    with open_page(rich()) as opened:
        opened.page.emulate_media(media="print")
        assert opened.ask(closed) == "visible"


def test_broken_markup_is_found(node_modules: Path, need: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "broken.html"
    file.write_text(rich().replace("</main>", "<p><div id=main></p></main>"), encoding="utf-8")
    assert len(validated(node_modules, need, [file])) >= 2
