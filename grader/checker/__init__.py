"""Hidden checks asked of submissions: the checks on this side of the wall, values across it."""

from grader.checker.digests import digests
from grader.checker.learner import Call, Callee, Proxy, callable_names, driven_entry_points
from grader.checker.observation import Observation, observe
from grader.checker.reference import CourseChild, Remembering, reference_callee
from grader.checker.run import Checking, ask_reference, checked
from grader.checker.submissions import Checked, prepare, unloaded

__all__ = [
    "Call",
    "Callee",
    "Checked",
    "Checking",
    "CourseChild",
    "Observation",
    "Proxy",
    "Remembering",
    "ask_reference",
    "callable_names",
    "checked",
    "digests",
    "driven_entry_points",
    "observe",
    "prepare",
    "reference_callee",
    "unloaded",
]
