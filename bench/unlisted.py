"""A made-up class of 300 in which twelve slips that no catalogue lists are planted: what a sitting with notes is worth.

`python -m bench.unlisted` grades it with the real command, notes every group, and prints the share of wrong attempts
with a true word before and after.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.group_notes import GroupNotes
from grader.classroom.groups import Group, groups_of
from grader.classroom.store import Store
from grader.course import Course, open_course
from grader.diagnosis import singles
from grader.results import Outcome, Report

SIZE = 300

SLIPS: dict[str, tuple[str, str, str]] = {
    "root of the mean": ("adam_step", "np.sqrt(v_hat)", "np.sqrt(np.abs(m_hat))"),
    "power of one and a half": ("adam_step", "grad**2", "np.abs(grad) ** 1.5"),
    "tanh of the mean": ("adam_step", "lr * m_hat", "lr * np.tanh(m_hat)"),
    "correction three steps late": ("adam_step", "v / (1 - beta2**t)", "v / (1 - beta2 ** (t + 3))"),
    "no such function": ("adam_step", "np.sqrt(v_hat)", "np.root(v_hat)"),
    "rise with a bow": (
        "warmup_schedule",
        "base_lr * (step + 1) / warmup_steps",
        "base_lr * ((step + 1) / warmup_steps) ** 1.7",
    ),
    "fall with a bow": ("warmup_schedule", "math.pi * progress", "math.pi * progress**1.3"),
    "a third of the fall": ("warmup_schedule", "math.cos(math.pi * progress)", "math.cos(math.pi * progress / 3)"),
    "velocity with a floor": (
        "momentum",
        "momentum * velocity + (1 - dampening) * grad",
        "momentum * velocity + (1 - dampening) * grad + 0.001",
    ),
    "physics with half the rate": (
        "momentum",
        "momentum * velocity + lr * grad",
        "momentum * velocity + lr * grad / 2 + lr * velocity",
    ),
    "steps with a fraction": (
        "step_and_cosine",
        "gamma ** (epoch // step_size)",
        "gamma ** (epoch / step_size) * 1.01",
    ),
    "wave squared": (
        "step_and_cosine",
        "(1 + math.cos(math.pi * epoch / t_max)) / 2",
        "((1 + math.cos(math.pi * epoch / t_max)) / 2) ** 2",
    ),
}
"""Each planted slip: its exercise, a text of the reference, and what stands there instead."""

REWRITES: tuple[tuple[str, str], ...] = (
    ("beta1 * m + (1 - beta1) * grad", "(1 - beta1) * grad + beta1 * m"),
    ("m_hat", "mean_now"),
    ("grad**2", "grad * grad"),
    ("(1 - beta1)", "(1.0 - beta1)"),
    ("progress", "share"),
    ("min_lr + (base_lr - min_lr) * ", "min_lr + (base_lr - min_lr) * 1.0 * "),
    ("return param - velocity, velocity", "moved = param - velocity\n    return moved, velocity"),
    ("(1 - dampening) * grad", "grad * (1 - dampening)"),
    ("eta_min + (base_lr - eta_min)", "eta_min + 1.0 * (base_lr - eta_min)"),
    ("base_lr * gamma", "1.0 * base_lr * gamma"),
)
"""Ways to write the same that change at most the last digit: a learner takes some of them."""


@dataclass(frozen=True)
class Planted:
    """One learner's file; `slip` is the planted one, `belief` the listed one, if any."""

    learner: str
    exercise: str
    source: str
    slip: str | None = None
    belief: str | None = None


def planted_class(course: Course, size: int = SIZE, seed: int = 16) -> list[Planted]:
    """The class, shuffled: a third with a planted slip, a quarter with a listed one, the others right."""
    rng = random.Random(seed)
    drawn = list(_kinds(course, size, rng))
    rng.shuffle(drawn)
    return [Planted(f"learner{place:03}", *one) for place, one in enumerate(drawn)]


def _kinds(course: Course, size: int, rng: random.Random) -> Iterator[tuple[str, str, str | None, str | None]]:
    names = list(SLIPS)
    for place in range(size // 3):
        # Groups of unlike sizes, none of fewer than four.
        name = names[place % len(names)] if place < 4 * len(names) else names[min(int(rng.expovariate(0.3)), 11)]
        exercise, before, after = SLIPS[name]
        yield exercise, _rewritten(_edited(course.exercise(exercise).reference, before, after), rng, place), name, None
    exercises = sorted({exercise for exercise, _, _ in SLIPS.values()})
    for place in range(size // 3, size):
        exercise = rng.choice(exercises)
        if place < size * 7 // 12:
            variant = rng.choice(singles(course.exercise(exercise)))
            yield exercise, f"{variant.source}\n# learner {place}\n", None, variant.ids[0]
        else:
            yield exercise, _rewritten(course.exercise(exercise).reference, rng, place), None, None


def _edited(source: str, before: str, after: str) -> str:
    if source.count(before) != 1:
        raise ValueError(f"{before!r} stands {source.count(before)} times in the reference")
    return source.replace(before, after)


def _rewritten(source: str, rng: random.Random, place: int) -> str:
    """The body below the docstring, rewritten in some of the ways that leave its meaning."""
    head, mark, body = source.partition("import ")
    for before, after in REWRITES:
        if rng.random() < 0.5:
            body = body.replace(before, after)
    return f"{head}{mark}{body}\n# learner {place}\n"


def write_planted(folder: Path, course: Course, made: list[Planted]) -> None:
    """The class as a folder a learner."""
    for one in made:
        path = folder / one.learner / course.exercise(one.exercise).manifest.file
        path.parent.mkdir(parents=True)
        path.write_text(one.source, encoding="utf-8")


def grade(*words: object) -> None:
    """Run the command."""
    subprocess.run([sys.executable, "-m", "grader", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


def true_words(out: Path, made: list[Planted]) -> tuple[int, int, int]:
    """Wrong attempts, those told a true word, and those told a false one: a belief or a note that is not theirs."""
    truth = {one.learner: one for one in made}
    wrong = true = false = 0
    with Store.open(out / "class.sqlite3", group_notes=GroupNotes.of(out)) as store:
        for result in store.results():
            if result.report.outcome is Outcome.PASSED:
                continue
            wrong += 1
            said = _said(result.report)
            own = truth[result.submission.learner]
            fits = {own.belief, own.slip} - {None}
            true += any(one in fits for one in said)
            false += any(one not in fits for one in said)
    return wrong, true, false


def _said(report: Report) -> list[str]:
    notes = [str(found.summary).partition(": ")[2] for found in report.diagnosis if found.kind == "note"]
    named = [found for found in report.diagnosis if found.kind == "misconception"]
    return [*notes, *(belief.id for found in named for belief in found.beliefs)]


def groups_in(out: Path) -> list[Group]:
    """The groups of a graded class."""
    with Store.open(out / "class.sqlite3", group_notes=GroupNotes.of(out)) as store:
        return groups_of(store.results(), store.group_notes)


def note_all(out: Path, made: list[Planted]) -> int:
    """One sitting: the instructor reads one member's code in each group and writes what it shows, the slip's name."""
    truth = {one.learner: one for one in made}
    groups = groups_in(out)
    for group in groups:
        name = truth[group.learners[0]].slip
        if name is not None:
            grade("note", group.id, "--en", name, "--es", name, "--out", out)
    return len(groups)


def main() -> None:
    """Grade, note, and print."""
    course = open_course()
    made = planted_class(course)
    with tempfile.TemporaryDirectory() as folder:
        submissions, out = Path(folder) / "submissions", Path(folder) / "out"
        write_planted(submissions, course, made)
        grade("class", submissions, "--out", out, "--no-pages")
        before = true_words(out, made)
        groups = note_all(out, made)
        after = true_words(out, made)
    print(f"{len(made)} learners, {before[0]} wrong attempts, {len(SLIPS)} planted slips, {groups} groups")
    for when, (wrong, true, false) in (("before", before), ("after one sitting", after)):
        print(f"{when:18} {true} of {wrong} told a true word ({100 * true / wrong:.0f} %), {false} a false one")


if __name__ == "__main__":
    main()
