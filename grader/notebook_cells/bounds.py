"""How much a file that is handed in may hold, and what is graded and kept in the place of one that holds more."""

from __future__ import annotations

from typing import Literal

from grader.errors import SubmissionError
from grader.locale import say
from grader.text import Text

MOST_OF_SOURCE = 1_000_000
"""What a program may hold, and the code cells of a notebook together."""
MOST_OF_NOTEBOOK = 10_000_000
"""What a notebook may hold with all it has drawn and printed."""
MOST_CELLS = 20_000
"""Far above what anybody writes: each costs the reading, and whoever is in the class the wait."""

Kind = Literal["source", "code", "cells", "notebook"]
STAND_INS: dict[Kind, bytes] = {
    "source": b"\0larger than a source may be\n",
    "code": b'{"nbformat": 4, "cells": null, "larger": "code"}\n',
    "cells": b'{"nbformat": 4, "cells": null, "larger": "cells"}\n',
    "notebook": b'{"nbformat": 4, "cells": null, "larger": "notebook"}\n',
}


class TooLargeError(SubmissionError):
    """A file holds more than it may; `stand_in` is graded and kept in its place, and says so again."""

    def __init__(self, kind: Kind, file: str) -> None:
        message = {"source": _of_source, "code": _of_code, "cells": _of_cells, "notebook": _of_notebook}[kind]
        super().__init__(*message(file))
        self.stand_in = STAND_INS[kind]


def check_source(content: bytes, file: str) -> None:
    """Raise `TooLargeError` where a source holds too much, or stands for one that did."""
    if len(content) > MOST_OF_SOURCE or content == STAND_INS["source"]:
        raise TooLargeError("source", file)


def check_notebook(content: bytes, file: str) -> None:
    """Raise `TooLargeError` where a notebook holds too much, or stands for one that did."""
    for kind in ("code", "cells"):
        if content == STAND_INS[kind]:
            raise TooLargeError(kind, file)
    if len(content) > MOST_OF_NOTEBOOK or content == STAND_INS["notebook"]:
        raise TooLargeError("notebook", file)


def _of_source(file: str) -> tuple[Text, Text]:
    return (
        say("{file} is larger than {most} MB, the most that a solution may hold.",
            file=file, most=MOST_OF_SOURCE // 1_000_000),
        say("Leave data and whatever was pasted out of it."),
    )  # fmt: skip


def _of_code(file: str) -> tuple[Text, Text]:
    return (
        say("The code cells of {file} are together larger than {most} MB, the most that a solution may hold.",
            file=file, most=MOST_OF_SOURCE // 1_000_000),
        say("Leave data and whatever was pasted out of its code cells, and save it again."),
    )  # fmt: skip


def _of_cells(file: str) -> tuple[Text, Text]:
    return (
        say("{file} has more than {most} thousand cells, the most that a notebook may hold.",
            file=file, most=MOST_CELLS // 1_000),
        say("Leave the cells that hold your answers, and save it again."),
    )  # fmt: skip


def _of_notebook(file: str) -> tuple[Text, Text]:
    return (
        say("{file} is larger than {most} MB, the most that a notebook may hold.",
            file=file, most=MOST_OF_NOTEBOOK // 1_000_000),
        say("Clear its outputs and save it again."),
    )  # fmt: skip
