"""Templates: whoever fills one in needs no mapping file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from khue import intake
from khue.intake.own import data_sheets, without_examples
from khue.model.packs import Pack
from khue.model.values import Context, kind_of
from khue.publish.cells import cell_columns, template_columns
from khue.publish.template import choices_of, example, write_template
from tests.publish.samples import context_of

FOLDER = Path(__file__).resolve().parents[2] / "packs" / "vietnam"
TYPES = sorted(path.stem for path in (FOLDER / "types").glob("*.yaml"))


def template(pack: Pack, name: str, lang: str = "vi") -> Any:
    stream = io.BytesIO()
    write_template(pack.types[name], pack, stream, lang=lang)
    return openpyxl.load_workbook(stream)


def read(book: Any, pack: Pack, name: str) -> tuple[list[Any], list[Any], list[Any]]:
    """Tables, mapped columns and findings of a workbook, as an import sees them."""
    stream = io.BytesIO()
    book.save(stream)
    read_book = intake.read_book(stream.getvalue(), "mau.xlsx")
    columns = pack.columns(name)
    sheets, findings = data_sheets(read_book)
    tables, told = intake.find_tables(sheets, set(intake.known_headings(columns)))
    kept, shown = without_examples(tables)
    findings += [*told, *shown]
    mapped: list[Any] = []
    for table in kept:
        more, told = intake.map_columns(table, columns, intake.Mapping())
        mapped += more
        findings += told
    return kept, mapped, findings


@pytest.mark.parametrize("name", TYPES)
def test_a_filled_template_maps_every_column(name: str, pack: Pack) -> None:
    for lang in ("vi", "en") if name == "relic" else ("vi",):
        book = template(pack, name, lang)
        sheet = book.worksheets[0]
        columns = template_columns(pack.types[name], pack)
        for index, column in enumerate(columns, 2):
            sheet.cell(3, index).value = example(column, pack, lang)
        (table,), mapped, findings = read(book, pack, name)
        assert [number for number, _ in table.rows] == [3]
        assert [one.code for one in findings] == ["sheet_of_khue", "sheet_of_khue", "row_example"]
        assert findings[-1].row == 2
        assert [one.path for one in mapped[1:]] == [one.path for one in columns]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_examples_and_choices_are_understood(lang: str, pack: Pack) -> None:
    context = context_of(pack)
    columns = [one for type_ in pack.types.values() for one in template_columns(type_, pack)]
    # What a text means depends on nothing else of its field.
    distinct = {
        (one.leaf.kind, one.leaf.vocabulary, one.leaf.unit, one.part): one for one in columns
    }
    for column in distinct.values():
        leaf = column.leaf
        for text in choices_of(leaf, pack, lang):
            assert understood(text, leaf, context), (column.path, text)
        if leaf.kind != "reference" and not leaf.pattern:
            text = example(column, pack, lang)
            assert understood(text, leaf, context), (column.path, text)


def understood(text: str, leaf: Any, context: Context) -> bool:
    return text == "…" or kind_of(leaf).read(text, leaf, context).value is not None


def test_every_column_of_a_type_has_a_heading_of_its_own(pack: Pack) -> None:
    for type_ in pack.types.values():
        columns = cell_columns(type_, pack)
        assert {one.path for one in template_columns(type_, pack)} == {
            one.path for one in pack.columns(type_.name)
        }
        for lang in ("vi", "en"):
            headings = [one.heading[lang] for one in columns]
            assert len(set(headings)) == len(headings)
            # Few have to fall back on the name that only programs use.
            bare = [one.path for one in columns if one.heading[lang] == one.path]
            assert len(bare) <= 2, (type_.name, bare)


def test_what_a_template_offers(pack: Pack) -> None:
    book = template(pack, "relic")
    sheet, guide, lists = book.worksheets
    heads = {cell.value: cell for cell in sheet[1]}
    assert sheet.freeze_panes == "B2"
    assert lists.sheet_state == "hidden"
    assert "Bắt buộc" in heads["Tên"].comment.text
    assert heads["Tên"].font.bold
    assert not heads["Loại hình"].font.bold if "Loại hình" in heads else True
    assert "Không công khai" in heads["Ghi chú nội bộ"].comment.text
    ranks = heads["Xếp hạng / Cấp xếp hạng"].column_letter
    (rule,) = [one for one in sheet.data_validations.dataValidation if f"{ranks}3" in one.sqref]
    assert rule.type == "list"
    first, last = rule.formula1.partition("!")[2].replace("$", "").split(":")
    offered = [cell.value for (cell,) in lists[f"{first}:{last}"]]
    assert offered == [one.label["vi"] for one in pack.vocabularies["rank"].concepts.values()]
    assert "khue import" in str([cell.value for row in guide.iter_rows() for cell in row])
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
