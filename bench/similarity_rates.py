"""Prints how many planted copies the similarity report finds, and how many honest pairs it points at by mistake.

Classes are made from a grammar of the ways honest learners write a solution (`bench/honest_forms.toml`): each statement
in one of several forms, the plain one most often, with names, order, checks and small habits of their own. Some
learners are then replaced by copies of others, renamed, reordered and reformatted. In the short exercise most write the
five lines of the formula as they stand: there a copy cannot be told from an honest solution, and must not be.

Run it as `python bench/similarity_rates.py [LEARNERS] [SEED]`.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from honest import ROOT, copied, honest_adam, honest_backward  # noqa: E402

from grader.similarity import similar_pairs  # noqa: E402

COPIES = 40


def report(title: str, folder: str, write: Callable[[random.Random], str], learners: int, seed: int) -> None:
    """Make one class, plant copies in it, and print what was found."""
    rng = random.Random(seed)
    sources = {f"learner {number:05}": write(rng) for number in range(learners)}
    names = list(sources)
    rng.shuffle(names)
    copies = min(COPIES, learners // 5)
    planted = {tuple(sorted(pair)) for pair in zip(names[:copies], names[copies : 2 * copies], strict=True)}
    for first, second in sorted(planted):
        sources[second] = copied(rng, sources[first])
    slug = folder.partition("_")[2]
    starter = (ROOT / f"exercises/{folder}/{slug}.py").read_text()
    reference = (ROOT / f"solutions/{folder}/{slug}.py").read_text()
    began = time.perf_counter()
    found = {(pair.first, pair.second): pair for pair in similar_pairs(sources, starter=starter, known=[reference])}
    seconds = time.perf_counter() - began
    honest = learners * (learners - 1) // 2 - len(planted)
    wrong = found.keys() - planted
    involved = {name for pair in wrong for name in pair}
    print(f"{title}: {learners} learners, {seconds:.1f} s, {1000 * seconds / learners:.2f} ms each")
    print(f"  planted copies found   {len(planted & found.keys())} of {len(planted)}")
    print(f"  honest pairs flagged   {len(wrong)} of {honest} ({len(wrong) / honest:.1e}), {len(involved)} learners")


def main() -> None:
    learners, seed = (int(each) for each in [*sys.argv[1:3], *["2000", "1"][len(sys.argv) - 1 :]])
    report("a long exercise  (backward_pass)", "01_backward_pass", honest_backward, learners, seed)
    report("a short exercise (adam_step)", "03_adam_step", honest_adam, learners, seed)


if __name__ == "__main__":
    main()
