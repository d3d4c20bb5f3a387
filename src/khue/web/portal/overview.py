"""`/measures`: what the city measures, what it aimed at, and all indicators.

The opening and the row of each indicator follow from the ledger, the computed values and the day,
and are kept until one of them changes; a question only sifts the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khue.measures import values
from khue.measures.indicators import WAYS
from khue.measures.values import ValueView
from khue.pipeline import Figures
from khue.web.portal import editorial, measured
from khue.web.portal import house as ask_house
from khue.web.portal.kept import Kept, State
from khue.web.portal.present import indicators, overview, quality
from khue.web.portal.present.indicators import Listing, Newest, Row
from khue.web.portal.words import choose, current_language

LONGEST = 200
"""Characters of a question that are looked at."""
SERIOUS = ("error", "warning")
"""Findings that stand in the opening: what is wrong, and what contradicts."""


class Opening(NamedTuple):
    """What is kept: of each indicator the newest, its row and its folded texts, and what stands
    above the list."""

    newest: Mapping[str, Newest]
    rows: Mapping[str, Row]
    folded: Mapping[str, str]
    page: Mapping[str, Any]


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Key figures, targets, what contradicts and what changed; then all indicators by dimension.
    With a question only the list."""
    lang = current_language()
    reader = ask_house.reader_for(lang)
    figures = measured.public_figures()
    newest, rows, folded, above = _opening(lang)
    asked, among = _read(request)
    listed = indicators.listed(figures.indicators.values(), newest, folded, asked, among)
    page = {
        "lang": lang,
        "here": "measures",
        **above,
        "asked": asked,
        "filtered": asked != Listing(),
        "set": among and {"label": choose(among.label, lang), "note": choose(among.note, lang)},
        "count": len(listed),
        "groups": indicators.groups(listed, rows, reader),
        "choices": indicators.choices(
            figures.indicators.values(), newest, editorial.indicator_sets(), asked, reader
        ),
    }
    return render(request, "portal/measures.html", page)


def _read(request: HttpRequest) -> tuple[Listing, editorial.IndicatorSet | None]:
    """What is asked for; what is no such thing in an address is passed over."""
    among = {one.key: one for one in editorial.indicator_sets()}.get(request.GET.get("set", ""))
    obtained = request.GET.get("obtained", "")
    asked = Listing(
        q=request.GET.get("q", "").strip()[:LONGEST],
        obtained=obtained if obtained in (*WAYS, indicators.NONE) else "",
        set=among.key if among else "",
    )
    return asked, among


def _make(state: State) -> Opening:
    reader = ask_house.reader_for(state.lang)
    figures = measured.public_figures()
    city = ask_house.main_province(reader.gazetteer)
    newest = {key: indicators.newest_of(key, figures, city) for key in figures.indicators}
    ask_house.learn_names(reader, figures.documents.values())
    asked = overview.asked(figures, reader)
    first = overview.first_of(asked)
    serious = [one for one in quality.in_order(figures.findings) if one.severity in SERIOUS]
    severities = quality.ways(figures, quality.Sift(), reader)
    picked = editorial.key_figures()
    keys = [key for group in picked for key in group.indicators]
    return Opening(
        newest,
        {
            key: indicators.row_of(one, newest[key], city, reader)
            for key, one in figures.indicators.items()
        },
        {key: indicators.folded_of(one) for key, one in figures.indicators.items()},
        {
            "place": reader.unit_short(city) if city else "",
            "indicators": len(figures.indicators),
            "key_groups": overview.key_groups(picked, figures, newest, city, reader),
            "stands": overview.stands(figures.trajectories.values(), reader),
            "targets": len(asked),
            "checked": len(figures.observations),
            "first": asked[:first],
            "others": asked[first:],
            "serious": [quality.finding_card(one, figures, {}, reader) for one in serious],
            "severities": severities[1:],
            "changes": overview.changes(figures, city, reader),
            "recounted": overview.recounted(figures, _before(keys, figures), city, reader),
        },
    )


_opening = Kept(_make, daily=True, measured=True)


def _before(keys: list[str], figures: Figures) -> dict[str, list[ValueView]]:
    """The values of some indicators at the last position before that of their newest ones."""
    known = values.positions()
    found = {}
    for key in keys:
        newest = next(iter(figures.computed.get(key, ())), None)
        earlier = [one for one in known if newest is not None and one < newest.position]
        if earlier:
            found[key] = values.values_of(key, position=earlier[-1])
    return found
