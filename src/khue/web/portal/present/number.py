"""The number with which the page of a figure or a target opens: all that belongs to it at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from khue.model.packs import Type
from khue.web.portal.present.evidence import Note
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import EXACT, OBSERVATION, status_of, unit_of
from khue.web.portal.present.values import show

NUMBER = "value"
"""The field whose number a record is about; `precision`, `unit`, `period` or `due`, and `status`
say of it what has to be said with it."""


@dataclass(frozen=True)
class Number:
    """A number with the word before it (nearly, over), its unit, period and status, and where it
    was taken from."""

    about: str
    value: str
    unit: str
    line: tuple[str, ...]
    source: Note | None


def number(
    document: Mapping[str, Any], type_: Type, notes: Iterable[Note], reader: Reader
) -> Number | None:
    """The number of a public document; None where its type is about none, or it has none."""
    field = type_.fields.get(NUMBER)
    if field is None or field.kind != "number":
        return None
    said = {
        name: shown[0].text
        for name in (NUMBER, "precision", "unit", "period", "due", "status")
        if name in document and (one := type_.fields.get(name)) is not None
        if (shown := show(one, document[name], reader))
    }
    if NUMBER not in said:
        return None
    exact = document.get("precision") == EXACT
    if type_.name == OBSERVATION:
        said.setdefault("period", reader.say("statement.no_period"))
        said.setdefault("status", status_of("", reader))
    return Number(
        about="" if exact else said.get("precision", ""),
        value=said[NUMBER],
        unit=unit_of(document[NUMBER], str(document.get("unit") or ""), reader),
        line=tuple(said[name] for name in ("period", "due", "status") if name in said),
        source=next(iter(notes), None),
    )
