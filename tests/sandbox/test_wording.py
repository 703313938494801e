"""The tier is what the canary found, and every sentence stands in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from babel.messages.pofile import read_po

from grader.sandbox.near import wording
from grader.sandbox.near.wording import ADVICE, isolation_of, tier_of
from grader.sandbox.wire.control import LAYERS, Findings

SOURCES = Path(wording.__file__).parents[1]
CATALOGUE = SOURCES.parent / "locale" / "es" / "LC_MESSAGES" / "sandbox.po"

NOTHING = Findings(**dict.fromkeys(Findings.__struct_fields__, False))
ALL = frozenset(LAYERS)


@pytest.mark.parametrize(
    ("changes", "layers", "tier"),
    [
        ({}, ALL, "A"),
        ({"sees_checks": True}, ALL, "B"),
        ({"sees_checks": True}, ALL - {"uid"}, "C"),
        ({}, ALL - {"private_root"}, "B"),
        ({}, ALL - {"private_root", "uid"}, "C"),
        ({"reads_system": True}, ALL - {"landlock", "private_root"}, "D"),
        ({"reads_system": True}, ALL - {"landlock", "private_root", "uid"}, "E"),
        ({"forks": True}, ALL, "D"),
        ({"opens_socket": True}, ALL - {"uid"}, "E"),
        ({"writes_files": True}, ALL - {"uid"}, "E"),
        ({"reads_checks": True}, ALL, "E"),
        ({"reads_parent": True}, ALL, "E"),
        ({"signals_parent": True}, ALL, "E"),
    ],
)
def test_tier_is_what_was_found(changes: dict[str, bool], layers: frozenset[str], tier: str) -> None:
    """A layer that was hoped for counts only as far as the canary bears it out."""
    assert tier_of(msgspec.structs.replace(NOTHING, **changes), layers) == tier


def test_no_findings_promise_nothing() -> None:
    """Without a canary it is a mere process, or the course's own code."""
    assert tier_of(None, frozenset()) == "F"
    assert tier_of(None, frozenset({"rlimits"})) == "trusted"


def test_summary_says_what_could_be_done() -> None:
    """What the canary could do, and what it could not, are both said."""
    summary = isolation_of(msgspec.structs.replace(NOTHING, reads_checks=True), LAYERS).summary
    assert "It could: read the course's checks." in summary["en"]
    assert "could not: read files of the system" in summary["en"]
    assert str(isolation_of(NOTHING, LAYERS).summary).count("It could:") == 0


def test_every_sentence_is_translated() -> None:
    """Each sentence of the sandbox stands in the catalogue, and the catalogue has no other."""
    said = set()
    for source in SOURCES.rglob("*.py"):
        joined = re.sub(r'say\(\s*\n\s*"', 'say("', source.read_text("utf-8"))
        said |= set(re.findall(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"', joined))
    with CATALOGUE.open("rb") as file:
        catalogue = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    assert said == set(catalogue)
    for english, spanish in catalogue.items():
        assert spanish
        assert re.findall(r"{\w+}|`[^`]*`", english) == re.findall(r"{\w+}|`[^`]*`", spanish)


def test_advice_is_one_sentence() -> None:
    """Each piece of advice says what to do, in one sentence."""
    for advice in ADVICE.values():
        assert str(advice()).count(". ") == 0
        assert str(advice()).endswith(".")
