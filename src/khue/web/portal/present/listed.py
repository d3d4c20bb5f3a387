"""What lists tell of a record beside its name: the fields that its type has listed.

A number is told with all that belongs to it: the word before it, its unit, and of a figure its
period and status, or that its source does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from khue.lib.numbers import measured
from khue.measures.documents import observation_of
from khue.model.packs import Field, Type
from khue.model.values import kind_of
from khue.web.portal.present.number import NUMBER, number
from khue.web.portal.present.reader import Reader, is_public, public_fields
from khue.web.portal.present.statements import (
    OBSERVATION,
    amount_of,
    period_of,
    status_of,
    unit_of,
)
from khue.web.portal.present.values import Shown, date_of, show

BELOW = "below"
"""What a pack says of the field that stands in a line of its own below names."""


@dataclass(frozen=True)
class Listed:
    """A field of a record as lists tell it: its name, its value in words, the same as a line that
    stands alone (with the label where it needs one), and whether it is a number."""

    name: str
    value: Shown
    line: str
    is_number: bool = False


@lru_cache(1_000)
def listed_fields(type_: Type) -> tuple[Field, ...]:
    """The fields of a type that lists tell in one line, numbers first, else in the order of the
    type."""
    fields = [one for one in public_fields(type_) if one.listed not in ("", BELOW)]
    return tuple(sorted(fields, key=lambda one: not is_number(one)))


def listed(document: Mapping[str, Any], type_: Type | None, reader: Reader) -> tuple[Listed, ...]:
    """What lists tell of a public document; nothing where its type has nothing listed."""
    fields = listed_fields(type_) if type_ else ()
    found = []
    for field in fields:
        value = _value(field, document, type_, reader) if type_ else None
        if value is None:
            continue
        labelled = field.listed == "labelled"
        line = reader.say("record.when", label=reader.label(field), date=value.text)
        found.append(Listed(field.name, value, line if labelled else value.text, is_number(field)))
    return tuple(found)


@lru_cache(1_000)
def field_below(type_: Type) -> Field | None:
    """The field of a type that stands below names, if it has one."""
    return next((one for one in public_fields(type_) if one.listed == BELOW), None)


def below(document: Mapping[str, Any], type_: Type | None, reader: Reader) -> Shown | None:
    """What stands below the name of a record: nothing where it is the name once more."""
    field = field_below(type_) if type_ else None
    shown = show(field, document.get(field.name), reader) if field else ()
    name = document.get("name")
    names = name.values() if isinstance(name, Mapping) else (name,)
    return shown[0] if shown and shown[0].text not in names else None


def is_number(field: Field) -> bool:
    """Whether a field holds a number."""
    return field.kind in ("number", "integer", "quantity")


def _value(field: Field, document: Mapping[str, Any], type_: Type, reader: Reader) -> Shown | None:
    if type_.name == OBSERVATION and field.name in _FIGURE:
        return _FIGURE[field.name](document, reader)
    if field.name not in document:
        return None
    value = document[field.name]
    if field.name == NUMBER and (told := number(document, type_, (), reader)):
        return Shown(_joined(told.about, _joined(told.value, told.unit)))
    if field.kind == "statement":
        said = newest(field, value, reader) or _undated(field, value, reader)
        return Shown(said) if said else None
    shown = show(field, value, reader)
    if not shown:
        return None
    text = "; ".join(one.text for one in shown)
    if field.kind == "number":
        text = _joined(text, unit_of(value, str(document.get("unit") or ""), reader))
    return Shown(text, lang=shown[0].lang)


def _amount(document: Mapping[str, Any], reader: Reader) -> Shown:
    told = amount_of(observation_of(document), reader)
    return Shown(_joined(told.number, told.unit), lang=told.words)


_FIGURE: Mapping[str, Callable[[Mapping[str, Any], Reader], Shown]] = {
    NUMBER: _amount,
    "period": lambda document, reader: Shown(period_of(observation_of(document), reader)),
    "status": lambda document, reader: Shown(status_of(document.get("status") or "", reader)),
}
"""How a figure tells what belongs to its number, also where its source does not say."""


def _joined(one: str, other: str) -> str:
    """Two words, or a number and its unit, that no line parts."""
    return measured(one, other, gap="\u00a0") if one else other


def _undated(field: Field, entries: Any, reader: Reader) -> str:
    """The last of statements that begin with a code, by that code alone; "" where they do not."""
    lead = field.fields[0] if field.fields else None
    if lead is None or lead.kind != "code" or not is_public(lead) or not isinstance(entries, list):
        return ""
    codes = [str(one[lead.name]) for one in entries if one.get(lead.name)]
    return reader.concept_label(lead.vocabulary, codes[-1]) if codes else ""


def newest(field: Field, entries: Any, reader: Reader) -> str:
    """The newest of dated statements that begin with a code, by what that says: a title, a state, a
    recognition; "" where they say none."""
    dated = date_of(field)
    lead = field.fields[0] if field.fields else None
    if not dated or not lead or lead.kind != "code" or not isinstance(entries, list):
        return ""
    if not is_public(lead) or not is_public(dated):
        return ""
    whole = [one for one in entries if one.get(lead.name) and one.get(dated.name)]
    if not whole:
        return ""
    last = max(whole, key=lambda one: str(one[dated.name]))
    return reader.say(
        "record.when_said",
        said=reader.concept_label(lead.vocabulary, str(last[lead.name])),
        date=kind_of(dated).show(last[dated.name], reader.lang, dated, reader.context),
    )
