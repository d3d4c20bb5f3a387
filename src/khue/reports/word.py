"""A report as a Word document: the same content, in the typeface that the decree asks for, so that
an office can number, sign and change it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import qn
from docx.shared import Emu
from docxtpl import DocxTemplate, InlineImage

from khue.charts import draw_png
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

TEMPLATE = Path(__file__).parent / "templates" / "word"
"""The parts of the template, unpacked: they can be read, and their changes seen."""

WIDTH = 9242
"""Width of the text in twentieths of a point."""

EMU_PER_TWIP = 635

LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}

_STYLES = {
    "bold": "<w:b/><w:bCs/>",
    "italic": "<w:i/><w:iCs/>",
    "plain": "",
    "raised": '<w:vertAlign w:val="superscript"/>',
}
_NOTE_STYLE = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'


def docx_of(report: Report) -> bytes:
    """The report as a Word document; the same report gives the same bytes."""
    template = DocxTemplate(io.BytesIO(_packed()))
    numbers = notes_of(report)
    seen: set[Note] = set()
    blocks = [
        {**_block(one, numbers, seen, template), "stays": _is_small(after)}
        for one, after in zip_longest(report.blocks, report.blocks[1:])
    ]
    letterhead = {
        name: escape(getattr(report.letterhead, name)) for name in type(report.letterhead).__slots__
    }
    closing = report.closing
    context = {
        "frozen": escape(report.frozen),
        "letterhead": {
            **letterhead,
            "issuer_lines": letterhead["issuer"].splitlines(),
            "parent_lines": letterhead["parent"].splitlines(),
        },
        "blocks": blocks,
        "notes": [
            {"number": number, "content": "".join(map(_run, note.runs))}
            for note, number in numbers.items()
        ],
        "closing": {
            "receivers": escape(closing.receivers),
            "copies": [escape(one) for one in closing.copies],
            "signer": escape(closing.signer),
        },
    }
    template.render(context)
    _finish(template, report)
    made = io.BytesIO()
    template.save(made)
    return _repacked(made.getvalue(), report)


def _packed() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(TEMPLATE.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(TEMPLATE).as_posix())
    return made.getvalue()


def _repacked(made: bytes, report: Report) -> bytes:
    """The same parts, dated by the report and not by the clock."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(again, "w") as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            info = zipfile.ZipInfo(name, (*report.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return again.getvalue()


def _finish(template: DocxTemplate, report: Report) -> None:
    """What the template cannot say: widths of columns, the language, what pictures show."""
    document = template.docx
    language = LANGUAGES[report.lang]
    for style in document.styles.element.iter(qn("w:lang")):
        style.set(qn("w:val"), language)
    # As in the other form of the report: the decree wants the first level in capitals.
    document.styles["heading 1"].font.all_caps = report.lang == "vi"
    tables = [one for one in report.blocks if isinstance(one, Table)]
    # The first and the last table are the head and the foot.
    for made, told in zip(document.tables[1:-1], tables, strict=True):
        _widen(made, [WIDTH * one.width // 100 for one in told.columns])
    pictures = [one for one in report.blocks if isinstance(one, Picture)]
    drawn = document.element.body.iter(qn("wp:docPr"))
    for number, (one, picture) in enumerate(zip(drawn, pictures, strict=True), 1):
        one.set("id", str(number))
        one.set("name", f"chart-{number}")
        one.set("descr", picture.alt)
    properties = document.core_properties
    properties.created = properties.modified = datetime(*report.day)
    properties.title, properties.comments = report.title, report.frozen
    # The format holds no more of an author.
    properties.author = report.letterhead.issuer.replace("\n", " ")[:255]
    properties.language = language
    properties.last_modified_by = ""


def _is_small(block: Block | None) -> bool:
    """Whether it is small print, which what stands before it introduces."""
    return isinstance(block, Paragraph) and block.small


def _widen(table: Any, widths: list[int]) -> None:
    grid = table._tbl.tblGrid
    for one in list(grid):
        grid.remove(one)
    for width in widths:
        grid.add_gridCol().w = Emu(width * EMU_PER_TWIP)
    for row in table.rows:
        for cell, width in zip(row._tr.tc_lst, widths, strict=True):
            cell.width = Emu(width * EMU_PER_TWIP)


def _block(
    block: Block, numbers: Mapping[Note, int], seen: set[Note], template: DocxTemplate
) -> dict[str, Any]:
    def said(content: Content) -> str:
        return "".join(_piece(one, numbers, seen) for one in spaced(content))

    match block:
        case Heading():
            return {"kind": f"heading{block.level}", "content": said(block.content)}
        case Paragraph():
            kind = "small" if block.small else "paragraph"
            return {"kind": kind, "content": said(block.content)}
        case Table():
            columns = [{"title": escape(one.title), "number": one.number} for one in block.columns]
            caption = said(block.caption)
            rows = [
                [
                    {"lines": [said(line) for line in cell], "number": column.number}
                    for cell, column in zip(row, block.columns, strict=True)
                ]
                for row in block.rows
            ]
            return {"kind": "table", "columns": columns, "caption": caption, "rows": rows}
        case Picture():
            frame = block.chart.frame
            drawn = io.BytesIO(draw_png(printed(block.chart)))
            return {
                "kind": "picture",
                "title": escape(f"{frame.title}. "),
                "subtitle": escape(frame.subtitle),
                "source": escape(frame.source),
                "image": InlineImage(template, drawn, width=Emu(WIDTH * EMU_PER_TWIP)),
            }


def _piece(one: Run | Note, numbers: Mapping[Note, int], seen: set[Note]) -> str:
    if isinstance(one, Run):
        return _run(one)
    number = numbers[one]
    name = f"_Note{number}"
    if one in seen:
        # Word numbers footnotes itself: a second mark is a field that follows the first.
        return (
            f'<w:fldSimple w:instr="NOTEREF {name} \\f \\h"><w:r>{_NOTE_STYLE}'
            f"<w:t>{number}</w:t></w:r></w:fldSimple>"
        )
    seen.add(one)
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
        f'<w:r>{_NOTE_STYLE}<w:footnoteReference w:id="{number}"/></w:r>'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def _run(one: Run) -> str:
    language = f"<w:lang w:val={quoteattr(LANGUAGES[one.lang])}/>" if one.lang else ""
    style = _STYLES[one.style] + language
    about = f"<w:rPr>{style}</w:rPr>" if style else ""
    run = f'<w:r>{about}<w:t xml:space="preserve">{escape(one.text)}</w:t></w:r>'
    if not one.href:
        return run
    return f"<w:fldSimple w:instr={quoteattr(f'HYPERLINK {_quoted(one.href)}')}>{run}</w:fldSimple>"


def _quoted(address: str) -> str:
    return '"' + address.replace("\\", "%5C").replace('"', "%22") + '"'
