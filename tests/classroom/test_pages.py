"""The class's pages say what the store holds, whatever the learners are called, and hold one report at a time."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from grader.classroom import alike, pages
from grader.classroom.arrival import Arrival, Note
from grader.classroom.pages import write_pages
from grader.classroom.policy import Policy
from grader.classroom.rows import Edition, RunStart
from grader.classroom.store import Store
from grader.errors import UsageError
from grader.exports.gradebook import Student
from grader.locale import say
from grader.results import Belief, Diagnosis, Frame, Report
from grader.text import Text
from tests.classroom.conftest import ADAM, NOON
from tests.content import driver

HOSTILE = "<script>alert(1)</script> O'Brien & \u202eSons"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "class.db")


@pytest.fixture
def written(store: Store, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The pages of what the store holds, by file."""

    def write(**more: object) -> dict[str, str]:
        out = tmp_path / "out"
        index = write_pages(driver.course(), store, out, NOON, **more)
        assert index.first == out / "index.html"
        return {str(page.relative_to(out)): page.read_text() for page in out.rglob("*.html")}

    return write


def keep(store: Store, start: RunStart, arrivals: list[Arrival], reports: list[Report]) -> int:
    run = store.begin_run(start, [ADAM])
    students = {each.learner: Student(id=each.learner, name=each.learner) for each in arrivals}
    for kept, report in zip(store.keep_submissions(run, arrivals, students), reports, strict=True):
        store.keep_result(run, kept.id, ADAM, report, NOON)
    return run


def test_a_store_without_a_result_has_no_page(written: Callable[..., dict[str, str]]) -> None:
    with pytest.raises(UsageError, match="Nothing has been graded"):
        written()


def test_a_folder_that_cannot_be_written_is_said(
    store: Store, start: RunStart, arrival: Callable[..., Arrival], report: Callable[..., Report], tmp_path: Path
) -> None:
    keep(store, start, [arrival()], [report("passed")])
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="cannot be written"):
        write_pages(driver.course(), store, tmp_path / "out", NOON)


def test_names_are_escaped_and_set_apart(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    """Whatever a learner is called, on every page that names them."""
    keep(store, start, [arrival(HOSTILE)], [report("failed")])
    naming = {file: page for file, page in written().items() if "Brien" in page}
    assert len(naming) >= 3
    for page in naming.values():
        assert "<script>alert" not in page
        assert "<bdi>&lt;script&gt;alert" in page
        assert "\u202e" not in page


def test_the_attempt_that_counts_is_the_one_told(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    """The best, or with another policy the last, each with its own message."""
    tries = [arrival(content=b"1"), arrival(content=b"2")]
    keep(store, start, tries, [report("passed", "failed", message="Almost."), report("failed", message="Worse.")])
    best = written()["learners/0001.html"]
    assert "Almost." in best
    assert "Worse." not in best
    last = written(policy=Policy(attempts="last"))["learners/0001.html"]
    assert "Worse." in last
    assert "Almost." not in last


def test_refused_work_and_the_options_are_told(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    """Nobody is left to wonder why all checks pass and no point is given."""
    late = arrival("Ana", submitted_at=NOON + timedelta(hours=1))
    in_time = arrival("Luis", submitted_at=NOON - timedelta(hours=1))
    keep(store, start, [late, in_time], [report("passed"), report("passed")])
    assert "--late" not in written()["index.html"]
    page = written(policy=Policy(late="refuse", due=NOON))["index.html"]
    assert "--late refuse" in page
    assert page.count("came late and is refused") == 1
    told = written(policy=Policy(late="refuse", due=NOON))["learners/0001.html"]
    assert "late work is refused" in told
    assert "late work is refused" not in written(policy=Policy(due=NOON))["learners/0001.html"]
    told = written(policy=Policy(penalty=50, due=NOON))
    assert "it came late (1 × 50%, one for each day begun)" in told["learners/0001.html"]
    assert "it came late" not in told["learners/0002.html"]
    assert told["learners-by-points.html"].count('class="attempt-late"') == 1


def test_a_fault_of_the_grader_is_not_told_as_lateness(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    keep(store, start, [arrival("Ana")], [report("grader_error")])
    assert "it came late" not in written(policy=Policy(late="refuse", due=NOON))["learners/0001.html"]


def test_who_handed_in_nothing_has_a_page_without_the_roster(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    keep(store, start, [arrival("Luis")], [report("passed")])
    store.keep_absent({"u9": Student(id="u9", name="Ausente, Ana")})
    told = written()
    assert "Ausente, Ana" in told["learners-by-name.html"]
    assert "Nothing handed in" in told["learners/0001.html"]
    assert "Nothing handed in" not in told["learners/0002.html"]


def test_terms_are_called_as_the_glossary_does(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    """In both languages, on the first page and on the learner's."""
    words = Text({"en": "So.", "es": "Así."})
    belief = Belief(
        id="eager", kind="misconception", belief=words, explanation=words, question=words, terms=("learning-rate",)
    )
    failed = msgspec.structs.replace(report("failed"), diagnosis=(Diagnosis(kind="misconception", beliefs=(belief,)),))
    keep(store, start, [arrival("Ana")], [failed])
    told = written()
    for file in ("index.html", "learners/0001.html"):
        assert "tasa de aprendizaje" in told[file]
        assert "learning-rate" not in told[file]


def test_what_could_not_be_used_is_listed(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    run = keep(store, start, [arrival()], [report("passed")])
    store.keep_notes(run, [Note("unmatched_student", "Ausente, Ana", say("no file of this student was found"))])
    page = written()["index.html"]
    assert "Ausente, Ana" in page
    assert "no se encontró" in page or "ningún archivo" in page


def test_more_learners_than_are_read_at_once_all_get_their_own_page(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each with its own report and nobody else's."""
    monkeypatch.setattr(pages, "AT_ONCE", 3)
    names = [f"learner {number:02}" for number in range(8)]
    reports = [report("failed", message=f"Told to {name}.") for name in names]
    keep(store, start, [arrival(name, content=name.encode()) for name in names], reports)
    told = written()
    for number, name in enumerate(names, 1):
        page = told[f"learners/{number:04}.html"]
        assert f"Told to {name}." in page
        assert page.count("Told to learner") == page.count(f"Told to {name}.")


def test_an_exercise_that_is_no_longer_in_the_course_is_shown_by_its_id(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    gone = Edition("gone_step", 1, "checks-1", "class:7")
    run = store.begin_run(start, [gone])
    (kept,) = store.keep_submissions(run, [arrival(exercise="gone_step")])
    store.keep_result(run, kept.id, gone, report("passed"), NOON)
    assert "gone_step" in written()["learners/0001.html"]


def test_what_a_starter_says_in_any_language_makes_nobody_alike(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The likeness of two sources is asked with all that both were given."""
    asked: list[tuple[str, ...]] = []

    def ask(sources: object, *, starter: str, known: list[str], earlier: object) -> list[object]:
        asked.append((starter, *known))
        return []

    monkeypatch.setattr(alike, "similar_pairs", ask)
    keep(store, start, [arrival()], [report("passed")])
    written()
    for exercise, given in zip(driver.course().exercises, asked, strict=True):
        assert {starter.decode() for starter in exercise.starters.values()} <= set(given)
        assert len(set(exercise.starters.values())) == 2


def test_programs_that_are_the_same_have_a_line_however_short_they_are(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    """And nobody is said to be like another for a notebook that none could read."""
    short = [arrival(learner=name, content=b"def adam_step(*a): return a\n") for name in (HOSTILE, "Bo")]
    broken = [arrival(learner=name, content=b'{"nbformat": 4, "cells": null}\n') for name in ("Cy", "Di")]
    keep(store, start, [*short, *broken], [report("failed")] * 4)
    page = written(**{"language": "es"})["similar.html"]
    assert "Ejercicio 3: 2 han entregado el mismo programa, letra por letra: " in page
    assert "Bo" in page
    assert "<script>alert" not in page
    assert not re.search(r"\bCy\b|\bDi\b", page)
    assert "1 grupo de estudiantes ha entregado el mismo programa." in written(**{"language": "es"})["index.html"]


def test_the_class_is_called_as_it_was_said_to_be_from_then_on(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    keep(store, start, [arrival()], [report("passed")])
    assert "<h1><bdi>out</bdi>" in written()["index.html"] or "<bdi>test_" in written()["index.html"]
    for title in ("Optimisers <2026>", None, "  "):
        store.keep_title(title)
        assert "<h1><bdi>Optimisers &lt;2026&gt;</bdi></h1>" in written()["index.html"]


def test_the_figures_of_an_exercise_add_up(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    """Handed in = not started + not gradable + passed + not yet; first attempts = passed + not yet - never loaded."""
    outcomes = ["passed"] * 4 + ["failed"] * 3 + ["did_not_load"] * 2 + ["not_started"] * 5 + ["grader_error"]
    arrivals = [arrival(f"u{place:02}", f"x = {place}\n".encode()) for place in range(len(outcomes))]
    keep(store, start, arrivals, [report(each, each) for each in outcomes])
    page = written()["index.html"]
    facts = {
        name: value
        for pair in re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", page)
        for name, value in [[re.sub(r'<span lang="es">.*?</span>|<[^>]+>', "", part) for part in pair]]
    }
    assert (facts["handed in"], facts["solved"], facts["not started"]) == ("15", "4", "5")
    assert (facts["never loaded, so without a first attempt"], facts["not gradable"]) == ("2", "1")
    assert "First attempts of 7 learners" in page
    assert "not yet: 5" in page


def test_a_learners_page_has_the_source_with_its_line_the_path_the_address_and_the_belief_of_each_attempt(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
) -> None:
    belief = Belief(id="b", kind="misconception", belief=Text({"en": "Once I believed.", "es": "Creía."}),
                    explanation=say("Further pages"), question=say("Further pages"))  # fmt: skip
    first = msgspec.structs.replace(report("failed"), diagnosis=(Diagnosis(kind="misconception", beliefs=(belief,)),))
    failed = report("passed", "failed")
    checks = (failed.checks[0], msgspec.structs.replace(failed.checks[1], frames=(Frame(2, "f", "y = <b>"),)))
    second = msgspec.structs.replace(failed, checks=checks)
    arrivals = [
        arrival("u1", b"one\n", origin="Moodle/Ana_1/adam_step.py"),
        arrival("u1", b"x = 1\ny = <b>\n", origin="Moodle/Ana_2/adam_step.py"),
    ]
    run = store.begin_run(start, [ADAM])
    who = {"u1": Student(id="u1", name="Ana", email="ana@uni.es")}
    for kept, told in zip(store.keep_submissions(run, arrivals, who), (first, second), strict=True):
        store.keep_result(run, kept.id, ADAM, told, NOON)
    page = written()["learners/0001.html"]
    assert '<a href="mailto:ana@uni.es">ana@uni.es</a>' in page
    assert "Moodle/Ana_2/adam_step.py" in page
    assert "    1  x = 1\n<mark>▸   2  y = &lt;b&gt;\n</mark>" in page
    assert page.count("Once I believed.") == 1
    assert "Claim 1" in page
    assert "Claim 2" in page


def test_the_tables_hold_what_the_page_shows_and_more(
    store: Store,
    start: RunStart,
    arrival: Callable[..., Arrival],
    report: Callable[..., Report],
    written: Callable[..., dict[str, str]],
    tmp_path: Path,
) -> None:
    arrivals = [arrival("=u1", b"x = 1\n"), *(arrival("u2", f"x = {place}\n".encode()) for place in range(3))]
    run = store.begin_run(start, [ADAM])
    reports = [report("passed", "failed"), *[report("failed", "failed")] * 3]
    for learner in ("=u1", "u2"):
        own = [each for each in arrivals if each.learner == learner]
        told = reports[:1] if learner == "=u1" else reports[1:]
        for kept, one in zip(store.keep_submissions(run, own), told, strict=True):
            store.keep_result(run, kept.id, ADAM, one, NOON)
    written()
    tables = {
        path.stem: list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        for path in (tmp_path / "out" / "tables").iterdir()
    }
    assert set(tables) == {"needs", "beliefs", "checks", "learners", "groups"}
    assert tables["learners"][1:] == [["'=u1", "'=u1", "", "2", "failed", "1"], ["u2", "u2", "", "0", "failed", "3"]]
    assert tables["needs"][1:] == [["stuck", "u2", "u2", "", "adam_step", "3"]]
    assert [row[:2] + row[-1:] for row in tables["checks"][1:]] == [
        ["adam_step", "check_1", "1"],
        ["adam_step", "check_2", "2"],
    ]
