"""View models into self-contained HTML pages: one environment, one stylesheet, a content policy that allows only it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.errors import GraderError
from grader.feedback.comparison import Value
from grader.feedback.view import report_view
from grader.locale import LANGUAGES, say
from grader.locale.language import language_facts
from grader.results import Outcome, Report
from grader.telling.outcome import word
from grader.telling.page import Told
from grader.text import Text

_PACKAGE = Path(__file__).resolve().parent.parent


def render_report(report: Report, exercise: Told, *, language: str = LANGUAGES[0]) -> str:
    """The learner's page of one grading, which opens in `language`."""
    return render("learner.html.j2", report_view(report, exercise), language=language)


def render(template: str, view: msgspec.Struct, *, language: str = LANGUAGES[0]) -> str:
    """A page made of one view, whose fields are the template's variables."""
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    made = environment()
    if template.startswith("class"):
        fields.update(_class_sheet())
    return made.get_template(template).render(fields, language=language)


def template_folder() -> Path:
    """Where the templates are: beside the package in a clone, inside it in a wheel."""
    for folder in (_PACKAGE / "_templates", _PACKAGE.parent / "templates"):
        if (folder / "base.html.j2").is_file():
            return folder
    raise GraderError(say("The page templates are missing from this installation: install it again."))


@cache
def environment() -> Environment:
    """The environment of every page, made once."""
    return make_environment(FileSystemLoader(template_folder()))


def make_environment(loader: BaseLoader) -> Environment:
    """An environment over `loader`. Everything is escaped: `select_autoescape` would pass over ``.j2``."""
    made = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        say=say_cached,
        word=word_of,
        t=in_every_language,
        t_svg=in_every_language_of_a_picture,
        t_value=value_in_every_language,
        languages=LANGUAGES,
        language_names={code: language_facts(code).name for code in LANGUAGES},
        script=Markup(_source(made, "script.js").strip()),
        **_sheet(made, "style.css"),
    )
    return made


@cache
def _class_sheet() -> dict[str, str]:
    return _sheet(environment(), "style.css", "class.css")


def _sheet(made: Environment, *files: str) -> dict[str, str]:
    """The stylesheet made of these files, and the policy that allows it and the script."""
    script = _source(made, "script.js").strip()
    style = compact_css("".join(_source(made, file) for file in files) + _language_rules())
    return {"style": Markup(style), "policy": content_policy(style, script)}


@cache
def _say(sentence: str) -> Text:
    return say(sentence)


def say_cached(sentence: str, **values: object) -> Text:
    """`say` for templates: most of their sentences never change."""
    return say(sentence, **values) if values else _say(sentence)


@cache
def word_of(name: str) -> Text:
    """An outcome, by its name, in a word or two."""
    return word(Outcome(name) if name in set(Outcome) else Outcome.GRADER_ERROR)


def in_every_language(words: Mapping[str, str]) -> Markup:
    """A text in all languages, of which the stylesheet shows the chosen one; what all write alike stands once.

    Everything is escaped but a course's own formatted text (`grader.feedback.markdown.Html`).
    """
    return _in_elements("span", *[words[language] for language in LANGUAGES])


# Typed: a plain text that looks like formatted text must never be answered with what was made for the latter.
@lru_cache(maxsize=4096, typed=True)
def _in_elements(element: str, *sentences: str) -> Markup:
    shown = [escape(sentence) for sentence in sentences]
    if all(sentence == shown[0] for sentence in shown):
        return shown[0]
    spoken = zip(LANGUAGES, shown, strict=True)
    return Markup("".join(f'<{element} lang="{language}">{sentence}</{element}>' for language, sentence in spoken))


def in_every_language_of_a_picture(words: Mapping[str, str]) -> Markup:
    """The same inside an SVG ``text``."""
    return _in_elements("tspan", *[words[language] for language in LANGUAGES])


def value_in_every_language(side: Mapping[str, Value]) -> Markup:
    """A value whose own digits, those that tell it from the other, stand out from the shared ones."""
    return _in_elements("span", *[_value(side[language].shared, side[language].own) for language in LANGUAGES])


@lru_cache(maxsize=4096)
def _value(shared: str, own: str) -> Markup:
    return escape(shared) + (Markup("<b>{}</b>").format(own) if own else "")


def content_policy(style: str, script: str) -> str:
    """Only this style and this script; no request to anywhere, no form, no base."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def compact_css(source: str) -> str:
    """A stylesheet without comments and indentation."""
    without_comments = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s*\n\s*", " ", without_comments)).replace(": ", ":").strip()


def _language_rules() -> str:
    """The switch of language: of each text only the chosen language is shown, without a script."""
    chosen = "".join(
        f":root:has(#l-{language}:checked) body [lang]:not([lang={language}],.keep){{display:none}}\n"
        for language in LANGUAGES
    )
    others = ",".join(f"body [lang={language}]:not(.keep)" for language in LANGUAGES[1:])
    return f"{chosen}@supports not selector(:has(a)){{{others}{{display:none}}}}\n"


def _source(environment: Environment, name: str) -> str:
    loader: Any = environment.loader
    return str(loader.get_source(environment, name)[0])


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
