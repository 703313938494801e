"""Runs one submission behind a wall that lacks some layers, and prints how it ended, as JSON."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from grader.sandbox import Limits, Pool, Program, Returned
from tests.sandbox.suite import attempt, lay_out_course


def main() -> None:
    """Standard input: source and the lists of layers to leave out, one run each; prints one end for each."""
    order = json.load(sys.stdin) if len(sys.argv) < 2 else json.loads(sys.argv[1])
    ends = []
    with tempfile.TemporaryDirectory() as folder:
        places = lay_out_course(Path(folder), private=order["private"])
        (private := Path(folder, "mine")).write_text("a letter", encoding="utf-8")
        private.chmod(0o600)
        if os.getuid() == 0 and order["foreign"]:
            os.chown(private, 12345, 12345)
        source = order["source"].replace("$PRIVATE", str(private))
        for name, place in places.items():
            source = source.replace(f"${name}", place)
        for without in order["without"]:
            with Pool("numpy", masked=(Path(places["COURSE"]),), without=tuple(without)) as pool:
                program = Program(source, "adam_step.py", ("adam_step",))
                with pool.open(program, Limits(memory_mb=order["memory_mb"]), 0) as session:
                    ends.append(attempt(session) if isinstance(session.load, Returned) else str(session.load))
    json.dump(ends, sys.stdout)


if __name__ == "__main__":
    main()
