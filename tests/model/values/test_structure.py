"""What the kinds read fits the structure that packs ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from khue.model.fields import Field
from khue.model.packs import Pack, load_pack
from khue.model.values import KINDS, kind_of

from .conftest import RECORD

PACK = Path(__file__).parents[3] / "packs" / "vietnam"

STATED = {
    "text": ("Tốt",),
    "language_text": ("Đình So",),
    "edtf": ("28/4/1962", "TK 17", "Cuối TK 18", "257 TCN", "khoảng 1820", "từ 1802 đến nay"),
    "point": ("21.0341, 105.8512", "21°02'02\"N 105°51'04\"E"),
    "quantity": ("1.250,5", "0"),
    "citation": ("24/2025/NQ-HĐND ngày 10/7/2025", "313/VH-VP", "theo sắc phong"),
    "place": ("Đội Cấn", "Xã Bát Tràng, Hà Nội"),
    "reference": (RECORD,),
    "url": ("https://example.vn/",),
    "integer": ("12",),
    "number": ("12,5",),
    "boolean": ("có",),
}


@pytest.fixture(scope="module")
def vietnam() -> Pack:
    return load_pack(PACK)


def read_values(top: Field, context: Any) -> Iterator[Any]:
    """Values read for a top-level field, as its document holds them."""
    for leaf in top.leaves():
        stated = STATED.get(leaf.kind, ())
        if leaf.kind == "code" and leaf.vocabulary:
            stated = tuple(context.pack.vocabularies[leaf.vocabulary].concepts)[:2]
        for text in stated:
            reading = kind_of(leaf).read(text, leaf, context)
            assert reading.value is not None, (leaf.path, text, reading)
            value: Any = [reading.value] if leaf.multivalued else reading.value
            for name in reversed(leaf.path.split(".")[1:]):
                value = {name: value}
            yield [value] if top.multivalued and leaf is not top else value


def test_every_field_of_every_type_takes_what_its_kind_reads(vietnam: Pack, context: Any) -> None:
    with_pack = replace(context, pack=vietnam)
    tried = set()
    for record_type in vietnam.types.values():
        for top in record_type.fields.values():
            for value in read_values(top, with_pack):
                document = {"id": RECORD, "type": record_type.name, top.name: value}
                found = [
                    (problem.code, problem.field, problem.value)
                    for problem in vietnam.validate(document)
                    if problem.code != "structure_missing"
                ]
                assert found == [], (record_type.name, value)
                tried.update(leaf.kind for leaf in top.leaves())
    assert tried >= set(KINDS) - {"statement", "identifier", "number", "boolean"}
