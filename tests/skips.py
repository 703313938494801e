"""Nothing is skipped in silence: every reason is told with its number, and on CI only known ones are let through."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

import pytest

KNOWN = {
    "no control group can be made here": "an ordinary container may not make control groups",
}
"""What even a machine that `.ci/run` has set up may lack, and why."""


def reasons(reports: Iterable[pytest.TestReport | pytest.CollectReport]) -> Counter[str]:
    """Why tests were skipped, and how many for each reason."""
    return Counter(
        report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for report in reports
    )


def unknown(found: Iterable[str]) -> list[str]:
    """The reasons that are not let through on CI."""
    return [reason for reason in found if reason not in KNOWN] if os.environ.get("CI") else []


def _skipped(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reasons(reporter.stats.get("skipped", ())) if reporter is not None else Counter()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run on CI that skipped something for a reason nobody has written down."""
    worker = hasattr(session.config, "workerinput")
    if not worker and session.exitstatus == pytest.ExitCode.OK and unknown(_skipped(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell each reason, with how many tests it took."""
    found = _skipped(config)
    if found:
        terminalreporter.section("skipped")
    for reason, number in found.most_common():
        mark = "NOT ALLOWED ON CI  " if unknown([reason]) else ""
        terminalreporter.line(f"{number:4} {mark}{reason}")
