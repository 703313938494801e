"""How long a learner's page takes once the templates are compiled, and how much it weighs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.rows import Row
from grader.feedback.class_pages import class_pages, learner_pages
from grader.feedback.class_record import ClassRecord
from grader.feedback.figures import isolines
from grader.feedback.html import render_report
from tests.feedback.class_examples import a_class
from tests.feedback.examples import EXERCISE, REPORTS


def page_rows(*, short: bool) -> list[Row]:
    """Processor time of one page, for a usual failure and for the page with most pictures, and the weights."""
    times = 60 if short else 400
    usual, pictures = REPORTS["failed"](), REPORTS["wrong_shape"]()

    def draw_afresh() -> None:
        isolines._isolines.cache_clear()
        render_report(usual, EXERCISE)

    one = _milliseconds(lambda: render_report(usual, EXERCISE), times)
    many = _milliseconds(lambda: render_report(pictures, EXERCISE), times)
    afresh = _milliseconds(draw_afresh, max(times // 10, 5))
    heaviest = max(len(render_report(make(), EXERCISE).encode()) for make in REPORTS.values())
    crowd, histories = a_class(1500 if short else 5000)
    learners = _milliseconds(lambda: list(learner_pages(crowd, histories[:50])), 3) / 50
    return [
        Row("a failing report with its map, warm", one, "ms", 5),
        Row("pages a second", 1000 / one, "pages"),
        Row("a report with three other pictures, warm", many, "ms", 5),
        Row("a map whose isolines are not kept yet", afresh / one, "pages"),
        Row("that page weighs", len(render_report(usual, EXERCISE).encode()) / 1000, "kB", 100),
        Row("the heaviest page of the tests weighs", heaviest / 1000, "kB", 100),
        Row("a class's learner pages a second, five exercises each", 1000 / learners, "pages", 500, at_least=True),
        Row(f"the first page for {len(crowd.learners)} learners", _milliseconds(lambda: _first_page(crowd), 3), "ms"),
        Row("that page weighs", len(_first_page(crowd).encode()) / 1000, "kB", 1000),
    ]


def _first_page(crowd: ClassRecord) -> str:
    return next(page for _, page in class_pages(crowd))


def _milliseconds(work: Callable[[], object], times: int) -> float:
    work()
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent) * 1000
