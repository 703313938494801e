"""What a class's store holds, the attempts that count and who the learners are become a gradebook and JUnit suites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from grader.classroom.policy import Counted, Policy, counted
from grader.classroom.store import Store
from grader.course import Course
from grader.errors import UsageError
from grader.exports.format import Suite
from grader.exports.gradebook import Column, Grade, Gradebook, Student
from grader.exports.identity import Claim, Roster, Settled
from grader.exports.wording import summary
from grader.locale import say
from grader.results import Outcome
from grader.text import Text

Excuses = Iterable[tuple[str, str | None]]
"""Learners who are excused, each from one exercise or, with None, from all."""


def gradebook(
    course: Course,
    store: Store,
    policy: Policy,
    *,
    roster: Iterable[Student] = (),
    only: Iterable[str] = (),
    excused: Excuses = (),
    matches: Mapping[str, str] | None = None,
) -> Gradebook:
    """Everybody's grades, of the exercises in `only` where it names any.

    Everybody of the roster that the class was graded with is in it. `roster` adds who else handed in nothing, and what
    other systems call those who did; `matches` are settled by hand. A learner whom no roster knows has the name of
    their folder. Raises UsageError where nothing was graded, or an excuse names nobody.
    """
    wanted = set(only)
    works = [one for one in counted(store.results(), policy) if not wanted or one.exercise in wanted]
    if not works:
        raise UsageError(
            say("Nothing has been graded yet, so there is nothing to export."),
            say("Grade a class first: grade class DIR --out DIR"),
        )
    columns = _columns(course, works)
    told = store.students()
    students, called = _students(told, {*told, *(one.learner for one in works)}, list(roster), matches or {})
    grades = {(called[one.learner], one.exercise): _grade(one, called[one.learner]) for one in works}
    for place in _excused(((called.get(who, who), what) for who, what in excused), students, columns):
        grades[place] = _excuse(place, grades.get(place), columns)
    return Gradebook(columns, students.values(), grades.values())


def suites(store: Store, policy: Policy, only: Iterable[str] = ()) -> Iterator[Suite]:
    """The counted attempt of each learner at each exercise."""
    wanted = set(only)
    for one in counted(store.results(), policy):
        if not wanted or one.exercise in wanted:
            yield Suite(one.learner, one.result.graded_at, one.result.report)


def _columns(course: Course, works: list[Counted]) -> list[Column]:
    """The graded exercises in the course's order; one that the course no longer has comes last, by its id."""
    known = {exercise.id: exercise for exercise in course.exercises}
    most = {name: max(one.result.report.max_points for one in works if one.exercise == name) for name in _names(works)}
    order = sorted(most, key=lambda name: (known[name].number if name in known else float("inf"), name))
    return [
        Column(
            exercise=name,
            title=known[name].manifest.title if name in known else Text(dict.fromkeys(course.info.languages, name)),
            max_points=most[name],
        )
        for name in order
    ]


def _names(works: list[Counted]) -> set[str]:
    return {one.exercise for one in works}


def _students(
    told: Mapping[str, Student], learners: set[str], roster: list[Student], matches: Mapping[str, str]
) -> tuple[dict[str, Student], dict[str, str]]:
    """Everybody by id, and the id of each learner of the store: the roster's, where one of its students fits.

    Two learners whom the same student fits keep the names they had, unless one of them bears that student's id; so does
    one whose keys contradict the student's, under a name that is nobody's id.
    """
    known = {key: msgspec.structs.replace(told.get(key) or Student(id=key, name=key), id=key) for key in learners}
    listed = {each.id: each for each in roster}
    finder = Roster(roster, {claim: who for claim, who in matches.items() if who in listed or not who})
    settled = {key: _settled(finder, who) for key, who in known.items()}
    fitting = {key: each.student.id if each.student else None for key, each in settled.items()}
    times = Counter(fitting.values())
    students, called = dict(listed), {}
    for key, who in known.items():
        own = fitting[key]
        if own is not None and (own == key or times[own] == 1):
            called[key], students[own] = own, _joined(who, listed[own])
        else:
            called[key] = label = finder.label(Claim(key=key, who=who, file=""))
            students[label] = (
                _without_keys(who, label)
                if settled[key].is_disputed or who.is_disputed
                else msgspec.structs.replace(who, id=label)
            )
    return students, called


def _settled(roster: Roster, who: Student) -> Settled:
    return roster.find(Claim(key=who.id, who=who, guesses=(who.id, who.login), file=""))


def _without_keys(who: Student, label: str) -> Student:
    """Somebody whose keys are not of one person, so that no other system takes them for any of these."""
    return Student(id=label, section=who.section)


def _joined(known: Student, told: Student) -> Student:
    """What a roster says, and where it is silent what was known: a download's path tells a number, a roster may not."""
    fields = {name: getattr(told, name) or getattr(known, name) for name in Student.__struct_fields__}
    return Student(**{**fields, "is_disputed": False})


def _grade(one: Counted, student: str) -> Grade:
    report, submission = one.result.report, one.result.submission
    return Grade(
        student=student,
        exercise=one.exercise,
        points=one.points,
        max_points=report.max_points,
        outcome=report.outcome,
        attempts=one.attempts,
        late=one.late,
        lost=one.lost,
        extended=one.extended,
        submitted_at=submission.submitted_at,
        feedback=summary(report),
    )


def _excused(excuses: Excuses, students: Mapping[str, Student], columns: list[Column]) -> Iterator[tuple[str, str]]:
    names = [column.exercise for column in columns]
    for learner, exercise in excuses:
        if learner not in students:
            raise UsageError(
                say("There is no learner {wanted} to excuse.", wanted=learner),
                say("Learners are named by their id in the roster, or by their folder."),
            )
        if exercise is not None and exercise not in names:
            raise UsageError(
                say("There is no graded exercise {wanted}.", wanted=exercise),
                say("Choose one of these: {known}.", known=", ".join(names)),
            )
        yield from ((learner, name) for name in names if exercise in (None, name))


def _excuse(place: tuple[str, str], grade: Grade | None, columns: list[Column]) -> Grade:
    student, exercise = place
    if grade is not None:
        return msgspec.structs.replace(grade, excused=True)
    most = next(column.max_points for column in columns if column.exercise == exercise)
    return Grade(
        student=student,
        exercise=exercise,
        points=None,
        max_points=most,
        outcome=Outcome.NOT_STARTED,
        attempts=0,
        excused=True,
    )
