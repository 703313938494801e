# ruff: noqa: F811  (a fixture is used by its name)
"""Whatever is handed to `grade`: one clear sentence with what was expected, the right exit code, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Grade, grade, typed  # noqa: F401  (the fixtures)


def lay(path: Path, kind: str) -> Path:
    """A file, or something else, that is no solution of anything."""
    contents = {
        "empty": b"",
        "blank": b"\n\n",
        "binary": bytes(range(256)) * 16,
        "not UTF-8": "# año\nx = 1\n".encode("latin-1"),
        "UTF-16": "x = 1\n".encode("utf-16"),
        "prose": b"Here is my answer: Adam is a kind of RMSprop.\n",
        "a web page": b"<!DOCTYPE html><html></html>\n",
        "half a file": b"def adam_step(param, grad",
        "deeply nested": b"x = " + b"(" * 5000 + b")" * 5000,
        "50 MB": b"#" * 50_000_000,
    }
    if kind == "a folder":
        path.mkdir()
    elif kind == "a loop of links":
        path.symlink_to(path)
    elif kind == "unreadable":
        path.symlink_to("/proc/self/mem")
    elif kind != "nothing":
        path.write_bytes(contents[kind])
    return path


@pytest.mark.parametrize(
    ("kind", "code", "en", "es"),
    [
        ("nothing", 2, "There is no file mine.py.", "No existe el archivo mine.py."),
        ("a folder", 2, "mine.py is a folder; a Python file was expected.", "mine.py es una carpeta"),
        ("a loop of links", 2, "mine.py cannot be read", "No se puede leer mine.py"),
        ("unreadable", 2, "mine.py cannot be read", "No se puede leer mine.py"),
        ("empty", 3, "the file is empty", "el archivo está vacío"),
        ("blank", 3, "the file is empty", "el archivo está vacío"),
        ("binary", 3, "this is a binary file, not Python source", "binario"),
        ("not UTF-8", 3, "line 1 is not UTF-8 text; save the file as UTF-8", "la línea 1 no es texto UTF-8"),
        ("UTF-16", 3, "line 1 is not UTF-8 text; save the file as UTF-8", "la línea 1 no es texto UTF-8"),
        ("prose", 3, "line 1: SyntaxError", "línea 1: SyntaxError"),
        ("a web page", 3, "this is a web page, perhaps the one that asks to log in", "es una página web"),
        ("half a file", 3, "line 1: SyntaxError", "línea 1: SyntaxError"),
        ("deeply nested", 3, "mine.py, line 1:", "mine.py, línea 1:"),
        ("50 MB", 3, "mine.py is larger than 1 MB, the most that a solution may hold", "más de 1 MB"),
    ],
)
def test_a_file_that_is_no_solution_is_told(
    kind: str,
    code: int,
    en: str,
    es: str,
    typed: Grade,
    tmp_path: Path,
) -> None:
    lay(tmp_path / "mine.py", kind)
    for language, words in (("en", en), ("es", es)):
        told = typed("exercise", "3", "--file", "mine.py", cwd=tmp_path, language=language)
        said = " ".join(told.both.split())
        assert told.code == code
        assert words in said
        assert len(said) < 1000


@pytest.mark.parametrize("kind", ["empty", "binary", "not UTF-8", "prose"])
def test_the_same_on_standard_input(kind: str, grade: Grade, tmp_path: Path) -> None:
    content = lay(tmp_path / "mine.py", kind).read_bytes()
    told = grade("exercise", "3", "--file", "-", stdin=content)
    assert told.code == 3
    assert told.err == ""


@pytest.mark.parametrize(
    ("words", "en", "es"),
    [
        ("exercise 99", "There is no exercise «99».", "No hay ningún ejercicio «99»."),
        ("exercise adamstep", "There is no exercise «adamstep».", "No hay ningún ejercicio"),
        ("exercise -- -3", "There is no exercise «-3».", "No hay ningún ejercicio"),
        (
            "exercise mine.py",
            "mine.py does not tell which exercise it solves.",
            "Por mine.py no se sabe qué ejercicio resuelve.",
        ),
        ("exercise", "Which exercise? None was named", "¿Qué ejercicio?"),
        ("exercise 3", "This folder holds no copy of the course.", "En esta carpeta no hay ninguna copia"),
        ("show 99", "There is no exercise «99».", "No hay ningún ejercicio"),
        ("show", "Which exercise?", "¿Qué ejercicio?"),
        ("hint 99", "There is no exercise «99».", "No hay ningún ejercicio"),
        ("hint 3 --level 9", "Exercise 3 has 5 levels of hints.", "El ejercicio 3 tiene 5 niveles"),
        ("trace 99", "There is no exercise «99».", "No hay ningún ejercicio"),
        ("trace 3", "This folder holds no copy of the course.", "En esta carpeta no hay ninguna copia"),
        ("solution 3", "Exercise 3 is not passed yet.", "El ejercicio 3 aún no está superado."),
        ("reset 3", "This folder holds no copy of the course.", "En esta carpeta no hay ninguna copia"),
        ("reset 99", "There is no exercise «99».", "No hay ningún ejercicio"),
        ("restore 3", "This folder holds no copy of the course.", "En esta carpeta no hay ninguna copia"),
        ("list --course nowhere", "nowhere is not a course: it has no course.toml.", "nowhere no es un curso"),
        ("list --course .", ". is not a course: it has no course.toml.", ". no es un curso"),
        ("variant 3 no_such_belief", "Exercise 3 has no misconception", "El ejercicio 3 no tiene"),
        ("variant 3 no_bias_correction only_m_corrected", "do not go together", "no se pueden combinar"),
        ("variant 99", "There is no exercise «99».", "No hay ningún ejercicio"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do(words: str, en: str, es: str, typed: Grade) -> None:
    for language, sentence in (("en", en), ("es", es)):
        told = typed(*words.split(), language=language)
        assert (told.code, told.out) == (2, "")
        assert sentence in told.err
        first, hint = told.err.splitlines()
        assert first.startswith("Error: ")
        assert hint


@pytest.mark.parametrize("variable", ["GRADE_COURSE"])
def test_a_variable_that_names_no_course_is_told(variable: str, typed: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "/nowhere/at/all")
    told = typed("list")
    assert told.code == 2
    assert "/nowhere/at/all is not a course" in told.err


def test_a_learners_copy_is_no_course_to_grade_with(typed: Grade, tmp_path: Path) -> None:
    assert typed("init", "copy", cwd=tmp_path).code == 0
    told = typed("exercise", "3", "--course", "copy", cwd=tmp_path)
    assert told.code == 2
    assert "copy is a learner's copy: it has no solutions to grade with." in told.err
    assert "Leave --course out" in told.err
