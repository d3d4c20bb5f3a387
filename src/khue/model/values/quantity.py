"""Quantities with units, money and shares among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from khue.lib import numbers, vietnamese
from khue.model.findings import Finding
from khue.model.values.base import (
    CellType,
    Context,
    Flat,
    Kind,
    Plain,
    Reading,
    as_error,
    label,
    say,
    unread,
)
from khue.model.values.number import ambiguity, shown_both, without_about
from khue.model.values.units import Unit, units, written_unit

if TYPE_CHECKING:
    from khue.model.packs import Field

_SHAPE = re.compile(r"(?P<number>[+\-\u2212\u2013]?\s*[0-9](?:[0-9., ]*[0-9])?)\s*(?P<unit>\D.*)?")


class Quantity(Kind):
    """`{"value", "unit"}` in the base unit of the field, whatever unit was stated."""

    name = "quantity"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        rest = without_about(stated)
        match = _SHAPE.fullmatch(rest or vietnamese.display(stated))
        try:
            number = numbers.read_number(match["number"]) if match else None
        except ValueError:
            number = None
        if match is None or number is None:
            return unread("number_unreadable", stated, field)
        base = units().get(field.unit or "")
        unit = written_unit(match["unit"]) if match["unit"] else base
        if match["unit"] and unit is None and re.search("[0-9]", match["unit"]):
            return unread("number_unreadable", stated, field)
        if match["unit"] and unit is None:
            return unread("unit_unknown", stated, field, unit=match["unit"], base=_named(base))
        if base and unit and unit.dimension != base.dimension:
            wrong = {"unit": _named(unit), "base": _named(base)}
            return unread("unit_of_another_kind", stated, field, **wrong)
        value = _convert(number.value, unit, base)
        if unit and unit.minimum is not None and value < unit.minimum:
            return unread("quantity_negative", stated, field, shown=shown_both(value))
        quantity = {"value": value, "unit": (base.code if base else field.unit) or _base_of(unit)}
        findings = ambiguity(number, stated, field)
        if rest:
            shown = {lang: self.show(quantity, lang, field, context) for lang in ("vi", "en")}
            findings = (*findings, say("number_approximate", stated, field, shown=shown))
        if unit and unit.understood:
            shown = {lang: self.show(quantity, lang, field, context) for lang in ("vi", "en")}
            understood = say("unit_understood", stated, field, unit=_named(unit), shown=shown)
            findings = (*findings, understood)
        return Reading(quantity, findings)

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        unit = units().get(value.get("unit") or "")
        base = units().get(field.unit or "")
        stated = f"{value['value']} {value.get('unit') or ''}".strip()
        if field.unit and value.get("unit") != field.unit:
            wrong = {"unit": _named(unit) if unit else value.get("unit"), "base": _named(base)}
            return (as_error(say("unit_of_another_kind", stated, field, **wrong)),)
        if unit and unit.minimum is not None and value["value"] < unit.minimum:
            shown = shown_both(value["value"])
            return (as_error(say("quantity_negative", stated, field, shown=shown)),)
        return ()

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """`1.250,5 m²`; round amounts of money in larger units: `90 tỷ đồng`."""
        amount, unit = value["value"], units().get(value.get("unit") or "")
        written: numbers.Lang = "en" if lang == "en" else "vi"
        if unit is None:
            return numbers.measured(numbers.show_number(amount, written), value.get("unit") or "")
        unit, amount = _scaled(unit, amount)
        return numbers.measured(numbers.show_number(amount, written), label(unit.label, lang))

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        return Flat(columns={"": value["value"], "unit": value.get("unit")})

    def columns(self, field: Field) -> Mapping[str, CellType]:
        """The number in the unit of the field; where it has none, also the unit of the value."""
        return {"": "number"} if field.unit else {"": "number", "unit": "text"}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        return (value["value"],) if field.unit else (value["value"], value.get("unit"))


def _convert(value: int | float, unit: Unit | None, base: Unit | None) -> int | float:
    """`value` of `unit` in `base` (in the dimension's base unit without one), exact but for the
    last rounding to a millionth."""
    if unit is base:
        return value if isinstance(value, int) else round(value, 6)
    factor = unit.factor if unit else Fraction(1)
    divisor = base.factor if base else Fraction(1)
    result = Fraction(str(value)) * factor / divisor
    return int(result) if result.denominator == 1 else round(float(result), 6)


def _base_of(unit: Unit | None) -> str:
    if unit is None:
        return ""
    return next(
        each.code
        for each in units().values()
        if each.dimension == unit.dimension and each.factor == 1
    )


def _scaled(unit: Unit, amount: int | float) -> tuple[Unit, int | float]:
    """The largest unit in which a round amount has at most two decimals."""
    for code in unit.scales if unit.factor == 1 else ():
        larger = units()[code]
        scaled = Fraction(str(amount)) / larger.factor
        if abs(scaled) >= 1 and (scaled * 100).denominator == 1:
            return larger, int(scaled) if scaled.denominator == 1 else float(scaled)
    return unit, amount


def _named(unit: Unit | None) -> dict[str, str]:
    return dict(unit.label) if unit else {"vi": "", "en": ""}
