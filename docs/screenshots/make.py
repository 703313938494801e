"""Pictures of the pages for the documentation, made from a real grading: ``python docs/screenshots/make.py``.

Needs Chromium and Playwright, as the page tests do. The attempt at Adam forgets the bias correction.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]
ATTEMPT = '''"""Exercise 3: one step of Adam."""

import numpy as np


def adam_step(param, grad, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the new (param, m, v); the arrays that came in stay as they were."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    print("step", t)
    return param - lr * m / (np.sqrt(v) + eps), m, v
'''

# name, width, height (None: the whole page), language, theme
SHOTS: tuple[tuple[str, int, int | None, str, str], ...] = (
    ("report-light", 1280, 1180, "en", "light"),
    ("report-dark", 1280, 1180, "es", "dark"),
    ("report-narrow", 320, 1180, "es", "light"),
)


def main() -> None:
    """Grade the attempt, and photograph its page."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = _graded(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for shot in SHOTS:
            _photograph(browser, page, *shot)
        browser.close()


def _graded(folder: Path) -> Path:
    (folder / "adam_step.py").write_text(ATTEMPT, encoding="utf-8")
    command = [shutil.which("grade") or "grade", "exercise", "3", "--file", "adam_step.py", "--seed", "3"]
    ended = subprocess.run([*command, "--html", "page.html"], cwd=folder, stdout=subprocess.DEVNULL, check=False)
    if ended.returncode not in (0, 1):
        sys.exit(f"grade ended with {ended.returncode}")
    return folder / "page.html"


def _photograph(
    browser: Browser, file: Path, name: str, width: int, height: int | None, language: str, theme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": height or 900})
    page.goto(file.as_uri())
    page.click(f"label[for=l-{language}]")
    page.click(f"label[for=t-{theme}]")
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.screenshot(path=HERE / f"{name}.png", full_page=height is None)
    page.close()


if __name__ == "__main__":
    main()
