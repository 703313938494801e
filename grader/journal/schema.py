"""An older journal becomes one of today's, step by step; the version stands in SQLite's own `user_version`."""

from __future__ import annotations

import sqlite3

# One script a version, each applied once to a file of the version before it. Never edit one that was released:
# append the next. Moments are ISO 8601 in UTC. A script holds plain statements, each ended by `;` at a line's end.
ATTEMPTS = """
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, even if rows were removed
    exercise TEXT NOT NULL,                -- the exercise's id, not its number: numbers may change
    graded_at TEXT NOT NULL,
    outcome TEXT NOT NULL,                 -- grader.results.Outcome
    points REAL NOT NULL,
    max_points REAL NOT NULL,
    first_failure TEXT,                    -- id of the first check that did not pass
    misconceptions TEXT NOT NULL,          -- JSON list of ids named for certain
    submission TEXT NOT NULL,              -- SHA-256 of the graded bytes
    seed TEXT NOT NULL,                    -- as text: a seed may exceed 63 bits
    course_version TEXT NOT NULL,
    exercise_version INTEGER NOT NULL,
    report BLOB NOT NULL                   -- the whole report but its figures: JSON, deflated; last, as it is long
);
CREATE INDEX attempts_by_exercise ON attempts (exercise, id);
CREATE TABLE hints_shown (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    exercise TEXT NOT NULL,
    level INTEGER NOT NULL,                -- from 1
    shown_at TEXT NOT NULL,
    misconception TEXT                     -- id of the belief the hint was about
);
CREATE TABLE solutions_seen (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    exercise TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    gave_up INTEGER NOT NULL               -- 1: asked for before a pass
);
"""

QUIZZES = """
CREATE TABLE reviews (                     -- a log: rows are added, never changed
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    card TEXT NOT NULL,                    -- stable key of a term or an item
    rated_at TEXT NOT NULL,
    rating INTEGER NOT NULL,               -- 1 again, 2 hard, 3 good, 4 easy
    item TEXT NOT NULL,
    answer TEXT NOT NULL,                  -- what was typed
    milliseconds INTEGER,                  -- from the question to the answer
    direction TEXT NOT NULL                -- which side was asked: term to definition, or back
);
CREATE INDEX reviews_by_card ON reviews (card, id);
CREATE TABLE overrides (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    card TEXT NOT NULL,
    due_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE TABLE quiz_sessions (               -- quizzes begun and not finished
    name TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    state TEXT NOT NULL                    -- the quiz's own
);
"""

MIGRATIONS = (ATTEMPTS, QUIZZES)
VERSION = len(MIGRATIONS)


def version_of(database: sqlite3.Connection) -> int:
    """0 for a file in which nothing was ever kept."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def migrate(database: sqlite3.Connection) -> None:
    """Bring the file up to `VERSION`. To be called within a transaction that holds the write lock."""
    for version, script in enumerate(MIGRATIONS[version_of(database) :], version_of(database) + 1):
        # Not executescript: it commits first, and half a migration must never stand.
        for statement in script.split(";\n"):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {version}")
