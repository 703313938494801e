"""The one value a grading produces: a `Report` of check results, read by every page, export and statistic.

Nothing here does I/O, and nothing defaults to passed: an outcome is always given.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import msgspec

from grader.cleaning import one_line
from grader.text import Text

SCHEMA = "grader/report/1"


class Outcome(StrEnum):
    """How a check, or a whole grading, ended. Only `PASSED` earns points."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_STARTED = "not_started"
    DID_NOT_LOAD = "did_not_load"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    BLOCKED = "blocked"
    GRADER_ERROR = "grader_error"


MOST_SHOWN = 500
Number = float | str
"""A number as JSON can carry it: non-finite ones are the words ``"nan"``, ``"inf"``, ``"-inf"``."""


def _clean(told: msgspec.Struct, *fields: str) -> None:
    """What a learner's program named, such as a type or a key, shown on one line wherever it is shown."""
    for field in fields:
        if isinstance(value := getattr(told, field), str):
            msgspec.structs.force_setattr(told, field, one_line(value, MOST_SHOWN))


class Row(msgspec.Struct, frozen=True):
    """One line of a comparison table: where, both values, and whether they differ."""

    place: str
    got: Number
    expected: Number
    differs: bool

    def __post_init__(self) -> None:
        _clean(self, "place", "got", "expected")


class Mismatch(msgspec.Struct, frozen=True, kw_only=True):
    """Where a returned value first leaves the expected one, and by how much.

    `kind` tells which question failed; they are asked in this order: type, shape, dtype, finite, value.
    `changed` means that an argument was modified by the call. `step` counts from 1, `index` from 0.
    Differing and greatest figures describe the whole value, not only the first difference.
    """

    kind: Literal["type", "shape", "dtype", "not_finite", "value", "changed"]
    name: str
    got: Number
    expected: Number
    step: int | None = None
    index: tuple[int, ...] | None = None
    absolute_error: Number | None = None
    relative_error: Number | None = None
    rtol: float | None = None
    atol: float | None = None
    differing: int | None = None
    total: int | None = None
    greatest_absolute: Number | None = None
    greatest_relative: Number | None = None
    rows: tuple[Row, ...] = ()

    def __post_init__(self) -> None:
        _clean(self, "name", "got", "expected")


class Frame(msgspec.Struct, frozen=True):
    """One line of the learner's own file in a traceback; of a notebook, the line within its code cell `cell`."""

    line: int
    function: str
    source: str
    cell: int | None = None


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one check found. `message` is absent only when the check passed."""

    id: str
    claim: Text
    outcome: Outcome
    points: float
    max_points: float
    message: Text | None = None
    mismatch: Mismatch | None = None
    frames: tuple[Frame, ...] = ()
    needs: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Why a diagnosis may be believed.

    `calls` recorded calls were answered exactly as the variant answers them; `separating_call` (its
    ordinal among them, from 1) tells the variant from the reference, by `difference` in absolute value,
    which is `margin` times the tolerance there. Without these two, what the calls did was enough to tell, and the
    call named is the first that went wrong.
    """

    entry_point: str
    calls: int
    separating_call: int
    difference: Number | None = None
    margin: Number | None = None

    @property
    def is_exact(self) -> bool:
        """Whether every value agreed; otherwise what the calls did was enough to tell."""
        return self.margin is not None


class Belief(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an exercise's catalogue, as far as a learner may read it."""

    id: str
    kind: Literal["misconception", "convention"]
    belief: Text
    explanation: Text
    question: Text
    terms: tuple[str, ...] = ()


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest explanation found for what the learner's code answered.

    `misconception`: all of `beliefs` together (one, or a pair). `one_of`: exactly one of them, which these
    inputs cannot tell apart; `alternatives` groups their ids, as an alternative may itself be a pair.
    `shape`: no known belief, but the error has a recognisable form. `mutation`: a small change of the
    reference's formula answers the same; `summary` names the place, never the code. `note`: what an instructor wrote to
    all who answer so, which is text and nothing else.
    `partial` is there where what is told is true, and does not explain everything that is wrong.
    """

    kind: Literal["misconception", "one_of", "shape", "mutation", "note"]
    beliefs: tuple[Belief, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()
    summary: Text | None = None
    evidence: tuple[Evidence, ...] = ()
    partial: bool | msgspec.UnsetType = msgspec.UNSET

    @property
    def is_exact(self) -> bool:
        """Whether all its evidence is."""
        return all(evidence.is_exact for evidence in self.evidence)


class Isolation(msgspec.Struct, frozen=True):
    """What the canary found to hold around the learner's code, as a tier letter A to F and in words."""

    tier: str
    summary: Text


class ExerciseRef(msgspec.Struct, frozen=True):
    """Which exercise was graded."""

    number: int
    id: str


class Submission(msgspec.Struct, frozen=True):
    """Which bytes were graded."""

    sha256: str


class FigureData(msgspec.Struct, frozen=True, kw_only=True):
    """What one picture draws: the same harness function, run on the learner's code and on the reference.

    `learner` is None where the learner's run could not be had (an exception, a time out).
    """

    kind: str
    title: Text
    caption: Text
    x_label: Text
    y_label: Text
    expected: dict[str, Any]
    learner: dict[str, Any] | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one grading of one submission found."""

    schema: str = SCHEMA
    exercise: ExerciseRef
    outcome: Outcome
    points: float
    max_points: float
    message: Text | None = None
    notes: tuple[Text, ...] = ()  # what was met in reading the file that may be why it did not pass
    checks: tuple[CheckResult, ...]
    diagnosis: tuple[Diagnosis, ...] = ()
    isolation: Isolation
    seed: int
    submission: Submission
    seconds: float
    output: str = ""
    versions: dict[str, str] = {}
    figures: tuple[FigureData, ...] = ()

    @property
    def first_failure(self) -> CheckResult | None:
        """The most basic check that did not pass, to be read first; one that waits comes last."""
        return first_unpassed(self.checks)


def overall_outcome(checks: tuple[CheckResult, ...]) -> Outcome:
    """The outcome of a whole grading: a grader error if there is any, else what the first unpassed check says."""
    outcomes = [check.outcome for check in checks]
    if not outcomes or Outcome.GRADER_ERROR in outcomes:
        return Outcome.GRADER_ERROR
    unpassed = first_unpassed(checks)
    return Outcome.PASSED if unpassed is None else unpassed.outcome


def first_unpassed(checks: tuple[CheckResult, ...]) -> CheckResult | None:
    """The first check that was not passed, one that waits only where there is no other; None where all were passed."""
    unpassed = [check for check in checks if check.outcome is not Outcome.PASSED]
    told = (check for check in unpassed if check.outcome is not Outcome.BLOCKED)
    return next(told, unpassed[0] if unpassed else None)


def to_json(value: msgspec.Struct, *, indent: int | None = None) -> bytes:
    """A report, or a part of one, as JSON."""
    encoded = msgspec.json.encode(value, enc_hook=_encode_text)
    return msgspec.json.format(encoded, indent=indent) if indent else encoded


def report_from_json(encoded: bytes) -> Report:
    """The report that `to_json` wrote; raises `msgspec.ValidationError` on anything else."""
    return msgspec.json.decode(encoded, type=Report, dec_hook=decode_text)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a report, made from these types."""
    schema = _settled(msgspec.json.schema(Report, schema_hook=_schema_of_text))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": SCHEMA, **schema}


def _settled(schema: Any) -> Any:
    """The same schema whatever the release of msgspec: descriptions as docstrings read, null after what else may be."""
    from inspect import cleandoc

    if isinstance(schema, list):
        return [_settled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    settled = {key: _settled(part) for key, part in schema.items()}
    if isinstance(settled.get("description"), str):
        settled["description"] = cleandoc(settled["description"])
    if isinstance(settled.get("anyOf"), list):
        settled["anyOf"].sort(key=lambda part: part.get("type") == "null")
    return settled


def decode_text(kind: type, raw: Any) -> Any:
    """msgspec's hook for reading a `Text`: a table of language to sentence, none of them empty."""
    if kind is not Text:
        raise NotImplementedError(f"no decoder for {kind!r}")
    if not isinstance(raw, dict) or not raw:
        raise ValueError("Expected a table of sentences, one a language")
    for language, sentence in raw.items():
        if not isinstance(sentence, str) or not sentence.strip():
            raise ValueError(f"Expected a sentence for language `{language}`")
    return Text(raw)


def _encode_text(value: Any) -> Any:
    if isinstance(value, Text):
        return dict(value)
    raise NotImplementedError(f"no encoder for {type(value)!r}")


def _schema_of_text(kind: type) -> dict[str, Any]:
    if kind is Text:
        return {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
    raise NotImplementedError(f"no schema for {kind!r}")
