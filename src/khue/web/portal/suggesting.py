"""`/suggest.json?q=`: names as one types, as the public may know them. Nothing asked is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from khue import search
from khue.pipeline import house
from khue.places import Gazetteer
from khue.search import Suggestion
from khue.web.portal.answers import state
from khue.web.portal.ask import LONGEST_TEXT
from khue.web.portal.words import Lang, choose, current_language

SHOWN = 8
"""Suggestions under a search box: more than these nobody reads while typing."""


@require_safe
@condition(etag_func=state)
def suggest(request: HttpRequest) -> HttpResponse:
    """Names that `q` may become, and the text that was probably meant: each name with the address
    of its record, its type, where it is, and which characters of it were typed.

    Whoever keeps it has to ask each time whether it still holds, as with any answer."""
    lang = current_language()
    gazetteer = house().gazetteer
    # With its last space, if it has one: that closes a word.
    found = search.suggest((request.GET.get("q") or "")[:LONGEST_TEXT], house().pack, limit=SHOWN)
    answer = JsonResponse(
        {
            "names": [_name(one, lang, gazetteer) for one in found.names],
            "spelling": found.spelling,
        }
    )
    answer["Cache-Control"] = "public, no-cache"
    return answer


def _name(one: Suggestion, lang: Lang, gazetteer: Gazetteer) -> dict[str, Any]:
    type_ = house().pack.types.get(one.type)
    return {
        "id": one.id,
        "label": choose(one.label, lang),
        "name": one.name,
        "matched": one.matched,
        "type": one.type,
        "type_label": choose(type_.label, lang) if type_ else one.type,
        "units": one.units,
        "place": _place(one.units, lang, gazetteer),
        "address": reverse("record", args=[one.id]),
    }


def _place(codes: Iterable[str], lang: Lang, gazetteer: Gazetteer) -> str:
    """The commune of a record where there is only one, else its province, else nothing."""
    units = [unit for code in codes if (unit := gazetteer.unit(code))]
    for level in ("commune", "province"):
        these = [unit for unit in units if unit.level == level]
        if len(these) == 1:
            return choose(these[0].name, lang)
    return ""
