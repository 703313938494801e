"""What crosses the wall: typed, bounded messages, the values in them, and what was printed."""
