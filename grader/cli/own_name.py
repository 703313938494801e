"""What a report says of the exercise's file is said of the file the learner gave, by the name it has."""

from __future__ import annotations

import re

import msgspec

from grader.cli.locate import Found
from grader.results import Report
from grader.text import Text


def in_own_name(report: Report, found: Found) -> Report:
    """The report as it is told to whoever gave the file `found`; what is kept names the exercise's own."""
    if not _is_renamed(found):
        return report
    checks = tuple(
        msgspec.structs.replace(check, message=name_own(check.message, found)) if check.message is not None else check
        for check in report.checks
    )
    message = None if report.message is None else name_own(report.message, found)
    return msgspec.structs.replace(report, checks=checks, message=message)


def name_own(sentence: Text, found: Found) -> Text:
    """One sentence with the learner's name for the file."""
    if not _is_renamed(found):
        return sentence
    assert found.path is not None
    own = found.path.name
    stem = found.exercise.manifest.file.removesuffix(".py")
    name = re.compile(rf"(?<![\w./\\-]){re.escape(stem)}\.(?:py|ipynb)(?![\w/\\])")
    return Text({code: name.sub(lambda _: own, words) for code, words in sentence.items()})


def _is_renamed(found: Found) -> bool:
    path = found.path
    return path is not None and path.suffix in (".py", ".ipynb") and path.name != found.exercise.manifest.file
