"""A submission's bytes are ready to run, or it is known without running them why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checker.places import Places
from grader.checker.submissions import Checked, Prepared, limits_of, prepare, program_of
from grader.course import Course, Exercise
from grader.notebook_cells import MOST_OF_SOURCE
from grader.results import Outcome
from tests import small_course


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    manifest = small_course.MANIFEST.replace(
        "[[hint]]", "[[forbidden]]\nname = 'numpy.add'\nreason = { en = 'Add.', es = 'Suma.' }\n\n[[hint]]"
    )
    return small_course.exercise(tmp_path_factory.mktemp("course"), manifest=manifest)


def told(exercise: Exercise, content: bytes) -> tuple[Outcome, str, str]:
    checked = prepare(exercise, content)
    assert isinstance(checked, Checked)
    assert checked.message is not None
    assert {result.message for result in checked.results} == {checked.message}
    assert sum(result.points for result in checked.results) == 0
    assert checked.calls == []
    (outcome,) = {result.outcome for result in checked.results}
    return outcome, checked.message["en"], checked.message["es"]


@pytest.mark.parametrize(
    ("content", "en", "es"),
    [
        (b"", "the file is empty", "el archivo está vacío"),
        (b" \n\t\r\n", "the file is empty", "el archivo está vacío"),
        (b"\xef\xbb\xbf", "the file is empty", "el archivo está vacío"),
        (b"\x7fELF\x02\x01\x01\0\0", "this is a binary file", "binario"),
        (b"def double(x):\n    return 2 * x\0\n", "this is a binary file", "binario"),
        ("x = 1\n".encode("utf-16"), "line 1 is not UTF-8 text; save the file as UTF-8", "línea 1"),
        (b"x = 1\ny = '\xe1rbol'\n", "line 2 is not UTF-8 text", "línea 2"),
        (b"\xff" * 10, "line 1 is not UTF-8 text", "línea 1"),
        (b"x = 1\n" * 200_000, "larger than 1 MB, the most that a solution may hold", "más de 1 MB"),
        (b"\0" * 50_000_000, "larger than 1 MB", "más de 1 MB"),
    ],
    ids=["empty", "blank", "mark only", "elf", "nul", "utf-16", "latin-1", "bytes", "large", "50 MB"],
)
def test_what_is_no_source_text_did_not_load(exercise: Exercise, content: bytes, en: str, es: str) -> None:
    outcome, english, spanish = told(exercise, content)
    assert outcome is Outcome.DID_NOT_LOAD
    assert en in english
    assert es in spanish
    assert english.startswith("double.py")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_starter_is_not_started_whatever_its_line_ends(exercise: Exercise, ends: str) -> None:
    outcome, english, _ = told(exercise, small_course.STARTER.replace("\n", ends).encode())
    assert (outcome, english) == (Outcome.NOT_STARTED, "Not started: double.py is still the starter.")


@pytest.mark.parametrize("added", ["\n", "# mine\n", "\ufeff"])
def test_a_touched_starter_is_started(exercise: Exercise, added: str) -> None:
    assert isinstance(prepare(exercise, (small_course.STARTER + added).encode()), Prepared)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_starter_is_not_started_in_any_language_of_the_course(tmp_path: Path, ends: str) -> None:
    exercise = small_course.exercise(tmp_path)
    spanish = small_course.STARTER.replace("Exercise", "Ejercicio")
    assert isinstance(prepare(exercise, spanish.encode()), Prepared)
    (tmp_path / "exercises" / "07_double" / "double.es.py").write_text(spanish, encoding="utf-8")
    exercise = Course(tmp_path).exercise(7)
    for starter in (small_course.STARTER, spanish):
        outcome, _, said = told(exercise, starter.replace("\n", ends).encode())
        assert (outcome, said) == (Outcome.NOT_STARTED, "Sin empezar: double.py sigue tal como venía.")
    assert isinstance(prepare(exercise, (spanish + "# mío\n").encode()), Prepared)


def test_a_refused_name_fails_with_its_line_and_reason(exercise: Exercise) -> None:
    source = b"import numpy as np\n\n\ndef double(x):\n    return np.add(x, x)\n"
    outcome, english, spanish = told(exercise, source)
    assert outcome is Outcome.FAILED
    assert english == "double.py, line 5: `numpy.add` is not allowed in this exercise. Add."
    assert spanish.endswith("Suma.")


BELOW = "import numpy as np; k = 2; z = np.add(1, 1)\n\n\ndef double(x):\n    return k * x\n\n\nprint(np.add(1, 1))\n"


def test_a_refused_name_that_only_an_experiment_uses_is_passed_over_and_told(exercise: Exercise) -> None:
    prepared = prepare(exercise, BELOW.encode())
    assert isinstance(prepared, Prepared)
    assert prepared.source.split("\n") == ["k = 2", "", "", "def double(x):", "    return k * x", ""]
    assert [told["en"] for told in prepared.passed_over] == [
        "`numpy.add` in line 1 is not needed by what is graded: what uses it was passed over."
    ]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("k * x", "helper(x)\n\n\ndef helper(x):\n    return np.add(x, x)", 9),
        ("k * x", "k * (lambda: np.add(x, x))()", 5),
        ("k = 2", "k = np.add(1, 1)", 1),
        ("k = 2", "k = 1; k += np.add(0, 1)", 1),
        ("def double", "@np.add\ndef double", 4),
        ("def double", "class Sum:\n    k = np.add(1, 1)\n\n\ndef double", 5),
        ("k * x", "Sum().k * x\n\n\nclass Sum:\n    k = np.add(1, 1)", 9),
    ],
)
def test_a_refused_name_that_a_graded_function_reaches_is_refused(
    exercise: Exercise, before: str, after: str, line: int
) -> None:
    """However it does so; what it does not reach may stand there."""
    prepared = prepare(exercise, BELOW.replace(before, after).encode())
    if "class Sum" in after and before != "k * x":
        assert isinstance(prepared, Prepared)
        return
    assert isinstance(prepared, Checked)
    assert f"double.py, line {line}: `numpy.add` is not allowed" in str(prepared.message)


def test_a_starter_below_which_a_refused_name_is_tried_is_not_started(exercise: Exercise) -> None:
    outcome, _, _ = told(exercise, small_course.STARTER.encode() + b"\nimport numpy\nnumpy.add(1, 1)\n")
    assert outcome is Outcome.NOT_STARTED


def test_where_it_cannot_be_told_what_is_needed_a_refused_name_is_refused(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own parser takes too long for some of what nobody would write."""
    monkeypatch.setattr("grader.notebook_cells.apart.SECONDS", 0.001)
    source = BELOW + "y = [" + "1," * 10_000 + "]\n"
    prepared = prepare(exercise, source.encode())
    assert isinstance(prepared, Checked)
    assert "is not allowed" in str(prepared.message)


def test_an_oracle_may_use_a_refused_name(exercise: Exercise) -> None:
    assert isinstance(prepare(exercise, b"import numpy\nnumpy.add(1, 1)\n", lint=False), Prepared)


def test_a_byte_order_mark_is_not_part_of_the_source(exercise: Exercise) -> None:
    assert prepare(exercise, b"\xef\xbb\xbfx = 1\n") == Prepared("x = 1\n", Places("double.py"))


def test_the_largest_source_is_accepted(exercise: Exercise) -> None:
    assert isinstance(prepare(exercise, b"#" * MOST_OF_SOURCE), Prepared)


@given(st.binary(max_size=200))
def test_any_bytes_are_either_source_or_told(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    prepared = prepare(_exercise(tmp_path_factory.getbasetemp()), content)
    if isinstance(prepared, Prepared):
        assert prepared.source.encode().split() == content.removeprefix(b"\xef\xbb\xbf").split()
    else:
        assert prepared.message is not None


def _exercise(folder: Path) -> Exercise:
    if not (folder / "any" / "course.toml").exists():
        small_course.lay_out(folder / "any")
    return small_course.Course(folder / "any").exercise(7)


def test_a_program_carries_the_courses_own_harness(exercise: Exercise) -> None:
    program = program_of(exercise, Prepared("x = 1", Places("double.py")))
    assert (program.source, program.filename, program.entry_points) == ("x = 1", "double.py", ("double",))
    assert program.harness == small_course.HARNESS


def test_the_manifests_limits_reach_the_sandbox(exercise: Exercise) -> None:
    limits = limits_of(exercise)
    assert (limits.call_seconds, limits.total_seconds, limits.memory_mb, limits.output_kb) == (1.0, 30.0, 512, 64)


@pytest.mark.parametrize("again", ["def double(x):", "class double:"])
def test_an_entry_point_that_a_file_defines_twice_is_told(exercise: Exercise, again: str) -> None:
    prepared = prepare(exercise, f"def double(x):\n    return 2 * x\n\n{again}\n    pass\n".encode())
    assert isinstance(prepared, Prepared)
    assert [note["en"] for note in prepared.notes] == [
        "`double` is defined more than once, in lines 1, 4: the last one counts."
    ]
