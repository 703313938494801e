"""A series: something measured at each step, such as a loss or a norm, as a curve."""

from __future__ import annotations

from grader.feedback.figures.curves import draw, read, read_run

__all__ = ["TEMPLATE", "draw", "read", "read_run"]

TEMPLATE = "plot"
