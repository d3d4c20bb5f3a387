"""How the report is set: what stands together on a page, and what is not broken."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import fontpkg_be_vietnam_pro
import pytest
from docx import Document
from PIL import Image, ImageChops, ImageFont

from khue.reports import policy_progress
from khue.reports.model import (
    Block,
    Column,
    Heading,
    Lang,
    Note,
    Paragraph,
    Picture,
    Report,
    Run,
    Table,
)
from khue.reports.pdf import pages_of
from khue.reports.word import LANGUAGES, docx_of
from tests.reports.registry import commit, fill, frozen, record

pytestmark = pytest.mark.django_db

WIDE = Path(fontpkg_be_vietnam_pro.__file__).parent / "files" / "BeVietnamPro-Bold.ttf"
"""A wide typeface, as an office may have instead of Word's own."""

MARGINS = 2 * 85 / 20
"""What is free on both sides in a cell of a table of the Word document, in points."""


def test_no_title_of_a_column_of_numbers_breaks_within_a_word() -> None:
    fill()
    held = frozen("2025")
    for lang in LANGUAGES:
        report = policy_progress(held, lang)
        document = Document(io.BytesIO(docx_of(report)))
        size = document.styles["Table Number Title"].font.size.pt
        drawn = ImageFont.truetype(str(WIDE), 100)
        first = next(one for one in report.blocks if isinstance(one, Table))
        columns = document.tables[1]._tbl.tblGrid.gridCol_lst
        for told, made in zip(first.columns[1:], columns[1:], strict=True):
            widest = max(drawn.getlength(word) for word in told.title.split()) / 100 * size
            assert widest + MARGINS < made.w.pt, told.title


def test_a_paragraph_of_the_pdf_stands_on_one_page() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    line = Paragraph((Run("Một dòng."),))

    def pages(count: int, word: str) -> list[bytes]:
        long = Paragraph((Run(" ".join([word] * 90)),))
        return pages_of(replace(report, blocks=(*[line] * count, long, line)), ppi=20)

    ends = set()
    for count in range(14, 34, 4):
        one, other = pages(count, "trong"), pages(count, "ngoài")
        assert len(one) == len(other)
        differ = [number for number, page in enumerate(one) if page != other[number]]
        assert len(differ) == 1, (count, differ)
        ends.update(differ)
    assert ends == {0, 1}


LINE = Paragraph((Run("Một dòng."),))


def where(
    report: Report, before: Sequence[Block], *pair: Block, after: Sequence[Block] = ()
) -> tuple[int, int]:
    """The page on which a block stands, and how far down: where the pages change when another
    one of the same size stands in its place."""
    drawn = [pages_of(replace(report, blocks=(*before, one, *after)), ppi=20) for one in pair]
    for number, (one, other) in enumerate(zip(*drawn, strict=True)):
        if one != other:
            images = (Image.open(io.BytesIO(page)).convert("L") for page in (one, other))
            box = ImageChops.difference(*images).getbbox()
            assert box
            return number, box[1]
    raise AssertionError("both look the same")


def paragraphs(*more: Note) -> tuple[Paragraph, Paragraph]:
    """Two that differ in a word."""
    one, other = (Paragraph((Run(f"{word} nhà văn hóa."), *more)) for word in ("Trong", "Ngoài"))
    return one, other


def test_a_heading_of_the_pdf_stands_with_what_follows() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    told, other = paragraphs(Note((Run("Nguồn nêu như vậy. " * 12),)))
    heading, changed = (Heading(2, (Run(one),)) for one in ("1. Trong", "1. Ngoài"))
    ends = set()
    for count in range(16, 26):
        before = [LINE] * count
        page, _ = where(report, before, heading, changed, after=(told,))
        assert (page, count) == (where(report, [*before, heading], told, other)[0], count)
        ends.add(page)
    assert ends == {0, 1}


def test_a_heading_of_the_pdf_stands_with_the_first_row_of_a_table() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    note = Note((Run("Nguồn nêu như vậy. " * 12),))
    first, other = (
        Table(
            (Run("Bảng 1."),),
            (Column("Văn bản", 60), Column("Số", 40, number=True)),
            ((((Run(one), note),), ((Run("1"),),)), (((Run("Sau"),),), ((Run("2"),),))),
        )
        for one in ("Trong", "Ngoài")
    )
    heading, changed = (Heading(2, (Run(one),)) for one in ("1. Trong", "1. Ngoài"))
    ends = set()
    for count in range(15, 26, 2):
        before = [LINE] * count
        page, _ = where(report, before, heading, changed, after=(first,))
        assert (page, count) == (where(report, [*before, heading], first, other)[0], count)
        ends.add(page)
    assert ends == {0, 1}


def test_the_chart_of_a_document_stands_before_its_table() -> None:
    fill()
    blocks = policy_progress(frozen("2025"), "vi").blocks
    part = blocks[next(at for at, one in enumerate(blocks) if getattr(one, "level", 0) == 2) :]
    kinds = [type(one) for one in part]
    assert kinds.index(Picture) < kinds.index(Table)


def test_a_chart_of_the_pdf_stands_where_it_is_told_of() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    picture = next(one for one in report.blocks if isinstance(one, Picture))
    frame = replace(picture.chart.frame, title=picture.chart.frame.title + "!")
    changed = replace(picture, chart=replace(picture.chart, frame=frame))
    after, other = paragraphs()
    for count in (1, 9, 17):
        before = [LINE] * count
        chart = where(report, before, picture, changed, after=(after,))
        assert where(report, before, LINE, after)[0] <= chart[0]
        assert chart < where(report, [*before, picture], after, other), count


def test_a_table_of_the_pdf_begins_where_the_text_ends_and_goes_on_on_the_next_page() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    columns = (Column("Văn bản", 40), *(Column("Số", 20, number=True) for _ in range(3)))
    cells = tuple(((Run("1"),),) for _ in range(4))

    def table(first: str, last: str) -> Table:
        named = [(((Run(one),),), *cells[1:]) for one in (first, *"abcdefgh", last)]
        return Table((Run("Bảng 1."),), columns, tuple(named))

    shown = table("Trong", "Trong")
    begins = where(report, [LINE] * 20, shown, table("Ngoài", "Trong"))
    ends = where(report, [LINE] * 20, shown, table("Trong", "Ngoài"))
    assert (begins[0], ends[0]) == (0, 1)


def test_the_command_stands_with_what_introduces_it_and_with_the_signature() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    told, other = paragraphs()
    command, changed = (Paragraph((Run(one),), small=True) for one in ("khue a", "khue o"))
    signed = replace(report, closing=replace(report.closing, signer="NGÀI"))
    ends = set()
    for count in range(12, 24, 2):
        before = [LINE] * count
        page, _ = where(report, before, told, other, after=(command,))
        assert page == where(report, [*before, told], command, changed)[0]
        blocks = (*before, told, command)
        pages = [pages_of(replace(one, blocks=blocks), ppi=20) for one in (report, signed)]
        assert [one == two for one, two in zip(*pages, strict=True)].index(False) == page
        ends.add(page)
    assert ends == {0, 1}


def test_the_command_stands_with_what_introduces_it_in_the_word_document() -> None:
    fill()
    document = Document(io.BytesIO(docx_of(policy_progress(frozen("2025"), "vi"))))
    *_, sentence, command, digest, empty, _ = document.paragraphs
    assert "khue report" in command.text
    for one in (sentence, command, digest, empty):
        assert one.paragraph_format.keep_with_next, one.text
    others = [one for one in document.paragraphs if one.style.name == "Body Text"][:-2]
    assert not any(one.paragraph_format.keep_with_next for one in others)


@pytest.mark.parametrize(("lang", "day"), [("vi", "30/11/2025"), ("en", "30 November")])
def test_no_day_in_the_word_document_is_cut(lang: Lang, day: str) -> None:
    commit(record("task", "Tu bổ", policy=fill()["policy"], due="2025-11-30"))
    document = Document(io.BytesIO(docx_of(policy_progress(frozen("2025"), lang))))
    size = document.styles["Table Text"].font.size.pt
    wide = ImageFont.truetype(str(WIDE), 100).getlength(day) / 100 * size
    columns = [
        column.w.pt
        for table in document.tables[1:-1]
        for row in table.rows
        for cell, column in zip(row.cells, table._tbl.tblGrid.gridCol_lst, strict=True)
        if cell.text.startswith(day)
    ]
    assert len(columns) == 2
    assert wide + MARGINS < min(columns)


def test_names_of_the_letterhead_are_not_broken() -> None:
    fill()
    report = policy_progress(frozen("2025"), "vi")
    assert report.letterhead.state.endswith(" VIỆT\u00a0NAM")
    assert report.closing.signer.endswith(" CỦA\u00a0NGƯỜI\u00a0KÝ")
