"""Resolves stated places: statements, then matches, then one answer with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from khue.lib.vietnamese import nfc
from khue.places import reasons
from khue.places.matching import Match, match_statement
from khue.places.names import Entry, NameIndex
from khue.places.resolution import (
    MOST_CANDIDATES,
    Outcome,
    Resolution,
    codes_of,
    keep_deciding,
    within_bound,
)
from khue.places.statements import (
    Part,
    is_detail,
    read_piece,
    says_present,
    split_parts,
    split_statements,
)
from khue.places.units import Candidate, Unit

_REMEMBERED = 65_536  # texts, pieces and chains of names; an inventory repeats its few hundred


class Resolver:
    """Remembers what it resolved, by the text and by the names that are left without the details:
    a thousand house numbers of one commune are one question."""

    def __init__(
        self,
        index: NameIndex,
        present: Mapping[str, Unit],
        candidates: Mapping[str, Candidate],
    ) -> None:
        self._index, self._present, self._candidates = index, present, candidates
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._resolve)
        self._read_remembered = lru_cache(maxsize=_REMEMBERED)(self._read_piece)
        self._answer_remembered = lru_cache(maxsize=_REMEMBERED)(self._answer)

    def resolve(self, stated: str) -> Resolution:
        """Every present unit that a stated place can be; see `Gazetteer.resolve`."""
        return self._remembered(stated)

    def named(self, stated: str) -> tuple[Entry, ...]:
        """The units of both systems that the smallest name of a stated place may be, by key."""
        outcomes = [self._match(parts, present) for parts, present in self._statements(stated)]
        kept = keep_deciding(outcome for outcome in outcomes if outcome.match.entries)
        found = {entry.key: entry for outcome in kept for entry in outcome.match.entries}
        return tuple(found[key] for key in sorted(found))

    def _resolve(self, stated: str) -> Resolution:
        return replace(self._answer_remembered(self._statements(stated)), stated=stated)

    def _statements(self, stated: str) -> tuple[tuple[tuple[Part, ...], bool], ...]:
        """What is stated, in parts, each with whether it means a present unit."""
        return tuple(
            (
                self._without_details(split_parts(text, self._read_remembered)),
                says_present(nfc(text)),
            )
            for text in split_statements(stated)
        )

    def _read_piece(self, piece: str) -> tuple[Part, ...]:
        return read_piece(piece, self._index.known)

    def _without_details(self, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts from the first on that can matter."""
        for start, part in enumerate(parts):
            if not all(is_detail(name) and not self._index.heard(name) for name in part):
                return parts[start:]
        return ()

    def _answer(self, statements: tuple[tuple[tuple[Part, ...], bool], ...]) -> Resolution:
        """The resolution of parted statements, each with whether it means a present unit; who
        asked puts in what was stated."""
        if not statements:
            return Resolution("", None, (), None, reasons.NOT_STATED)
        outcomes = [self._match(parts, present) for parts, present in statements]
        placed = [outcome for outcome in outcomes if outcome.match.entries]
        unplaced = [name for one in outcomes if not one.match.entries for name in one.match.lost]
        if not placed:
            why = reasons.why_unknown(unplaced) if unplaced else reasons.ONLY_DETAIL
            return Resolution("", None, (), None, why)
        return self._decide(keep_deciding(placed), unplaced)

    def _match(self, parts: tuple[Part, ...], present: bool) -> Outcome:
        match = within_bound(match_statement(parts, self._index, present))
        return Outcome(match, codes_of(match), present)

    def _decide(self, outcomes: tuple[Outcome, ...], unplaced: list[str]) -> Resolution:
        matches = [outcome.match for outcome in outcomes]
        codes = sorted({code for outcome in outcomes for code in outcome.codes})
        provinces = self._provinces_of(codes)
        within = None if unplaced else self._shared_province(matches, provinces)
        if len(codes) > MOST_CANDIDATES:
            return Resolution("", None, (), within, reasons.why_too_many(len(codes)))
        certain = len(codes) == 1 and not unplaced and all(match.certain for match in matches)
        unknown = [*unplaced, *(name for match in matches for name in match.lost)]
        candidates = self._list_candidates(matches, codes)
        why = reasons.why_resolved(matches, [self._names(code) for code in codes], certain, unknown)
        if certain:
            return Resolution("", codes[0], candidates, self._present[codes[0]].province_code, why)
        possible = () if within else tuple(sorted(provinces))
        return Resolution("", None, candidates, within, why, possible)

    def _list_candidates(self, matches: list[Match], codes: list[str]) -> tuple[Candidate, ...]:
        """The candidates of codes; each names the loaded table whose word it is, if it is one's."""
        sources: dict[str, str] = {}
        for match in matches:
            for entry in match.entries:
                sources |= entry.sources
        return tuple(
            self._candidates[code].of(sources[code]) if code in sources else self._candidates[code]
            for code in codes
        )

    def _provinces_of(self, codes: Iterable[str]) -> set[str]:
        return {self._present[code].province_code for code in codes}

    def _shared_province(self, matches: list[Match], provinces: set[str]) -> str | None:
        """The province of all candidates, if no statement leaves a doubt about it. Those that are
        too many to list count as well."""
        unlisted = {code for match in matches for one in match.also for code in one.codes}
        every = provinces | self._provinces_of(unlisted)
        if len(every) == 1 and all(match.anchored for match in matches):
            return every.pop()
        return None

    def _names(self, code: str) -> dict[str, str]:
        unit = self._present[code]
        return unit.full_name(self._present[unit.province_code])
