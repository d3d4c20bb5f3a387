"""`/measures/<key>/records?place=&…`: the records, or the terms, behind the value of one part."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khue.lib.identifiers import is_ulid
from khue.measures.compute import Counted, name_of
from khue.measures.figures import Observation
from khue.measures.formulas import names_in
from khue.measures.indicators import Indicator
from khue.measures.values import PLACE, ValueView
from khue.model.errors import Busy, Damaged, KhueError, Refused
from khue.model.rights import PUBLIC
from khue.pipeline import house, records_behind
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.errors import error_page
from khue.web.portal.measured import About, figures_about, public_figures
from khue.web.portal.paging import paging, read_page
from khue.web.portal.present import behind, definition, indicator
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.told import Told, address_behind, told_observation, told_value
from khue.web.portal.words import current_language

LISTED = 50
"""Records on a page of those behind a value."""


@require_safe
def records(request: HttpRequest, key: str) -> HttpResponseBase:
    """What is behind the value of one part: the records that were counted, as far as they are still
    public, or the terms of its formula; of a figure that follows from reported ones (`?figure=` its
    identifier), these. 503 while others ask for more than can be counted."""
    reader = ask_house.reader_for(current_language())
    about = figures_about(key)
    if about is None:
        raise Http404
    if "figure" in request.GET:
        figure = about.followed.get(request.GET["figure"])
        if figure is None:
            raise Http404
        return render(request, "portal/indicator_records.html", _followed(about, figure, reader))
    part = behind.part_asked(request.GET.dict(), about.indicator)
    value = about.by_part.get(name_of(part))
    if value is None or value.value is None:
        raise Http404
    page = {
        **_opening(about, told_value(value, about.indicator, reader), reader),
        "limits": behind.limits(part, about.indicator, reader),
        "address": _address(about, part),
    }
    if value.records is None:
        page |= _terms(about, part, reader)
        return render(request, "portal/indicator_records.html", page)
    try:
        page |= _records(about, value, read_page(request.GET.get("page") or ""), reader)
    except Busy:
        busy = error_page(request, 503, "counting")
        busy["Retry-After"] = "30"
        return busy
    except (Damaged, Refused) as error:
        page["problem"] = _said(error, reader)
    return render(request, "portal/indicator_records.html", page)


def _opening(about: About, told: Told, reader: Reader) -> dict[str, Any]:
    return {
        "lang": reader.lang,
        "here": "measures",
        "head": indicator.head(about.indicator, reader),
        "told": told,
    }


def _records(about: About, value: ValueView, number: int, reader: Reader) -> dict[str, Any]:
    found = records_behind(house(), value, hurry=True)
    listed = _still_public(found, queries.public_head_hash())
    turn = paging(
        number,
        len(listed),
        LISTED,
        lambda other: address_behind(about.indicator, value.part, other),
    )
    some = listed[(number - 1) * LISTED : number * LISTED]
    documents = queries.public_documents([name for name, _ in some if is_ulid(name)])
    ask_house.learn_names(reader, [one for one in documents.values() if one is not None])
    rows = behind.counted(some, documents, reader)
    return {
        "rows": rows,
        "has_ranks": any(one.rank for one in rows),
        "position": value.position,
        "turn": turn,
        "count": len(found.records),
        "closed": len(found.records) - len(listed),
        "is_sum": found.amounts is not None,
    }


@lru_cache(4)
def _still_public(found: Counted, _link: str) -> list[tuple[str, float | None]]:
    """What was counted and is still public at a link of the public chain; units always are."""
    names = [name for name in found.records if is_ulid(name)]
    closed = set(names).difference(queries.seen_among(PUBLIC, names))
    ordered = behind.in_its_order(found.records, found.amounts)
    return [pair for pair in ordered if pair[0] not in closed]


def _terms(about: About, part: Mapping[str, str], reader: Reader) -> dict[str, Any]:
    """The terms of a formula with their values for the same part."""
    found = {}
    for name, term in _abouts(about.indicator).items():
        value = term.by_part.get(name_of(part))
        found[name] = told_value(value, term.indicator, reader) if value else None
    # A term that counts and has no value counted nothing.
    return _worked_out(about.indicator, found, "0", _question(part), reader)


def _followed(about: About, figure: Observation, reader: Reader) -> dict[str, Any]:
    """The page of a figure that follows from reported ones: its terms, each with its source."""
    one = about.indicator
    found = {}
    for name, term in _abouts(one).items():
        stated = (each for each in term.observations if each.id in figure.terms)
        found[name] = next(
            (told_observation(each, term.indicator, reader) for each in stated), None
        )
    place = {PLACE: figure.place} if reader.gazetteer.unit(figure.place) else {}
    return {
        **_opening(about, told_observation(figure, one, reader), reader),
        "address": _address(about, place),
        **_worked_out(one, found, "–", _question(place), reader),
    }


def _abouts(one: Indicator) -> dict[str, About]:
    """The terms of a formula by their keys."""
    found = ((name, figures_about(name)) for name in names_in(one.formula))
    return {name: term for name, term in found if term is not None}


def _worked_out(
    one: Indicator, terms: Mapping[str, Told | None], without: str, question: str, reader: Reader
) -> dict[str, Any]:
    """A formula in words and in numbers, with its terms; `without` stands for one that has none."""
    indicators = public_figures().indicators
    written = {name: told.value if told else without for name, told in terms.items()}
    return {
        "terms": [
            behind.Term(
                indicator.head(indicators[name], reader).title,
                f"{reverse('measure', args=[name])}{question}",
                told,
            )
            for name, told in terms.items()
        ],
        "formula": definition.formula_in_words(one.formula, indicators, reader),
        "numbers": definition.formula_in_numbers(one.formula, written),
    }


def _address(about: About, part: Mapping[str, str]) -> str:
    return reverse("measure", args=[about.indicator.key]) + _question(part)


def _question(part: Mapping[str, str]) -> str:
    return f"?place={part[PLACE]}" if PLACE in part else ""


def _said(error: KhueError, reader: Reader) -> str:
    told = [error.message, *(one.message for one in error.findings)]
    return " ".join(one[reader.lang] for one in told)
