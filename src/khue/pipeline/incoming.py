"""Figures that a file brings, checked against those of the registry: told while they can still be
looked up, not when someone draws a chart of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from khue.measures.findings import Finding
from khue.model.rights import Actor
from khue.pipeline.figures import OBSERVATION, check_registry
from khue.pipeline.house import House
from khue.registry import queries

MOST_FIGURES = 20_000
"""Figures in the registry and the file together up to which they are checked at once: some ten
seconds. Beyond, `khue measure check` does it."""
MOST_TOLD = 200
"""Findings about figures that a report holds, the gravest."""


@dataclass(frozen=True)
class Incoming:
    """What the figures of a file and those of the registry say of each other: the gravest findings,
    and how many were left out. `checked` is False where they were too many."""

    findings: tuple[Finding, ...] = ()
    left_out: int = 0
    checked: bool = True

    def to_json(self) -> dict[str, Any]:
        """As a report of an import holds it."""
        return {
            "checked": self.checked,
            "findings": [one.to_json() for one in self.findings],
            "left_out": self.left_out,
        }


def check_incoming(
    house: House,
    actor: Actor,
    records: Collection[str],
    changed: Iterable[Mapping[str, Any]],
) -> Incoming:
    """The findings in which figures of a file take part, by what `actor` may see.

    `records` are those of its rows, `changed` their documents as far as the file changes them: they
    stand in for what the registry has, whether that was written already or not.
    """
    known = islice(queries.ids(actor, OBSERVATION), MOST_FIGURES + 1)
    if len({*known, *records}) > MOST_FIGURES:
        return Incoming(checked=False)
    ours = set(records)
    found = check_registry(house, actor, {str(one["id"]): one for one in changed})
    about = [one for one in found if ours.intersection(one.observations)]
    return Incoming(tuple(about[:MOST_TOLD]), max(0, len(about) - MOST_TOLD))
