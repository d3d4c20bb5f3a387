"""Places: administrative units, as stated and as the gazetteer understands them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from khue.lib import vietnamese
from khue.model.findings import Finding, finding
from khue.model.values.base import CellType, Context, Flat, Kind, Plain, Reading, say

if TYPE_CHECKING:
    from khue.model.packs import Field

PLACE, POINT, SENSITIVE = "place", "point", "location_sensitive"
"""The fields of every record that say which unit it is in, where exactly, and whether only staff
may know where exactly."""

_NAMED = 5  # candidates named in a finding; the record keeps them all

_OPEN = {
    "vi": "{stated} (chưa rõ: một trong {count} đơn vị)",
    "en": "{stated} (open: one of {count} units)",
}


class Place(Kind):
    """The stated unit with its present unit or, while that is open, every candidate."""

    name = "place"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        """The gazetteer's answer. A place without a unit keeps its stated text, with a finding."""
        place = context.resolve_place(vietnamese.display(stated))
        if place.get("code"):
            return Reading(place)
        names = list(dict.fromkeys(str(each["name"]) for each in place.get("candidates") or ()))
        why = place.get("why") or {"vi": "", "en": ""}
        if not names:
            return Reading(place, (say("place_unknown", stated, field, why=why),))
        named = "; ".join(names[:_NAMED]) + ("; …" if len(names) > _NAMED else "")
        return Reading(place, (say("place_open", stated, field, why=why, names=named),))

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """The present unit's name; where it is open, the stated text and how many it may be."""
        candidates = value.get("candidates") or []
        for each in candidates:
            if each["code"] == value.get("code"):
                return str(each["name"])
        stated = str(value.get("stated") or "")
        count = len({each["code"] for each in candidates})  # two sources may name one unit
        if count < 2:
            return stated
        return _OPEN["en" if lang == "en" else "vi"].format(stated=stated, count=count)

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        """Codes: the present unit, every candidate and what these lie within."""
        candidates = value.get("candidates") or []
        names = [str(each["name"]) for each in candidates]
        codes = [str(each["code"]) for each in candidates]
        around = (value.get("within"), *value.get("possibly_within", ()))
        found = (value.get("code"), *codes, *around)
        return Flat(
            texts=tuple(dict.fromkeys(filter(None, (value.get("stated"), *names)))),
            codes=tuple(dict.fromkeys(str(code) for code in found if code)),
            columns={
                "code": value.get("code"),
                "stated": value.get("stated"),
                "candidates": "|".join(dict.fromkeys(codes)) or None,
            },
        )

    def columns(self, field: Field) -> Mapping[str, CellType]:
        """The present unit, empty while that is open; its province; what was stated; every unit
        that it may be."""
        return {"": "text", "province": "text", "stated": "text", "candidates": "texts"}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        codes = list(dict.fromkeys(str(each["code"]) for each in value.get("candidates") or ()))
        return (value.get("code") or None, value.get("within"), value.get("stated"), codes)


def settle_place(
    document: Mapping[str, Any], context: Context
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The place of a record with a place and a point, after the point was looked at, and what there
    is to say: the point decides between candidates (a note), or lies in none of them (a warning).

    A point that not everyone may know decides nothing: the unit would tell where it is.
    """
    place: dict[str, Any] = document[PLACE]
    if context.settle_place is None:
        return place, ()
    settled = context.settle_place(place, document[POINT])
    stated = str(place.get("stated") or "")
    if settled.elsewhere:
        names = {
            lang: ", ".join(name[lang] for name in settled.elsewhere.values())
            for lang in ("vi", "en")
        }
        return place, (finding("point_outside_place", field=POINT, value=stated, names=names),)
    if settled.decided and not document.get(SENSITIVE):
        why = settled.place.get("why") or {"vi": "", "en": ""}
        told = finding("place_decided_by_point", field=PLACE, value=stated, why=why)
        return settled.place, (told,)
    return place, ()
