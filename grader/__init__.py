"""Self-grading exercises and quizzes: the engine. It knows nothing of optimizers; a course does."""

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """Called by ``%load_ext grader`` in IPython and Jupyter: brings ``%grade``."""
    from importlib import import_module  # by name: every floor imports this package, and may not import that module

    import_module("grader.notebook").load_ipython_extension(shell)
