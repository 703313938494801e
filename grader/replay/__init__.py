"""Recorded calls asked again of many variants, each compared with the learner's answer: a trusted child's program.

The child imports it by name. All variants are course code; what came from a learner is values only.
"""

from grader.replay.compare import reference_values, replay

__all__ = ["reference_values", "replay"]
