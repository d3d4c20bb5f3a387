"""What the pages share: lines of Markdown, and the languages that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Lines = Iterator[str]

LANGS = ("vi", "en")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    """A table, and the empty line after it."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(flat(cell).replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def flat(text: str) -> str:
    """A text in one line."""
    return " ".join(str(text).split())
