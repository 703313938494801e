"""Answers that are wrong turned into the belief that gives them."""

from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.diagnoser import Diagnoser
from grader.diagnosis.interview import Replayer
from grader.diagnosis.mutants import Mutant, mutants
from grader.diagnosis.variants import Variant, edited, pairs, singles, variant

__all__ = ["Diagnoser", "Mutant", "Replayer", "Variant", "diagnose", "edited", "mutants", "pairs", "singles", "variant"]
