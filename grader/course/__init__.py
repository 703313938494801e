"""A course's files turned into validated values: its exercises, their checks, and the known-wrong ways."""

from grader.course.course import (
    MARKER,
    Course,
    Exercise,
    bundled_root,
    bundled_templates,
    open_course,
    secret_trees,
)
from grader.course.manifest import (
    Catalogue,
    Check,
    CourseInfo,
    Dimension,
    Edit,
    EquivalentMutant,
    Figure,
    Manifest,
    Misconception,
    ResourceLimits,
    Shortcut,
    Tolerance,
    Trace,
)
from grader.course.validation import FOLDER

__all__ = [
    "FOLDER",
    "MARKER",
    "Catalogue",
    "Check",
    "Course",
    "CourseInfo",
    "Dimension",
    "Edit",
    "EquivalentMutant",
    "Exercise",
    "Figure",
    "Manifest",
    "Misconception",
    "ResourceLimits",
    "Shortcut",
    "Tolerance",
    "Trace",
    "bundled_root",
    "bundled_templates",
    "open_course",
    "secret_trees",
]
