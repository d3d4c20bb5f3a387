"""`/suggest.json?q=`: names as one types, as the public may know them. Nothing asked is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from khue import search
from khue.model.packs import Field
from khue.model.values import Flat, kind_of
from khue.pipeline import house
from khue.publish.summary import values_at
from khue.registry import queries
from khue.search import Suggestion
from khue.search.entries import NAMES
from khue.web.portal.answers import state
from khue.web.portal.ask import LONGEST_TEXT
from khue.web.portal.called import called, with_records
from khue.web.portal.filtering import filters_for
from khue.web.portal.house import reader_for, spelling_to_tell
from khue.web.portal.present.heading import names
from khue.web.portal.present.reader import Reader, public_fields, public_leaves
from khue.web.portal.present.results import meant_text
from khue.web.portal.words import choose, current_language, spoken

SHOWN = 8
"""Suggestions under a search box: more than these nobody reads while typing."""


@require_safe
@condition(etag_func=state)
def suggest(request: HttpRequest) -> HttpResponse:
    """Names that `q` may become, filters that it may be the words of, pages that it names, and the
    text that was probably meant: each name with the address of its record, its type, where it is,
    and which characters of it were typed; each filter with the address of what it leaves; pages
    of units that no filter leads to, former ones above all, or of the record of an identifier. Of
    a text with field words the names are those of records that these leave.

    Whoever keeps it has to ask each time whether it still holds, as with any answer."""
    reader = reader_for(current_language())
    # With its last space, if it has one: that closes a word.
    text = (request.GET.get("q") or "")[:LONGEST_TEXT]
    asked = search.understand(search.Query(text, lang=reader.lang), house().pack, reader.gazetteer)
    found = search.suggest(asked, house().pack, limit=SHOWN)
    # The registry says what is public now; the index may be a moment behind.
    public = queries.public_documents([one.id for one in found.names])
    told = [
        _name(one, document, reader)
        for one in found.names
        if (document := public[one.id]) and one.name in _names_of(document, reader)
    ]
    filters = [
        {"label": one.label, "of": one.of, "count": one.count, "address": one.address}
        for one in filters_for(text, reader)
    ]
    pages = [
        {"of": one.of, "label": one.label, "note": one.note, "address": one.address}
        for one in called(text, reader, with_records(reader))
    ]
    meant = spelling_to_tell(meant_text(found.spelling, asked.limits))
    answer = JsonResponse({"names": told, "filters": filters, "pages": pages, "spelling": meant})
    answer["Cache-Control"] = "public, no-cache"
    return answer


def _names_of(document: Mapping[str, Any], reader: Reader) -> set[str]:
    """All names of a record, as search reads them."""
    said = _said(document, lambda leaf: leaf.path in NAMES, reader)
    return {text for each in said for text in each.texts}


def _units_of(document: Mapping[str, Any], reader: Reader) -> list[str]:
    """The units that a record is in, or may be in."""
    said = _said(document, lambda leaf: leaf.kind == "place", reader)
    return sorted({code for each in said for code in each.codes})


def _said(
    document: Mapping[str, Any], is_wanted: Callable[[Field], bool], reader: Reader
) -> Iterator[Flat]:
    """What the values of some fields say that the public may see."""
    for field in public_fields(house().pack.types.get(document["type"])):
        for leaf in filter(is_wanted, public_leaves(field)):
            for value in values_at(document, leaf.path):
                yield kind_of(leaf).flatten(value, leaf, reader.context)


def _name(one: Suggestion, document: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    type_ = house().pack.types.get(one.type)
    units = _units_of(document, reader)
    return {
        "id": one.id,
        "label": choose(names(document), reader.lang),
        "lang": spoken(names(document), reader.lang),
        "name": one.name,
        "matched": one.matched,
        "type": one.type,
        "type_label": choose(type_.label, reader.lang) if type_ else one.type,
        "units": units,
        "place": _place(units, reader),
        "address": reverse("record", args=[one.id]),
    }


def _place(codes: Iterable[str], reader: Reader) -> str:
    """The commune of a record where there is only one, else its province, else nothing."""
    units = [unit for code in codes if (unit := reader.gazetteer.unit(code))]
    for level in ("commune", "province"):
        these = [unit for unit in units if unit.level == level]
        if len(these) == 1:
            return choose(these[0].name, reader.lang)
    return ""
