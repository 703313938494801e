"""The one schema of a class's results, the same on SQLite and on PostgreSQL.

Nothing that was graded is ever overwritten: a result belongs to a submission *and* an edition (exercise version,
checks version, seed policy), so a regrade adds rows beside the old ones and the two can be compared.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

SCHEMA_VERSION = 1


class Instant(TypeDecorator[datetime]):
    """A moment as fixed-width ISO 8601 text in UTC, which sorts as time does and is the same on every server."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """The text of a moment; a naive one is refused, for nobody could say which zone it was in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The moment of a text, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData()

# Facts that stand once for the whole store: `schema` (this file's version) and `seed` (one for the whole class).
settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

# One start of the grader over a folder. A run without `finished_at` was killed, or is still going.
runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("course", String(200), nullable=False),
    Column("course_version", String(80), nullable=False),
    Column("seed", String(40), nullable=False),
    Column("tier", String(4), nullable=False),
    Column("isolation", Text, nullable=False),  # what the canary found, a sentence in each language, as JSON
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
)

# What the checks of one exercise were when they graded: a change of any column is another edition.
editions = Table(
    "editions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("exercise", String(200), nullable=False),
    Column("exercise_version", Integer, nullable=False),
    Column("checks_version", String(80), nullable=False),  # a hash over checks, harness, reference and manifest
    Column("seed_policy", String(80), nullable=False),
    UniqueConstraint("exercise", "exercise_version", "checks_version", "seed_policy", name="one_edition"),
)

# Which editions a run graded with; the last run that names an exercise says which edition is current.
run_editions = Table(
    "run_editions",
    metadata,
    Column("run", ForeignKey("runs.id"), primary_key=True),
    Column("edition", ForeignKey("editions.id"), primary_key=True),
)

# A person, known by a roster's id or, without one, by what the folder or file is called.
learners = Table(
    "learners",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(400), nullable=False, unique=True),
    Column("student", Text),  # the roster's row as JSON; absent for someone the roster does not know
)

# The bytes handed in, once for each content, so that a regrade needs neither the folder nor the archive.
sources = Table(
    "sources",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

# One attempt of one learner at one exercise. Attempts count from 1 in the order they were met.
submissions = Table(
    "submissions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("learner", ForeignKey("learners.id"), nullable=False, index=True),
    Column("exercise", String(200), nullable=False, index=True),
    Column("attempt", Integer, nullable=False),
    Column("sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("submitted_at", Instant),  # when it was handed in, as far as the folder or the system tells
    Column("late", Boolean),  # the system's own mark; absent where it makes none
    Column("late_seconds", Float),
    Column("origin", Text, nullable=False),  # the path inside the folder or archive, for a person to find it
    Column("first_seen", ForeignKey("runs.id"), nullable=False),
    UniqueConstraint("learner", "exercise", "attempt", name="one_attempt"),
)

# What one edition's checks found in one submission: written once, when it lands.
results = Table(
    "results",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission", ForeignKey("submissions.id"), nullable=False),
    Column("edition", ForeignKey("editions.id"), nullable=False, index=True),
    Column("run", ForeignKey("runs.id"), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("points", Float, nullable=False),
    Column("max_points", Float, nullable=False),
    Column("graded_at", Instant, nullable=False),
    Column("report", Text, nullable=False),  # the whole report as JSON, schema grader/report/1
    UniqueConstraint("submission", "edition", name="one_result"),
)

# How those functions of a submission behave that are wrong and that no belief explains: digests of their answers.
# A store made before there was this table gets it when it is opened.
behaviours = Table(
    "behaviours",
    metadata,
    Column("submission", ForeignKey("submissions.id"), primary_key=True),
    Column("edition", ForeignKey("editions.id"), primary_key=True),
    Column("told", Text, nullable=False),  # a list of them, as JSON
)

# What a learner objected to in a result, and what was answered.
appeals = Table(
    "appeals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("raised_at", Instant, nullable=False),
    Column("objection", Text, nullable=False),
    Column("answered_at", Instant),
    Column("answer", Text),
)

# What is left of erased work, by exercise: numbers that name nobody.
erased = Table(
    "erased",
    metadata,
    Column("exercise", String(200), primary_key=True),
    Column("learners", Integer, nullable=False),
    Column("submissions", Integer, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("points", Float, nullable=False),
)

# What an intake could not use and why: a refused path, a file nobody owns, a student with no file.
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", ForeignKey("runs.id"), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),  # a sentence in each language, as JSON
)
