"""Reports become JUnit XML, which continuous integration shows: a suite a submission, a case a check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC
from gettext import gettext as _
from xml.etree import ElementTree

from grader.exports.format import Asked, Format, Suite
from grader.exports.gradebook import Written
from grader.exports.wording import check_output, plain, summary
from grader.results import CheckResult, Outcome, Report

# What XML 1.0 cannot hold, escaped or not.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS = {
    Outcome.FAILED: "failure",
    Outcome.NOT_STARTED: "failure",
    Outcome.BLOCKED: "skipped",
}


def write(suites: Iterable[Suite], language: str) -> bytes:
    """One document. An untouched starter fails and only a blocked check is skipped: green means passed.

    Attributes that only one of the two common schemas knows are left out; without skipped cases it fits both.
    """
    root = ElementTree.Element("testsuites")
    for number, suite in enumerate(suites):
        root.append(_suite(number, suite, language))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(number: int, suite: Suite, language: str) -> ElementTree.Element:
    report = suite.report
    cases = [_case(suite, check, language) for check in report.checks]
    if not cases or (report.outcome is Outcome.GRADER_ERROR and all(case.find("error") is None for case in cases)):
        cases.append(_whole(suite, language))
    kinds = [child.tag for case in cases for child in case]
    element = ElementTree.Element(
        "testsuite",
        {
            "name": _token(" ".join(filter(None, (report.exercise.id, suite.learner)))),
            "package": _token(suite.learner or report.exercise.id),
            "id": str(number),
            "hostname": "localhost",
            "timestamp": suite.graded_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "tests": str(len(cases)),
            "failures": str(kinds.count("failure")),
            "errors": str(kinds.count("error")),
            "time": f"{report.seconds:.3f}",
        },
    )
    if skipped := kinds.count("skipped"):
        element.set("skipped", str(skipped))
    properties = ElementTree.SubElement(element, "properties")
    for name, value in _properties(report):
        ElementTree.SubElement(properties, "property", {"name": name, "value": _legal(value)})
    element.extend(cases)
    ElementTree.SubElement(element, "system-out").text = _legal(report.output)
    ElementTree.SubElement(element, "system-err").text = _legal(summary(report).in_language(language))
    return element


def _properties(report: Report) -> list[tuple[str, str]]:
    return [
        ("outcome", report.outcome.value),
        ("points", f"{report.points:g}" if report.outcome is not Outcome.GRADER_ERROR else ""),
        ("max_points", f"{report.max_points:g}"),
        ("seed", str(report.seed)),
        ("isolation", report.isolation.tier),
        ("sha256", report.submission.sha256),
    ]


def _case(suite: Suite, check: CheckResult, language: str) -> ElementTree.Element:
    case = _named_case(suite, plain(check.claim).in_language(language) or check.id)
    if check.outcome is not Outcome.PASSED:
        said = _legal(check_output(check).in_language(language))
        kind = _KINDS.get(check.outcome, "error")
        marks = {} if kind == "skipped" else {"type": check.outcome.value, "message": _token(said)}
        ElementTree.SubElement(case, kind, marks).text = said
    return case


def _whole(suite: Suite, language: str) -> ElementTree.Element:
    """The one case of a grading that has none of its own, so that a suite is never green by being empty."""
    report = suite.report
    case = _named_case(suite, report.exercise.id)
    if report.outcome is not Outcome.PASSED:
        said = _legal(summary(report).in_language(language))
        ElementTree.SubElement(case, "error", {"type": report.outcome.value, "message": _token(said)}).text = said
    return case


def _named_case(suite: Suite, name: str) -> ElementTree.Element:
    marks = {"name": _token(name), "classname": _token(suite.report.exercise.id), "time": "0"}
    return ElementTree.Element("testcase", marks)


def _token(text: str) -> str:
    """One line without spaces at its ends, as a name must be."""
    return " ".join(_legal(text).split()) or "-"


def _legal(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _write(suites: Iterable[Suite], asked: Asked) -> Written:
    return Written(write(suites, asked.language))


FORMAT = Format(_("JUnit XML, a suite a submission."), "junit.xml", "reports", _write)
