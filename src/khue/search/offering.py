"""What a typed text may mean as filters: *di tích quận Hoàn Kiếm* as a type and a place. Pure.

A text is always looked for as words; where it says nothing but what the pack and the gazetteer have
names for, the same as filters is offered beside what was found, to be taken with one click.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from khue.lib.vietnamese import display, exact, fold
from khue.model.packs import Pack
from khue.places import Gazetteer
from khue.places.kinds import KINDS
from khue.search.queries import Query
from khue.search.understanding import just_called, understand
from khue.search.words import LINKING, MAX_CHARACTERS, QUOTES

FIELDS = ("rank", "sector", "type", "period", "in")
"""The field words that a text may lack, in the order in which they are tried."""

MOST_WORDS = 12
LONGEST = 7
"""Words of a text that is looked at, and of a name in it."""

_TYPED = re.compile(f"[{QUOTES}:\uff1a]")
_TIME = re.compile(r"\b(?:the ky|tk|century|nha|trieu|dynasty)\b")
_UNIT = re.compile(rf"\b(?:{'|'.join(fold(kind) for kind in KINDS)}|tp)\b")
"""How periods and units are called in folded form, so that no bare number or word is taken for
one."""


def as_filters(text: str, pack: Pack, gazetteer: Gazetteer) -> str | None:
    """The text with a field word before each of its parts, if all of them mean something and it is
    more than the name of a type, which search puts first by itself. None where a word is left."""
    words = display(text[:MAX_CHARACTERS]).split()
    if not 1 < len(words) <= MOST_WORDS or _TYPED.search(text):
        return None
    found: list[tuple[str, str]] = []
    at, linked = 0, False
    while at < len(words):
        if exact(words[at]) in LINKING:
            at, linked = at + 1, True
            continue
        part = _part(words[at : at + LONGEST], len(words) - at, linked, pack, gazetteer)
        if part is None:
            return None
        found.append(part[:2])
        at, linked = at + part[2], False
    fields = [field for field, _ in found]
    if linked or len(set(fields)) < len(fields) or fields == ["type"]:
        return None
    return " ".join(f'{field}:"{value}"' for field, value in found)


def _part(
    words: Sequence[str], left: int, linked: bool, pack: Pack, gazetteer: Gazetteer
) -> tuple[str, str, int] | None:
    """What the first words mean, the most of them first: the field, its value, and how many."""
    for length in range(min(LONGEST, len(words)), 0, -1):
        value = " ".join(words[:length])
        for field in FIELDS:
            fits = _may_be(field, fold(value), linked, length == left)
            if fits and _means(field, value, pack, gazetteer):
                return field, value, length
    return None


def _may_be(field: str, folded: str, linked: bool, last: bool) -> bool:
    """Whether words may be about a field: a unit by its kind, after a linking word, at the end."""
    if field == "period":
        return _TIME.search(folded) is not None
    unit = _UNIT.search(folded) if field == "in" else None
    return field != "in" or (unit.start() == 0 if unit else linked or last)


def _means(field: str, value: str, pack: Pack, gazetteer: Gazetteer) -> bool:
    if field != "in":
        return just_called(field, value, pack)
    limits = understand(Query(f'in:"{value}"'), pack, gazetteer).limits
    return bool(limits)
