"""Questions for the trusted child: recorded calls, and the sources that are to answer them again, as messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any

from grader.checker import Call, CourseChild
from grader.course import Exercise
from grader.diagnosis.variants import Variant
from grader.replay.request import AnswerGiven, Recorded, Request, Room
from grader.sandbox import Pool, Program, Returned

REPLAY = "from grader.replay import reference_values, replay\n"
SECONDS_A_CALL = 1.0
MOST_SOURCE = 400_000


class Replayer:
    """One child of the trusted interpreter that answers for variants, started when it is first asked; to be closed.

    It remembers what each variant answered to a question: in a class, the next learner is asked the same ones. With
    much `room`, it remembers that of every pair too.
    """

    def __init__(self, pool: Callable[[], Pool], seed: int, *, room: Room | None = None) -> None:
        program = Program(source=REPLAY, filename="replay.py", entry_points=("replay", "reference_values"))
        self._child = CourseChild(program, pool, seed)
        self._room = {} if room is None else {"room": room}
        self.unanswered = 0

    def ask(self, function: str, request: Request) -> Any:
        """What a function of `grader.replay` returns; None where it could not be had, which `unanswered` counts."""
        ended = self._child.call(function, (dict(request) | self._room,))
        if isinstance(ended, Returned):
            return ended.value
        self.unanswered += 1
        return None

    def close(self) -> None:
        """End the child; asked again, another starts."""
        self._child.close()

    def __enter__(self) -> Replayer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Interview:
    """Asks variants of an exercise's reference what a learner was asked; see `grader.replay` for what comes back."""

    def __init__(self, exercise: Exercise, calls: Sequence[Call], replayer: Replayer) -> None:
        self.exercise = exercise
        self.calls = calls
        self.replayer = replayer

    def replay(self, variants: Sequence[Variant], groups: dict[str, list[int]]) -> dict[str, Any] | None:
        """What every variant has in common with the learner; asked in parts that a message can carry."""
        whole: dict[str, Any] | None = None
        for part in _parts(variants):
            answer = self._ask_part(part, groups)
            if answer is None:
                return None
            if whole is None:
                whole = answer
            else:
                whole["variants"] += answer["variants"]
        return whole

    def _ask_part(self, variants: Sequence[Variant], groups: dict[str, list[int]]) -> dict[str, Any] | None:
        manifest = self.exercise.manifest
        names = [entry.predicate for entry in self.exercise.misconceptions if entry.predicate is not None]
        path = self.exercise.solution / "predicates.py"
        request: Request = {
            **self._request(variants),
            "groups": groups,
            "rtol": manifest.tolerance.rtol,
            "atol": manifest.tolerance.atol,
            "predicates": path.read_text(encoding="utf-8") if names else "",
            "predicate_names": names,
        }
        answer = self.replayer.ask("replay", request)
        return answer if isinstance(answer, dict) else None

    def reference_values(self) -> list[Any] | None:
        """What the reference answers to each call; None where that could not be had."""
        answer = self.replayer.ask("reference_values", self._request(()))
        return answer if isinstance(answer, list) else None

    def _request(self, variants: Sequence[Variant]) -> Request:
        manifest = self.exercise.manifest
        return {
            "filename": manifest.file,
            "entry_points": list(manifest.entry_points),
            "harness": self.exercise.harness,
            "sources": [self.exercise.reference, *(variant.source for variant in variants)],
            "calls": [_recorded(call) for call in self.calls],
            "seconds": SECONDS_A_CALL,
        }


def _parts(variants: Sequence[Variant]) -> Iterator[list[Variant]]:
    """The variants in order, in parts of bounded text; one empty part where there are none."""
    part: list[Variant] = []
    size = 0
    for variant in variants:
        if part and size + len(variant.source) > MOST_SOURCE:
            yield part
            part, size = [], 0
        part.append(variant)
        size += len(variant.source)
    yield part


def _recorded(call: Call) -> Recorded:
    """A call as the replay reads it: its arguments as they were asked, and the answer given."""
    left = list(call.arguments_after)
    answer: AnswerGiven = (
        {"value": call.value, "arguments_after": left, "keywords_after": call.keywords_after}
        if call.raised is None
        else {"raised": call.raised, "message": getattr(call.ended, "message", ""), "arguments_after": left}
    )
    return {
        "function": call.function,
        "arguments": list(call.arguments),
        "keywords": call.keywords,
        "answer": answer,
    }
