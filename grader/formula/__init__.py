"""One subset of LaTeX becomes Unicode, ASCII, MathML and spoken words; nothing else in the program reads LaTeX."""

from grader.formula.forms import to_ascii, to_mathml, to_speech, to_unicode
from grader.formula.prose import Span, in_prose, spans

__all__ = ["Span", "in_prose", "spans", "to_ascii", "to_mathml", "to_speech", "to_unicode"]
