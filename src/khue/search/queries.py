"""What is asked, and how far one goes to find something."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from khue.lib.numbers import Lang
from khue.model.rights import PUBLIC, Scope, scope
from khue.search.areas import Area, Box, Position
from khue.search.words import Words, words_of

Sort = Literal["relevance", "name", "date", "newest", "distance"]

DEPTH = 10_000
"""Pages end here; whoever wants everything exports it."""

Typos = Mapping[str, tuple[str, ...]]
"""Words in folded form, each with those that it may be mistyped for."""

NO_TYPOS: Typos = {}

FEW = 3
"""What finds fewer records than this is looked for further (see `Reach`)."""


class Reach(IntEnum):
    """How far one goes to find something: each step finds all that the one before it finds."""

    NAMES = 0
    """The last word, if it may go on, may be the beginning of a word of a name. (Most texts have
    some word of nearly any beginning.)"""
    TEXTS = 1
    """It may be the beginning of any word."""
    TYPOS = 2
    """A word of four letters or more may be mistyped by one (see `typos`)."""
    MOST = 3
    """Two thirds of the words are enough, if there are `MANY` or more and they are no name: people
    say more than records do (*nhà thờ công giáo ở Sài Gòn*)."""


MANY = 3
"""Of fewer words none can be left out."""

EVERYONE = scope(PUBLIC, "read_public")
"""The records that everyone may find, by what is public of them."""


@dataclass(frozen=True)
class Limit:
    """A filter that was typed as words (`typed`): pairs of a key (`type`, `place` or a facet) and a
    value, of which one must hold."""

    typed: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Query:
    """What is looked for.

    Values of one facet are alternatives, different facets must all hold. `place` is the code of
    a unit: records are found whose unit it is, may be (candidates), or whose unit lies within it.
    If it is `certain`, only those that are there for certain; if it is said not to be, only those
    that are there possibly. An empty text finds everything, by
    name. Unknown types, facets and units find nothing. `counted` are the facets to be counted, all
    if it is None. `limits` are what `understand` took out of the text; all must hold.

    `named` and `behind` change the order alone (see `understanding.in_order_of`): the types that
    the text is the name of, which come first, and those that stand behind others.

    `box` and `area` find the records whose point is in them, both if both are given. The order
    `distance` is that from `near`: nearest first, then what has no point, by name; without `near`
    it is the order of relevance. A list by name is in the order of names in `lang`; what has none
    there stands by the one that it has.
    """

    text: str = ""
    type: str | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: str | None = None
    certain: bool | None = None
    box: Box | None = None
    area: Area | None = None
    near: Position | None = None
    sort: Sort = "relevance"
    lang: Lang = "vi"
    limit: int = 20
    offset: int = 0
    counted: tuple[str, ...] | None = None
    limits: tuple[Limit, ...] = ()
    named: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


def question_of(query: Query, seen: Scope = EVERYONE) -> Hashable:
    """What decides which records are found: queries that agree in it find the same."""
    chosen = tuple((key, tuple(query.facets[key])) for key in sorted(query.facets))
    where = (query.place, query.certain, query.box, query.area)
    return (query.type, chosen, where, query.limits, words_of(query.text), seen)


def steps_for(words: Words) -> list[Reach]:
    """How far one may go for a text, step by step."""
    return [reach for reach in Reach if reach < Reach.MOST or len(words.asked) >= MANY]
