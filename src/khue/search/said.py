"""What values say to those who search."""

from __future__ import annotations

from typing import Any, NamedTuple

from khue.lib.vietnamese import forms


class Said(NamedTuple):
    """What a value says to those who search: its texts, their token forms, its codes, and its first
    day if it is a date."""

    texts: tuple[str, ...]
    folded: tuple[str, ...]
    exact: tuple[str, ...]
    codes: tuple[str, ...]
    begins: int | None = None


SILENT = Said((), (), (), ())


def said_of(texts: tuple[str, ...], codes: tuple[str, ...], earliest: Any = None) -> Said:
    """What texts and codes say, and the first day of a date, as ISO 8601 writes it."""
    if not texts:
        return Said((), (), (), codes) if codes else SILENT
    if len(texts) == 1:
        folded, exact = forms(texts[0])
        if folded and exact:
            begins = None if earliest is None else day_number(earliest)
            return Said(texts, (folded,), (exact,), codes, begins)
    both = [forms(text) for text in texts]
    return Said(
        texts,
        tuple([form for form, _ in both if form]),
        tuple([form for _, form in both if form]),
        codes,
        None if earliest is None else day_number(earliest),
    )


def day_number(day: str) -> int:
    """A number by which days as ISO 8601 writes them, before our era too, stand in order."""
    year, month, number = day.rsplit("-", 2)
    return (int(year) * 12 + int(month) - 1) * 31 + int(number) - 1
