"""The saves of one file become reports: the newest save counts, and a grading under way is called off for it."""

from grader.watch.desk import Broke, Desk, Graded, Job
from grader.watch.saves import QUIET_MS, Saved, SaveWatch

__all__ = ["QUIET_MS", "Broke", "Desk", "Graded", "Job", "SaveWatch", "Saved"]
