PRAGMA user_version = 1;
BEGIN TRANSACTION;
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
INSERT INTO "attempts" VALUES(1,'adam_step','2026-11-20T12:00:00.000000+00:00','failed',2.0,4.0,'first_step','["no_bias_correction"]','abababababababababababababababababababababababababababababababab','7','1.0',2,X'789CAD92DD6EC3200C85DFC5D768FDD99F94BB3D4755550E38095A80C886AD53D4779F69DA8B6953A569135770EC733E0C33881D282034D0333AE215D39438AF3660808EC4D60B4133432CA12586E6DE80775A8D0EC341324D7032904AB629681D74E84772DA3B251FB340B3BD5B1B08783C5C0F1ECE072482BD36C4328E0614C1BEAAB69B1773A65C38CA210F4CA46676441F2A054555DF13D704D2069870C496F12BC48422B721B63F40042F01B31DAEFB8E31D48CDDDE402472B208277381EC3C4B5E46F06BC26F635AFF27A16E9DC73E26F117D54B1A31FB142B62F6F521E145E3A58480FC711B5CC945DDA179AE0DAD52C8C54906DC3E3ED5DFD0FE6DC139C3A6E896596CCEC39A4A566FE57923AE91AACD5AD8F9BEF072EFD327A8D9EB20');
CREATE TABLE hints_shown (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    exercise TEXT NOT NULL,
    level INTEGER NOT NULL,                -- from 1
    shown_at TEXT NOT NULL,
    misconception TEXT                     -- id of the belief the hint was about
);
INSERT INTO "hints_shown" VALUES(1,'adam_step',1,'2026-11-20T12:00:00.000000+00:00',NULL);
CREATE TABLE solutions_seen (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    exercise TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    gave_up INTEGER NOT NULL               -- 1: asked for before a pass
);
INSERT INTO "solutions_seen" VALUES(1,'adam_step','2026-11-20T12:00:00.000000+00:00',1);
CREATE INDEX attempts_by_exercise ON attempts (exercise, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('attempts',1);
INSERT INTO "sqlite_sequence" VALUES('hints_shown',1);
INSERT INTO "sqlite_sequence" VALUES('solutions_seen',1);
COMMIT;
