"""A report as PDF, set with typst: tagged (PDF/UA-1), kept for long (PDF/A-2a), and always the same
bytes for the same report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from khue.charts import draw_svg
from khue.reports.model import (
    Block,
    Content,
    Heading,
    Note,
    Paragraph,
    Picture,
    Report,
    Run,
    Table,
    notes_of,
    spaced,
)
from khue.reports.pictures import printed
from khue.reports.typefaces import fonts, showable

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
MAIN = "main.typ"

STANDARDS: list[Any] = ["ua-1", "a-2a"]
"""ISO 14289-1 (accessible) and ISO 19005-2, level A (kept for long). Both refuse what no typeface
can show, and pictures that say nothing in words."""


def pdf_of(report: Report) -> bytes:
    """The report as PDF."""
    compiler = typst.Compiler(_files(report), font_paths=fonts())
    day = datetime(*report.day, tzinfo=UTC)
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(day.timestamp()))
    return b"".join(_pages(made))


def pages_of(report: Report, ppi: float = 80) -> list[bytes]:
    """The pages of the report as PNG, to be looked at."""
    compiler = typst.Compiler(_files(report), font_paths=fonts())
    return _pages(compiler.compile(format="png", ppi=ppi))


def _pages(made: bytes | list[bytes] | None) -> list[bytes]:
    """What typst gives: one file, or one for each page."""
    return [made] if isinstance(made, bytes) else made or []


def _files(report: Report) -> dict[str, bytes]:
    """What typst reads: the template, what it is filled with, and the charts."""
    numbers = notes_of(report)
    seen: set[Note] = set()
    pictures: dict[str, bytes] = {}
    blocks = [_block(one, numbers, seen, pictures) for one in report.blocks]
    letterhead, closing = report.letterhead, report.closing
    data = {
        "lang": report.lang,
        "title": showable(report.title),
        "frozen": showable(report.frozen),
        "day": list(report.day),
        "letterhead": {
            name: showable(getattr(letterhead, name)) for name in type(letterhead).__slots__
        },
        "blocks": blocks,
        "notes": [[_run(one) for one in note.runs] for note in numbers],
        "closing": {
            "receivers": closing.receivers,
            "copies": list(closing.copies),
            "signer": closing.signer,
        },
    }
    text = json.dumps(data, ensure_ascii=False).encode()
    return {MAIN: TEMPLATE.read_bytes(), "report.json": text, **pictures}


def _block(
    block: Block, numbers: Mapping[Note, int], seen: set[Note], pictures: dict[str, bytes]
) -> dict[str, Any]:
    def said(content: Content) -> list[dict[str, Any]]:
        return [_piece(one, numbers, seen) for one in spaced(content)]

    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "content": said(block.content)}
        case Paragraph():
            return {"kind": "paragraph", "small": block.small, "content": said(block.content)}
        case Table():
            columns = [
                {"title": one.title, "width": one.width, "number": one.number}
                for one in block.columns
            ]
            caption = said(block.caption)
            rows = [[[said(line) for line in cell] for cell in row] for row in block.rows]
            return {"kind": "table", "columns": columns, "caption": caption, "rows": rows}
        case Picture():
            name = f"chart-{len(pictures) + 1}.svg"
            pictures[name] = draw_svg(printed(block.chart)).encode()
            frame = block.chart.frame
            return {
                "kind": "picture",
                "file": name,
                "alt": showable(block.alt),
                "title": showable(frame.title),
                "subtitle": showable(frame.subtitle),
                "source": showable(frame.source),
            }


def _piece(one: Run | Note, numbers: Mapping[Note, int], seen: set[Note]) -> dict[str, Any]:
    if isinstance(one, Run):
        return _run(one)
    first = one not in seen
    seen.add(one)
    return {"note": numbers[one], "first": first}


def _run(one: Run) -> dict[str, Any]:
    return {"text": showable(one.text), "style": one.style, "lang": one.lang, "href": one.href}
