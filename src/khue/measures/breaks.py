"""Where a series of figures does not go on: one rule for every chart that is drawn of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from khue.measures.figures import Observation, Text
from khue.measures.findings import Finding, piece
from khue.measures.periods import ends_of

BREAKS = frozenset({"list_changed", "method_changed", "jump_reform"})
"""Findings that say that two figures are not of one list, method or territory."""


def breaks_of(findings: Iterable[Finding], figures: Iterable[Observation]) -> dict[str, Text]:
    """Why figures that are drawn do not go on from those before them, by their identifiers: what a
    finding says of the first of them since then, and where what goes on over a period is told of
    one of another length."""
    drawn = {one.id: one for one in figures if one.last}
    told = _lengths(drawn.values())
    for one in findings:
        since = ends_of(one.period)[1]
        if one.code not in BREAKS or since is None:
            continue
        later = [
            drawn[name] for name in one.observations if name in drawn and drawn[name].ended >= since
        ]
        first = min((each.ended for each in later), default=None)
        told |= {each.id: piece(f"break.{one.code}") for each in later if each.ended == first}
    return told


def _lengths(figures: Iterable[Observation]) -> dict[str, Text]:
    """The figures of a place of which the period is not as long as that of the one before."""
    series: dict[object, list[Observation]] = defaultdict(list)
    for one in sorted(figures, key=lambda each: (each.ended, each.first or each.ended, each.id)):
        series[one.known_as, one.place, one.subject, one.breakdowns].append(one)
    return {
        after.id: piece("break.length")
        for some in series.values()
        for before, after in pairwise(some)
        if before.span != after.span
    }
