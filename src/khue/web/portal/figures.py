"""Days and moments as each language writes them: 28/4/1962 and 28 April 1962."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from khue.lib.dates import parse_edtf
from khue.model.values.date_show import show_date as show_edtf


def show_date(day: dt.date, lang: str) -> str:
    """A day: `28/4/1962` or `28 April 1962`. A moment is taken in the house's time zone."""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    return show_edtf(parse_edtf(day.isoformat()), lang)


def show_moment(moment: dt.datetime, lang: str) -> str:
    """A day and the time of day: `28/4/2025, 14:05`, in the house's time zone."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return f"{show_date(local, lang)}, {local:%H:%M}"
