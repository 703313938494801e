"""What the system says of a file becomes a few words in every language, to stand after a colon."""

from __future__ import annotations

import errno

from grader.locale import same, say
from grader.text import Text


def problem_of(error: OSError) -> Text:
    """Why the system refused, without the path; in its own words where they are none of the usual ones."""
    denied, full, too_many = say("permission denied"), say("the disk is full"), say("too many files are open")
    known = {
        errno.ENOENT: say("there is no such file or folder"),
        errno.EACCES: denied,
        errno.EPERM: denied,
        errno.EISDIR: say("it is a folder"),
        errno.ENOTDIR: say("part of its path is not a folder"),
        errno.ENOSPC: full,
        errno.EROFS: say("it is on a disk that can only be read"),
        errno.EEXIST: say("it exists already"),
        errno.ENAMETOOLONG: say("its name is too long"),
        errno.ELOOP: say("its symbolic links lead round in a circle"),
        errno.EIO: say("the disk failed to read or write it"),
        errno.EMFILE: too_many,
        errno.ENFILE: too_many,
    }
    own_words = error.strerror or str(error) or type(error).__name__
    return known.get(error.errno or 0) or same(own_words)
