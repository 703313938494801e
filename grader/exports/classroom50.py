"""A report becomes the result.json of Classroom 50."""
