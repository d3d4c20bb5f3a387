"""The public figures, kept until the ledger, the day or a computed value changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from khue.lib.dates import Day
from khue.measures import values as kept
from khue.measures.figures import Observation, Target
from khue.measures.findings import Finding
from khue.measures.indicators import Indicator
from khue.measures.values import PLACE, ValueView
from khue.model.rights import PUBLIC
from khue.pipeline import Figures, figures_of, house
from khue.registry import queries
from khue.registry.queries import ChangeView
from khue.web.portal.kept import Kept, State

MOST_PAST = 60
"""Reported figures of an indicator whose history is looked through."""

SAID = frozenset(
    {"value", "unit", "period", "place", "status", "precision", "breakdowns", "scope", "method"}
    | {"numerator", "denominator", "subject"}
)
"""Fields of a reported figure that say what it is."""


def public_figures() -> Figures:
    """All public figures with what follows from them; the same for both languages."""
    return _figures("vi")


def indicator_name(key: str) -> Mapping[str, str] | None:
    """What an indicator is called; None where the pack has none of this key."""
    known = public_figures().indicators.get(key)
    return known.name if known else None


def figures_about(key: str) -> About | None:
    """What is known of an indicator; None where there is no such indicator."""
    figures, known = _shelf("vi")
    if key not in figures.indicators:
        return None
    if key not in known:
        known[key] = _about(key, figures)
    return known[key]


@dataclass(frozen=True)
class About:
    """An indicator with all its public figures. `values` were computed last, the total first;
    `observations`, also those that follow from others, are in the order of their periods."""

    indicator: Indicator
    values: tuple[ValueView, ...]
    observations: tuple[Observation, ...]
    findings: tuple[Finding, ...]
    targets: tuple[Target, ...]

    @cached_property
    def by_part(self) -> Mapping[str, ValueView]:
        """The values by their part, as canonical text."""
        return {one.name: one for one in self.values}

    @cached_property
    def by_place(self) -> Mapping[str, tuple[ValueView, ...]]:
        """The values of each place; of "" those of all places together."""
        found: dict[str, list[ValueView]] = {}
        for one in self.values:
            found.setdefault(one.place, []).append(one)
        return {place: tuple(some) for place, some in found.items()}

    @cached_property
    def followed(self) -> Mapping[str, Observation]:
        """The figures that follow from reported ones, by identifier."""
        return {one.id: one for one in self.observations if one.terms}

    @cached_property
    def corrections(self) -> tuple[tuple[Observation, ChangeView], ...]:
        """The changes of what a reported figure says after it had been entered, newest first."""
        pack = house().pack
        found = [
            (one, change)
            for one in [each for each in self.observations if not each.terms][-MOST_PAST:]
            for change in queries.history(PUBLIC, one.id, pack)[:-1]
            if any(each.path.partition(".")[0] in SAID for each in change.changed)
        ]
        return tuple(sorted(found, key=lambda pair: -pair[1].seq))

    def past(self, place: str) -> list[ValueView]:
        """The values of a place at every position at which it was computed."""
        return kept.past_values(self.indicator.key, {PLACE: place} if place else {})


def _about(key: str, figures: Figures) -> About:
    return About(
        figures.indicators[key],
        figures.computed[key],
        tuple(sorted(figures.told_of(key), key=lambda one: (one.last or (0, 0, 0), one.id))),
        tuple(one for one in figures.findings if one.indicator == key),
        tuple(one for one in figures.targets.values() if one.indicator == key),
    )


def _make(state: State) -> Figures:
    day = state.day or timezone.localdate()
    return figures_of(house(), PUBLIC, Day(day.year, day.month, day.day))


def _begin(_state: State) -> tuple[Figures, dict[str, About]]:
    return public_figures(), {}


_figures = Kept(_make, indexed=False, daily=True, measured=True)
_shelf = Kept(_begin, indexed=False, daily=True, measured=True)
