"""One module a kind of picture, called as the manifest calls it: its data, its view, and what makes one of the other.

A module offers `TEMPLATE`, the file of `templates/figures` that sets the view; `read`, which makes its data of what a
harness returned of the reference, or an objection in words; `read_run`, which takes from what it returned of the
learner's code only what is the learner's, or None; and `draw`, which makes the view and the notes of both.
"""
