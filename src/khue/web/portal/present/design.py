"""Samples for the page of the design system: the pieces of the portal with made-up content."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from khue.search.highlights import Piece
from khue.web.portal.ask import Ask
from khue.web.portal.present.evidence import Note, Stated
from khue.web.portal.present.found import Why
from khue.web.portal.present.heading import Heading, Tag
from khue.web.portal.present.record import Fact
from khue.web.portal.present.results import Chip, Choice, Facet, Page
from khue.web.portal.present.values import Part, Shown
from khue.web.portal.words import Lang, other_language, say

HERE = "#main"
"""Where links of samples lead."""


def samples(lang: Lang) -> dict[str, Any]:
    """What the templates of the pieces take, by the names under which they take it."""
    return {
        "cards": cards(lang),
        "facts": facts(lang),
        "facets": _facets(lang),
        "chips": tuple(
            Chip(say("design.facet", lang), say(f"design.choice_{one}", lang), Ask())
            for one in ("first", "second")
        ),
        "cleared": HERE,
        "pages": (
            *(Page(number, "" if number == 2 else HERE, number == 2) for number in (1, 2, 3)),
            Page(0, "", False),
            Page(48, HERE, False),
        ),
        "previous": HERE,
        "next": HERE,
    }


def cards(lang: Lang) -> tuple[Heading, ...]:
    """Record cards: settled, open, made up, found by a passage."""
    settled = Heading(
        id="",
        href=HERE,
        title=say("design.name", lang),
        title_lang="",
        other=say("design.name", other_language(lang)),
        other_lang=other_language(lang),
        type="relic",
        type_label=say("design.type", lang),
        unit=Shown(say("design.unit", lang)),
        rank=Tag(say("design.rank_special", lang), special=True),
        when=say("design.when", lang),
        invented=False,
        picture="",
    )
    why = Why(
        say("design.passage_label", lang),
        (Piece(say("design.passage_before", lang)), Piece(say("design.passage_word", lang), True)),
    )
    return (
        settled,
        replace(
            settled,
            unit=Shown(say("design.unit_open", lang), open=True),
            rank=Tag(say("design.rank", lang), special=False),
            other="",
        ),
        replace(settled, rank=None, when="", invented=True, why=why),
    )


def facts(lang: Lang) -> tuple[Fact, ...]:
    """Rows of facts: with a mark, of several parts, open, with candidates, long, missing."""
    title, day = say("design.facts", lang), say("design.fact_day", lang)
    stated = (Stated("", say("design.fact_when", lang)),)
    notes = tuple(
        Note(number, title, "", HERE, day, stated, say("how.decided_source", lang, date=day))
        for number in (1, 2)
    )
    parts = (
        Part(say("design.fact_rank", lang), Shown(say("design.rank_special", lang)), lead=True),
        Part(say("design.fact_date", lang), Shown(say("design.fact_day", lang))),
    )
    candidates = tuple(
        Shown(say(f"design.candidate_{one}", lang), href=HERE) for one in ("first", "second")
    )
    note = say("place.candidates", lang, count=len(candidates))
    rows = {
        "design.fact": Shown(say("design.fact_when", lang)),
        "design.fact_rank": Shown("", parts=parts),
        "design.fact_place": Shown(
            say("design.unit_open", lang), open=True, note=note, candidates=candidates
        ),
        "design.fact_owner": Shown(say("design.fact_unknown", lang), open=True),
        "design.passage_label": Shown(say("design.prose", lang)),
    }
    return tuple(
        Fact(
            name=key.replace(".", "-"),
            label=say(key, lang),
            values=(value,),
            notes=() if value.open and not value.candidates else notes[: 1 + at % 2],
            long=key == "design.passage_label",
        )
        for at, (key, value) in enumerate(rows.items())
    )


def _facets(lang: Lang) -> tuple[Facet, ...]:
    """One that stands open and one that is folded."""
    choices = tuple(
        Choice(say(f"design.choice_{one}", lang), count, HERE, chosen)
        for one, count, chosen in (("first", 1250, True), ("second", 48, False))
    )
    more = (replace(choices[1], count=3),)
    return (
        Facet("design", say("design.facet", lang), choices, more),
        Facet("design_folded", say("design.fact_place", lang), choices, more, folded=True),
    )
