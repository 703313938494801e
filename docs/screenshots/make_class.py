"""Pictures of a class's pages for the documentation, from a made-up class: ``python -m docs.screenshots.make_class``.

Needs Chromium and Playwright, as the page tests do, and some minutes: five hundred submissions are really graded.
A folder as its one argument keeps the graded class there, and photographs it again without grading.
"""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.synthetic_class import HOSTILE, REWRITES
from docs.screenshots.make import FLAGS
from grader.course import Course, Exercise, open_course
from grader.diagnosis import singles

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LEARNERS, ABSENT, SEED = 116, 4, 7
FIRST = [
    "Inés", "José", "Sofía", "Iñaki", "Nuria", "Álvaro", "Begoña", "Raúl", "Lucía", "Martín", "Noemí", "Andrés",
    "Ángela", "Jordi", "Itziar", "Óscar", "Mónica", "Joaquín", "Chloë", "Zoë", "Jürgen", "Siân", "Maëlle", "Łukasz",
    "Søren", "Ana", "Pedro", "Carmen", "Luis", "Irene",
]  # fmt: skip
LAST = [
    "García", "Núñez", "Peña", "Ibáñez", "Muñoz", "Sánchez", "Gómez", "Yáñez", "Ordóñez", "Martínez", "Fernández",
    "Rodríguez", "López", "Álvarez", "Castaño", "Etxeberria", "Puig", "Vázquez", "Müller", "Ødegård", "Dvořák",
    "O'Neill", "Nowak", "Ferreira", "Çelik",
]  # fmt: skip

# name, page (None: a telling learner's), width, height, language, theme
SHOTS: tuple[tuple[str, str | None, int, int, str, str], ...] = (
    ("class-index", "index.html", 1200, 1100, "en", "light"),
    ("class-index-narrow", "index.html", 480, 1100, "es", "dark"),
    ("class-learner", None, 1200, 1500, "es", "light"),
)


def main() -> None:
    """Grade the class, and photograph its pages."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory() as spare, sync_playwright() as playwright:
        results = graded_class(Path(sys.argv[1]) if sys.argv[1:] else Path(spare))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for shot in SHOTS:
            _photograph(browser, results, *shot)
        browser.close()


def graded_class(folder: Path) -> Path:
    """The folder of the class's pages: two rounds of submissions, and some who hand in nothing."""
    results = folder / "optimizers-2026" / "results"
    if (results / "class.sqlite3").is_file():
        _grade("report", "--out", results)
        return results
    rng = random.Random(SEED)
    keys = [f"u{number:03}" for number in range(1, LEARNERS + ABSENT + 1)]
    _write_roster(folder / "roster.csv", keys, rng)
    rounds = folder / "first", folder / "second"
    course = open_course(ROOT)
    for key in keys[:LEARNERS]:
        for place, file, content in _attempts(course, rng):
            path = rounds[place] / key / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for submissions in rounds:
        _grade("class", submissions, "--out", results, "--roster", folder / "roster.csv", "--seed", SEED)
    return results


def _write_roster(path: Path, keys: list[str], rng: random.Random) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    people = rng.sample([(first, last) for first in FIRST for last in LAST], len(keys))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "email"])
        for key, (first, last) in zip(keys, people, strict=True):
            writer.writerow([key, f"{last} {rng.choice(LAST)}, {first}", f"{key}@example.org"])


def _attempts(course: Course, rng: random.Random) -> Iterator[tuple[int, str, bytes]]:
    """What one learner hands in: round, file, content. Some know more than others, and some stop on the way."""
    ability = min(max(rng.gauss(0.55, 0.25), 0.05), 0.97)
    for exercise in course.exercises:
        if rng.random() > 0.8 + 0.2 * ability:
            return
        right = rng.random() < ability * (1.1 - 0.06 * exercise.number)
        note = f"\n# {rng.random()}\n".encode()
        yield 0, exercise.manifest.file, _content(exercise, rng, right=right) + note
        if not right and rng.random() < 0.6:
            again = _content(exercise, rng, right=rng.random() < 0.3 + 0.6 * ability)
            yield 1, exercise.manifest.file, again + note


def _content(exercise: Exercise, rng: random.Random, *, right: bool) -> bytes:
    if right:
        rewrites = [path.read_bytes() for path in sorted((REWRITES / exercise.id).glob("*.py"))]
        return rng.choice([exercise.reference.encode(), *rewrites])
    if rng.random() < 0.06:
        return rng.choice(HOSTILE)[0].encode()
    wrong = singles(exercise)
    # A few beliefs are common and the rest are rare, as in a real class.
    weights = [1 / (place + 1) for place in range(len(wrong))]
    return rng.choices(wrong, weights)[0].source.encode()


def _grade(command: str, *arguments: object) -> None:
    words = [shutil.which("grade") or "grade", command, *map(str, arguments)]
    if subprocess.run(words, cwd=ROOT, check=False).returncode not in (0, 5):
        sys.exit(f"grade {command} failed")


def _photograph(
    browser: Browser, results: Path, name: str, file: str | None, width: int, height: int, language: str, theme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto((results / (file or _telling(results))).as_uri())
    page.click(f"label[for=l-{language}]")
    page.click(f"label[for=t-{theme}]")
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.screenshot(path=HERE / f"{name}.png")
    page.close()


def _telling(results: Path) -> str:
    """A learner's page with one belief, a second attempt that counts, and something not handed in."""
    for path in sorted((results / "learners").glob("*.html")):
        page = path.read_text(encoding="utf-8")
        if page.count('class="belief"') == 1 and "attempt-counts" in page and 'id="missing"' in page:
            return f"learners/{path.name}"
    sys.exit("no learner's page shows all of it")


if __name__ == "__main__":
    main()
