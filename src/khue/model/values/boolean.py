"""Yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from khue.lib import vietnamese
from khue.model.values.base import CellType, Context, Flat, Kind, Reading, unread
from khue.model.values.missing import is_missing

if TYPE_CHECKING:
    from khue.model.packs import Field

_YES = frozenset(("có", "co", "đúng", "dung", "đã có", "rồi", "yes", "y", "true", "x", "1"))
_NO = frozenset(("không", "khong", "không có", "sai", "no", "n", "false", "0"))
_TICKS = frozenset("✓✔☑✗✘☒")
_SHOWN = {True: {"vi": "có", "en": "yes"}, False: {"vi": "không", "en": "no"}}


class Boolean(Kind):
    """Yes or no; a cross or a tick in a cell means yes, as in Vietnamese forms."""

    name = "boolean"
    keeps_missing_words = True

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        text = vietnamese.display(stated)
        if text in _TICKS or vietnamese.exact(text) in _YES_KEYS:
            return Reading(True)
        if vietnamese.exact(text) in _NO_KEYS:
            return Reading(False)
        return unread("value_missing" if is_missing(text) else "boolean_unreadable", stated, field)

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        return _SHOWN[bool(value)]["en" if lang == "en" else "vi"]

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        return Flat(codes=("true" if value else "false",), columns={"": int(bool(value))})

    def columns(self, field: Field) -> Mapping[str, CellType]:
        return {"": "boolean"}


_YES_KEYS = frozenset(vietnamese.exact(word) for word in _YES)
_NO_KEYS = frozenset(vietnamese.exact(word) for word in _NO)
