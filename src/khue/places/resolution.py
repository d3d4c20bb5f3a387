"""What resolving a stated place gives, and how several statements become one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from khue.places.matching import Match
from khue.places.units import Candidate

# More candidates than this are no help to whoever has to choose. Every former district fits (the
# most that one became is 14 units, a test holds the figure); a bare Châu Thành (52) does not.
MOST_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Resolution:
    """A stated place and the present units that it can be.

    `code` is set only where one candidate is left and nothing is in doubt; `within` is the
    present province that certainly contains the place; `why` says it in one sentence.
    """

    stated: str
    code: str | None
    candidates: tuple[Candidate, ...]
    within: str | None
    why: Mapping[str, str] = field(hash=False)

    def to_document(self) -> dict[str, Any]:
        """The JSON form that records keep; `within` is left out where nothing is certain."""
        document: dict[str, Any] = {
            "stated": self.stated,
            "code": self.code,
            "candidates": [candidate.to_document() for candidate in self.candidates],
        }
        if self.within is not None:
            document["within"] = self.within
        document["why"] = dict(self.why)
        return document


@dataclass(frozen=True, slots=True)
class Outcome:
    """A match with the codes of the present units that it can be, sorted."""

    match: Match
    codes: tuple[str, ...]


def codes_of(match: Match) -> tuple[str, ...]:
    """The present units of all readings of a match, by code."""
    return tuple(sorted({code for entry in match.entries for code in entry.codes}))


def keep_deciding(
    outcomes: Iterable[Outcome], spread: Callable[[Iterable[str]], frozenset[str]]
) -> tuple[Outcome, ...]:
    """The outcomes that count: an anchored one decides over every other that contains it.

    `spread` gives the communes of codes (of a province: all of its communes).
    """
    kept: list[tuple[Outcome, frozenset[str]]] = []
    for outcome in outcomes:
        area = spread(outcome.codes)
        if any(_decides(one, its, area) for one, its in kept):
            continue
        kept = [(one, its) for one, its in kept if not _decides(outcome, area, its)]
        kept.append((outcome, area))
    return tuple(outcome for outcome, _ in kept)


def _decides(outcome: Outcome, area: frozenset[str], other: frozenset[str]) -> bool:
    return outcome.match.anchored and area <= other
