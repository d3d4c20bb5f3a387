"""Whole numbers and numbers with decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khue.lib import numbers
from khue.model.findings import Finding
from khue.model.values.base import Context, Flat, Kind, Reading, say, unread

if TYPE_CHECKING:
    from khue.model.packs import Field


def shown_both(value: int | float) -> dict[str, str]:
    """A number as findings say it, in both languages."""
    return {"vi": numbers.show_number(value, "vi"), "en": numbers.show_number(value, "en")}


def ambiguity(number: numbers.Number, stated: str, field: Field) -> tuple[Finding, ...]:
    """The note that a number such as 1.250 was read the Vietnamese way, if it was such a one."""
    if not number.ambiguous:
        return ()
    return (say("number_ambiguous", stated, field, shown=shown_both(number.value)),)


class Number(Kind):
    """A number, read as Vietnamese texts write it."""

    name = "number"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        try:
            number = numbers.read_number(stated)
        except ValueError:
            return unread("number_unreadable", stated, field)
        return Reading(number.value, ambiguity(number, stated, field))

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        return numbers.show_number(value, "en" if lang == "en" else "vi")

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        return Flat(columns={"": value})


class Integer(Number):
    """A whole number; a year or a count."""

    name = "integer"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        reading = super().understand(stated, field, context)
        if isinstance(reading.value, float):
            return unread("number_not_whole", stated, field, shown=shown_both(reading.value))
        return reading
