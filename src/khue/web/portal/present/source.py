"""The page of a source: what it is, and what came from it, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from khue.registry.queries import ChangeView, SourceDetail, SourceView
from khue.web.portal.ask import Ask
from khue.web.portal.figures import show_date
from khue.web.portal.present.changes import action_of, labels_of
from khue.web.portal.present.evidence import show_source_date, source_title, web_address
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.values import Shown, stated_text
from khue.web.portal.words import spoken


@dataclass(frozen=True)
class Edition:
    """Another edition of a source."""

    id: str
    date: str
    imported: dt.datetime


@dataclass(frozen=True)
class SourcePage:
    """All that the head of the page of a source tells. `records` leads to all records of which it
    says something now."""

    title: str
    title_lang: str
    publisher: Shown | None
    licence: str
    date: str
    url: str
    sha256: str
    imported: dt.datetime
    records: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True)
class Brought:
    """A change that came from a source: the record, what happened, which fields."""

    heading: Heading
    action: str
    at: dt.datetime
    fields: tuple[str, ...]


def source_page(found: SourceDetail, reader: Reader) -> SourcePage:
    """The head of the page of a source."""
    source = found.source
    return SourcePage(
        title=source_title(source, reader),
        title_lang=spoken(source.title, reader.lang),
        publisher=stated_text(source.publisher, reader) if source.publisher else None,
        licence=reader.concept_label("licence", source.licence),
        date=show_source_date(source.date, reader),
        url=web_address(source),
        sha256=found.sha256,
        imported=found.imported,
        records=Ask(facets={"source": (source.name,)}).address(),
        editions=tuple(_edition(one, at, reader) for one, at in found.editions),
    )


def brought(changes: Iterable[ChangeView], reader: Reader) -> tuple[Brought, ...]:
    """What came from a source, in the order given; a record as it was after the change."""
    return tuple(
        Brought(
            heading(change.document, reader),
            action_of(change, reader),
            change.at,
            labels_of(change, reader),
        )
        for change in changes
        if change.document is not None
    )


def _edition(source: SourceView, imported: dt.datetime, reader: Reader) -> Edition:
    date = show_source_date(source.date, reader) or show_date(imported, reader.lang)
    return Edition(source.id, date, imported)
