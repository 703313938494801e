"""What a watch knows becomes one screen, whose last sentence fits what the keys can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cli.language import use_language
from grader.cli.locate import Found
from grader.cli.watch_screen import State, draw
from grader.locale import say
from tests.content import driver


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    yield
    use_language("en")


@pytest.mark.parametrize(
    ("code", "passed", "sentence"),
    [
        ("en", 5, "All passed. `grade quiz` keeps what you learned."),
        ("es", 5, "Todo superado. Con `grade quiz` no se te olvidará lo aprendido."),
        ("en", 1, "This exercise is done. `grade` says what is next."),
        ("es", 1, "Este ejercicio ya está hecho. `grade` te dice cómo seguir."),
    ],
)
def test_after_a_pass_that_no_key_leads_on_from_stands_one_whole_sentence(
    code: str, passed: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    use_language(code)
    draw(_passed(passed))
    lines = capsys.readouterr().out.splitlines()
    assert sentence in lines
    assert not [line for line in lines if line.startswith((say("next")[code], say("edit")[code]))]


def test_after_a_pass_that_a_key_leads_on_from_the_key_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    use_language("es")
    state = _passed(1)
    state.keys = {"n": say("next exercise")}
    draw(state)
    out = capsys.readouterr().out
    assert "sigue con  la tecla n" in out
    assert "ya está hecho" not in out


def _passed(count: int) -> State:
    exercise = driver.course().exercise("adam_step")
    found = Found(exercise, Path("adam_step.py"), "adam_step.py", "grade exercise 3")
    report = driver.grade("adam_step", exercise.reference, seed=4)
    return State(found, report=report, passed=count, exercises=5)
