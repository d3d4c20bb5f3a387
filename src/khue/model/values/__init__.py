"""Value kinds: what a field can hold.

One small file per kind says how it reads a stated text, checks a value, shows it in Vietnamese and
English and flattens it for search and tables. A new kind is a new file and a line in `KINDS`.
Which field has which kind is the packs' matter; splitting cells, naming records and storing values
belong to higher rooms. Findings are the only way to complain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from khue.model.values.base import Context, Flat, Kind, Reading
from khue.model.values.boolean import Boolean
from khue.model.values.citation import Citation
from khue.model.values.code import Code
from khue.model.values.edtf import EdtfDate
from khue.model.values.identifier import Identifier
from khue.model.values.language_text import LanguageText
from khue.model.values.number import Integer, Number
from khue.model.values.paths import label_path, show_path
from khue.model.values.place import Place
from khue.model.values.point import Point
from khue.model.values.quantity import Quantity
from khue.model.values.reference import Reference
from khue.model.values.statement import Statement
from khue.model.values.text import Text
from khue.model.values.url import Url

if TYPE_CHECKING:
    from khue.model.packs import Field

__all__ = ["KINDS", "Context", "Flat", "Kind", "Reading", "kind_of", "label_path", "show_path"]


def kind_of(field: Field) -> Kind:
    """The kind of a field. Raises `KeyError` for a kind that is not one of `KINDS`."""
    return KINDS[field.kind]


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Text(),
        LanguageText(),
        EdtfDate(),
        Code(),
        Place(),
        Point(),
        Quantity(),
        Citation(),
        Reference(),
        Identifier(),
        Url(),
        Integer(),
        Number(),
        Boolean(),
        Statement(kind_of),
    )
}
