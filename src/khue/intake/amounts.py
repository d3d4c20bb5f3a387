"""What the cell of a figure says beside its number: how certain it is (*gần 1.793*), and how many
thousands or millions it counts (*12 triệu*).

The words of certainty are those of the field's own vocabulary; a table with a column for them says
it there. What a million is of is the unit of the row, so without one nothing is multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from khue.intake.figures import LARGE
from khue.intake.measures import PER_CENT, UNIT
from khue.intake.naming import INDICATOR
from khue.intake.wide import VALUE
from khue.lib.vietnamese import display, fold
from khue.model.fields import Field
from khue.model.findings import Finding
from khue.model.packs import Type, Vocabulary
from khue.model.values import Context, Reading, kind_of
from khue.model.values.base import say
from khue.model.values.number import shown_both
from khue.model.values.units import MULTIPLE, NUMERALS

PRECISION = "precision"
"""The field of figures and targets for the word of certainty."""

RELATIVE = (PER_CENT, MULTIPLE)
"""Units of which there are no millions."""

_LARGE = re.compile(
    rf"(?P<number>[-+\d.,\s]*\d)\s*(?P<word>{'|'.join(NUMERALS)})(?:\s+(?P<things>\D{{1,40}}))?",
    re.IGNORECASE,
)


def read_amount(
    fields: dict[str, Any], stated: dict[str, str], type_: Type, context: Context
) -> tuple[Finding, ...] | None:
    """Fill in the value of a figure, and how certain it is, from a cell that says more than a
    number, with all there is to say of that cell. None where it is a number alone, or not read."""
    leaf = replace(type_.fields[VALUE], path=VALUE)
    text = display(stated.get(VALUE, ""))
    for code, label, rest in _certainties(text, stated, type_, context):
        reading = kind_of(leaf).read(rest, leaf, context)
        if reading.value is None:
            reading = _large(rest, stated[VALUE], fields, stated, type_, context, leaf)
        if reading.value is not None:
            fields[VALUE], fields[PRECISION] = reading.value, code
            stated[PRECISION] = stated[VALUE]
            told = say("certainty_understood", stated[VALUE], leaf, label=label)
            return (told, *reading.findings)
    if not text or VALUE in fields:
        return None
    reading = _large(text, stated[VALUE], fields, stated, type_, context, leaf)
    if reading.value is None:
        return None
    fields[VALUE] = reading.value
    return reading.findings


def of_columns(cells: Mapping[str, str]) -> dict[str, str]:
    """Cells that a source stated before, without a word that stood in the cell of a value: it goes
    with that cell, and is not the word of a column that a file lacks now."""
    in_value = any(map(str.isdigit, cells.get(PRECISION, "")))
    return {path: text for path, text in cells.items() if path != PRECISION or not in_value}


def _certainties(
    text: str, stated: Mapping[str, str], type_: Type, context: Context
) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """The words of certainty that a text may begin with, longest first: code, label, the rest."""
    field = type_.fields.get(PRECISION)
    words = context.pack.vocabularies.get(field.vocabulary or "") if field is not None else None
    if words is None or not text or text[0].isdigit() or stated.get(PRECISION):
        return
    for word, code in _words(words):
        rest = text[len(word) :]
        if text.lower().startswith(word) and rest[:1] in " 0123456789":
            yield code, dict(words.concepts[code].label), rest.strip()


def _words(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The words of a vocabulary with their codes, longest first."""
    found = {
        text.lower(): concept.code
        for concept in vocabulary.concepts.values()
        for text in (*concept.label.values(), *concept.synonyms)
    }
    yield from sorted(found.items(), key=lambda one: -len(one[0]))


def _large(
    text: str,
    cell: str,
    fields: Mapping[str, Any],
    stated: Mapping[str, str],
    type_: Type,
    context: Context,
    leaf: Field,
) -> Reading:
    """The number of *12 triệu* in the unit of the row: multiplied where that counts one by one, as
    it is where the unit says the word too (*105,5 tỷ* of *tỷ đồng*), none where it says another."""
    found = _LARGE.fullmatch(text)
    unit = _unit_of(fields, stated, type_, context) if found else None
    if found is None or unit is None:
        return Reading(None)
    word, times = NUMERALS[found["word"].lower()]
    first, _, others = unit["vi"].partition(" ")
    said = {fold(one) for label in unit.values() for one in label.split()}
    if not set(fold(found["things"] or "").split()) <= said:
        return Reading(None)
    if first in NUMERALS and (NUMERALS[first][0] != word or others.split(" ")[0] in NUMERALS):
        return Reading(None)
    number = kind_of(leaf).read(found["number"], leaf, context)
    if number.value is None:
        return number
    exact = Decimal(repr(number.value)) * (1 if first in NUMERALS else times)
    value = int(exact) if exact == exact.to_integral_value() else float(exact)
    told = say(LARGE, cell, leaf, shown=shown_both(value), unit=dict(unit))
    return Reading(value, (*number.findings, told))


def _unit_of(
    fields: Mapping[str, Any], stated: Mapping[str, str], type_: Type, context: Context
) -> Mapping[str, str] | None:
    """What the unit of a row is called, that of its indicator where it states none; None where it
    counts nothing, or is not known."""
    code = fields.get(UNIT)
    if code is None and not stated.get(UNIT):
        code = context.indicator_units.get(fields.get(INDICATOR, ""))
    units = context.pack.vocabularies.get(type_.fields[UNIT].vocabulary or "")
    concept = units.concepts.get(code or "") if units and code not in RELATIVE else None
    return dict(concept.label) if concept else None
