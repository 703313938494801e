"""What regrades changed, and what learners objected to, become what the pages show of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from grader.classroom.moves import Move, story
from grader.classroom.statements import check_change, statement
from grader.classroom.store import Store
from grader.feedback.class_record import AppealRecord, Remark, StoryRecord
from grader.locale import say
from grader.text import Text

MOST_STORIES, MOST_CHANGES = 12, 20


class ToldMoves:
    """Read once for all pages: the story of the class, and what is told to each submission's learner."""

    def __init__(self, store: Store) -> None:
        self.stories: list[StoryRecord] = []
        self._statements: defaultdict[int, list[Text]] = defaultdict(list)
        self._appeals: defaultdict[tuple[str, str], list[AppealRecord]] = defaultdict(list)
        self._erased = store.erased()
        self._open: list[tuple[int, str, str]] = []
        for exercise, moved in story(store):
            self.stories.append(_story(exercise, moved))
            for move in moved:
                self._statements[move.submission.id].append(statement(move))
        for one in store.appeals():
            told = AppealRecord(objection=one.objection, raised_at=one.raised_at, answer=one.answer)
            self._appeals[one.learner, one.exercise].append(told)
            if one.answer is None:
                self._open.append((one.id, one.learner, one.exercise))
        self.stories = self.stories[-MOST_STORIES:]

    def statements(self, submission: int) -> tuple[Text, ...]:
        """What regrades did to one submission, the earliest first."""
        return tuple(self._statements.get(submission, ()))

    def appeals(self, learner: str, exercise: str) -> tuple[AppealRecord, ...]:
        """What a learner objected to in one exercise."""
        return tuple(self._appeals.get((learner, exercise), ()))

    def erased(self) -> Iterator[Remark]:
        """What is left of work that was erased."""
        for exercise, learners, submissions, passed, points in self._erased:
            told = say(
                "erased: {submissions} submissions of {learners} learners, {passed} of them passed, mean {mean} points",
                submissions=submissions, learners=learners, passed=passed, mean=f"{points / submissions:.3g}",
            )  # fmt: skip
            yield Remark(exercise, told)

    def open_appeals(self) -> Iterator[Remark]:
        """Objections that nobody has answered."""
        for number, learner, exercise in self._open:
            told = say("objects to the result of {exercise}, and has no answer yet (number {number})",
                       exercise=exercise, number=number)  # fmt: skip
            yield Remark(learner, told)


def _story(exercise: str, moved: list[Move]) -> StoryRecord:
    changes: Counter[tuple[Text, Text]] = Counter()
    for move in moved:
        changes.update((check.claim, check_change(check)) for check in move.checks)
    gains = [move.points for move in moved]
    return StoryRecord(
        exercise=exercise,
        number=moved[0].number,
        reason=moved[0].reason,
        at=max(move.regraded_at for move in moved),
        up=sum(gain > 0 for gain in gains),
        down=sum(gain < 0 for gain in gains),
        same=sum(gain == 0 for gain in gains),
        changes=tuple((claim, change, number) for (claim, change), number in changes.most_common(MOST_CHANGES)),
    )
