"""A class: what instructors really have becomes submissions, and their results rows that survive a kill."""
