"""Two values turned into what tells them apart. Checks, diagnoses and authoring all ask here, and nowhere else."""

from grader.sameness.alike import Difference, difference, form, identical, numbers, same, same_exception
from grader.sameness.fingerprint import digest, is_plain
from grader.sameness.values import is_number
from grader.sameness.walk import Pair, Place, leaves

__all__ = [
    "Difference",
    "Pair",
    "Place",
    "difference",
    "digest",
    "form",
    "identical",
    "is_number",
    "is_plain",
    "leaves",
    "numbers",
    "same",
    "same_exception",
]
