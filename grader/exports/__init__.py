"""Grades and reports become the files of other systems: one module a format, values in, bytes out."""
