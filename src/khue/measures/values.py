"""Keeping computed values and giving them out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from khue.measures.compute import Value, name_of
from khue.measures.definitions import keep_definitions
from khue.measures.indicators import Indicator
from khue.measures.marking import about_persons, read_with_marks
from khue.measures.models import ComputedValue, Marking
from khue.model.findings import Finding, finding

PLACE, PERIOD = "place", "period"
"""Breakdowns that say where and when; all others say what of."""

CHUNK = 500


@dataclass(frozen=True)
class ValueView:
    """A kept value as `ComputedValue` has it; `value` is None where it may not be told. It is
    `unmarked` where that is not known by the rules of today, so that only staff are told."""

    indicator: str
    version: str
    position: int
    period: str
    place: str
    part: Mapping[str, str]
    value: float | None
    status: str
    source: str
    records: int | None
    suppressed: bool
    at: str
    digest: str = ""
    unmarked: bool = False

    @property
    def name(self) -> str:
        """The part as canonical text."""
        return name_of(self.part)


def keep(
    values: Sequence[Value],
    indicators: Mapping[str, Indicator],
    *,
    position: int,
    period: str,
    source: str,
) -> tuple[int, list[Finding]]:
    """Keep values that were computed at a position of the ledger; gives how many were new, and the
    findings where one differs from what was kept of the same version at the same position.

    `period` is that of values without one of their own. What is kept is never replaced. Of what
    was added, nothing about persons is told before it is marked (see `marking`).
    """
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with transaction.atomic():
        keep_definitions(indicators)
        known = _kept_at(position)
        versions = {version for version, _ in known}
        findings = list(_differences(values, known, versions, position))
        rows = [
            _row(
                one,
                status=indicators[one.indicator].status,
                position=position,
                period=period,
                source=source,
                suppressed=False,
                at=at,
            )
            for one in values
            if one.version not in versions
        ]
        ComputedValue.objects.bulk_create(rows, batch_size=CHUNK)
        Marking.objects.filter(position=position).delete()
    return len(rows), findings


def last_position(indicator: str | None = None) -> int | None:
    """The last position at which something (or this indicator) was computed."""
    rows = ComputedValue.objects.all()
    if indicator is not None:
        rows = rows.filter(indicator=indicator)
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return last


def last_value() -> int:
    """A number that grows with every value that is kept and whenever values are marked; 0 before
    there is one."""
    found = [one.objects.aggregate(last=Max("id"))["last"] for one in (ComputedValue, Marking)]
    return sum(one or 0 for one in found)


def values_of(
    indicator: str,
    *,
    position: int,
    place: str | None = None,
    whole: bool = False,
) -> list[ValueView]:
    """The values of an indicator at a position by the version that was kept last, the total first;
    only those of a place where one is named. What only staff may know is left out unless
    `whole`."""
    rows = ComputedValue.objects.filter(indicator=indicator, position=position)
    newest = rows.order_by("-id").values_list("definition", flat=True)[:1]
    rows = rows.filter(definition__in=list(newest))
    if place is not None:
        rows = rows.filter(place=place)
    views = _views(rows, whole)
    return sorted(views, key=lambda one: (len(one.part), sorted(map(str, one.part.items()))))


def past_values(indicator: str, part: Mapping[str, str]) -> list[ValueView]:
    """The values of a part at every position at which it was computed, in the order in which they
    were kept, by every version."""
    rows = ComputedValue.objects.filter(
        indicator=indicator, place=part.get(PLACE) or "", part=name_of(part)
    )
    return _views(rows.order_by("position", "at", "id"), whole=False)


def positions() -> list[int]:
    """The positions at which values were computed, in their order."""
    found = ComputedValue.objects.order_by("position").values_list("position", flat=True)
    return list(found.distinct())


def compare(values: Sequence[Value], *, position: int) -> list[Finding]:
    """Where what is kept at a position differs from what was computed again."""
    known = _kept_at(position)
    return list(_differences(values, known, {version for version, _ in known}, position))


def _kept_at(position: int) -> dict[tuple[str, str], ComputedValue]:
    rows = ComputedValue.objects.filter(position=position)
    return {(one.definition_id, one.part): one for one in rows}


def _differences(
    values: Sequence[Value],
    before: Mapping[tuple[str, str], ComputedValue],
    versions: Collection[str],
    position: int,
) -> Iterator[Finding]:
    """Where values differ from those that were kept, of the versions of which some were."""
    now = {(one.version, one.name): one for one in values if one.version in versions}
    computed = {version for version, _ in now}
    for key in sorted({*now, *(one for one in before if one[0] in computed)}):
        old, new = before.get(key), now.get(key)
        if old is None or new is None or _told(old) != _told(new):
            name = old.indicator if old else new.indicator if new else ""
            yield finding(
                "indicator_recomputed_differs",
                field=name,
                file=f"{name} {key[1]}",
                position=position,
                now="–" if new is None else new.value,
                before="–" if old is None else old.value,
            )


def _told(one: Value | ComputedValue) -> tuple[Any, ...]:
    return one.value, one.records, one.digest


def _row(one: Value, *, period: str, **more: Any) -> ComputedValue:
    return ComputedValue(
        indicator=one.indicator,
        definition_id=one.version,
        period=one.part.get(PERIOD) or period,
        place=one.part.get(PLACE) or "",
        part=one.name,
        value=one.value,
        records=one.records,
        digest=one.digest,
        **more,
    )


def _views(rows: QuerySet[ComputedValue], whole: bool) -> list[ValueView]:
    # In one question: of values that are marked between two, what was read before is not known.
    listed = [
        (one, (one.position, one.definition_id), valid) for one, valid in read_with_marks(rows)
    ]
    waiting = about_persons({kept for _, kept, valid in listed if not valid})
    return [_view(one, whole, not valid and kept in waiting) for one, kept, valid in listed]


def _view(row: ComputedValue, whole: bool, waiting: bool) -> ValueView:
    suppressed = row.suppressed or waiting
    told = whole or not suppressed
    return ValueView(
        indicator=row.indicator,
        version=row.definition_id,
        position=row.position,
        period=row.period,
        place=row.place,
        part=json.loads(row.part),
        value=row.value if told else None,
        status=row.status,
        source=row.source,
        records=row.records if told else None,
        suppressed=suppressed,
        at=row.at,
        digest=row.digest if told else "",
        unmarked=waiting,
    )
