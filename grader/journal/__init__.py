"""A learner's attempts, hints, solutions seen and quiz reviews, kept in one SQLite file that survives what happens."""

from grader.journal.journal import Journal
from grader.journal.place import data_folder
from grader.journal.records import (
    Attempt,
    HintShown,
    Override,
    Progress,
    QuizSession,
    Review,
    SolutionSeen,
)

__all__ = [
    "Attempt",
    "HintShown",
    "Journal",
    "Override",
    "Progress",
    "QuizSession",
    "Review",
    "SolutionSeen",
    "data_folder",
]
