"""Grades hostile submissions against the course's own exercises, by the whole checker, and prints what they got."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import grader
from grader.course import Course, Exercise, open_course
from grader.grading import Examiner
from grader.results import Diagnosis, Outcome, Report
from tests.sandbox.hostile import Hostile
from tests.sandbox.suite import HOSTILE, lay_out_course

# Of those that never end, one is enough here: each costs an exercise's whole patience.
_ENDLESS = "exhaust/loop"

# Every fifth of them against each exercise, as `.ci/run` has it; else each against one exercise, so that a course may
# grow. All are tried on exercise 3, whose shape they have.
_ALL = os.environ.get("GRADE_FORCE") == "all"
_LIKE_ADAM = 3


def chosen(course: Course, number: int) -> list[Hostile]:
    """Those to be tried against this exercise; its entry points are called by them too."""
    ending = [member for member in HOSTILE if "timed out" not in member.ends]
    endless = [member for member in HOSTILE if f"{member.family}/{member.name}" == _ENDLESS]
    if number == _LIKE_ADAM:
        return ending + endless
    if _ALL:
        return ending[number % 5 :: 5] + endless
    others = sorted(course.folders.keys() - {_LIKE_ADAM})
    return ending[others.index(number) :: len(others)]


def source_for(member: Hostile, exercise: Exercise, places: dict[str, str]) -> bytes:
    """The submission with this exercise's entry points, each of which does what the hostile one does."""
    lines = [member.program(places)]
    for name in exercise.manifest.entry_points:
        if name != "adam_step":
            lines.append(f"def {name}(*a, **k):\n    return adam_step(*(a + (None,) * 5)[:5])\n")
    return "\n".join(lines).encode("utf-8", "backslashreplace")


# They do nothing, and so earn what an exercise gives for doing no harm, or for any number: hostile code, which gives
# such values too, may earn that, and no more.
IDLE = ("None", "0")


class Undiagnosed(Examiner):
    """Grades as every examiner, and says nothing of beliefs."""

    def _diagnosis(self, *_: object) -> tuple[Diagnosis, ...]:
        return ()


def graded(course: Course, number: int, part: str) -> list[dict[str, Any]]:
    """What each submission got, and after all of them those that do nothing and the reference."""
    exercise = course.exercise(number)
    members = [member for member in chosen(course, number) if part in f"{member.family}/{member.name}"]
    idle = [
        Hostile("idle", value, "does nothing", f"def adam_step(*a, **k):\n    return {value}\n", ("wrong",))
        for value in IDLE
    ]
    # What a diagnosis makes of hostile values is tried on one exercise: its search takes long.
    kind = Examiner if number == _LIKE_ADAM else Undiagnosed
    with tempfile.TemporaryDirectory() as folder, kind(course) as examiner:
        places = lay_out_course(Path(folder), private=False)
        solution = exercise.folder.parents[1] / "solutions" / exercise.folder.name
        places |= {"COURSE": str(solution), "CHECKS": str(solution / "checks.py")}
        contents = [source_for(member, exercise, places) for member in (*members, *idle)]
        reports = dict(examiner.reports(exercise, [*contents, exercise.reference.encode()], seed=7))
    names = [*(f"{member.family}/{member.name}" for member in (*members, *idle)), "reference"]
    return [_line(name, reports[index]) for index, name in enumerate(names)]


def _line(name: str, report: Report) -> dict[str, Any]:
    passed = [check.id for check in report.checks if check.outcome is Outcome.PASSED]
    return {
        "name": name,
        "outcome": report.outcome,
        "points": report.points,
        "passed": passed,
        "tier": report.isolation.tier,
    }


def main() -> None:
    """Arguments: the exercise's number, and optionally a part of the names to run."""
    number, part = (*sys.argv[1:], "")[:2]
    course = open_course()
    report = {"engine": grader.__file__, "course": str(course.root), "results": graded(course, int(number), part)}
    json.dump(report, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
