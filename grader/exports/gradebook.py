"""The values every gradebook export reads: who the students are and what each of them has for each exercise."""

from __future__ import annotations

import msgspec


class Student(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person of a roster. `id` is what the roster tells people apart by; the rest is what other systems call them.

    `name` is as the roster writes it, "García, José" or "José García"; `login` is Canvas's SIS Login ID or a user
    name; `moodle_id` the number of "Participant 123", which holds for one assignment.
    """

    id: str
    name: str = ""
    email: str = ""
    login: str = ""
    sis_id: str = ""
    canvas_id: str = ""
    moodle_id: str = ""
    section: str = ""
