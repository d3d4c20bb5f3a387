"""`/measures/findings`: what figures say of each other, with the statements side by side."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khue.measures.findings import catalogue
from khue.measures.indicators import DIMENSIONS
from khue.pipeline import Figures
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.measured import public_figures
from khue.web.portal.paging import paging, read_page
from khue.web.portal.present import quality
from khue.web.portal.present.quality import SEVERITIES, Sift
from khue.web.portal.words import choose, current_language

PER_PAGE = 20
MOST_OPEN = 3
"""Findings that stand open: where there are more, each is a line that opens."""


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """Findings about public figures by kind, sifted by kind, severity, indicator, dimension and
    place. What no finding has is passed over, and the page says so."""
    lang = current_language()
    reader = ask_house.reader_for(lang)
    figures = public_figures()
    asked = _read(request, figures)
    found = [one for one in quality.in_order(figures.findings) if asked.takes(one, figures)]
    turn = paging(read_page(request.GET.get("page", "")), len(found), PER_PAGE, asked.address)
    shown = found[(turn.number - 1) * PER_PAGE : turn.number * PER_PAGE]
    documents = queries.public_documents([name for one in shown for name in one.observations])
    cards = [(one, quality.finding_card(one, figures, documents, reader)) for one in shown]
    about = figures.indicators.get(asked.indicator)
    page = {
        "lang": lang,
        "here": "measures",
        "groups": quality.grouped(cards, found, asked, reader),
        # Whoever asks for a kind of one indicator comes for it: from the overview, or by its link.
        "opened": len(found) <= MOST_OPEN or bool(asked.kind and asked.indicator),
        "count": len(found),
        "checked": len(figures.observations),
        "severities": quality.ways(figures, asked, reader),
        "options": quality.options(figures, asked, reader),
        "asked": asked,
        "about": choose(about.name, lang) if about else asked.indicator,
        "without": replace(asked, indicator="").address(),
        "passed_over": any(
            request.GET.get(name) and not held for name, held in vars(asked).items()
        ),
        "filtered": asked != Sift(),
        "cleared": Sift().address(),
        "turn": turn,
    }
    return render(request, "portal/findings.html", page)


def _read(request: HttpRequest, figures: Figures) -> Sift:
    kind, severity, indicator, dimension, place = (
        request.GET.get(name, "")
        for name in ("kind", "severity", "indicator", "dimension", "place")
    )
    indicators = {one.indicator for one in figures.findings}
    places = {one.place for one in figures.findings}
    return Sift(
        kind if "severity" in catalogue().get(kind, {}) else "",
        severity if severity in SEVERITIES else "",
        indicator if indicator in indicators else "",
        dimension if dimension in DIMENSIONS else "",
        place if place in places else "",
    )
