"""A class's sources become pairs worth reading side by side: evidence, never a verdict."""

from grader.similarity.equal import Equal as Equal
from grader.similarity.equal import equal_groups as equal_groups
from grader.similarity.pairs import Match as Match
from grader.similarity.pairs import Pair as Pair
from grader.similarity.pairs import similar_pairs as similar_pairs
from grader.similarity.pairs import threshold as threshold
