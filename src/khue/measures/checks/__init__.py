"""Checks of figures against each other: pure, and the same in whatever order the figures come.

What lives here: ratios against their terms, totals against parts, one figure told twice, changes
from one period to the next, reported against computed. Nothing is mended, nothing is averaged, and
what the checks cannot tell they do not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from khue.measures.checks.computed import check_computed
from khue.measures.checks.ratios import check_ratio
from khue.measures.checks.series import check_series
from khue.measures.checks.sums import check_sums, check_within
from khue.measures.figures import Computed, IndicatorInfo, Observation
from khue.measures.findings import Finding
from khue.measures.territory import Reform

__all__ = ["check_figures"]

_ORDER = {"error": 0, "warning": 1, "note": 2, "confirmed": 3}


def check_figures(
    figures: Iterable[Observation],
    infos: Mapping[str, IndicatorInfo] | None = None,
    reforms: Mapping[str, Reform] | None = None,
    computed: Iterable[Computed] = (),
) -> list[Finding]:
    """All findings about figures: errors first, then warnings, notes and confirmations.

    `infos` are the indicators by key, `reforms` changes of territory by place, `computed` values
    from the records. The order of `figures` does not matter.
    """
    known = infos or {}
    ordered = sorted((_named(one, known) for one in figures), key=lambda one: one.id)
    found = [
        *(each for one in ordered for each in check_ratio(one, known.get(one.indicator))),
        *check_sums(ordered, known),
        *check_within(ordered, known),
        *check_series(ordered, reforms or {}),
        *check_computed(ordered, computed),
    ]
    return sorted(
        found,
        key=lambda one: (
            *(_ORDER[one.severity], one.code, one.indicator, one.place, one.period),
            one.observations,
        ),
    )


def _named(one: Observation, infos: Mapping[str, IndicatorInfo]) -> Observation:
    """The figure under the name of its indicator, where that has one: sources vary it."""
    info = infos.get(one.indicator)
    return replace(one, name=info.name) if info and info.name else one
