"""What a course's TOML files may say: `exercise.toml` and its neighbours as validated values."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from grader.text import Text

PositiveNumber = Annotated[float, msgspec.Meta(gt=0)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]+\.py$")]


class Tolerance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values are close when ``|got - expected| <= atol + rtol * |expected|``."""

    rtol: Annotated[float, msgspec.Meta(ge=0, lt=1)]
    atol: Annotated[float, msgspec.Meta(ge=0)]
    reason: Text


class ResourceLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use: seconds a call and in all, MiB of memory, KiB of printed text kept."""

    call_seconds: PositiveNumber = 5.0
    total_seconds: PositiveNumber = 30.0
    memory_mb: Annotated[int, msgspec.Meta(gt=0)] = 512
    output_kb: Annotated[int, msgspec.Meta(gt=0)] = 64


class Shortcut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dotted name that would do the exercise for the learner, and why it is refused."""

    name: str
    reason: Text


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One claim about the learner's code, proved by ``test_<id>`` in the hidden checks."""

    id: Identifier
    claim: Text
    points: PositiveNumber
    needs: Identifier | None = None


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of the learner's run beside the expected one; `function` stands in the harness."""

    kind: Identifier
    function: Identifier
    title: Text
    caption: Text
    x_label: Text
    y_label: Text


class Trace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The harness function whose table of steps `grade trace` shows."""

    function: Identifier


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What ``exercise.toml`` says."""

    number: Annotated[int, msgspec.Meta(gt=0)]
    id: Identifier
    version: Annotated[int, msgspec.Meta(gt=0)]
    runtime: Literal["numpy", "torch"]
    file: FileName
    entry_points: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1)]
    concepts: tuple[str, ...]
    title: Text
    idea: Text
    convention: Text
    tolerance: Tolerance
    limits: ResourceLimits = ResourceLimits()
    forbidden: tuple[Shortcut, ...] = ()
    hint: tuple[Text, ...] = ()
    check: Annotated[tuple[Check, ...], msgspec.Meta(min_length=1)]
    figure: tuple[Figure, ...] = ()
    trace: Trace | None = None
    starter_runs: bool = False
    """The starter is a program with a fault to be found: it is not started, and can be traced all the same."""
    draft: bool = False
    """Half written: no learner sees it."""


class Edit(msgspec.Struct, frozen=True, rename={"before": "from", "after": "to"}, forbid_unknown_fields=True):
    """A replacement of a text that stands in the reference exactly once."""

    before: Annotated[str, msgspec.Meta(min_length=1)]
    after: str


class Misconception(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A known-wrong way, as code that does it and as words for the learner who holds it."""

    id: Identifier
    kind: Literal["misconception", "convention"] = "misconception"
    entry_points: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1)]
    belief: Text
    explanation: Text
    question: Text
    terms: tuple[str, ...] = ()
    edit: tuple[Edit, ...] = ()
    file: bool = False
    predicate: Identifier | None = None


class EquivalentMutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant of the reference that no check can tell apart, and why that is right."""

    line: str
    mutation: str
    reason: str


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``misconceptions.toml`` says."""

    misconception: tuple[Misconception, ...] = ()
    equivalent: tuple[EquivalentMutant, ...] = ()


class Dimension(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that the contract lets vary, the checks that vary it, and a program that is right except where it does.

    The program is made of the reference by edits, stands in a file of its own, or is that of a known wrong way.
    """

    id: Identifier
    varies: Text
    check: Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1)]
    edit: tuple[Edit, ...] = ()
    file: bool = False
    misconception: Identifier | None = None


class Dimensions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``dimensions.toml`` says."""

    dimension: Annotated[tuple[Dimension, ...], msgspec.Meta(min_length=1)]


class CourseInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``course.toml`` says."""

    id: str
    version: str
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    title: Text
