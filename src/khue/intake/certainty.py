"""How certain a figure is, where its cell says so before the number: *gần 1.793*, *khoảng 3,7%*.

The words are those of the field's own vocabulary. A table with a column for them says it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from khue.intake.wide import VALUE
from khue.lib.vietnamese import display
from khue.model.findings import Finding
from khue.model.packs import Type, Vocabulary
from khue.model.values import Context, kind_of
from khue.model.values.base import say

PRECISION = "precision"
"""The field of figures and targets for the word of certainty."""


def read_certainty(
    fields: dict[str, Any], stated: dict[str, str], type_: Type, context: Context
) -> tuple[Finding, ...] | None:
    """Part a word of certainty from the number in the cell of a value, and give all there is to say
    of that cell, which then states both; None where it has no such word, or a column says how
    certain the figure is."""
    field = type_.fields.get(PRECISION)
    words = context.pack.vocabularies.get(field.vocabulary or "") if field is not None else None
    text = display(stated.get(VALUE, ""))
    if words is None or not text or text[0].isdigit() or stated.get(PRECISION):
        return None
    leaf = replace(type_.fields[VALUE], path=VALUE)
    for word, code in _words(words):
        rest = text[len(word) :]
        if text.lower().startswith(word) and (rest[:1] in " 0123456789"):
            reading = kind_of(leaf).read(rest.strip(), leaf, context)
            if reading.value is None:
                continue
            fields[VALUE], fields[PRECISION] = reading.value, code
            stated[PRECISION] = stated[VALUE]
            label = dict(words.concepts[code].label)
            told = say("certainty_understood", stated[VALUE], leaf, label=label)
            return (told, *reading.findings)
    return None


def of_columns(cells: Mapping[str, str]) -> dict[str, str]:
    """Cells that a source stated before, without a word that stood in the cell of a value: it goes
    with that cell, and is not the word of a column that a file lacks now."""
    in_value = any(map(str.isdigit, cells.get(PRECISION, "")))
    return {path: text for path, text in cells.items() if path != PRECISION or not in_value}


def _words(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """The words of a vocabulary with their codes, longest first."""
    found = {
        text.lower(): concept.code
        for concept in vocabulary.concepts.values()
        for text in (*concept.label.values(), *concept.synonyms)
    }
    yield from sorted(found.items(), key=lambda one: -len(one[0]))
