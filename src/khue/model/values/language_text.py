"""Text in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from khue.model.values.base import CellType, Context, Flat, Kind, Plain, Reading, label
from khue.model.values.text import clean_lines

if TYPE_CHECKING:
    from khue.model.packs import Field

LANGUAGES = ("vi", "en")


class LanguageText(Kind):
    """`{"vi": ..., "en": ...}`; either may be missing, neither is ever made from the other."""

    name = "language_text"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        """The text in the language that the path of the field ends in, else Vietnamese."""
        last = field.path.rpartition(".")[2]
        return Reading({last if last in LANGUAGES else "vi": clean_lines(stated)})

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """The text in `lang`, or in the other language where there is none."""
        return label(value, lang)

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        vi, en = value.get("vi") or None, value.get("en") or None
        return Flat(tuple(filter(None, (vi, en))), (), {"vi": vi, "en": en})

    def columns(self, field: Field) -> Mapping[str, CellType]:
        return {"vi": "text", "en": "text"}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        return (value.get("vi") or None, value.get("en") or None)
