"""Laws of cells that come back: what was not touched stays, whatever stands beside it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.packs import Field, Pack
from khue.model.values import Context, Reading
from khue.pipeline.edited import CellReader
from khue.publish.cells import CellColumn, cell_columns, cell_of, lines_of
from tests.pipeline.records import TEXTS, sample

OTHER = "01J00000000000000000000001"
LABELS = {OTHER: {"vi": "Đình [So]\n2", "en": "So | House"}}

texts = st.text(max_size=30) | st.sampled_from(TEXTS) | st.sampled_from(("–", "\n", "x\n–\ny", "⏎"))


def reader(pack: Pack) -> CellReader:
    context = Context(pack, lambda stated: {"stated": stated, "code": None}, LABELS.get)
    return CellReader(context, lambda leaf, text: Reading(text if text == OTHER else None), [])


def tops(pack: Pack, name: str) -> dict[str, list[CellColumn]]:
    found: dict[str, list[CellColumn]] = {}
    for column in cell_columns(pack.types[name], pack):
        found.setdefault(column.top.name, []).append(column)
    return found


def cells_of_field(
    columns: list[CellColumn], value: Any, context: Context, lang: str
) -> dict[str, str]:
    return {one.path: cell_of(lines_of(value, one, context, lang), one) for one in columns}


def document(pack: Pack, name: str, seed: int) -> Any:
    return sample(pack, pack.types[name], Random(seed), {one: [OTHER] for one in pack.types})


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), lang=st.sampled_from(("vi", "en")), data=st.data())
def test_what_was_printed_is_what_was_there(
    pack: Pack, seed: int, lang: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(pack.types)))
    record, cells = document(pack, name, seed), reader(pack)
    for top, columns in tops(pack, name).items():
        stated = cells_of_field(columns, record.get(top), cells.context, lang)
        assert cells.field(columns, stated, record.get(top)) == record.get(top)
    assert cells.findings == []


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), text=texts, data=st.data())
def test_any_text_in_a_cell_is_read_or_told(
    pack: Pack, seed: int, text: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(pack.types)))
    record = document(pack, name, seed)
    columns = data.draw(st.sampled_from(list(tops(pack, name).values())))
    cells, base = reader(pack), record.get(columns[0].top.name)
    stated = cells_of_field(columns, base, cells.context, "vi")
    stated[data.draw(st.sampled_from(columns)).path] = text
    after = cells.field(columns, stated, base)
    if not any(one.level == "error" for one in cells.findings):
        # What was read is printed so that it is not read as another edit.
        again = cells_of_field(columns, after, cells.context, "vi")
        assert reader(pack).field(columns, again, after) == after


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), data=st.data())
def test_one_line_of_a_statement_is_one_leaf_of_it(
    pack: Pack, seed: int, data: st.DataObject
) -> None:
    record = document(pack, "relic", seed)
    held = [top for top in ("designations", "managers", "citations") if record.get(top)]
    if not held:
        return
    columns = tops(pack, "relic")[data.draw(st.sampled_from(held))]
    base = record[columns[0].top.name]
    text_columns = [one for one in columns if one.leaf.kind == "text"]
    column = data.draw(st.sampled_from(text_columns))
    cells = reader(pack)
    stated = cells_of_field(columns, base, cells.context, "vi")
    number = data.draw(st.integers(0, len(base) - 1))
    lines = stated[column.path].split("\n") if stated[column.path] else ["–"] * len(base)
    lines[number] = "viết lại"
    stated[column.path] = "\n".join(lines)
    expected = [dict(one) for one in base]
    expected[number][column.leaf.name] = "viết lại"
    assert cells.field(columns, stated, base) == expected
    assert cells.findings == []


@pytest.mark.parametrize(
    ("kind", "base", "text"),
    [
        ("edtf", "1962-04-28", "1962-04-28"),
        ("edtf", "1962-04-28", "22764"),
        ("point", {"lat": 21.5, "lon": 105.25, "precision_m": 1500}, "21,5; 105,25"),
        ("number", 0.1 + 0.2, "0.3"),
        ("quantity", {"value": 1250.5, "unit": "m2"}, "1250.5"),
        ("citation", {"text": "313/VH-VP", "issuer": "Bộ"}, "QĐ số 313/VH-VP"),
    ],
)
def test_values_survive_what_spreadsheets_make_of_them(
    kind: str, base: Any, text: str, pack: Pack
) -> None:
    leaf = Field("a", "a", "", kind, unit="m2" if kind == "quantity" else None)
    column = CellColumn("a", leaf, leaf, {})
    assert reader(pack).field([column], {"a": text}, base) is base
