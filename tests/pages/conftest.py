"""One headless Chromium for all page tests, and the questions they ask a page; each returns what it found wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def node_modules() -> Path:
    folder = HERE / "node_modules"
    if not (folder / "axe-core" / "axe.min.js").is_file():
        reason = "axe-core is not installed: run npm install in tests/pages"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def axe_source(node_modules: Path) -> str:
    return (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser(need: Callable[..., str]) -> Iterator[Any]:
    program = need("chromium", "chromium-browser", "google-chrome", install="chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page in the browser, with everything it said and asked for."""

    page: Any
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def choose(self, language: str = "en", theme: str = "light") -> Opened:
        """Choose as a reader does, by the labels."""
        self.page.click(f"label[for=l-{language}]")
        self.page.click(f"label[for=t-{theme}]")
        return self

    def unfold(self) -> Opened:
        self.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        return self

    def ask(self, question: str) -> Any:
        return self.page.evaluate(question)


Open = Callable[..., Any]


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Open:
    """Open a page's text from a file, as a learner does."""

    @contextmanager
    def opened(made: str, *, width: int = 1280, **options: Any) -> Iterator[Opened]:
        file = tmp_path / f"page{len(list(tmp_path.iterdir()))}.html"
        file.write_text(made, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        page = context.new_page()
        seen = Opened(page)
        page.on("console", lambda message: seen.console.append(message.text))
        page.on("pageerror", lambda error: seen.console.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        # What the content policy stops never leaves the browser.
        page.on("requestfailed", lambda request: request.failure == "csp" and seen.requests.remove(request.url))
        page.goto(file.as_uri())
        seen.requests.remove(file.as_uri())
        yield seen
        context.close()

    return opened


def axe(opened: Opened, source: str) -> list[str]:
    """What axe-core finds; run from outside, so that the page's own content policy stays in force."""
    opened.ask(source)
    found = opened.ask("axe.run().then(result => result.violations)")
    return [f"{issue['id']}: {node['html'][:160]}" for issue in found for node in issue["nodes"]]


OVERFLOW = """() => {
  const root = document.documentElement, wide = [];
  if (root.scrollWidth > root.clientWidth) wide.push(`page is ${root.scrollWidth} wide`);
  const scrolls = element => {
    for (let up = element; up; up = up.parentElement) {
      if (up === document.body || up === root) return false;
      if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true;
    }
  };
  for (const element of document.querySelectorAll(":is(p, h1, h2, h3, li, dd, code, summary, label)")) {
    const box = element.getBoundingClientRect();
    if (box.width && box.right > root.clientWidth + 0.5 && !scrolls(element) && !element.closest(".spoken"))
      wide.push(`${element.tagName} ends at ${box.right}: ${element.textContent.slice(0, 40)}`);
  }
  return wide;
}"""
"""What reaches beyond the window without a scroll bar of its own."""

FAINT_PICTURE_TEXT = """() => {
  const parse = css => css.match(/[\\d.]+/g).map(Number).slice(0, 3);
  const luminance = rgb => {
    const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const faint = [];
  for (const svg of document.querySelectorAll("svg.plot")) {
    let ground = parse(getComputedStyle(svg).backgroundColor);
    const grounds = [ground];
    for (const area of svg.querySelectorAll(".area")) {
      const style = getComputedStyle(area), fill = parse(style.fill), share = Number(style.fillOpacity);
      ground = ground.map((value, i) => value * (1 - share) + fill[i] * share);
      grounds.push(ground);
    }
    for (const text of svg.querySelectorAll("text")) {
      if (!text.getBBox().width) continue;
      const ink = parse(getComputedStyle(text).fill);
      const onTheMap = text.y.baseVal[0].value > 28 && text.y.baseVal[0].value < 346;
      const worst = Math.min(...(onTheMap ? grounds : grounds.slice(0, 1)).map(each => contrast(ink, each)));
      if (worst < 4.5) faint.push(`${text.textContent}: ${worst.toFixed(2)}`);
    }
  }
  return faint;
}"""
"""Text in pictures, which axe does not look at, against the darkest ground it may stand on."""


def bare(opened: Opened) -> list[str]:
    """Signs that the stylesheet was not applied: axe and the validators pass a page without one."""
    style = opened.ask(
        "() => { const s = getComputedStyle(document.body), h = getComputedStyle(document.querySelector('.bar'));"
        " return [s.maxWidth === 'none', s.paddingBottom, h.fontFamily.slice(0, 13)] }"
    )
    return [] if style[0] is False and style[1] != "0px" and style[2] == '"Avenir Next"' else [json.dumps(style)]
