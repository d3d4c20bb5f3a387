"""How to cite a record: in both languages' conventions, and for programs that keep references."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from khue.web.portal.figures import show_date
from khue.web.portal.words import LANGUAGES, Lang, choose, say


@dataclass(frozen=True)
class Citation:
    """A citation by language, and the same for BibTeX."""

    texts: tuple[tuple[Lang, str], ...]
    bibtex: str


def citation(
    record: str,
    name: Mapping[str, str],
    version: int,
    changed: dt.datetime,
    address: str,
    today: dt.date,
) -> Citation:
    """How to cite a version of a record, seen today, that stands at a persistent address."""
    texts = tuple(
        (lang, _text(record, name, version, changed, address, today, lang)) for lang in LANGUAGES
    )
    title = _plain(choose(name, "vi") or record)
    house = say("site.name", "vi")
    note = say("cite.note", "en", version=str(version), record=record)
    lines = (
        f"@misc{{khue-{record},",
        f"  title = {{{title}}},",
        f"  howpublished = {{{house}}},",
        f"  note = {{{note}}},",
        f"  date = {{{timezone.localtime(changed).date().isoformat()}}},",
        f"  url = {{{address}}},",
        f"  urldate = {{{today.isoformat()}}}",
        "}",
    )
    return Citation(texts, "\n".join(lines))


def _text(
    record: str,
    name: Mapping[str, str],
    version: int,
    changed: dt.datetime,
    address: str,
    today: dt.date,
    lang: Lang,
) -> str:
    return say(
        "cite.text",
        lang,
        name=choose(name, lang) or record,
        record=record,
        version=str(version),
        changed=show_date(changed, lang),
        address=address,
        today=show_date(today, lang),
    )


def _plain(text: str) -> str:
    """A text without what BibTeX takes for its own."""
    return "".join(one for one in text if one not in "{}\\")
