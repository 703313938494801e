"""``quizzes/glossary.toml`` becomes a `Glossary`: terms by id, and whatever name in either language finds one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from grader.errors import CourseError
from grader.locale import say
from grader.quizzes.folding import distance, fold, without_article
from grader.quizzes.reading import Table, read_table, typed
from grader.text import Text

FOLDER, FILE = "quizzes", "glossary.toml"
TermId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}$")]


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, dict=True):
    """One entry. `kind` tells which terms can stand in each other's place; `accept` holds synonyms by language."""

    group: str
    kind: Literal["technique", "quantity", "object", "phenomenon", "process"]
    related: tuple[TermId, ...] = ()
    confusable: tuple[TermId, ...] = ()
    exercises: tuple[int, ...] = ()
    latex: str | tuple[str, ...] = ()
    code: str | None = None
    term: Text
    accept: dict[str, tuple[str, ...]] = {}
    definition: Text
    note: Text | None = None
    translated_from: Hash

    @property
    def formulas(self) -> tuple[str, ...]:
        """The LaTeX of the entry's formulas, in order."""
        return (self.latex,) if isinstance(self.latex, str) else self.latex

    def names(self, language: str) -> tuple[str, ...]:
        """The term and its synonyms in one language."""
        return (self.term.in_language(language), *self.accept.get(language, ()))

    @cached_property
    def folded_names(self) -> frozenset[str]:
        """Every name in every language, folded."""
        return frozenset(fold(name) for language in self.term for name in self.names(language))


class Found(msgspec.Struct, frozen=True):
    """A term that a look-up found, and how sure it is; a fuzzy one is a guess at a misspelling."""

    id: str
    how: Literal["exact", "prefix", "part", "fuzzy"]


class Glossary:
    """The terms of a course, in the order in which they were written."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = dict(terms)

    def __getitem__(self, term_id: str) -> Term:
        return self.terms[term_id]

    def __contains__(self, term_id: object) -> bool:
        return term_id in self.terms

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Ids of the terms of each group."""
        grouped: dict[str, tuple[str, ...]] = {}
        for term_id, term in self.terms.items():
            grouped[term.group] = (*grouped.get(term.group, ()), term_id)
        return grouped

    @cached_property
    def owners(self) -> dict[str, str]:
        """Every folded name, and the term that it names."""
        return {name: term_id for term_id, term in self.terms.items() for name in (*term.folded_names, fold(term_id))}

    def look_up(self, query: str, most: int = 8) -> tuple[Found, ...]:
        """Terms that `query` may mean, best first: a name, else the start of one, else a part, else a near miss."""
        wanted = fold(query)
        if not wanted:
            return ()
        owner = self.owners.get(wanted) or self.owners.get(fold(without_article(query)))
        if owner is not None:
            return (Found(owner, "exact"),)
        starting = _unique(owner for name, owner in self.owners.items() if name.startswith(wanted))
        if starting:
            return tuple(Found(term_id, "prefix") for term_id in starting[:most])
        holding = _unique(owner for name, owner in self.owners.items() if wanted in name) if len(wanted) > 2 else ()
        if holding:
            return tuple(Found(term_id, "part") for term_id in holding[:most])
        return tuple(Found(term_id, "fuzzy") for term_id in self._near(wanted)[:most])

    def _near(self, wanted: str) -> tuple[str, ...]:
        reach = min(3, max(1, len(wanted) // 3))
        measured = [(distance(wanted, name, reach), owner) for name, owner in self.owners.items()]
        return _unique(owner for apart, owner in sorted(measured) if apart <= reach)


def read_glossary(table: Table, path: Path) -> Glossary:
    """The glossary that `table`, read from `path`, holds; `CourseError` where an entry is malformed or dangling."""
    terms: dict[str, Term] = {}
    for term_id, entry in table.items():
        typed(term_id, TermId, path, term_id)
        terms[term_id] = typed(entry, Term, path, term_id)
    for term_id, term in terms.items():
        for other in (*term.related, *term.confusable):
            if other not in terms or other == term_id:
                raise CourseError(
                    say(
                        "{path}: {key} points to `{other}`, which is not another term.",
                        path=path,
                        key=term_id,
                        other=other,
                    )
                )
    return Glossary(terms)


def term_names(root: Path) -> dict[str, Text]:
    """What the glossary of the course at `root` calls each term, by its id.

    Empty where there is no glossary or it cannot be read: that is for `grade quiz --lint` to say, not for a report.
    """
    path = root / FOLDER / FILE
    try:
        glossary = read_glossary(read_table(path), path)
    except CourseError:
        return {}
    return {term_id: term.term for term_id, term in glossary.terms.items()}


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
