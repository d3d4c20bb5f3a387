"""References to other records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khue.lib import identifiers, vietnamese
from khue.model.values.base import Context, Flat, Kind, Reading, label, unread

if TYPE_CHECKING:
    from khue.model.packs import Field


class Reference(Kind):
    """The identifier of another record. Names are resolved where the registry can be asked."""

    name = "reference"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        text = vietnamese.display(stated)
        if identifiers.is_ulid(text.upper()):
            return Reading(text.upper())
        return unread("reference_unresolved", stated, field)

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """The label of the record, or its identifier where it has none that may be shown."""
        return label(context.label_of(value) or {}, lang) or str(value)

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        labels = context.label_of(value) or {}
        texts = tuple(dict.fromkeys(labels[lang] for lang in ("vi", "en") if labels.get(lang)))
        return Flat(
            texts=texts,
            codes=(str(value),),
            columns={"": str(value), "label": label(labels, "vi") or None},
        )
