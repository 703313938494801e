"""All questions together: in order, on several processes, and whatever a course has wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring import verify as module
from grader.authoring.findings import Finding, Verdict
from grader.authoring.scaffold import scaffold
from grader.authoring.verify import Question, Seeds, verify
from grader.course import Course
from grader.errors import GraderError, IsolationError
from grader.locale import say
from tests.authoring.conftest import Workshop

FEW = Seeds.at_most(1)
QUESTIONS = (
    "files", "languages", "terms", "catalogue", "secrets", "starter", "reference", "oracle", "idle", "asking",
    "figures", "misconceptions", "checks", "dimensions", "pairs", "mutants",
)  # fmt: skip


def of(workshop: Workshop, *numbers: int) -> tuple[Course, list[Path]]:
    course = Course(workshop.root, drafts=True)
    return course, [course.folders[number] for number in numbers or course.folders]


def told(verdict: Verdict) -> dict[str, str]:
    return {finding.question: str(finding.objections[0]) for finding in verdict.findings if not finding.holds}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that takes interpreters is asked."""
    monkeypatch.setattr(module, "ROUNDS", {"reading": module.ROUNDS["reading"]})


@pytest.mark.parametrize(
    ("asked", "reference", "variants", "pairs"), [(1, 1, 1, 1), (3, 3, 3, 2), (20, 50, 20, 2), (80, 80, 80, 2)]
)
def test_fewer_seeds_than_usual_are_fewer_of_every_kind(asked: int, reference: int, variants: int, pairs: int) -> None:
    assert Seeds.at_most(asked) == Seeds(reference=reference, variants=variants, pairs=pairs)


def test_a_finished_exercise_answers_every_question(workshop: Workshop) -> None:
    proved = verify(*of(workshop), seeds=FEW)
    (verdict,) = proved.verdicts
    assert proved.holds, told(verdict)
    assert proved.quizzes is None
    assert (verdict.number, verdict.id) == (1, "sample")
    assert tuple(finding.question for finding in verdict.findings) == QUESTIONS


@pytest.mark.slow
def test_two_processes_find_what_one_finds(workshop: Workshop) -> None:
    workshop.change(workshop.kept / "misconceptions.toml", "to = 'scale * x'", "to = 'shift + scale * x'")
    scaffold(Course(workshop.root), "another")
    alone = verify(*of(workshop), seeds=FEW, workers=1)
    heard: list[int] = []
    together = verify(*of(workshop), seeds=FEW, workers=2, on_verdict=lambda verdict: heard.append(verdict.number))
    assert not alone.holds
    assert together == alone
    assert heard == [1, 2]


@pytest.mark.usefixtures("quick")
class TestProgress:
    def test_every_round_is_counted(self, workshop: Workshop) -> None:
        scaffold(Course(workshop.root), "another")
        heard: list[tuple[int, int]] = []
        verify(*of(workshop), seeds=FEW, quizzes=True, on_round=lambda done, all_: heard.append((done, all_)))
        assert heard == [(0, 3), (1, 3), (2, 3), (3, 3)]

    def test_verdicts_leave_in_order_whatever_ends_first(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scaffold(Course(workshop.root), "another")
        answers = module._answers
        monkeypatch.setattr(module, "_answers", lambda *given: reversed(list(answers(*given))))
        heard: list[int] = []
        proved = verify(*of(workshop), seeds=FEW, on_verdict=lambda verdict: heard.append(verdict.number))
        assert heard == [1, 2]
        assert [verdict.id for verdict in proved.verdicts] == ["sample", "another"]


@pytest.mark.usefixtures("quick")
class TestBrokenCourses:
    def test_a_manifest_that_cannot_be_read_is_told_once(self, workshop: Workshop) -> None:
        workshop.add(workshop.given / "exercise.toml", "\nnumber =\n")
        (verdict,) = verify(*of(workshop), seeds=FEW).verdicts
        assert list(told(verdict)) == ["files"]
        assert "is not valid TOML" in told(verdict)["files"]

    def test_a_missing_file_keeps_no_other_question_from_being_asked(self, workshop: Workshop) -> None:
        (workshop.kept / "explanation.es.md").unlink()
        (verdict,) = verify(*of(workshop), seeds=FEW).verdicts
        assert set(told(verdict)) == {"files", "languages"}
        assert [finding.question for finding in verdict.findings] == list(QUESTIONS[:5])

    def test_a_text_in_one_language_only_is_told(self, workshop: Workshop) -> None:
        workshop.change(workshop.given / "exercise.toml", "en = 'Said: step', es = 'Said: paso'", "en = 'Said: step'")
        (verdict,) = verify(*of(workshop), seeds=FEW).verdicts
        assert "x_label" in told(verdict)["files"]

    def test_one_broken_exercise_leaves_the_others_their_verdicts(self, workshop: Workshop) -> None:
        scaffold(Course(workshop.root), "another")
        workshop.add(workshop.given / "exercise.toml", "\nnumber =\n")
        first, second = verify(*of(workshop), seeds=FEW).verdicts
        assert "is not valid TOML" in told(first)["files"]
        assert "to fill in" in told(second)["files"]


class TestFaults:
    def asking(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        def ask(*_: object) -> tuple[Finding, ...]:
            raise error

        monkeypatch.setattr(module, "ROUNDS", {"wrong": (Question("misconceptions", say("misconceptions"), ask),)})

    def test_course_code_that_fails_is_an_objection(self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asking(monkeypatch, ZeroDivisionError("by nothing"))
        (verdict,) = verify(*of(workshop), seeds=FEW).verdicts
        assert told(verdict) == {"misconceptions": "The course's code fails: ZeroDivisionError: by nothing"}

    def test_a_fault_of_the_grader_is_raised(self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asking(monkeypatch, IsolationError(say("The sandbox was closed.")))
        with pytest.raises(GraderError, match="The sandbox was closed"):
            verify(*of(workshop), seeds=FEW)

    def test_a_fault_in_another_process_arrives_in_both_languages(
        self, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.asking(monkeypatch, IsolationError(say("The sandbox was closed.")))
        course, (folder,) = of(workshop)
        reply = module._ask_here(course.root, folder, "wrong", FEW)
        with pytest.raises(GraderError) as caught:
            reply.findings()
        assert caught.value.message == say("The sandbox was closed.")
