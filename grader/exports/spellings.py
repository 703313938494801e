"""A key or a name, in the ways in which two that are written differently are the same."""

from __future__ import annotations

import re
import unicodedata

from grader.exports.gradebook import Student


def folded(key: str) -> str:
    """A key so that only capitals and the ways of writing one character are alike: "a.b" and "a-b" are two people."""
    return unicodedata.normalize("NFKC", key).casefold().strip()


def plain(words: str) -> str:
    """`words` in small letters without accents, its words separated by one space."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(each))
    return " ".join(re.findall(r"[^\W_]+", bare))


def in_order(name: str) -> str:
    """A name's words in the order in which it is said: "García López, José" is José García López."""
    family, comma, given = name.partition(",")
    return plain(f"{given} {family}" if comma else name)


def as_written(name: str) -> str:
    """A name in the order in which it is said, with its accents."""
    family, comma, given = name.partition(",")
    return " ".join(re.findall(r"[^\W_]+", folded(f"{given} {family}" if comma else name)))


def spoken_name(student: Student) -> str:
    """A name as it is said, so that a list of several has no commas but its own."""
    family, comma, given = student.name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else student.name or student.id


def spellings(name: str) -> set[str]:
    """What "García López, José" may be called: its words in any order, or all in one, as Canvas does."""
    words = plain(name).split()
    return {" ".join(sorted(words)), "".join(words)} - {""}
