"""Pictures and documents of a record, as its page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.lib.numbers import show_number
from khue.media import PICTURES, WIDTHS, size_at
from khue.registry.queries import FileView
from khue.web.portal.present.evidence import show_source_date
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, spoken

PHOTOGRAPH, DOCUMENT = "photograph", "document"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Credit:
    """What a file is and on what terms: caption, creator, licence, date in words."""

    title: str
    title_lang: str
    creator: str
    licence: str
    date: str


@dataclass(frozen=True)
class Picture:
    """A photograph or drawing: the thumbnail to begin with, others as `srcset`, the largest to see.

    `width` and `height` are those of the picture itself, so that the page keeps its place free.
    """

    kind: str
    credit: Credit
    src: str
    srcset: str
    href: str
    width: int
    height: int

    @property
    def tall(self) -> bool:
        """Whether it stands rather than lies."""
        return self.height > self.width


@dataclass(frozen=True)
class Gallery:
    """The pictures of a record; `title` says of which kind, `note` what is shown of them."""

    title: str
    note: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Paper:
    """A document: a PDF to download, or a scan to look at. `size` is that of a download."""

    credit: Credit
    href: str
    size: str


def pictures(
    document: Mapping[str, Any], known: Mapping[str, FileView], reader: Reader
) -> Gallery | None:
    """The pictures of a public document, in its order; `known` are files by sha256. None where
    there are none."""
    shown = tuple(
        _picture(entry, view.width, view.height, reader)
        for entry, view in _files(document, known)
        if entry["kind"] != DOCUMENT and view.width and view.height
    )
    if not shown:
        return None
    kinds = {one.kind for one in shown}
    name = reader.concept_label("file_kind", shown[0].kind)
    taken = reader.say("pictures.taken")
    return Gallery(
        title=name if len(kinds) == 1 else reader.say("pictures.title"),
        note=taken if PHOTOGRAPH in kinds else reader.say("pictures.drawn"),
        pictures=shown,
    )


def papers(
    document: Mapping[str, Any], known: Mapping[str, FileView], reader: Reader
) -> tuple[Paper, ...]:
    """The documents of a public document, in its order."""
    return tuple(
        _paper(entry, view, reader)
        for entry, view in _files(document, known)
        if entry["kind"] == DOCUMENT
    )


def first_picture(document: Mapping[str, Any]) -> str:
    """The address of the first picture at the smallest width; empty where there is none."""
    shown = (one for one in document.get("files") or () if one["kind"] != DOCUMENT)
    first = next(shown, None)
    return _thumbnail(str(first["sha256"]), WIDTHS[0]) if first else ""


def file_in_words(entry: Mapping[str, Any], reader: Reader) -> str:
    """A file in one line, as a history tells it."""
    credit = _credit(entry, reader)
    return " · ".join(
        filter(None, (credit.title, credit.creator, credit.licence, credit.date))
    ) or str(entry["sha256"])


def file_label(entry: Mapping[str, Any], reader: Reader) -> str:
    """What kind of file it is: a photograph, a drawing, a document."""
    return reader.concept_label("file_kind", str(entry["kind"]))


def _files(
    document: Mapping[str, Any], known: Mapping[str, FileView]
) -> Iterator[tuple[Mapping[str, Any], FileView]]:
    for entry in document.get("files") or ():
        if entry["sha256"] in known:
            yield entry, known[entry["sha256"]]


def _picture(entry: Mapping[str, Any], width: int, height: int, reader: Reader) -> Picture:
    sha256 = str(entry["sha256"])
    widths = {size_at(width, height, at)[0]: at for at in reversed(WIDTHS)}
    return Picture(
        kind=str(entry["kind"]),
        credit=_credit(entry, reader),
        src=_thumbnail(sha256, WIDTHS[1]),
        srcset=", ".join(
            f"{_thumbnail(sha256, at)} {real}w" for real, at in sorted(widths.items())
        ),
        href=_thumbnail(sha256, WIDTHS[-1]),
        width=width,
        height=height,
    )


def _paper(entry: Mapping[str, Any], view: FileView, reader: Reader) -> Paper:
    credit = _credit(entry, reader)
    if view.media_type in PICTURES:
        return Paper(credit, _thumbnail(view.sha256, WIDTHS[-1]), "")
    size = show_number(max(0.1, round(view.size / MEGABYTE, 1)), reader.lang)
    return Paper(credit, reverse("paper", args=[view.sha256]), reader.say("file.size", size=size))


def _credit(entry: Mapping[str, Any], reader: Reader) -> Credit:
    title = entry.get("title")
    licence = str(entry.get("licence", ""))
    return Credit(
        title=choose(title, reader.lang) or file_label(entry, reader),
        title_lang=spoken(title, reader.lang),
        creator=str(entry.get("creator", "")),
        licence=reader.concept_label("licence", licence) if licence else "",
        date=show_source_date(str(entry.get("date", "")), reader),
    )


def _thumbnail(sha256: str, at: int) -> str:
    return reverse("picture", args=[sha256, at])
