"""Self-grading exercises and quizzes: the engine. It knows nothing of optimizers; a course does."""

__version__ = "0.1.0"
