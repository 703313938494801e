# ruff: noqa: E501  (one fault a line)
"""A course's files are validated with file, key, expected and found; and nobody but who runs the grader chooses one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course import Course, Exercise, bundled_root, bundled_templates, open_course, secret_trees
from grader.errors import CourseError, UsageError
from tests import small_course
from tests.small_course import CATALOGUE, COURSE, DIMENSIONS, MANIFEST, lay_out

BOTH = ("en", "es")


def fault(root: Path, **files: str) -> dict[str, str]:
    """What is said, in both languages, of the small course with some of its files replaced."""
    lay_out(root, **files)
    with pytest.raises(CourseError) as caught:
        read_everything(root)
    said = {language: caught.value.message[language].replace(f"{root}/", "") for language in BOTH}
    assert all("\n" not in sentence for sentence in said.values())
    return said


def read_everything(root: Path) -> Exercise:
    """Files are read when they are asked for; here all are."""
    exercise = Course(root).exercise(7)
    _ = exercise.starter, exercise.misconceptions, exercise.reference, exercise.harness
    _ = exercise.dimensions, exercise.markdown("brief"), exercise.markdown("explanation")
    return exercise


def replaced(before: str, after: str, text: str = MANIFEST) -> str:
    assert before in text
    return text.replace(before, after, 1)


PATH = "exercises/07_double/exercise.toml: "


class TestManifest:
    @pytest.mark.parametrize(
        ("before", "after", "en", "es"),
        [
            ("number = 7", "number = '7'", "`number`: expected `int`, found '7'.", "se esperaba `int`"),
            ("number = 7", "number = 7.5", "`number`: expected `int`, found 7.5.", ""),
            ("number = 7", "number = 0", "`number`: expected `int` >= 1, found 0.", ""),
            ("number = 7", "", "the top level lacks the key `number`.", "falta la clave `number` en el nivel superior."),
            (
                "number = 7", "number = 7\nnumbr = 7", "the top level has an unknown key `numbr`.",
                "el nivel superior tiene una clave desconocida, `numbr`.",
            ),
            ("id = 'double'", "id = 'dou ble'", "`id`: expected a text of the form `^[A-Za-z_]", "un texto de la forma"),
            ("'numpy'", "'jax'", "`runtime`: expected one of `numpy`, `torch`, found 'jax'.", "uno de `numpy`, `torch`"),
            ("'double.py'", "'../../checks.py'", "`file`: expected a text of the form", "checks.py'"),
            ("['double']", "[]", "`entry_points`: expected a list that is not empty, found [].", "una lista que no esté"),
            ("['double']", "'double'", "`entry_points`: expected `array`, found 'double'.", ""),
            ("['double']", "['a b']", "`entry_points[0]`: expected a text of the form", "'a b'"),
            ("{ en = 'Twice', es = 'El doble' }", "'Twice'", "`title`: expected a table with a sentence in each", "'Twice'"),
            ("{ en = 'Twice', es = 'El doble' }", "{}", "`title`: expected a table with a sentence in each", "{}"),
            ("es = 'El doble' }", "es = '' }", "`title`: expected a sentence in language `es`, found {", "el idioma `es`"),
            ("es = 'El doble' }", "es = 3 }", "`title`: expected a sentence in language `es`", "el idioma `es`"),
            (", es = 'El doble'", "", "`title`: expected a sentence in language `es`, found `en`.", "el idioma `es`"),
            (", es = 'Doblar es exacto.'", "", "`tolerance.reason`: expected a sentence in language `es`", ""),
            ("es = 'Piensa en sumar.'", "", "`hint[0]`: expected a sentence in language `es`, found `en`.", ""),
            (", es = 'Devuelve un número'", "", "`check[0].claim`: expected a sentence in language `es`", ""),
            ("rtol = 1e-9", "rtol = 1", "`tolerance.rtol`: expected `float` < 1.0, found 1.", ""),
            ("rtol = 1e-9", "rtol = -1.0", "`tolerance.rtol`: expected `float` >= 0.0, found -1.0.", ""),
            ("rtol = 1e-9", "rtol = nan", "`tolerance.rtol`: expected `float` >= 0.0, found nan.", ""),
            ("rtol = 1e-9", "", "`tolerance` lacks the key `rtol`.", "falta la clave `rtol` en `tolerance`."),
            ("call_seconds = 1.0", "call_seconds = 0", "`limits.call_seconds`: expected `float` > 0.0, found 0.", ""),
            ("call_seconds = 1.0", "memory_gb = 1", "`limits` has an unknown key `memory_gb`.", ""),
            ("points = 5", "points = 0", "`check[0].points`: expected `float` > 0.0, found 0.", ""),
            ("points = 5", "points = 'five'", "`check[0].points`: expected `float`, found 'five'.", ""),
            ("points = 5", "point = 5", "`check[0]` has an unknown key `point`.", ""),
            ("id = 'is_twice'", "id = 'is_a_number'", "the `check` is_a_number stands twice.", "is_a_number aparece dos"),
            (
                "needs = 'is_a_number'", "needs = 'takes_arrays'",
                "check is_twice needs takes_arrays, which does not stand before it.", "que no aparece antes.",
            ),
            ("needs = 'is_a_number'", "needs = 'is_twice'", "check is_twice needs is_twice, which does not", ""),
            ("needs = 'is_a_number'", "needs = 'nothing'", "check is_twice needs nothing, which does not", ""),
            ("number = 7", "number = 8", "number 8 and id double do not fit the folder's name.", "no concuerdan"),
            ("id = 'double'", "id = 'twice'", "number 7 and id twice do not fit the folder's name.", "no concuerdan"),
            (
                "[[hint]]", "[[figure]]\nkind = 'pie'\n\n[[hint]]",
                "`figure[0]` lacks the key `function`.", "falta la clave",
            ),
            ("[[hint]]", "[trace]\nfunktion = 'table'\n\n[[hint]]", "`trace` has an unknown key `funktion`.", ""),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_told_with_its_key(
        self, before: str, after: str, en: str, es: str, tmp_path: Path
    ) -> None:
        said = fault(tmp_path, manifest=replaced(before, after))
        assert said["en"].startswith(PATH)
        assert said["es"].startswith(PATH)
        assert en in said["en"]
        assert es in said["es"]

    def test_no_english_is_left_in_the_spanish_sentence(self, tmp_path: Path) -> None:
        for place, (before, after) in enumerate(
            [("'numpy'", "'jax'"), ("['double']", "[]"), ("number = 7", ""), ("id = 'double'", "id = ''")]
        ):
            said = fault(tmp_path / str(place), manifest=replaced(before, after))["es"]
            assert not {"expected", "found", "Expected", "matching", "length", "Invalid"} & set(said.split())

    def test_what_is_found_is_cut_short(self, tmp_path: Path) -> None:
        said = fault(tmp_path, manifest=replaced("'numpy'", "'" + "x" * 5000 + "'"))
        assert len(said["en"]) < 300

    @pytest.mark.parametrize("text", ["", "number", "number = ", "[check]\nid = 1\n[[check]]", "a = '''"])
    def test_what_is_no_toml_is_told_with_its_line(self, text: str, tmp_path: Path) -> None:
        said = fault(tmp_path, manifest=text)
        assert said["en"].startswith("exercises/07_double/exercise.toml")
        assert not text or "is not valid TOML: " in said["en"]
        assert not text or "(at " in said["en"]

    def test_a_manifest_with_everything_it_may_say_is_read(self, tmp_path: Path) -> None:
        more = """[[figure]]
kind = 'series'
function = 'table'
title = { en = 'a', es = 'b' }
caption = { en = 'a', es = 'b' }
x_label = { en = 'a', es = 'b' }
y_label = { en = 'a', es = 'b' }

[trace]
function = 'table'

[[forbidden]]
name = 'numpy.add'
reason = { en = 'a', es = 'b' }

[[hint]]"""
        manifest = small_course.exercise(tmp_path, manifest=replaced("[[hint]]", more)).manifest
        assert (manifest.number, manifest.limits.call_seconds, manifest.limits.memory_mb) == (7, 1.0, 512)
        assert [check.needs for check in manifest.check] == [None, "is_a_number", None]
        assert manifest.figure[0].kind == "series"

    def test_a_language_more_than_the_course_has_does_no_harm(self, tmp_path: Path) -> None:
        manifest = replaced("es = 'El doble' }", "es = 'El doble', fr = 'Le double' }")
        assert small_course.exercise(tmp_path, manifest=manifest).manifest.title["fr"] == "Le double"


class TestCatalogue:
    @pytest.mark.parametrize(
        ("before", "after", "en"),
        [
            (
                "kind = 'misconception'",
                "kind = 'opinion'",
                "`misconception[0].kind`: expected one of `convention`, `misconc",
            ),
            ("['double']", "['triple']", "squares is about triple, which exercise.toml does not have among its entry"),
            ("edit = [{ from = '2.0 * x', to = 'x * x' }]", "", "squares needs either edits of the reference or `file"),
            ("edit = [", "file = true\nedit = [", "squares needs either edits of the reference or `file"),
            (
                "from = '2.0 * x'",
                "from = ''",
                "`misconception[0].edit[0].from`: expected `str` of length >= 1, found ''.",
            ),
            ("from = '2.0 * x'", "form = '2.0 * x'", "`misconception[0].edit[0]` has an unknown key `form`."),
            (", es = 'Solo para el 2.'", "", "`misconception[0].explanation`: expected a sentence in language `es`"),
            ("question = ", "questions = ", "`misconception[0]` has an unknown key `questions`."),
        ],
    )
    def test_what_is_wrong_is_told_with_its_key(self, before: str, after: str, en: str, tmp_path: Path) -> None:
        said = fault(tmp_path, catalogue=replaced(before, after, CATALOGUE))
        assert said["en"].startswith("solutions/07_double/misconceptions.toml: ")
        assert en in said["en"]
        assert said["es"] != said["en"]

    def test_one_id_stands_once(self, tmp_path: Path) -> None:
        assert "the `misconception` squares stands twice." in fault(tmp_path, catalogue=CATALOGUE * 2)["en"]


class TestDimensions:
    @pytest.mark.parametrize(
        ("before", "after", "en"),
        [
            ("['takes_arrays']", "[]", "`dimension[0].check`: expected a list that is not empty"),
            ("['takes_arrays']", "['takes_lists']", "any_size names no check of exercise.toml: takes_lists."),
            ("edit = [{ from = '2.0 * x', to = '2.0 * x[0]' }]", "", "any_size needs one program: edits of the"),
            ("edit = [", "file = true\nedit = [", "any_size needs one program: edits of the"),
            ("edit = [", "misconception = 'squares'\nedit = [", "any_size needs one program: edits of the"),
            (
                "edit = [{ from = '2.0 * x', to = '2.0 * x[0]' }]",
                "misconception = 'cubes'",
                "any_size names the misconception cubes, which misconceptions.toml does not have.",
            ),
            (", es = 'el tamaño de `x`'", "", "`dimension[0].varies`: expected a sentence in language `es`"),
        ],
    )
    def test_what_is_wrong_is_told(self, before: str, after: str, en: str, tmp_path: Path) -> None:
        said = fault(tmp_path, dimensions=replaced(before, after, DIMENSIONS))
        assert said["en"].startswith("solutions/07_double/dimensions.toml: ")
        assert en in said["en"]
        assert said["es"] != said["en"]

    def test_one_id_stands_once(self, tmp_path: Path) -> None:
        assert "the `dimension` any_size stands twice." in fault(tmp_path, dimensions=DIMENSIONS * 2)["en"]


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("before", "after", "en"),
        [
            ("version = '1.0.0'", "version = 1", "course.toml: `version`: expected `str`, found 1."),
            (
                "languages = ['en', 'es']",
                "languages = []",
                "course.toml: `languages`: expected a list that is not empty",
            ),
            (
                ", es = 'Un curso pequeño'",
                "",
                "course.toml: `title`: expected a sentence in language `es`, found `en`.",
            ),
            ("id = 'small'", "", "course.toml: the top level lacks the key `id`."),
        ],
    )
    def test_what_is_wrong_in_course_toml_is_told(self, before: str, after: str, en: str, tmp_path: Path) -> None:
        assert fault(tmp_path, course=replaced(before, after, COURSE))["en"].startswith(en)

    @pytest.mark.parametrize(
        ("file", "said"),
        [
            ("exercises/07_double/exercise.toml", "exercise.toml cannot be read: there is no such file or folder."),
            ("exercises/07_double/double.py", "double.py cannot be read: there is no such file"),
            ("exercises/07_double/brief.es.md", "brief.es.md cannot be read: there is no such file"),
            ("solutions/07_double/double.py", "double.py cannot be read: there is no such file"),
            ("solutions/07_double/misconceptions.toml", "misconceptions.toml cannot be read: there is no such file"),
        ],
    )
    def test_a_missing_file_is_told_with_its_path(self, file: str, said: str, tmp_path: Path) -> None:
        lay_out(tmp_path)
        (tmp_path / file).unlink()
        with pytest.raises(CourseError) as caught:
            read_everything(tmp_path)
        assert said in str(caught.value)
        assert str(caught.value).startswith(str(tmp_path))

    def test_a_folder_in_a_files_place_is_told(self, tmp_path: Path) -> None:
        path = lay_out(tmp_path) / "exercises" / "07_double" / "exercise.toml"
        path.unlink()
        path.mkdir()
        with pytest.raises(CourseError, match=r"exercise\.toml cannot be read: it is a folder"):
            Course(tmp_path).exercise(7)

    @pytest.mark.parametrize("file", ["exercises/07_double/exercise.toml", "solutions/07_double/double.py"])
    def test_a_file_that_is_not_utf_8_is_told_with_the_byte(self, file: str, tmp_path: Path) -> None:
        lay_out(tmp_path)
        (tmp_path / file).write_bytes(b"# a\xf1o\n")
        with pytest.raises(CourseError, match=r"is not UTF-8 \(byte 3\)"):
            _ = Course(tmp_path).exercise(7).reference

    @pytest.mark.parametrize("file", ["reference", "harness"])
    def test_course_code_that_is_no_python_is_told_with_its_line(self, file: str, tmp_path: Path) -> None:
        said = fault(tmp_path, **{file: "x = 1\ndef f(:\n"})
        assert ".py:2 cannot be run: SyntaxError: " in said["en"]

    def test_a_harness_is_optional(self, tmp_path: Path) -> None:
        (lay_out(tmp_path) / "exercises" / "07_double" / "harness.py").unlink()
        assert Course(tmp_path).exercise(7).harness == ""


class TestStarters:
    """What a learner begins with, in the language they read."""

    def test_a_language_without_its_own_has_the_plain_one(self, tmp_path: Path) -> None:
        exercise = small_course.exercise(tmp_path)
        assert exercise.starters == dict.fromkeys(BOTH, exercise.starter)

    def test_a_language_that_the_course_does_not_have_gets_the_plain_one(self, tmp_path: Path) -> None:
        exercise = small_course.exercise(tmp_path)
        exercise.starter_path("de").write_bytes(b"# Aufgabe 7\n")
        assert exercise.starter_in("de") == exercise.starter
        assert set(exercise.starters) == set(BOTH)

    @pytest.mark.parametrize("languages", ["['en', 'es']", "['es', 'en']"])
    def test_each_language_has_its_own_whichever_comes_first(self, languages: str, tmp_path: Path) -> None:
        exercise = small_course.exercise(tmp_path, course=replaced("['en', 'es']", languages, COURSE))
        (exercise.folder / "double.es.py").write_bytes(b"# Ejercicio 7\n")
        assert exercise.starter_in("es") == b"# Ejercicio 7\n"
        assert exercise.starter_in("en") == exercise.starter == small_course.STARTER.encode()


class TestChoosingAnExercise:
    @pytest.fixture
    def course(self, tmp_path: Path) -> Course:
        return Course(lay_out(tmp_path))

    @pytest.mark.parametrize(
        "wanted",
        ["9", "0", "-7", "7.0", "", " ", "dxubl", "07_doubles", "../solutions/07_double", "double.txt", "²", "7" * 5000,
         "x" * 5000, "\x1b[31m", "７7", "None"],
    )  # fmt: skip
    def test_what_is_none_is_told_with_those_there_are(self, wanted: str, course: Course) -> None:
        with pytest.raises(UsageError) as caught:
            course.exercise(wanted)
        assert caught.value.hint is not None
        assert caught.value.message["es"].startswith("No hay ningún ejercicio ")
        assert caught.value.hint["en"] == "Choose one of these: 7 double."
        assert len(caught.value.message["en"]) < 120

    @pytest.mark.parametrize("wanted", [7, "7", "07", "007", " 7 ", "double", "07_double", "double.py", "７"])
    def test_number_slug_and_folder_name_will_do(self, wanted: str | int, course: Course) -> None:
        assert course.exercise(wanted).id == "double"

    def test_the_beginning_of_one_slug_will_do(self, course: Course) -> None:
        assert course.exercise("dou").number == 7

    def test_what_begins_two_slugs_is_none(self, tmp_path: Path) -> None:
        root = lay_out(tmp_path)
        (root / "exercises" / "08_doubt").mkdir()
        with pytest.raises(UsageError):
            Course(root).exercise("dou")

    def test_two_folders_with_one_number_are_the_courses_fault(self, course: Course) -> None:
        (course.root / "exercises" / "07_twice").mkdir()
        with pytest.raises(CourseError, match="07_twice and 07_double have the same number"):
            course.exercise(7)

    def test_what_is_no_exercise_folder_is_passed_over(self, course: Course) -> None:
        for name in ("notes", "7_short", ".hidden", "__pycache__", "08_UPPER"):
            (course.root / "exercises" / name).mkdir()
        (course.root / "exercises" / "09_file").write_text("")
        assert [exercise.number for exercise in course.exercises] == [7]

    def test_points_of_an_exercise_are_those_of_its_checks(self, course: Course) -> None:
        assert course.exercise(7).max_points == 20


class TestWhichCourse:
    """Decision 0001: the one who runs the grader chooses, by an option or a variable; nothing around them does."""

    def test_a_folder_without_course_toml_is_none(self, tmp_path: Path) -> None:
        for place in (tmp_path, tmp_path / "nowhere", Path("x" * 5000)):
            with pytest.raises(UsageError, match="is not a course") as caught:
                open_course(place)
            assert "no es un curso" in caught.value.message["es"]

    def test_a_learners_copy_grades_nobody(self, tmp_path: Path) -> None:
        (tmp_path / "course.toml").write_text(COURSE)
        with pytest.raises(UsageError, match="is a learner's copy: it has no solutions to grade with") as caught:
            open_course(tmp_path)
        assert caught.value.hint is not None
        assert "--course" in caught.value.hint["en"]

    def test_the_working_directory_does_not_choose(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(lay_out(tmp_path))
        assert open_course().root == bundled_root().resolve()
        monkeypatch.chdir(tmp_path / "solutions" / "07_double")
        assert open_course().root == bundled_root().resolve()

    def test_the_one_that_is_named_is_opened(self, tmp_path: Path) -> None:
        assert open_course(lay_out(tmp_path)).info.id == "small"

    def test_the_bundled_course_is_known_as_such(self, tmp_path: Path) -> None:
        assert open_course().is_bundled
        assert not open_course(lay_out(tmp_path)).is_bundled

    def test_every_installed_copy_is_as_secret_as_the_one_that_grades(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A learner's program may read installed packages, and one of them may be an older copy of this."""
        older = tmp_path / "lib" / "python3.12" / "site-packages" / "grader" / "_course"
        beside = tmp_path / "beside" / "grader" / "_course"
        for folder in (older, beside):
            folder.mkdir(parents=True)
        monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
        monkeypatch.syspath_prepend(str(tmp_path / "beside"))
        assert secret_trees(tmp_path / "mine")[0] == tmp_path / "mine"
        assert {older, beside} <= set(secret_trees(tmp_path / "mine"))

    def test_what_an_install_keeps_of_their_sizes_and_hashes_is_as_secret(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record = tmp_path / "descenso-0.1.0.dist-info"
        record.mkdir()
        monkeypatch.syspath_prepend(str(tmp_path))
        assert record in secret_trees(tmp_path / "mine")

    def test_the_bundled_templates_lie_beside_it(self) -> None:
        assert (bundled_templates() / "learner.html.j2").is_file()

    @pytest.mark.parametrize(
        "words",
        [
            ["list", "--json"],
            ["exercise", "3", "--file", "exercises/07_double/double.py", "--json"],
            ["exercise", "exercises/03_adam_step/adam_step.py", "--json"],
            ["exercise", "exercises/03_adam_step", "--json"],
        ],
    )
    def test_no_path_and_no_folder_makes_a_command_load_anothers_code(self, words: list[str], tmp_path: Path) -> None:
        """A tree that looks like an author's, with code in every place that might be run; none of it is."""
        canary = tmp_path / "canary"
        trap = f"open({str(canary)!r}, 'w').close()\n"
        hostile = lay_out(tmp_path / "hostile", checks=trap + small_course.CHECKS, reference=trap, harness=trap)
        solution, exercise = hostile / "solutions" / "03_adam_step", hostile / "exercises" / "03_adam_step"
        for folder in (solution, exercise):
            folder.mkdir()
            for name in ("checks.py", "harness.py", "predicates.py", "oracle.py", "conftest.py"):
                (folder / name).write_text(trap)
        for name in ("conftest.py", "sitecustomize.py", "usercustomize.py"):
            (hostile / name).write_text(trap)
        (exercise / "adam_step.py").write_text("def adam_step(*arguments): return 0\n")
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "XDG_DATA_HOME": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "grader", *words],
            cwd=hostile, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not canary.exists()
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
        assert '"adam_step"' in done.stdout
        assert '"double"' not in done.stdout


@pytest.mark.parametrize("exercise", open_course().exercises, ids=lambda exercise: exercise.id)
class TestShippedExercises:
    def test_its_files_are_all_there_in_both_languages(self, exercise: Exercise) -> None:
        for page in ("brief", "explanation"):
            assert set(exercise.markdown(page)) == set(BOTH)
        assert exercise.starter_in("es") != exercise.starter_in("en") == exercise.starter
        assert exercise.misconceptions
        assert exercise.checks_path.is_file()

    def test_it_has_six_to_twelve_checks_and_twenty_points(self, exercise: Exercise) -> None:
        assert 6 <= len(exercise.manifest.check) <= 12
        assert exercise.max_points == 20

    def test_it_has_three_to_five_hints(self, exercise: Exercise) -> None:
        assert 3 <= len(exercise.manifest.hint) <= 5
