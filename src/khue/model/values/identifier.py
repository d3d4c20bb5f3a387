"""Identifiers that others gave: Wikidata, UNESCO, the inventory number of a source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from khue.lib import vietnamese
from khue.model.findings import Finding
from khue.model.values.base import CellType, Context, Flat, Kind, Plain, Reading, as_error, say

if TYPE_CHECKING:
    from khue.model.packs import Field

# A scheme's shape and an example of it. Source: https://www.wikidata.org/wiki/Wikidata:Identifiers
_SHAPES = {"wikidata": (re.compile(r"Q[1-9][0-9]*"), "Q1202019")}
_WIKIDATA_PAGE = re.compile(r"https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/(Q[0-9]+)")

#: The scheme of a source's own numbers; a record keeps them under the name of the source.
OWN = "inventory"


class Identifier(Kind):
    """`{"scheme", "value"}`; the scheme is the last part of the field's path."""

    name = "identifier"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        scheme = _scheme_of(field, context)
        text = vietnamese.display(stated)
        if scheme == "wikidata":
            page = _WIKIDATA_PAGE.fullmatch(text)
            text = page[1] if page else text.upper()
        value = {"scheme": scheme, "value": text}
        findings = self._findings(value, stated, field)
        return Reading(None if findings else value, findings)

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        return tuple(map(as_error, self._findings(value, str(value["value"]), field)))

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        return str(value["value"])

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        scheme, text = str(value["scheme"]), str(value["value"])
        return Flat(texts=(text,), codes=(f"{scheme}:{text}",), columns={scheme: text})

    def columns(self, field: Field) -> Mapping[str, CellType]:
        return {"scheme": "text", "value": "text"}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        return (value["scheme"], value["value"])

    def _findings(self, value: dict[str, str], stated: str, field: Field) -> tuple[Finding, ...]:
        shape, example = _SHAPES.get(value["scheme"], (None, ""))
        if field.pattern:
            shape, example = re.compile(field.pattern), field.pattern
        if shape is None or shape.fullmatch(value["value"]):
            return ()
        return (
            say("identifier_shape_wrong", stated, field, scheme=value["scheme"], example=example),
        )


def _scheme_of(field: Field, context: Context) -> str:
    last = field.path.rpartition(".")[2]
    scheme = OWN if last == field.name else last
    return context.source or OWN if scheme == OWN else scheme
