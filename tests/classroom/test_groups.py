"""Results become groups: the largest first, joined by behaviour alone, named so that a note finds them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from grader.behaviour import Behaviour, Digests
from grader.classroom.group_notes import GroupNote, GroupNotes, class_of
from grader.classroom.groups import chosen, groups_of
from grader.classroom.rows import Edition, Kept, KeptResult, RunStart
from grader.classroom.store import Store
from grader.errors import UsageError
from grader.results import Diagnosis, Report
from grader.text import Text
from tests.classroom.conftest import ADAM, NOON

WORDS = Text({"en": "You took the root of the mean.", "es": "Has sacado la raíz de la media."})
Make = Callable[..., KeptResult]


def behaves(name: str, *, lasting: str | None = None, subject: str = "adam_step", other: str = "") -> Behaviour:
    """A behaviour whose digests begin with its name; `other` is the second digest, of the shifted borders."""
    ends: Digests | None = None if lasting == "" else (f"{lasting or name}l", f"{lasting or name}l2")
    return Behaviour(subject, "check_1", (f"{name}a", f"{other or name}b"), ends)


@pytest.fixture
def result(report: Callable[..., Report]) -> Make:
    count = iter(range(1, 1000))

    def make(learner: str, *behaviours: Behaviour, attempt: int = 1, edition: Edition = ADAM) -> KeptResult:
        number = next(count)
        return KeptResult(
            submission=Kept(
                id=number, learner=learner, exercise="adam_step", attempt=attempt, sha256=f"{number:064}",
                submitted_at=None, late=None, late_seconds=None, origin="",
            ),
            edition=edition,
            graded_at=NOON,
            report=report("failed"),
            behaviours=behaviours,
        )  # fmt: skip

    return make


def note(behaviour: Behaviour, *, edition: Edition = ADAM) -> GroupNote:
    return GroupNote(
        exercise="adam_step",
        subject=behaviour.subject,
        edition=class_of(edition),
        answers=behaviour.answers,
        lasting=behaviour.lasting,
        words=WORDS,
    )


class TestGroups:
    """Who stands together."""

    def test_nobody_is_joined_who_answers_otherwise(self, result: Make) -> None:
        groups = groups_of([result("ana", behaves("x")), result("ben", behaves("y", lasting="x"))], GroupNotes())
        assert [group.learners for group in groups] == [("ana",), ("ben",)]

    def test_the_largest_comes_first(self, result: Make) -> None:
        results = [result("ana", behaves("x")), result("ben", behaves("y")), result("eva", behaves("y"))]
        assert [group.learners for group in groups_of(results, GroupNotes())] == [("ben", "eva"), ("ana",)]

    def test_one_digest_of_two_is_enough_whoever_comes_between(self, result: Make) -> None:
        first, between, last = behaves("x"), behaves("x", other="z"), behaves("y", other="z")
        results = [result("ana", first), result("eva", last), result("ben", between)]
        assert [group.learners for group in groups_of(results, GroupNotes())] == [("ana", "ben", "eva")]

    def test_equal_answers_in_another_function_are_another_group(self, result: Make) -> None:
        results = [result("ana", behaves("x")), result("ben", behaves("x", subject="sgd_step"))]
        assert len(groups_of(results, GroupNotes())) == 2

    def test_what_follows_from_an_earlier_slip_makes_no_group_of_its_own(self, result: Make) -> None:
        """It joins where somebody has nothing else wrong."""
        later = behaves("y", subject="after")
        results = [result("ana", behaves("x"), later)]
        assert [group.behaviour.subject for group in groups_of(results, GroupNotes())] == ["adam_step"]
        results.append(result("ben", later))
        assert [group.learners for group in groups_of(results, GroupNotes())] == [("ana", "ben"), ("ana",)]

    def test_an_attempt_that_is_no_longer_the_last_counts_and_is_said(self, result: Make) -> None:
        results = [result("ana", behaves("x")), result("ana", attempt=2), result("ben", behaves("x"))]
        (group,) = groups_of(results, GroupNotes())
        assert (group.learners, group.now, group.submissions) == (("ana", "ben"), ("ben",), 2)

    def test_a_group_is_named_by_its_beginning_unless_that_is_anothers_too(self, result: Make) -> None:
        groups = groups_of([result("ana", behaves("xy1")), result("ben", behaves("xy2"))], GroupNotes())
        assert chosen(groups, "3-xy2").learners == ("ben",)
        with pytest.raises(UsageError, match="any of these groups: 3-xy1l, 3-xy2l"):
            chosen(groups, "3-xy")
        with pytest.raises(UsageError, match="no group 4-"):
            chosen(groups, "4-")


class TestNotes:
    """Whom a note reaches."""

    @pytest.mark.parametrize(
        ("behaviour", "edition", "reached"),
        [
            (behaves("x"), ADAM, True),
            (behaves("x", other="z"), ADAM, True),
            (behaves("y"), ADAM, False),
            (behaves("y", lasting="x"), ADAM, False),  # this class tells them apart
            (behaves("y", lasting="x"), Edition("adam_step", 1, "checks-1", "class:8"), True),
            (behaves("x", lasting="y"), Edition("adam_step", 1, "checks-1", "class:8"), False),
            (behaves("x", lasting=""), Edition("adam_step", 1, "checks-1", "class:8"), False),
            (behaves("x", subject="sgd_step"), ADAM, False),
        ],
    )
    def test_a_note_reaches_who_answers_so_and_nobody_else(
        self, result: Make, behaviour: Behaviour, edition: Edition, reached: bool
    ) -> None:
        told = GroupNotes([note(behaves("x"))]).told(result("ana", behaviour, edition=edition))
        assert [found.kind for found in told.report.diagnosis] == ["note"] * reached

    def test_a_note_without_lasting_answers_ends_with_its_class(self, result: Make) -> None:
        notes = GroupNotes([note(behaves("x", lasting=""))])
        assert notes.told(result("ana", behaves("x", lasting=""))).report.diagnosis
        later = Edition("adam_step", 1, "checks-2", "class:7")
        assert not notes.told(result("ana", behaves("x", lasting=""), edition=later)).report.diagnosis

    def test_the_file_brings_back_what_was_kept(self, tmp_path: Path, result: Make) -> None:
        notes = GroupNotes()
        hostile = Text({"en": '=1+1,"<b>"', "es": "una ñ; y\\n"})
        notes.put(note(behaves("x")))
        notes.put(msgspec.structs.replace(note(behaves("y")), words=hostile))
        notes.keep(tmp_path)
        assert list(GroupNotes.of(tmp_path)) == list(notes)

    def test_a_second_note_on_a_group_takes_the_place_of_the_first(self) -> None:
        notes = GroupNotes([note(behaves("x"))])
        notes.put(note(behaves("x", other="z")))
        assert len(list(notes)) == 1
        assert notes.remove("adam_step", class_of(ADAM), behaves("x", other="z"))
        assert list(notes) == []

    def test_another_terms_notes_are_taken_in_once(self, tmp_path: Path) -> None:
        last, now = tmp_path / "last", tmp_path / "now"
        GroupNotes([note(behaves("x"))]).keep(last)
        for _ in range(2):
            assert len(list(GroupNotes.of(now, last / "notes.csv"))) == 1
        assert (now / "notes.csv").read_text() == (last / "notes.csv").read_text()

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            ("name,note\n", "is no list of notes"),
            ("", "is no list of notes"),
            ("exercise,function,class,answers,lasting,en,es\nadam_step,f,c,one,,a,b\n", "line 2: this is no note"),
            ("exercise,function,class,answers,lasting,en,es\nadam_step,f,c,a b,c d\n", "line 2: this is no note"),
        ],
    )
    def test_a_file_that_is_no_list_of_notes_is_said(self, tmp_path: Path, content: str, why: str) -> None:
        (tmp_path / "notes.csv").write_text(content)
        with pytest.raises(UsageError, match=why):
            GroupNotes.of(tmp_path)

    def test_a_list_that_is_not_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="There is no list of notes"):
            GroupNotes.of(tmp_path, tmp_path / "none.csv")


class TestStore:
    """Behaviours are kept with their results."""

    def test_they_come_back_with_the_result_and_its_notes(
        self, where: str, start: RunStart, arrival: Callable[..., object], report: Callable[..., Report]
    ) -> None:
        with Store.open(where, group_notes=GroupNotes([note(behaves("x"))])) as store:
            run = store.begin_run(start, [ADAM])
            ana, ben = store.keep_submissions(run, [arrival(), arrival("ben")])
            store.keep_result(run, ana.id, ADAM, report("failed"), NOON, [behaves("x"), behaves("y")])
            store.keep_result(run, ben.id, ADAM, report("passed"), NOON)
            store.keep_result(run, ana.id, ADAM, report("failed"), NOON, [behaves("z")])  # one that stands stays
            first, second = store.results()
            assert first.behaviours == (behaves("x"), behaves("y"))
            assert first.report.diagnosis == (
                Diagnosis(
                    kind="note",
                    summary=Text(
                        {
                            "en": "In adam_step: You took the root of the mean.",
                            "es": "En adam_step: Has sacado la raíz de la media.",
                        }
                    ),
                ),
            )
            assert second.behaviours == () == second.report.diagnosis
            assert store.results_of([ana.id], ADAM) == [first]

    def test_a_store_of_an_earlier_release_goes_on(
        self, where: str, start: RunStart, arrival: Callable[..., object], report: Callable[..., Report]
    ) -> None:
        with Store.open(where) as store:
            run = store.begin_run(start, [ADAM])
            ana, ben = store.keep_submissions(run, [arrival(), arrival("ben")])
            store.keep_result(run, ana.id, ADAM, report("failed"), NOON)
            store._database.write(lambda connection: connection.execute(text("DROP TABLE behaviours")))
        with Store.open(where) as store:
            assert [result.behaviours for result in store.results()] == [()]
            store.keep_result(run, ben.id, ADAM, report("failed"), NOON, [behaves("x")])
            assert [result.behaviours for result in store.results()] == [(), (behaves("x"),)]
