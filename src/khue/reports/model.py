"""What a report consists of, whatever it is set with: text, tables, charts, footnotes.

A report is a value. The same value gives the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from khue.charts import Chart
from khue.lib.dates import Day

Lang = Literal["vi", "en"]
Style = Literal["plain", "bold", "italic", "raised"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style. `lang` names its language where that is not the report's;
    `href` is an address that it leads to."""

    text: str
    style: Style = "plain"
    lang: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote at this point. Equal ones share one number."""

    runs: tuple[Run, ...]


Content: TypeAlias = tuple[Run | Note, ...]
Cell: TypeAlias = tuple[Content, ...]
"""What a cell of a table holds: lines, one below the other."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (I. II.) or 2 (1. 2.), with its number."""

    level: Literal[1, 2]
    content: Content


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text; a `small` one explains."""

    content: Content
    small: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, its share of the width, and whether it holds numbers."""

    title: str
    width: int
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption that says what it shows. The columns' widths sum to 100."""

    caption: Content
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart; `alt` says in words what it shows."""

    chart: Chart
    alt: str


Block: TypeAlias = Heading | Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of an official document (Decree 30/2020/NĐ-CP, appendix I). `parent` is the body
    above the `issuer`; empty where none is named. `kind` and `subject` are its title."""

    state: str
    motto: str
    parent: str
    issuer: str
    number: str
    dated: str
    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The foot of an official document: who receives it, and who signs."""

    receivers: str
    copies: tuple[str, ...]
    signer: str


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `frozen` is the line that says at which state of the registry it was frozen,
    and stands on every page; `day` is the day of that state."""

    lang: Lang
    title: str
    frozen: str
    day: Day
    letterhead: Letterhead
    blocks: tuple[Block, ...]
    closing: Closing


def notes_of(report: Report) -> dict[Note, int]:
    """The footnotes of a report with their numbers, in the order in which they are first named."""
    found: dict[Note, int] = {}
    for content in contents_of(report):
        for one in content:
            if isinstance(one, Note):
                found.setdefault(one, len(found) + 1)
    return found


def contents_of(report: Report) -> Iterator[Content]:
    """All content of a report in the order of reading."""
    for block in report.blocks:
        match block:
            case Heading() | Paragraph():
                yield block.content
            case Table():
                yield block.caption
                for row in block.rows:
                    for cell in row:
                        yield from cell


def plain(content: Content) -> str:
    """The text of content without its footnotes."""
    return "".join(one.text for one in content if isinstance(one, Run))


def spaced(content: Content) -> Content:
    """The same with a raised comma between footnotes that follow each other: 1, 26 is not 126."""
    found: list[Run | Note] = []
    for one in content:
        if found and isinstance(one, Note) and isinstance(found[-1], Note):
            found.append(Run(", ", "raised"))
        found.append(one)
    return tuple(found)
