"""Marking what of the kept values only staff may know, by the rules of `suppression`.

Marks follow from the values and may be made again: when a program comes with other rules, or when
values are computed at a position of the past. What was not marked by the rules of today is not
told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from khue.measures.compute import Value
from khue.measures.definitions import definitions_at, with_terms
from khue.measures.formulas import names_in
from khue.measures.indicators import Indicator, former, former_key, in_order
from khue.measures.models import ComputedValue, Marking
from khue.measures.suppression import PERSONS, RULES, Cell, LiesIn, concerned, suppressed

COMPARED = timedelta(days=365)
"""How long what was hidden is kept from being told by a later run: figures are yearly."""

CHUNK = 500

Kept = tuple[int, str]
"""The values of a version at a position."""


def mark(position: int, lies_in: LiesIn, day_of: Callable[[int], str]) -> None:
    """Mark the values of a position, of later ones, which are compared with it, and of all that
    were marked by other rules, the earliest first."""
    known = ComputedValue.objects.order_by("position").values_list("position", flat=True).distinct()
    valid = set(Marking.objects.filter(rules=RULES).values_list("position", flat=True))
    for one in list(known):
        if one >= position or one not in valid:
            with transaction.atomic():
                _mark(one, day_of(one), lies_in)


def is_marked(position: int) -> bool:
    """Whether the values of a position were marked by the rules of today."""
    return Marking.objects.filter(position=position, rules=RULES).exists()


def read_with_marks(rows: QuerySet[ComputedValue]) -> list[tuple[ComputedValue, bool]]:
    """Kept values, each with whether it was marked by the rules of today, as both stood at one
    moment."""
    marked = Marking.objects.filter(position=OuterRef("position"), rules=RULES)
    found = rows.annotate(is_marked=Exists(marked))
    return [(one, bool(vars(one)["is_marked"])) for one in found]


def about_persons(kept: Collection[Kept]) -> set[Kept]:
    """Which of some values are of persons or derived from such: what of these is not marked, must
    not be told."""
    if not kept:
        return set()
    every = {one.key: one for one in map(former, with_terms({version for _, version in kept}))}
    touched = concerned(every)
    return {one for one in kept if former_key(one[1]) in touched}


@dataclass(frozen=True)
class _Run:
    """The values of a position by which marks are made: `indicators` of all versions there,
    `newest` by key what the version is called that was kept last, and `former` the others, with
    what is derived from these."""

    indicators: Mapping[str, Indicator]
    newest: Mapping[str, str]
    former: Collection[str]


def _mark(position: int, day: str, lies_in: LiesIn) -> None:
    run = _run_at(position)
    touched = concerned(run.indicators)
    looked_at = {
        one.version
        for key in touched
        for one in (run.indicators[key], *_terms_of(run.indicators[key], run.indicators))
    }
    rows = list(ComputedValue.objects.filter(position=position, definition__in=looked_at))
    values = [
        Value(name, one.definition_id, json.loads(one.part), one.value)
        for one in rows
        if (name := former_key(one.definition_id)) not in run.former
    ]
    marks = suppressed(values, run.indicators, lies_in, _before(position, day, run))
    changed = []
    for row in rows:
        name = former_key(row.definition_id)
        # Beside the newer version an older one would be told by how few the two differ.
        is_former = name in touched and name in run.former
        held = is_former or (name, row.part) in marks.all, (name, row.part) in marks.own
        if held != (row.suppressed, row.of_itself):
            row.suppressed, row.of_itself = held
            changed.append(row)
    ComputedValue.objects.bulk_update(changed, ["suppressed", "of_itself"], batch_size=CHUNK)
    Marking.objects.filter(position=position).delete()
    Marking.objects.create(position=position, rules=RULES, day=day)


def _run_at(position: int) -> _Run:
    definitions = {one["version"]: one for one in definitions_at(position)}
    kept = ComputedValue.objects.filter(position=position).values_list("definition")
    versions = dict(kept.annotate(last=Max("id")))
    newest: dict[str, str] = {}
    for version in sorted(versions, key=lambda one: versions[one]):
        newest[definitions[version]["key"]] = former_key(version)
    found = [
        replace(former(one), within=newest.get(one.get("within", ""), ""))
        for one in definitions.values()
    ]
    indicators = {one.key: one for one in found}
    others = set(map(former_key, versions)) - set(newest.values())
    for one in in_order(indicators):
        if not others.isdisjoint(term.key for term in _terms_of(one, indicators)):
            others.add(one.key)
    return _Run(indicators, newest, others)


def _terms_of(one: Indicator, indicators: Mapping[str, Indicator]) -> list[Indicator]:
    return [indicators[name] for name in (names_in(one.formula) if one.formula else ())]


def _before(position: int, day: str, run: _Run) -> dict[Cell, set[float]]:
    """The numbers at which values of persons were hidden for their own sake in earlier runs that
    are still compared, whatever version they were of."""
    if not day:
        return {}
    since = (date.fromisoformat(day) - COMPARED).isoformat()
    compared = Marking.objects.filter(position__lt=position, day__gte=since)
    of_persons = {
        key: name for key, name in run.newest.items() if run.indicators[name].unit in PERSONS
    }
    rows = ComputedValue.objects.filter(
        position__in=compared.values("position"), of_itself=True, indicator__in=of_persons
    )
    found: dict[Cell, set[float]] = {}
    for key, part, value in rows.values_list("indicator", "part", "value").distinct():
        found.setdefault((of_persons[key], part), set()).add(value)
    return found
