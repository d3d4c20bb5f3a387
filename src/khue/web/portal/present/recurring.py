"""When an event comes back, as people say it: *mồng 3 đến 7 tháng Giêng âm lịch, hằng năm*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khue.model.packs import Field
from khue.model.values.date_shapes import MONTHS
from khue.publish.occurrences import Recurrence, schedule_of
from khue.web.portal.present.reader import Reader, is_public

RECURRENCE = "recurrence"
"""The field of an event that says so."""
EARLY = 10
"""Days of a lunar month up to this one are called *mồng*."""


def recurrence_words(field: Field, value: Any, reader: Reader) -> str:
    """The rule of the days of an event; "" where the public may not see all that says it, where it
    does not say in which month, or where its days cannot be so: they are shown as stated."""
    if not isinstance(value, Mapping) or not is_public(field):
        return ""
    if not all(is_public(one) for one in field.fields if one.name in value):
        return ""
    rule = schedule_of({RECURRENCE: value}).recurrence
    if rule is None or rule.day != value.get("day"):
        return ""
    days = _days(rule, reader)
    if rule.calendar == "LUNAR":
        days = reader.say("calendar.lunar_words", day=days)
    years = value.get("every_years")
    return reader.say("recurrence.every", days=days, count=years) if years else days


def _days(rule: Recurrence, reader: Reader) -> str:
    first = _day(rule, rule.day, rule.month, reader)
    until_month = rule.until_month or rule.month
    if (rule.until_day, until_month) in ((None, rule.month), (rule.day, rule.month)):
        return first
    last = _day(rule, rule.until_day, until_month, reader)
    if rule.day and until_month == rule.month:
        if rule.calendar == "SOLAR":
            return reader.say("recurrence.solar_days", first=rule.day, last=last)
        return reader.say(
            "calendar.lunar_days",
            first=_number(rule.day, reader),
            last=rule.until_day,
            month=_month(rule, rule.month, reader),
        )
    return reader.say("recurrence.span", first=first, last=last)


def _day(rule: Recurrence, day: int | None, month: int, reader: Reader) -> str:
    """A day of a month, or the month where only that is known."""
    name = _month(rule, month, reader)
    if rule.calendar == "SOLAR":
        if day is None:
            return reader.say("recurrence.solar_month", month=name)
        return reader.say("recurrence.solar_day", day=day, month=name)
    if day is None:
        return reader.say("recurrence.lunar_month", month=name)
    return reader.say("calendar.lunar_day", day=_number(day, reader), month=name)


def _number(day: int, reader: Reader) -> str:
    return reader.say("calendar.early_day", day=day) if day <= EARLY else str(day)


def _month(rule: Recurrence, month: int, reader: Reader) -> str:
    if rule.calendar == "SOLAR":
        return str(month) if reader.lang == "vi" else MONTHS[month - 1]
    return reader.say(f"calendar.lunar.{month}")
