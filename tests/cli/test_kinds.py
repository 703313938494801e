"""What click itself says: in the reader's language whatever its version, and never with the name of a Python type."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from grader.locale import FOLDER
from hatch_build import merged_catalogue
from tests.cli.conftest import Grade

GOLD = Path(__file__).parents[1] / "gold"


def listed(name: str) -> set[str]:
    lines = (GOLD / name).read_text(encoding="utf-8").splitlines()
    return {line.replace("\\n", "\n").replace("\\t", "\t") for line in lines}


def said_by_click() -> Iterator[str]:
    """Every sentence that the click installed here hands to gettext."""
    for path in Path(inspect.getfile(click)).parent.glob("*.py"):
        if path.name == "testing.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                sentence = node.args[0]
                if isinstance(sentence, ast.Constant):
                    yield sentence.value


def test_whoever_upgrades_click_decides_about_each_new_sentence() -> None:
    known = listed("click_sentences.txt") | listed("click_sentences_never_met.txt")
    assert set(said_by_click()) <= known


def test_every_sentence_of_click_that_a_user_can_meet_is_translated() -> None:
    said = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in merged_catalogue(FOLDER / "es" / "LC_MESSAGES")
    }
    assert listed("click_sentences.txt") <= said


@pytest.mark.parametrize(
    ("words", "en", "es"),
    [
        (["quiz", "--seed", "x"], "'x' is not a valid whole number.", "'x' no es un número entero válido."),
        (["quiz", "--limit", "0"], "0 is not in the range", "0 no está en el rango 1<=x<=1000."),
        (["report", ".", "--penalty", "much"], "'much' is not a valid number.", "'much' no es un número válido."),
        (
            ["report", ".", "--due", "ayer"],
            "'ayer' is no moment; write it as in 2026-11-20T23:59.",
            "'ayer' no es una fecha con hora; escríbela así: 2026-11-20T23:59.",
        ),
        (["report", ".", "--late", "x"], "'x' is not one of 'accept', 'refuse'.", "'x' no es ninguno de"),
        (["exercise", "--lang", "fr"], "'fr' is not one of 'en', 'es'.", "'fr' no es ninguno de 'en', 'es'."),
        (["exercise", "--nothing"], "No such option", "No existe la opción"),
        (["nothing"], "No such command 'nothing'.", "No existe la orden 'nothing'."),
        (["variant"], "Missing argument", "Falta el argumento"),
        (["exercise", "1", "2", "3"], "Got unexpected extra arguments", "Sobran argumentos"),
    ],
)
def test_a_refusal_is_in_the_readers_language(grade: Grade, words: list[str], en: str, es: str) -> None:
    for language, expected in (("en", en), ("es", es)):
        done = grade(*words, GRADE_LANG=language)
        assert done.code == 2
        assert expected in " ".join(done.err.split())
