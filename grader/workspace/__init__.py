"""A learner's copy of a course: laid out, brought up to date, reset and restored without losing a byte of theirs."""

from grader.workspace.disk import write_file
from grader.workspace.lay_out import LaidOut, lay_out
from grader.workspace.workspace import Backup, Workspace

__all__ = ["Backup", "LaidOut", "Workspace", "lay_out", "write_file"]
