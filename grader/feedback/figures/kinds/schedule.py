"""A schedule: the value of a setting at each step, such as a learning rate, as a curve."""

from __future__ import annotations

from grader.feedback.figures.curves import draw, read, read_run

__all__ = ["TEMPLATE", "draw", "read", "read_run"]

TEMPLATE = "plot"
