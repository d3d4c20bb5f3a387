"""Dates as EDTF: days, months, years, centuries, intervals, approximate and uncertain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from khue.lib import dates
from khue.model.findings import Finding
from khue.model.values.base import (
    CellType,
    Context,
    Flat,
    Kind,
    Plain,
    Reading,
    as_error,
    say,
    unread,
)
from khue.model.values.date_shapes import DateProblem
from khue.model.values.date_show import centuries, show_date
from khue.model.values.date_words import read_date

if TYPE_CHECKING:
    from khue.model.packs import Field


class EdtfDate(Kind):
    """An EDTF text; read from what people write, never guessed."""

    name = "edtf"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        try:
            span = read_date(stated)
        except DateProblem as problem:
            return unread(problem.code, stated, field, why=problem.why)
        value = span.edtf
        if not span.told and not span.left:
            return Reading(value)
        shown = {lang: self.show(value, lang, field, context) for lang in ("vi", "en")}
        code = "date_works_left" if span.left else "date_understood"
        told = say(code, stated, field, shown=shown, edtf=value, left=span.left)
        return Reading(value, (told,))

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        try:
            dates.parse_edtf(str(value))
        except ValueError:
            return (as_error(say("date_unreadable", str(value), field)),)
        return ()

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """`28/4/1962`, `thế kỷ XVII`; in English `28 April 1962`, `17th century`."""
        try:
            return show_date(dates.parse_edtf(str(value)), lang)
        except ValueError:
            return str(value)

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        """Columns: the EDTF text and the days of its bounds as ISO 8601; codes: its centuries."""
        try:
            edtf = dates.parse_edtf(str(value))
        except ValueError:
            return Flat(columns={"": str(value)})
        shown = dict.fromkeys(show_date(edtf, lang) for lang in ("vi", "en"))
        return Flat(
            texts=tuple(shown),
            codes=centuries(edtf),
            columns={
                "": edtf.text,
                "earliest": edtf.earliest.isoformat() if edtf.earliest else None,
                "latest": edtf.latest.isoformat() if edtf.latest else None,
            },
        )

    def columns(self, field: Field) -> Mapping[str, CellType]:
        """The EDTF text, and the first and last day that it can mean."""
        return {"": "text", "from": "date", "to": "date"}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        return _cells(str(value))


@lru_cache(maxsize=8192)
def _cells(text: str) -> tuple[Plain, ...]:
    try:
        edtf = dates.parse_edtf(text)
    except ValueError:
        return (text, None, None)
    return (text, _day(edtf.earliest), _day(edtf.latest))


def _day(day: dates.Day | None) -> date | None:
    """A day as tables for analysis have it; they have none before the year 1."""
    return date(*day) if day and MINYEAR <= day.year <= MAXYEAR else None
