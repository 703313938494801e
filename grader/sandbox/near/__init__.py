"""The grader's side of the wall: zygotes kept, sessions opened, silence and death turned into outcomes."""
