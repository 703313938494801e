"""What a class's pages are made of: statistics, and one small record a learner. Values only; names are untrusted."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from grader.analytics import ClassStatistics
from grader.locale import same
from grader.results import Isolation, Outcome, Report
from grader.similarity import Equal, Pair
from grader.text import Text


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One submission of a learner's to one exercise; `number` counts from 1. `points` is what its checks give."""

    number: int
    outcome: Outcome
    points: float
    submitted_at: datetime | None = None
    late: bool = False
    refused: bool = False
    beyond: bool = False
    counts: bool = False
    beliefs: tuple[Text, ...] = ()


class Reduction(msgspec.Struct, frozen=True, kw_only=True):
    """What lateness left of the points that the checks give: `steps` begun cost `penalty` percent each, or all.

    A step has `step_hours`; `most` is there where lateness would have cost more percent than it can.
    """

    points: float
    steps: int = 0
    penalty: float = 0.0
    step_hours: float = 24.0
    most: float | None = None
    refused: bool = False


class WorkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner handed in for one exercise, and the attempt that counts: its outcome, checks and what it brings.

    `reduced` says that lateness took something from `points`.
    """

    exercise: str
    outcome: Outcome
    points: float
    max_points: float
    attempts: int
    checks: Mapping[str, Outcome]
    reduced: bool = False


class LearnerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One learner. `key` is the class's own id, `name` how the roster or the folder calls them.

    Without `works` it is somebody of the roster who handed in nothing.
    """

    key: str
    name: str
    works: tuple[WorkRecord, ...]

    @property
    def points(self) -> float:
        """The points of all exercises."""
        return sum(work.points for work in self.works)


def by_name(learner: LearnerRecord) -> tuple[str, str]:
    """The order in which a person sorts learners: case and accents aside."""
    bare = unicodedata.normalize("NFKD", learner.name.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter)), learner.key


class PairRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Two sources of one exercise that are worth reading side by side."""

    exercise: str
    pair: Pair
    first_source: str
    second_source: str


class EqualRecord(msgspec.Struct, frozen=True):
    """Learners whose programs for one exercise are the same."""

    exercise: str
    equal: Equal


class GroupRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Learners who answer alike and wrong, and whom no belief explains; `source` is one member's.

    `form` is the nearest that is known of the error, `now` how many answer so in their last attempt.
    """

    id: str
    exercise: str
    number: int
    subject: str
    learners: tuple[str, ...]
    now: int
    claim: Text
    message: Text | None
    form: Text | None
    note: Text | None
    source: str


class Remark(msgspec.Struct, frozen=True):
    """Something that could not be graded, joined or read, and why."""

    what: str
    why: Text


class ClassRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A whole class, as its report shows it.

    `titles` names each exercise by id, `terms` each term of the glossary; `remedies` says, for a belief's (exercise,
    id), what addresses it: commands to type, quiz topics. `submissions` counts files; `resumed` whether the run went
    on from an earlier one.
    """

    course: Text
    name: str
    made_at: datetime
    seed: int
    isolation: Isolation
    versions: dict[str, str]
    submissions: int
    statistics: ClassStatistics
    titles: Mapping[str, Text]
    learners: tuple[LearnerRecord, ...]
    pairs: tuple[PairRecord, ...] = ()
    equal: tuple[EqualRecord, ...] = ()
    remarks: tuple[Remark, ...] = ()
    remedies: Mapping[tuple[str, str], tuple[str, ...]] = {}
    terms: Mapping[str, Text] = {}
    groups: tuple[GroupRecord, ...] = ()
    further_groups: int = 0
    stories: tuple[StoryRecord, ...] = ()
    needs: tuple[NeedRecord, ...] = ()
    emails: Mapping[str, str] = {}
    days: tuple[tuple[date, int], ...] = ()

    @property
    def max_points(self) -> float:
        """The points of all exercises that the class was graded in, handed in or not."""
        return self.statistics.whole.maximum

    def title(self, exercise: str) -> Text:
        """An exercise's title, or its id where the course no longer has it."""
        return self.titles.get(exercise) or same(f"`{exercise}`")


class NeedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is stuck at an exercise, silent, or fell back; silent without an exercise is silent altogether."""

    kind: Literal["stuck", "silent", "fell_back"]
    learner: str
    exercise: str | None = None
    attempts: int = 0


class AppealRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner objected to, and the answer; both are somebody's text."""

    objection: str
    raised_at: datetime
    answer: str | None = None


class StoryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What one regrade changed in an exercise: how many moved, and how many by each change, the most first."""

    exercise: str
    number: int
    reason: Text
    at: datetime
    up: int
    down: int
    same: int
    changes: tuple[tuple[Text, Text, int], ...]


class WorkHistory(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise on a learner's own page of the class: every attempt, and the report on the one that counts."""

    exercise: str
    attempts: tuple[AttemptRecord, ...]
    report: Report
    reduction: Reduction | None = None
    due: datetime | None = None
    extended: bool = False
    statements: tuple[Text, ...] = ()
    source: str = ""
    path: str = ""
    appeals: tuple[AppealRecord, ...] = ()
