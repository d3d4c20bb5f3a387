"""What resolving a stated place gives, and how several statements become one answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    present province that certainly contains the place, `possibly_within` are those of the
    candidates where none is certain; `why` says it in one sentence.
    """

    stated: str
    code: str | None
    candidates: tuple[Candidate, ...]
    within: str | None
    why: Mapping[str, str] = field(hash=False)
    possibly_within: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """The JSON form that records keep, with one of `within` and `possibly_within`, or
        neither where there is no candidate."""
        document: dict[str, Any] = {
            "stated": self.stated,
            "code": self.code,
            "candidates": [candidate.to_document() for candidate in self.candidates],
        }
        if self.within is not None:
            document["within"] = self.within
        if self.possibly_within:
            document["possibly_within"] = list(self.possibly_within)
        document["why"] = dict(self.why)
        return document


@dataclass(frozen=True, slots=True)
class Outcome:
    """A match with the codes of the present units that it can be, sorted; `present` where it was
    said to be of today."""

    match: Match
    codes: tuple[str, ...]
    present: bool = False


def codes_of(match: Match) -> tuple[str, ...]:
    """The present units of all readings of a match, by code."""
    return tuple(sorted({code for entry in match.entries for code in entry.codes}))


def within_bound(match: Match) -> Match:
    """The match with the units that bear its name otherwise, if that is few enough to list; of
    provinces alone, if it is a province's name that too many others share."""
    if match.also:
        every = {entry.key: entry for entry in (*match.entries, *match.also)}
        wider = replace(match, entries=tuple(every.values()))
        return wider if len(codes_of(wider)) <= MOST_CANDIDATES else match
    if match.shared and len(codes_of(match)) > MOST_CANDIDATES:
        provinces = tuple(entry for entry in match.entries if entry.level == "province")
        return replace(match, entries=provinces, also=match.entries)
    return match


def keep_deciding(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes that count: an anchored one decides over every other that contains it, unless
    that one names something that was not found."""
    kept: list[Outcome] = []
    for outcome in outcomes:
        if any(_decides(one, outcome) for one in kept):
            continue
        kept = [one for one in kept if not _decides(outcome, one)]
        kept.append(outcome)
    return tuple(kept)


def _decides(outcome: Outcome, other: Outcome) -> bool:
    if not outcome.match.anchored or other.match.lost:
        return False
    # What a former unit became is decided by one that is said to be of today (Phường Cửa Nam;
    # Phường Hoàn Kiếm (mới)), not by another former unit that went to the same.
    if outcome.present and set(outcome.codes) <= set(other.codes):
        return True
    keys = {entry.key for entry in other.match.entries}
    return all(
        entry.key in keys or not entry.above.isdisjoint(keys) for entry in outcome.match.entries
    )
