"""One sentence in every language of the course, as a value that cannot half exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec


class Text(Mapping[str, str]):
    """An immutable map from language code (``"en"``, ``"es"``) to the same sentence in it.

    It is a plain ``dict[str, str]`` wherever it is written out (JSON, TOML, a database row).
    """

    __slots__ = ("_sentences",)

    def __init__(self, sentences: Mapping[str, str]) -> None:
        if not sentences:
            raise ValueError("a Text needs at least one language")
        self._sentences = dict(sentences)

    def __getitem__(self, language: str) -> str:
        return self._sentences[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._sentences.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._sentences == dict(other)

    def __repr__(self) -> str:
        return f"Text({self._sentences!r})"

    def __str__(self) -> str:
        return self._sentences.get("en") or next(iter(self._sentences.values()))

    def in_language(self, language: str) -> str:
        """The sentence in `language`, or in the course's first language where it has none."""
        return self._sentences.get(language) or next(iter(self._sentences.values()))


def texts_within(value: object, place: str = "", *, first: int = 0) -> Iterator[tuple[str, Text]]:
    """Every `Text` in a value read from a course's files, and the key it stands at; a list is counted from `first`."""
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from texts_within(getattr(value, name), f"{place}.{name}" if place else name, first=first)
    elif isinstance(value, tuple):
        for number, part in enumerate(value, first):
            yield from texts_within(part, f"{place}[{number}]", first=first)
