"""What an author does: prove an exercise, lay out a new one, write the learners' copy of the course."""
