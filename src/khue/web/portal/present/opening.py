"""The home page: ways in with their counts, figures with what they count, a story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.measures.documents import observation_of
from khue.publish.occurrences import Occurrence
from khue.web.portal.ask import Ask
from khue.web.portal.editorial import Figures, Pick, Way
from khue.web.portal.present import markdown
from khue.web.portal.present.calendar import occurrence_words
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.places import Count, type_counts
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.present.told import Told, told_observation
from khue.web.portal.words import choose, spoken

LONGEST_STORY = 420
"""Characters of a story that the home page shows: five lines."""
SHOWN_TYPES = 3
"""Types of a way in that stand beneath it, those with most records."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class WayIn:
    """A way in: what it is called, how much is there, and the types of it that have most."""

    label: str
    count: int
    href: str
    parts: tuple[Count, ...]


@dataclass(frozen=True)
class Figure:
    """A value with what is counted, in the words of who picked it: for the city, which the page
    names."""

    told: Told
    counts: str


@dataclass(frozen=True)
class FigureGroup:
    """Figures that are read together, and what has to be said of them."""

    title: str
    note: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Story:
    """A story: its heading, lead and beginning."""

    heading: Heading
    lead: str
    lead_lang: str
    text: str
    text_lang: str
    byline: str


@dataclass(frozen=True)
class Soon:
    """An event that is on soon: its heading, its days in both calendars, whether custom says so."""

    heading: Heading
    days: str
    by_custom: bool
    open: bool


def soon(held: Iterable[tuple[Occurrence, Document]], reader: Reader) -> tuple[Soon, ...]:
    """Events that are on soon, in the order given."""
    return tuple(
        Soon(
            heading(document, reader),
            occurrence_words(one, reader),
            by_custom=not one.stated,
            open=one.certainty != "exact",
        )
        for one, document in held
    )


def ways_in(
    ways: Iterable[Way], counted: Mapping[str, int], places: int, reader: Reader
) -> tuple[WayIn, ...]:
    """The ways in that lead to something, in their order. `places` is how many units have records;
    a page of the portal that is no place page is counted by its types."""
    found = []
    for way in ways:
        types = {name: counted[name] for name in way.types if counted.get(name)}
        count = sum(types.values()) if way.types else places
        href = reverse(way.page) if way.page else Ask(group=way.key).address()
        if count:
            parts = type_counts(types, "", reader)[:SHOWN_TYPES]
            label = choose(way.label, reader.lang)
            found.append(WayIn(label, count, href, parts))
    return tuple(found)


def figure_groups(
    groups: Iterable[Figures], documents: Mapping[tuple[str, str], Document], reader: Reader
) -> tuple[FigureGroup, ...]:
    """The figures that the registry has; groups of which it has none are left out."""
    found = []
    for group in groups:
        there = (pick for pick in group.of if pick.key in documents)
        figures = (_figure(documents[pick.key], pick, reader) for pick in there)
        shown = tuple(one for one in figures if one is not None)
        if shown:
            whole = len(shown) == len(group.of)
            note = choose(group.note, reader.lang) if whole else ""
            found.append(FigureGroup(choose(group.title, reader.lang), note, shown))
    return tuple(found)


def story(document: Document, reader: Reader) -> Story:
    """A story with as much of it as the home page shows."""
    lead, body = _texts(document, "description", reader), _texts(document, "body", reader)
    return Story(
        heading(document, reader),
        choose(lead, reader.lang),
        spoken(lead, reader.lang),
        beginning(choose(body, reader.lang), LONGEST_STORY),
        spoken(body, reader.lang),
        str(_public(document, "byline", reader) or ""),
    )


def beginning(text: str, longest: int) -> str:
    """The first paragraph of a text in Markdown, without its marks: whole sentences of it up to
    `longest` characters, or as many words as fit with an ellipsis."""
    first = next(markdown.paragraphs(markdown.parse(text)), "")
    if len(first) <= longest:
        return first
    cut = first[:longest]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "! "))
    return cut[: end + 1] if end > 0 else cut[: max(cut.rfind(" "), 1)] + "…"


def _figure(document: Document, pick: Pick, reader: Reader) -> Figure | None:
    if not isinstance(_public(document, "value", reader), int | float):
        return None
    public = {
        name: held
        for name, held in document.items()
        if name in ("id", "sources") or _public(document, name, reader) is not None
    }
    told = told_observation(observation_of(public), None, reader)
    return Figure(told, choose(pick.counts, reader.lang))


def _texts(document: Document, name: str, reader: Reader) -> Mapping[str, str]:
    value = _public(document, name, reader)
    return value if isinstance(value, Mapping) else {}


def _public(document: Document, name: str, reader: Reader) -> Any:
    type_ = reader.pack.types.get(document["type"])
    field = type_.fields.get(name) if type_ else None
    return document.get(name) if field is not None and is_public(field) else None
