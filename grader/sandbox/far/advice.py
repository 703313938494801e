"""Recognises, by its exception, a program that tried what cannot work inside the wall."""

from __future__ import annotations

import errno
import types

# Where in the standard library or in torch an attempt comes to grief -> what it was.
_PLACES = (
    ("/torch/_inductor/", "compile"),
    ("/torch/_dynamo/", "compile"),
    ("/torch/utils/data/", "processes"),
    ("/multiprocessing/", "processes"),
    ("/subprocess.py", "processes"),
    ("/concurrent/futures/process.py", "processes"),
    ("/tempfile.py", "files"),
    ("/socket.py", "network"),
    ("/urllib/", "network"),
    ("/http/", "network"),
    ("/ssl.py", "network"),
)
_REFUSALS = frozenset({errno.EPERM, errno.EACCES, errno.EROFS, errno.ENOENT, errno.ENOSYS, errno.EAFNOSUPPORT})


def advice_for(error: BaseException, filename: str) -> str:
    """One of the keys of `grader.sandbox.near.wording.ADVICE`, or nothing."""
    if isinstance(error, EOFError):
        return "input" if "reading a line" in str(error) else ""
    if isinstance(error, ModuleNotFoundError):
        return "package"
    places = _places(error.__traceback__)
    if isinstance(error, OSError) and (error.errno in _REFUSALS or "network" in places):
        return next(iter(places), "") or _by_file(error, filename)
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return "threads"
    # What torch's C++ makes of a refusal.
    if isinstance(error, RuntimeError) and "Operation not permitted" in str(error):
        return "files" if "file" in str(error) else "refused"
    return "compile" if "compile" in places else ""


def _by_file(error: OSError, filename: str) -> str:
    if error.filename is not None:
        return "own_file" if str(error.filename) == filename else "files"
    return "refused" if error.errno in (errno.EPERM, errno.EACCES) else ""


def _places(step: types.TracebackType | None) -> list[str]:
    found: list[str] = []
    while step is not None and len(found) < 64:
        name = step.tb_frame.f_code.co_filename.replace("\\", "/")
        found += [what for part, what in _PLACES if part in name]
        step = step.tb_next
    return found
