"""A report becomes Gradescope's results.json."""
