"""The wall itself: which layers there are, in which order they are built, and what a canary finds to hold."""
