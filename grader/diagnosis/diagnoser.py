"""Diagnoses for a whole class: equal answers to equal questions are explained once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import sha256

from grader.checker import Call
from grader.course import Exercise
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.interview import Replayer
from grader.results import Diagnosis
from grader.sandbox import Opaque, Pool
from grader.sandbox.wire.protocol import OpaqueNode, encoded
from grader.sandbox.wire.values import Packer

MOST_REMEMBERED = 256


class Diagnoser:
    """Diagnoses one exercise's failed submissions with one seed; to be closed.

    In a class many learners share a wrong way, and often every digit that comes of it. A diagnosis follows from the
    answers alone, so the answers' fingerprint is enough to know it again.
    """

    def __init__(self, exercise: Exercise, pool: Callable[[], Pool], seed: int) -> None:
        self.exercise = exercise
        self.seed = seed
        self._replayer = Replayer(pool, seed)
        self._known: OrderedDict[bytes, tuple[Diagnosis, ...]] = OrderedDict()

    def diagnose(self, calls: Sequence[Call]) -> tuple[Diagnosis, ...]:
        """As `diagnose`; what was found for the same answers before, where it is still known."""
        key = fingerprint(calls)
        if key is not None and key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        unanswered = self._replayer.unanswered
        found = diagnose(self.exercise, calls, self._replayer)
        # What could not be asked this time may be answered the next.
        if key is not None and self._replayer.unanswered == unanswered:
            self._known[key] = found
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return found

    def close(self) -> None:
        """End the child that answers for variants; asked again, another starts."""
        self._replayer.close()


def fingerprint(calls: Sequence[Call]) -> bytes | None:
    """Tells sequences of answers apart; None where an answer cannot be written down whole.

    Answers are enough: a check asks what its seed and the answers so far make it ask. An argument counts where the
    call has changed it.
    """
    digest = sha256()
    for call in calls:
        packer = Packer()
        unchanged = call.arguments_after is call.arguments and call.keywords_after is call.keywords
        after = None if unchanged else [list(call.arguments_after), call.keywords_after]
        ended = [type(call.ended).__name__, call.raised, getattr(call.ended, "message", None)]
        values = ([call.check, call.function, *ended], call.value, after)
        nodes = [packer.pack(value) for value in values]
        if any(
            isinstance(node, OpaqueNode) for node, value in zip(nodes, values, strict=True) if type(value) is not Opaque
        ):
            return None  # it was too deep, or too large, to be written beside the others
        digest.update(encoded(*nodes))
        for part in packer.parts:
            digest.update(part)
    return digest.digest()
