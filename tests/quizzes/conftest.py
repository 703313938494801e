# ruff: noqa: E501  (TOML as an author writes it)
"""A small course's quizzes that lint finds nothing wrong with, for tests to read and to break."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import Course, bundled_root
from grader.quizzes import spelling
from grader.quizzes.deck import Deck, read_deck
from grader.quizzes.glossary import Glossary, read_glossary
from grader.quizzes.items import Bank, read_topic
from grader.quizzes.lint import source_hash
from grader.quizzes.lint_entries import entries
from grader.quizzes.quantities import Quantities

STAMP = "translated_from = '00000000'"


def entry(term_id: str, en: str, es: str, meaning_en: str, meaning_es: str, more: str = "") -> str:
    return f"""
[{term_id}]
group = 'optimizers'
kind = 'technique'
exercises = [3]
term = {{ en = "{en}", es = "{es}" }}
definition.en = "{meaning_en}"
definition.es = "{meaning_es}"
{STAMP}
{more}
"""


GLOSSARY = (
    entry(
        "adam", "Adam", "Adam", "A step from two running means.", "Un paso a partir de dos medias móviles.",
        r"""latex = ['\hat{m} = \frac{m}{1-\beta^t}', 'v = g^2']
confusable = ['adamw']
accept = { en = ['adaptive moment estimation'], es = [] }""",
    )
    + entry("adamw", "AdamW", "AdamW", "That, with decay of its own.", "Eso, con un decaimiento propio.", r"latex = 'w - \lambda w'")
    + entry("sgd", "SGD", "SGD", "A step against the slope.", "Un paso contra la pendiente.",
            r"""latex = 'w - \eta g'
code = 'step(w)'""")
    + entry("nadam", "NAdam", "NAdam", "Looking ahead with two means.", "Mirar adelante con dos medias.", r"latex = 'w - \eta n'")
    + entry("momentum", "momentum", "momentum", "A velocity that fades, unlike SGD alone.", "Una velocidad que se apaga, no como SGD.",
            "related = ['sgd']")
    + entry("l1", "L1", "L1", "A penalty on absolute size.", "Una penalización del tamaño absoluto.")
    + entry("l2", "L2", "L2", "A penalty on squared size.", "Una penalización del cuadrado.")
    + entry(
        "learning-rate", "learning rate", "tasa de aprendizaje", "How long a step is.", "Cuánto mide un paso.",
        """accept = { en = ['step size', 'lr'], es = ['tamaño de paso', 'learning rate', 'año'] }""",
    )
)  # fmt: skip

ONE = f"""
[[item]]
id = 'one-1'
kind = 'one'
terms = ['adam']
exercise = 3
stem.en = "Which one?"
stem.es = "¿Cuál?"
{STAMP}
feedback = {{ en = "The first.", es = "La primera." }}
choices = [
  {{ right = true, text = {{ en = "The first", es = "La primera" }} }},
  {{ text = {{ en = "The second", es = "La segunda" }}, why = {{ en = "It comes later.", es = "Viene después." }}, misconception = '03_adam_step:no_bias_correction' }},
  {{ text = {{ en = "The third", es = "La tercera" }}, why = {{ en = "Later still.", es = "Más tarde aún." }} }},
]
"""

SEVERAL = (
    ONE.replace("one-1", "several-1")
    .replace("'one'", "'several'")
    .replace(
        '{ text = { en = "The second", es = "La segunda" }, why = { en = "It comes later.", es = "Viene después." }, misconception = \'03_adam_step:no_bias_correction\' }',
        '{ right = true, text = { en = "The second", es = "La segunda" } }',
    )
)

TRUE_FALSE = f"""
[[item]]
id = 'true-1'
kind = 'true_false'
terms = ['sgd']
answer = false
stem = {{ en = "All is well.", es = "Todo va bien." }}
{STAMP}
why = {{ en = "It is not.", es = "No es así." }}
feedback = {{ en = "Some is not.", es = "Algo no." }}
"""

_ASKED = r"With $g=<<g>>$, $\beta_1=<<b1>>$: what is $m$ after <<t>> steps?"
NUMERIC = rf"""
[[item]]
id = 'number-1'
kind = 'numeric'
terms = ['adam']
exercise = 3
params = {{ g = [0.2, 0.5], b1 = [0.8, 0.9], t = [2, 3] }}
answer = '03_adam_step:m_raw(g, b1, t)'
rtol = 0.01
stem.en = '{_ASKED}'
stem.es = 'Con $g=<<g>>$, $\beta_1=<<b1>>$: ¿cuánto vale $m$ tras <<t>> pasos?'
{STAMP}
feedback = {{ en = "It starts at zero.", es = "Empieza en cero." }}
wrong = [{{ expr = 'g', misconception = '03_adam_step:no_bias_correction', why = {{ en = "Corrected too soon: <<g>>.", es = "Corregido antes de tiempo: <<g>>." }} }}]
"""

WORDS = f"""
[[item]]
id = 'text-1'
kind = 'text'
terms = ['learning-rate']
stem = {{ en = "What scales a step?", es = "¿Qué escala un paso?" }}
{STAMP}
accept = {{ en = ['learning rate', 'lr'], es = ['tasa de aprendizaje'] }}
feedback = {{ en = "The rate.", es = "La tasa." }}

[[item]]
id = 'cloze-1'
kind = 'cloze'
terms = ['adam']
stem = {{ en = "The ____ is corrected.", es = "El ____ se corrige." }}
{STAMP}
accept = {{ en = ['bias'], es = ['sesgo'] }}
feedback = {{ en = "By division.", es = "Dividiendo." }}

[[item]]
id = 'code-1'
kind = 'code'
terms = ['sgd']
stem = {{ en = "Complete the line.", es = "Completa la línea." }}
{STAMP}
code = 'optimizer.____'
accept = ['step()', 'step( )']
feedback = {{ en = "It moves.", es = "Se mueve." }}
"""

PARTS = f"""
[[item]]
id = 'order-1'
kind = 'ordering'
terms = ['sgd']
stem = {{ en = "Put them in order.", es = "Ponlos en orden." }}
{STAMP}
steps = [{{ en = "clear", es = "borrar" }}, {{ en = "predict", es = "predecir" }}, {{ en = "move", es = "mover" }}]
why = {{ en = "Clear first.", es = "Primero borrar." }}
feedback = {{ en = "Every batch.", es = "En cada lote." }}

[[item]]
id = 'match-1'
kind = 'matching'
terms = ['sgd']
stem = {{ en = "Match them.", es = "Une cada una." }}
{STAMP}
pairs = [
  {{ left = '`a()`', right = {{ en = "adds", es = "suma" }} }},
  {{ left = '`b()`', right = {{ en = "moves", es = "mueve" }} }},
  {{ left = '`c()`', right = {{ en = "clears", es = "borra" }} }},
]
feedback = {{ en = "Three calls.", es = "Tres llamadas." }}

[[item]]
id = 'picture-1'
kind = 'picture'
terms = ['learning-rate']
stem = {{ en = "What is wrong?", es = "¿Qué falla?" }}
{STAMP}
picture = {{ kind = 'loss_curve', curves = ['diverges'] }}
choices = [
  {{ right = true, text = {{ en = "Too long steps", es = "Pasos muy largos" }} }},
  {{ text = {{ en = "Too short steps", es = "Pasos muy cortos" }}, why = {{ en = "It would crawl.", es = "Iría lento." }} }},
]
feedback = {{ en = "It climbs.", es = "Sube." }}
"""

TITLES = """
optimizers = { en = 'Optimizers', es = 'Optimizadores' }
basics = { en = 'The basics', es = 'Lo básico' }
"""

ITEMS = ONE + SEVERAL + TRUE_FALSE + NUMERIC + WORDS + PARTS


def stamped(source: str, name: str) -> str:
    """The file with the hashes that its translations should have, in the place of zeros."""
    table, path = tomllib.loads(source), Path(name)
    empty = Glossary({})
    deck = (
        Deck(read_glossary(table, path), Bank(()), Quantities(Path()))
        if name == "glossary.toml"
        else Deck(empty, Bank((read_topic(table, path),)), Quantities(Path()))
    )
    for entry in entries(deck):
        hashed = source_hash(text["en"] for _, text in sorted(entry.texts))
        source = source.replace(STAMP, f"translated_from = '{hashed}'", 1)
    return source


GLOSSARY, ITEMS = stamped(GLOSSARY, "glossary.toml"), stamped(ITEMS, "basics.toml")
Make = Callable[..., Deck]


@pytest.fixture(scope="session")
def course() -> Course:
    """The real course: exercises and references to which the small quizzes may point."""
    return Course(bundled_root())


def small_deck(folder: Path, glossary: str = GLOSSARY, items: str = ITEMS, titles: str = TITLES) -> Deck:
    """Write the three files into `folder`, and read them with the real course's references."""
    (folder / "glossary.toml").write_text(glossary, encoding="utf-8")
    (folder / "basics.toml").write_text(items, encoding="utf-8")
    (folder / "topics.toml").write_text(titles, encoding="utf-8")
    return read_deck(folder, Quantities(bundled_root()))


@pytest.fixture
def make_deck(tmp_path: Path) -> Make:
    """A deck from the small quizzes, with one text in place of another."""

    def make(glossary: str = GLOSSARY, items: str = ITEMS, *, replace: tuple[str, str] | None = None) -> Deck:
        titles = TITLES
        if replace is not None:
            assert replace[0] in glossary + items + TITLES, "nothing would be broken"
            glossary, items, titles = (text.replace(*replace) for text in (glossary, items, TITLES))
        folder = tmp_path / "quizzes"
        folder.mkdir(exist_ok=True)
        return small_deck(folder, glossary, items, titles)

    return make


@pytest.fixture
def deck(make_deck: Make) -> Deck:
    """The small quizzes as they are."""
    return make_deck()


@pytest.fixture
def need_dictionaries() -> None:
    """Skip, with the package's name, where no dictionary is installed; on CI that is a failure."""
    for language, package in (("en", "hunspell-en-us"), ("es", "hunspell-es")):
        if spelling.dictionary(language) is None:
            reason = f"no {language} dictionary is installed: apt-get install {package}"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
