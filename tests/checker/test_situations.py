"""Every situation a learner gets into is told rightly, in both languages, and does not touch the next submission."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.results import Outcome, Report
from tests.content import driver

GOLD = Path(__file__).parent.parent / "gold"
SITUATIONS: dict[str, dict[str, Any]] = tomllib.loads((GOLD / "situations.toml").read_text(encoding="utf-8"))


def source(name: str) -> bytes:
    return (GOLD / "situations" / name / "adam_step.py").read_bytes()


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    """Every situation graded in one batch, an honest submission after each."""
    names = list(SITUATIONS)
    batch = [content for name in names for content in (source(name), source("correct"))]
    graded = driver.grade_many("adam_step", batch, seed=5)
    assert all(report.outcome is Outcome.PASSED for report in graded[1::2]), "a neighbour was disturbed"
    return dict(zip(names, graded[::2], strict=True))


def test_every_gold_folder_is_described() -> None:
    assert {path.name for path in (GOLD / "situations").iterdir()} == set(SITUATIONS)


@pytest.mark.parametrize("name", SITUATIONS)
def test_situation_has_its_outcome(name: str, reports: dict[str, Report]) -> None:
    assert reports[name].outcome.value == SITUATIONS[name]["outcome"]


@pytest.mark.parametrize("name", [name for name, wanted in SITUATIONS.items() if "en" in wanted])
def test_situation_is_said_in_both_languages(name: str, reports: dict[str, Report]) -> None:
    failure = reports[name].first_failure
    assert failure is not None
    assert failure.message is not None
    assert SITUATIONS[name]["en"] in failure.message["en"]
    assert SITUATIONS[name]["es"] in failure.message["es"]


@pytest.mark.parametrize("name", [name for name, wanted in SITUATIONS.items() if "check" in wanted])
def test_the_most_basic_check_speaks_first(name: str, reports: dict[str, Report]) -> None:
    failure = reports[name].first_failure
    assert failure is not None
    assert failure.id == SITUATIONS[name]["check"]


@pytest.mark.parametrize("name", [name for name, wanted in SITUATIONS.items() if "mismatch" in wanted])
def test_the_kind_of_mismatch_is_kept(name: str, reports: dict[str, Report]) -> None:
    failure = reports[name].first_failure
    assert failure is not None
    assert failure.mismatch is not None
    assert failure.mismatch.kind == SITUATIONS[name]["mismatch"]


def test_an_exception_shows_the_learners_line_only(reports: dict[str, Report]) -> None:
    failure = reports["exception"].first_failure
    assert failure is not None
    assert [(frame.line, frame.function) for frame in failure.frames] == [
        (SITUATIONS["exception"]["line"], "adam_step")
    ]
    assert "gradient" in failure.frames[0].source


def test_only_what_passed_earns_points(reports: dict[str, Report]) -> None:
    for report in reports.values():
        for check in report.checks:
            assert (check.points > 0) == (check.outcome is Outcome.PASSED)
        assert report.points == sum(check.points for check in report.checks)


def test_a_flood_of_prints_is_cut_softly(reports: dict[str, Report]) -> None:
    output = reports["print_flood"].output
    assert output.startswith("step 1 line 0 ")
    assert len(output.encode()) < 80_000


def test_a_message_about_the_whole_file_is_said_once(reports: dict[str, Report]) -> None:
    for name in ("empty_file", "syntax_error", "import_error", "loop_at_import", "forbidden_shortcut"):
        assert reports[name].message is not None, name
    for name in ("wrong_shape", "exception", "correct"):
        assert reports[name].message is None, name


@pytest.mark.parametrize("slug", ["backward_pass", "sgd_step", "adam_step", "zero_grad_bug", "warmup_schedule"])
class TestStarter:
    def test_the_starter_is_not_started(self, slug: str) -> None:
        starter = driver.course().exercise(slug).starter
        report = driver.grade(slug, starter, 0)
        assert report.outcome is Outcome.NOT_STARTED
        assert report.points == 0
        assert report.diagnosis == ()

    def test_line_ends_of_another_system_do_not_start_it(self, slug: str) -> None:
        starter = driver.course().exercise(slug).starter
        assert driver.grade(slug, starter.replace(b"\n", b"\r\n"), 0).outcome is Outcome.NOT_STARTED

    def test_a_comment_starts_it_and_it_fails(self, slug: str) -> None:
        starter = driver.course().exercise(slug).starter
        assert driver.grade(slug, starter + b"# mine\n", 0).outcome is Outcome.FAILED

    def test_the_reference_passes_at_every_seed(self, slug: str) -> None:
        reference = driver.course().exercise(slug).reference
        for seed in range(50):
            report = driver.grade(slug, reference, seed)
            assert report.outcome is Outcome.PASSED, (seed, report.first_failure)
            assert report.points == report.max_points == 20
