"""A class's pages: what to teach again, the map, the lists, similar code, and a page a learner."""

from __future__ import annotations

import re
from functools import cache
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from grader.feedback import clean
from grader.feedback.class_learner import class_learner_view
from grader.feedback.class_lists import list_pages
from grader.feedback.class_map import Column, Group, MapView, map_view
from grader.feedback.class_pages import class_pages, learner_pages
from grader.feedback.class_record import (
    AttemptRecord,
    ClassRecord,
    LearnerRecord,
    Reduction,
    WorkHistory,
    WorkRecord,
)
from grader.feedback.class_similar import similar_views
from grader.feedback.class_view import class_view
from grader.results import Outcome
from tests.feedback.class_examples import Histories, a_class
from tests.feedback.examples import text

MAPPED = {
    Outcome.PASSED: "passed", Outcome.FAILED: "failed", Outcome.BLOCKED: "blocked", Outcome.CRASHED: "stopped",
    Outcome.TIMED_OUT: "stopped", Outcome.DID_NOT_LOAD: "stopped", Outcome.GRADER_ERROR: "fault",
    Outcome.NOT_STARTED: None,
}  # fmt: skip


@cache
def small() -> tuple[ClassRecord, Histories]:
    return a_class(40)


@cache
def pages() -> dict[str, str]:
    return dict(class_pages(small()[0]))


# --- the first page


def test_beliefs_stand_most_frequent_first_with_who_holds_them_now() -> None:
    record, _ = small()
    view = class_view(record)
    counts = [int(each.count["en"]) for each in (*view.again, *view.further)]
    assert counts == sorted(counts, reverse=True)
    first = record.statistics.beliefs[0]
    assert counts[0] == len(first.now)
    assert len(view.again[0].people) == len(first.now)
    assert len(view.again[0].perhaps) == min(len(first.possibly), 40 - len(first.now))
    named = [person.name for person in view.again[0].people]
    ranked = [line.person.name for _, page in list_pages(record)[:1] for line in page.lines]
    assert named == [name for name in ranked if name in named]
    handed_in = record.statistics.exercises[4].learners
    assert view.again[0].bar.label["es"].endswith(f" de los {handed_in} que lo entregaron")


def test_who_may_hold_a_belief_is_told_from_who_holds_it() -> None:
    """Nobody is put down for a belief that is only one of several."""
    record, _ = small()
    views = (*class_view(record).again, *class_view(record).further)
    unsure = [view for view in views if view.perhaps]
    assert len(unsure) == sum(bool(held.possibly) for held in record.statistics.beliefs) > 0
    for view in unsure:
        assert {person.name for person in view.perhaps}.isdisjoint(person.name for person in view.people)
    told = pages()["index.html"].count('class="perhaps"')
    assert told == sum(len(view.perhaps) for view in views)


def test_commands_that_address_a_belief_are_told_apart() -> None:
    assert "<code>grade exercise 3</code> · <code>grade quiz adam</code></p>" in pages()["index.html"]


def test_a_belief_names_what_addresses_it() -> None:
    view = class_view(small()[0])
    remedies = {each.remedies for each in (*view.again, *view.further) if each.exercise_number == 3}
    assert ("grade exercise 3", "grade quiz adam") in remedies


def test_each_exercise_is_one_step_from_the_top_of_the_page() -> None:
    """A list of all of them, whose links lead to headings that are there."""
    page = pages()["index.html"]
    _, _, rest = page.partition('<nav class="ways jump"')
    leads = re.findall(r'href="#(exercise-\d+)"', rest.partition("</nav>")[0])
    assert leads == [f"exercise-{exercise.number}" for exercise in class_view(small()[0]).exercises]
    assert len(leads) == 5
    assert all(f'<h2 id="{place}">' in page for place in leads)


def test_figures_that_cannot_be_told_are_a_dash_and_never_a_zero() -> None:
    rows = [check for exercise in class_view(a_class(12)[0]).exercises for check in exercise.checks]
    assert all(row.discrimination is None and row.interval is None for row in rows)
    told = [check for exercise in class_view(small()[0]).exercises for check in exercise.checks]
    assert any(row.discrimination and row.interval for row in told)


def test_a_grader_fault_is_counted_apart() -> None:
    record, _ = small()
    faults = sum(exercise.not_gradable for exercise in record.statistics.exercises)
    facts = {name["en"]: value["en"] for name, value in class_view(record).facts}
    assert facts["not gradable, the grader's fault"] == str(faults)


def test_names_are_isolated_and_escaped_and_ids_stay_unique() -> None:
    for made in pages().values():
        assert "<script>alert" not in made
        assert "\u202e" not in made
        ids = re.findall(r'\sid="([^"]+)"', made)
        assert len(ids) == len(set(ids))
    listed = pages()["learners-by-name.html"]
    assert listed.count("<bdi>") >= 40
    assert "<bdi>García, José</bdi>" in listed


def test_an_empty_class_has_a_page_too() -> None:
    made = dict(class_pages(a_class(0)[0]))
    assert set(made) == {"index.html", "learners-by-name.html", "learners-by-points.html"}
    assert "No known belief" in made["index.html"]


def test_an_exercise_that_the_course_no_longer_has_goes_by_its_id() -> None:
    record, histories = small()
    forgotten = replace(record, titles={})
    assert "<code>adam_step</code>" in dict(class_pages(forgotten))["index.html"]
    assert any("<code>adam_step</code>" in page for _, page in learner_pages(forgotten, histories))


def test_every_view_holds_plain_values_only() -> None:
    record, histories = small()
    views = [
        class_view(record),
        *(view for _, view in list_pages(record)),
        *(view for _, view in similar_views(record)),
    ]
    views += [class_learner_view(*history, record) for history in histories]
    assert [bad for view in views for bad in clean.untrusted_parts(view)] == []


@pytest.mark.parametrize(("learners", "most"), [(300, 270_000), (1000, 500_000), (5000, 300_000)])
def test_the_first_page_stays_light(learners: int, most: int) -> None:
    record, _ = a_class(learners)
    assert len(dict([next(iter(class_pages(record)))])["index.html"].encode()) < most


# --- the map


def learners_of(table: list[list[Outcome]]) -> tuple[LearnerRecord, ...]:
    made = []
    for row, outcomes in enumerate(table):
        checks = {f"c{column}": outcome for column, outcome in enumerate(outcomes)}
        work = WorkRecord(
            exercise="e", outcome=Outcome.FAILED, points=-row, max_points=1, attempts=1, checks=checks
        )  # fmt: skip
        made.append(LearnerRecord(key=f"l{row}", name=f"n{row}", works=(work,)))
    return tuple(made)


def drawn(table: list[list[Outcome]]) -> MapView:
    width = len(table[0])
    columns = [Column("e", number, f"c{number}", text("x")) for number in range(width)]
    return map_view(learners_of(table), columns, (Group(1, tuple(range(width)), width),))


def tables(width: int) -> st.SearchStrategy[list[list[Outcome]]]:
    row = st.lists(st.sampled_from(Outcome), min_size=width, max_size=width)
    return st.lists(row, min_size=1, max_size=9)


@given(st.integers(1, 6).flatmap(tables))
def test_the_paths_cover_each_cell_once_with_its_own_status(table: list[list[Outcome]]) -> None:
    cells: dict[tuple[int, int], str] = {}
    for each in drawn(table).paths:
        for column, row, length in re.findall(r"M(\d+) (\d+)v(\d+)", each.path):
            for place in range(int(row), int(row) + int(length)):
                assert (place, int(column)) not in cells
                cells[place, int(column)] = each.status
    expected = {(i, j): MAPPED[outcome] for i, row in enumerate(table) for j, outcome in enumerate(row)}
    assert cells == {place: status for place, status in expected.items() if status}


def test_a_run_of_equal_cells_is_one_stroke() -> None:
    (path,) = drawn([[Outcome.PASSED]] * 500).paths
    assert path.path == "M0 0v500"


def test_beyond_a_thousand_learners_bands_say_the_share_that_passed() -> None:
    table = [[Outcome.PASSED, Outcome.FAILED]] * 600 + [[Outcome.FAILED, Outcome.FAILED]] * 600
    view = drawn(table)
    assert view.paths == ()
    assert len(view.bands) == 50
    assert [cell[1] for cell in view.bands[0].cells] == ["100", "0"]
    assert [cell[1] for cell in view.bands[-1].cells] == ["0", "0"]
    assert (view.bands[0].rank, view.bands[-1].rank) == ("1–24", "1177–1200")


def test_learners_stand_by_points_and_by_name_only_where_names_can_be_read() -> None:
    assert drawn([[Outcome.PASSED]] * 3).names == ("n0", "n1", "n2")
    assert drawn([[Outcome.PASSED]] * 61).names == ()


def test_what_an_unknown_check_says_is_left_out() -> None:
    learners = learners_of([[Outcome.PASSED, Outcome.PASSED]])
    view = map_view(learners, [Column("e", 1, "c1", text("x"))], (Group(1, (1,), 1),))
    assert view.paths[0].path == "M0 0v1"


# --- the lists


def test_names_are_sorted_as_people_do_and_pages_link_to_one_another() -> None:
    record, _ = small()
    with mock.patch("grader.feedback.class_lists.PER_PAGE", 15):
        made = dict(list_pages(record))
    assert list(made)[:3] == ["learners-by-name.html", "learners-by-name-2.html", "learners-by-name-3.html"]
    names = [line.person.name for file in list(made)[:3] for line in made[file].lines]
    bare = [name for name in names if name[:1] in "AGLNOÑRZ"]
    assert bare.index("García, José") < bare.index("Ñuño Ibáñez") < bare.index("Zoë Ångström")
    assert [link.page for link in made["learners-by-name-2.html"].pages] == list(made)[:3]
    assert [link.here for link in made["learners-by-name-2.html"].pages] == [False, True, False]
    points = [line.points["en"] for file in list(made)[3:] for line in made[file].lines if line.points]
    assert points == sorted(points, key=float, reverse=True)


def test_every_learner_is_on_both_lists_once_with_their_own_page() -> None:
    record, histories = small()
    files = {file for file, _ in learner_pages(record, histories)}
    for order in ("name", "points"):
        links = re.findall(r'href="(learners/\d+\.html)"', pages()[f"learners-by-{order}.html"])
        assert sorted(links) == sorted(files)


# --- similar code


def test_shared_lines_are_marked_in_both_sources_and_long_ones_are_cut() -> None:
    (_, view), = similar_views(small()[0])  # fmt: skip
    first, second = view.pairs[0].sources
    assert [chunk.match for chunk in second.chunks] == [0, 1, 0]
    assert [chunk.match for chunk in first.chunks] == [0, 1, 0]
    assert first.chunks[1].text.startswith("   6  ")
    assert first.chunks[1].text.count("\n") == 4
    assert first.person.page == "learners/0001.html"
    stranger = view.pairs[1].sources[1]
    assert (stranger.person.page, view.pairs[1].sources[0].is_cut, stranger.is_cut) == ("", True, False)
    assert "not a verdict" in pages()["index.html"]


def test_a_pair_whose_lines_lie_outside_its_source_marks_nothing() -> None:
    record, _ = small()
    (_, view), = similar_views(replace(record, pairs=record.pairs[1:]))  # fmt: skip
    assert [chunk.match for chunk in view.pairs[0].sources[1].chunks] == [0]


# --- a learner's page


def late(**changes: object) -> tuple[ClassRecord, LearnerRecord, tuple[WorkHistory, ...]]:
    """A learner all of whose checks pass, in two attempts, the last of which is late."""
    record, histories = small()
    learner, (work, *_) = next(
        (learner, works) for learner, works in histories if works and works[0].report.outcome is Outcome.PASSED
    )
    first, last = (
        AttemptRecord(number=number, outcome=Outcome.PASSED, points=20, late=number == 2, refused=number == 2)
        for number in (1, 2)
    )
    return record, learner, (replace(work, attempts=(replace(first, counts=True), last), **changes),)  # type: ignore[arg-type]


def test_work_refused_as_late_says_so_beside_its_points() -> None:
    record, learner, works = late(reduction=Reduction(points=0, refused=True))
    (work,) = class_learner_view(learner, works, record).works
    assert work.verdict.headline["en"].startswith("Passed: all ")
    assert (work.points, work.reduced) == (
        {"en": "0", "es": "0"},
        {
            "en": "The checks give 20, and 0 count: it came late, and late work is refused.",
            "es": "Las pruebas dan 20 y cuentan 0: se entregó tarde, y las entregas tardías no se aceptan.",
        },
    )
    (_, page), = learner_pages(replace(record, learners=(learner,)), [(learner, works)])  # fmt: skip
    assert "Las pruebas dan 20 y cuentan 0" in page
    assert page.count("con retraso, no se acepta") == 1
    assert page.count(">counts<") == 1


def test_a_penalty_is_told_with_its_days() -> None:
    record, learner, works = late(reduction=Reduction(points=14, steps=3, penalty=10))
    (work,) = class_learner_view(learner, works, record).works
    assert work.points == {"en": "14", "es": "14"}
    assert work.reduced is not None
    assert "(3 × 10%, one for each day begun)" in work.reduced["en"]


def test_work_in_time_needs_no_reason() -> None:
    record, learner, works = late(reduction=None)
    (work,) = class_learner_view(learner, works, record).works
    assert work.reduced is None
    assert work.points == work.verdict.points


def test_a_learners_points_are_of_everything_graded_and_what_is_missing_is_named() -> None:
    """As on the first page, and not of what was handed in, which would hide the rest."""
    record, histories = small()
    total = sum(exercise.whole.maximum for exercise in record.statistics.exercises)
    learner, works = next((learner, works) for learner, works in histories if 0 < len(works) < 5)
    view = class_learner_view(learner, works, record)
    assert view.max_points["en"] == f"{total:g}"
    assert view.handed_in["es"] == f"Entregas: {len(works)} de 5 ejercicios."
    assert len(view.missing) == 5 - len(works)
    facts = {name["en"]: value["en"] for name, value in class_view(record).facts}
    assert facts["mean of their first attempts"].endswith(f" of {total:g}")
    assert facts["tried every exercise"] == str(record.statistics.whole.learners)
    assert {page.max_points["en"] for _, page in list_pages(record)} == {f"{total:g}"}


def test_who_handed_in_nothing_is_on_every_list_with_a_dash_and_a_page() -> None:
    record, _ = small()
    absent = LearnerRecord(key="u900", name="Ausente, Ana", works=())
    record = replace(record, learners=(*record.learners, absent))
    facts = {name["en"]: value["en"] for name, value in class_view(record).facts}
    assert (facts["learners"], facts["handed in nothing"]) == ("41", "2")
    for _, page in list_pages(record):
        line = next(line for line in page.lines if line.key == "u900")
        assert line.points is None
        assert [cell.outcome for cell in line.works] == [""] * 5
    by_points = dict(list_pages(record))["learners-by-points.html"].lines
    assert {line.key for line in by_points[-2:]} == {"u900", "l00005"}
    view = class_learner_view(absent, (), record)
    assert (view.points["en"], len(view.missing)) == ("0", 5)


def test_terms_stand_by_their_names_and_an_unknown_one_by_its_id() -> None:
    record, histories = small()
    record = replace(record, terms={"bias-correction": text("bias correction", "corrección de sesgo")})
    terms = [term for each in class_view(record).again for term in each.terms]
    terms += [
        term
        for history in histories
        for work in class_learner_view(*history, record).works
        for found in work.diagnosis
        for belief in found.beliefs
        for term in belief.terms
    ]
    assert {term["es"] for term in terms} == {"corrección de sesgo", "adam"}


def test_a_learners_page_shows_attempts_the_first_divergence_and_the_belief() -> None:
    record, histories = small()
    made = dict(learner_pages(record, histories))
    assert len(made) == 40
    with_belief = [page for page in made.values() if 'class="belief"' in page]
    assert with_belief
    assert all('class="attempt"' in page for page, (_, works) in zip(made.values(), histories, strict=True) if works)
    assert any('class="pair numeric"' in page for page in with_belief)
    assert all(len(page.encode()) < 110_000 for page in made.values())


def test_attempts_are_in_order_with_their_share_of_the_points() -> None:
    record, histories = small()
    for learner, works in histories:
        for work, history in zip(class_learner_view(learner, works, record).works, works, strict=True):
            shares = [each.points / history.report.max_points for each in history.attempts]
            assert [each.height for each in work.attempts] == [round(1000 * share) for share in shares]
            assert [each.number for each in work.attempts] == list(np.arange(len(shares)) + 1)
