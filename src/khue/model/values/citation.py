"""Citations of Vietnamese legal documents."""

from __future__ import annotations

from collections.abc import Mapping
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
    label,
    say,
)
from khue.model.values.citation_numbers import read_citation, types
from khue.model.values.date_show import show_date

if TYPE_CHECKING:
    from khue.model.packs import Field

_PARTS = ("number", "year", "type", "issuer", "date")


class Citation(Kind):
    """`{"text", "number", "year", "type", "issuer", "date"}`, the parts as far as known."""

    name = "citation"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        """The citation in its canonical form; a shape that is not known is kept as text."""
        value, labelled = read_citation(stated)
        if "number" not in value:
            return Reading(value, (say("citation_shape_unknown", stated, field),))
        findings = list(_year_findings(value, stated, field))
        if labelled and value.get("type") and labelled != value["type"]:
            said, coded = (dict(types()[code]) for code in (labelled, value["type"]))
            findings.append(say("citation_label_differs", stated, field, said=said, coded=coded))
        return Reading(value, tuple(findings))

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        return tuple(map(as_error, _year_findings(value, str(value.get("text", "")), field)))

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """`Quyết định 1272/QĐ-TTg ngày 12/8/2009`, `Decision 1272/QĐ-TTg of 12 August 2009`."""
        text = str(value.get("text", ""))
        if name := label(types().get(value.get("type") or "", {}), lang):
            text = f"{name} {text}"
        if not value.get("date"):
            return text
        try:
            day = show_date(dates.parse_edtf(str(value["date"])), lang)
        except ValueError:
            return text
        return f"{text} of {day}" if lang == "en" else f"{text} ngày {day}"

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        shown = (self.show(value, lang, field, context) for lang in ("vi", "en"))
        return Flat(
            texts=tuple(dict.fromkeys(shown)),
            codes=(str(value["text"]),),
            columns={"": value["text"], **{part: value.get(part) for part in _PARTS}},
        )

    def columns(self, field: Field) -> Mapping[str, CellType]:
        """The citation and its parts; its day as `dated`, since many records state another day of
        the same field as `<field>_date`."""
        return {
            "": "text",
            "number": "text",
            "year": "integer",
            "type": "text",
            "issuer": "text",
            "dated": "text",
        }

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        return (value["text"], *map(value.get, _PARTS))


def _year_findings(value: dict[str, Any], stated: str, field: Field) -> tuple[Finding, ...]:
    """A note if the year in the number is not that of the date."""
    year, day = value.get("year"), str(value.get("date") or "")
    if not year or not day or day.startswith(f"{year:04d}"):
        return ()
    return (say("citation_year_differs", stated, field, year=year, date=day),)
