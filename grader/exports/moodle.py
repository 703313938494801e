"""A gradebook becomes the CSV file that a teacher imports into Moodle's gradebook."""
