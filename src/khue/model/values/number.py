"""Whole numbers and numbers with decimals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from khue.lib import numbers, vietnamese
from khue.model.findings import Finding
from khue.model.values.base import CellType, Context, Flat, Kind, Reading, say, unread

if TYPE_CHECKING:
    from khue.model.packs import Field


PERCENT = "number_percent"
"""The code of the note that a number was stated in per cent."""

_ABOUT = re.compile(
    r"(?:(?:khoảng|khoang|chừng|chung|ước|uoc|tính|tinh|tầm|tam)\s+|about\s+|around\s+"
    r"|approximately\s+|approx\.?\s*|circa\s+|ca?\.\s*|[~≈]\s*)+(?P<rest>[0-9].*)",
    re.IGNORECASE | re.DOTALL,
)


_PERCENT = re.compile(
    r"(?P<number>.*[0-9])\s*(?:[%％]|phần trăm|phan tram|per ?cent)", re.IGNORECASE | re.DOTALL
)


_COUNTED = re.compile(r"(?P<number>.*[0-9])\s*(?P<things>[^\W\d_].*)", re.DOTALL)


def _without_things(text: str, field: Field) -> str:
    """The number of a text that says after it what the field counts (*30 năm*), or nothing."""
    found = _COUNTED.fullmatch(text) if field.counted else None
    things = {vietnamese.fold(one) for one in field.counted}
    return found["number"] if found and vietnamese.fold(found["things"]) in things else ""


def shown_both(value: int | float) -> dict[str, str]:
    """A number as findings say it, in both languages."""
    return {"vi": numbers.show_number(value, "vi"), "en": numbers.show_number(value, "en")}


def ambiguity(number: numbers.Number, stated: str, field: Field) -> tuple[Finding, ...]:
    """The note that a number such as 1.250 was read the Vietnamese way, if it was such a one."""
    if not number.ambiguous:
        return ()
    return (say("number_ambiguous", stated, field, shown=shown_both(number.value)),)


def without_about(stated: str) -> str:
    """The rest of a text that says first that its number is not exact (*khoảng 300*), or nothing.
    *hơn 300* and *gần 300* say more than that, and are not read."""
    text = vietnamese.display(stated)
    about = None if text[:1].isdigit() else _ABOUT.match(text)
    return about["rest"] if about else ""


class Number(Kind):
    """A number, read as Vietnamese texts write it; one of per cent with a note that it is."""

    name = "number"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        rest = without_about(stated)
        text = rest or vietnamese.display(stated)
        percent = self._percent(text)
        try:
            number = numbers.read_number(percent or _without_things(text, field) or rest or stated)
        except ValueError:
            return unread("number_unreadable", stated, field)
        findings = ambiguity(number, stated, field)
        if rest:
            shown = shown_both(number.value)
            findings = (*findings, say("number_approximate", stated, field, shown=shown))
        if percent:
            findings = (*findings, say(PERCENT, stated, field, shown=shown_both(number.value)))
        return Reading(number.value, findings)

    def _percent(self, text: str) -> str:
        """The number of a text that ends in the sign of per cent or in its name, or nothing."""
        found = _PERCENT.fullmatch(text)
        return found["number"] if found else ""

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        return numbers.show_number(value, "en" if lang == "en" else "vi")

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        return Flat(columns={"": value})

    def columns(self, field: Field) -> Mapping[str, CellType]:
        return {"": "number"}


class Integer(Number):
    """A whole number; a year or a count, which may stand with what the field counts (*30 năm*)."""

    name = "integer"

    def _percent(self, text: str) -> str:
        return ""  # nothing that is counted is 12%

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        reading = super().understand(stated, field, context)
        if isinstance(reading.value, float):
            return unread("number_not_whole", stated, field, shown=shown_both(reading.value))
        return reading

    def columns(self, field: Field) -> Mapping[str, CellType]:
        return {"": "integer"}
