"""Two items become a verdict: whether one tells what the other asks, so that they must not meet in a sitting."""

from __future__ import annotations

import re

from grader.quizzes.items import BLANK, AnyItem, Code
from grader.text import texts_within

TELLING = 6
"""Characters that a filled gap must have for its sight to be an answer: a 4 stands everywhere."""
_SPACE = re.compile(r"\s+")
_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)


class Rivals:
    """Who may not meet whom; what an item prints is read once."""

    def __init__(self) -> None:
        self._printed: dict[str, tuple[frozenset[str], str]] = {}

    def meet(self, one: AnyItem, other: AnyItem) -> bool:
        """Whether neither names the other in its `never_with`, nor prints a line that the other leaves blank."""
        return not (
            other.id in one.never_with
            or one.id in other.never_with
            or (isinstance(one, Code) and _is_told(one, *self._shown(other)))
            or (isinstance(other, Code) and _is_told(other, *self._shown(one)))
        )

    def _shown(self, item: AnyItem) -> tuple[frozenset[str], str]:
        if item.id not in self._printed:
            self._printed[item.id] = printed(item)
        return self._printed[item.id]


def _is_told(asked: Code, lines: frozenset[str], code: str) -> bool:
    """Whether the line that is asked for stands among `lines`, or what fills a part of it in `code`."""
    gap = next((line for line in asked.code.splitlines() if BLANK in line), "")
    is_whole_line = _tight(gap) == BLANK
    for fill in asked.accept:
        if len(fill) < TELLING:
            continue
        if _tight(gap.replace(BLANK, fill)) in lines or (not is_whole_line and _tight(fill) in code):
            return True
    return False


def printed(item: AnyItem) -> tuple[frozenset[str], str]:
    """The whole lines of code that an item shows, and all of its code: its program, and spans in its sentences."""
    program = item.code.splitlines() if isinstance(item, Code) else []
    lines, spans = {_tight(line) for line in program}, [_tight("".join(program))]
    for _, text in texts_within(item):
        for sentence in text.values():
            found = [_tight(match[2]) for match in _CODE.finditer(sentence)]
            spans += found
            if len(found) == 1 and _tight(sentence).strip("`") == found[0]:
                lines.add(found[0])
    return frozenset(lines), "\n".join(spans)


def _tight(code: str) -> str:
    return _SPACE.sub("", code)
