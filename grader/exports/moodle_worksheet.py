"""A worksheet downloaded from Moodle gets its grades filled in, and every other byte stays."""
