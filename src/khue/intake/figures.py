"""What the cells of a figure say together: of what indicator it is, in what unit, and whether it
can be.

Each cell was read by itself. Whether 12% is a figure, and of what a figure without a unit is, is
known only here. What was stated stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from khue.intake.breakdowns import OF_OTHERS, PART_UNKNOWN, check_parts
from khue.intake.measures import PER_CENT, UNIT
from khue.intake.naming import INDICATOR, find_indicator, told_now
from khue.intake.wide import PERIOD, VALUE
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.values import Context
from khue.model.values.number import PERCENT, shown_both
from khue.model.values.units import counts_things, kind_measured, minimum_of

UPPER = "value_to"
"""The field of a target for the end of a range that begins with its value."""

NUMBERS = (VALUE, UPPER, "baseline", "exceeded_by")
"""The fields of figures and of targets that are in their unit."""

LEVELS = NUMBERS[:3]
"""Those that say how much there is, and not how much more."""

KIND, LEVEL = "kind", "level"
"""The field of a target for what it asks for, and a value of the indicator itself; growth is in a
unit of its own."""

TIMES = (PERIOD, "due")
"""The fields for when a figure is of, and when a target is to be reached."""

SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")

TAKEN, UNSTATED = "unit_by_indicator", "unit_unstated"
"""What is told of a figure that states no unit."""

OTHER = "unit_of_other_measure"
"""What is told of a figure in a unit that does not measure what its indicator does."""

UNTIMED = "period_unstated"
"""What is told of a figure that states no period."""

LARGE = "large_understood"
"""What is told of a number in thousands or millions."""


def is_figure(type_: Type) -> bool:
    """Whether records of a type are values of indicators."""
    return {INDICATOR, VALUE, UNIT} <= type_.fields.keys()


def settle_figure(
    fields: dict[str, Any],
    stated: Mapping[str, str],
    findings: list[Finding],
    type_: Type,
    context: Context,
    *,
    timed: bool,
) -> list[Finding]:
    """Fill in what the cells of a figure whose indicator is known, if there is one, say together,
    and give all findings about the row: those that are new have no row yet. `timed`: its table says
    of what time its figures are."""
    findings = list(_percents(fields, stated, findings, type_, context))
    findings = list(_periods(fields, stated, findings))
    if timed:
        findings += _untimed(fields, stated, findings)
    findings += _unit(fields, stated, type_, context)
    findings += check_parts(fields, stated, type_, context)
    findings += _doubts(fields, stated, type_, context)
    return findings


def settle_again(
    fields: dict[str, Any],
    cells: Mapping[str, str],
    findings: tuple[Finding, ...],
    type_: Type,
    context: Context,
) -> list[Finding]:
    """The findings of a figure whose source stated some `cells` before, which `fields` have now."""
    told = list(told_now(findings, cells))
    if not is_figure(type_):
        return told
    if PERIOD in cells:
        told = [one for one in told if one.code != UNTIMED]
    if INDICATOR in cells:  # whose breakdowns may be others; it may have been stated by its name
        find_indicator(fields, type_, context)
        told = [one for one in told if one.code not in (OF_OTHERS, PART_UNKNOWN)]
        told += check_parts(fields, cells, type_, context)
    if not {INDICATOR, UNIT} & cells.keys():
        return told
    if fields.get(UNIT) != context.indicator_units.get(fields.get(INDICATOR, "")):
        told = list(_without_large(told, cells, fields))
    if UNIT not in cells and any(one.code == TAKEN for one in told):
        del fields[UNIT]  # that of another indicator
    told = [one for one in told if one.code not in (TAKEN, UNSTATED, OTHER)]
    return told + list(_unit(fields, cells, type_, context))


def _without_large(
    told: list[Finding], cells: Mapping[str, str], fields: dict[str, Any]
) -> Iterator[Finding]:
    """Thousands and millions were counted in the unit of the indicator: in that which the source
    stated before they are not read."""
    for one in told:
        if one.code != LARGE or UNIT not in cells:
            yield one
            continue
        fields.pop(VALUE, None)
        unread = finding("number_unreadable", value=one.value, field=VALUE)
        yield unread.at(sheet=one.sheet, row=one.row, column=one.column)


def _unit(
    fields: dict[str, Any], stated: Mapping[str, str], type_: Type, context: Context
) -> Iterator[Finding]:
    """The unit of a figure that states none is that of its indicator; without one it is open. One
    that measures something else is told: hectares are no relics."""
    path = next((one for one in NUMBERS if one in fields), "")
    if not path:
        return
    key = fields.get(INDICATOR, "")
    code = context.indicator_units.get(key) if fields.get(KIND, LEVEL) == LEVEL else None
    if UNIT in fields:
        if code is not None and kind_measured(fields[UNIT]) != kind_measured(code):
            unit, own = (_label(one, type_, context) for one in (fields[UNIT], code))
            value = stated.get(UNIT, fields[UNIT])
            yield finding(OTHER, value=value, field=UNIT, key=key, unit=unit, own=own)
        return
    if stated.get(UNIT):
        return
    value = stated.get(path, "")
    if code is None:
        yield finding(UNSTATED, value=value, field=path)
        return
    fields[UNIT] = code
    unit = _label(code, type_, context)
    yield finding(TAKEN, value=value, field=path, unit=unit, key=key)


def _percents(
    fields: dict[str, Any],
    stated: Mapping[str, str],
    findings: list[Finding],
    type_: Type,
    context: Context,
) -> Iterator[Finding]:
    """A number of per cent is one where no unit is stated, or that one. In another unit it says
    nothing: 12% is no 12 relics."""
    for one in findings:
        if one.code != PERCENT:
            yield one
            continue
        if UNIT not in fields and not stated.get(UNIT):
            fields[UNIT] = PER_CENT
        if fields.get(UNIT) == PER_CENT:
            continue
        fields.pop(one.field, None)
        unit = _label(fields[UNIT], type_, context) if UNIT in fields else stated[UNIT]
        told = finding("percent_in_unit", value=one.value, field=one.field, unit=unit)
        yield told.at(sheet=one.sheet, row=one.row, column=one.column)


def _periods(
    fields: dict[str, Any], stated: Mapping[str, str], findings: list[Finding]
) -> Iterator[Finding]:
    """A period of five digits is a slip more often than the day that Excel counts so: 20245 would
    be one in 1955."""
    slips = [
        one for one in TIMES if one in fields and SERIAL.fullmatch(stated.get(one, "").strip())
    ]
    for path in slips:
        del fields[path]
    for one in findings:
        if one.field in slips and "shown" in one.values:
            told = finding("period_serial", value=one.value, field=one.field, **one.values)
            yield told.at(sheet=one.sheet, row=one.row, column=one.column)
        else:
            yield one


def untimed(paths: Collection[str | None], type_: Type, sheet: str) -> Iterator[Finding]:
    """What to say of a table of figures that tells nowhere of what time they are: else each row
    alone would say it."""
    if is_figure(type_) and VALUE in paths and PERIOD in type_.fields and PERIOD not in paths:
        yield finding(UNTIMED, field=VALUE).at(sheet=sheet)


def _untimed(
    fields: Mapping[str, Any], stated: Mapping[str, str], findings: Iterable[Finding]
) -> Iterator[Finding]:
    """A figure of no time that is known stands in no series. Of one that cannot be read it is told
    already."""
    told = any(one.field == PERIOD and one.code != "value_missing" for one in findings)
    if VALUE in fields and PERIOD not in fields and not told:
        yield finding(UNTIMED, value=stated.get(VALUE, ""), field=VALUE)


def _doubts(
    fields: dict[str, Any], stated: Mapping[str, str], type_: Type, context: Context
) -> Iterator[Finding]:
    """Values that cannot be, as far as their unit tells. They stand as they were stated."""
    code = fields.get(UNIT, "")
    for path in LEVELS:
        value = fields.get(path)
        if value is None or not code:
            continue
        told = {"value": stated.get(path, ""), "field": path}
        if value < 0 and (counts_things(code) or minimum_of(code) == 0):
            yield finding("quantity_negative", **told)
        elif isinstance(value, float) and counts_things(code):
            unit = _label(code, type_, context)
            yield finding("count_not_whole", **told, shown=shown_both(value), unit=unit)
    low, high = fields.get(VALUE), fields.get(UPPER)
    if low is not None and high is not None and high < low:
        first, last = shown_both(low), shown_both(high)
        yield finding(
            "range_reversed", value=stated.get(UPPER, ""), field=UPPER, first=first, last=last
        )


def _label(code: str, type_: Type, context: Context) -> dict[str, str] | str:
    """What a unit is called."""
    units = context.pack.vocabularies.get(type_.fields[UNIT].vocabulary or "")
    concept = units.concepts.get(code) if units else None
    return dict(concept.label) if concept else code
