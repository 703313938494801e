"""A course and its grader become the archive that Gradescope builds an autograder from."""
