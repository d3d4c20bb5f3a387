"""What the public sees, kept as pieces of the whole: always exactly what was cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.model.rights import PUBLIC
from khue.registry import queries, tables, verification
from khue.registry.chain import canonical_bytes
from khue.registry.cutting import cut, uncut
from khue.registry.models import Record
from tests.registry.conftest import Ledger

VALUES = st.recursive(
    st.text(max_size=40) | st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(max_size=8), VALUES, max_size=12)


def back(whole: bytes, part: bytes) -> str | None:
    return uncut(cut(whole, part).decode(), whole.decode())


@given(whole=OBJECTS, other=OBJECTS)
def test_whatever_is_cut_comes_back(whole: dict[str, Any], other: dict[str, Any]) -> None:
    text, foreign = canonical_bytes(whole), canonical_bytes(other)
    assert back(text, foreign) == foreign.decode()
    assert back(text, text) == text.decode()


@given(whole=OBJECTS, data=st.data())
def test_fields_that_are_left_out_are_pieces(whole: dict[str, Any], data: st.DataObject) -> None:
    shown = data.draw(st.sets(st.sampled_from(sorted(whole)))) if whole else set()
    part = canonical_bytes({name: whole[name] for name in shown})
    assert back(canonical_bytes(whole), part) == part.decode()


def test_pieces_of_another_text_show_nothing() -> None:
    whole, part = b'{"a":1,"b":"secret"}', b'{"a":1}'
    kept = cut(whole, part).decode()
    assert uncut(kept, whole.decode()) == part.decode()
    with pytest.raises(ValueError, match="pieces"):
        uncut(kept, '{"a":12,"b":"secret"}')


def test_verification_finds_pieces_that_do_not_fit(ledger: Ledger) -> None:
    record = ledger.create("Đình So", internal_note="mật")
    for wrong in ("[", "[1,2]", "[40,0,0]", "{}"):
        Record.objects.filter(id=record).update(public=wrong)
        assert [*verification.find_differences(ledger.pack)] == [record]


def test_the_public_text_of_a_record_stands_once(ledger: Ledger) -> None:
    stated = {"name.vi": "Đình So", "description.vi": "Đình cổ " * 50}
    record = ledger.create(
        "Đình So",
        description={"vi": "Đình cổ " * 50},
        internal_note="mật",
        sources=[{"name": "sổ", "key": "1", "stated": stated}],
    )
    row = Record.whole.get(id=record)
    assert len(row.public) < 40
    seen = queries.get(PUBLIC, record, ledger.pack)
    assert seen is not None
    public = {"sources": [{"name": "sổ", "stated": stated}], **seen.document}
    assert json.loads(tables.public_of(row) or "") == public == seen.document
    assert {"internal_note", "key"}.isdisjoint({*public, *public["sources"][0]})
    assert queries.public_documents([record]) == {record: public}
    assert list(queries.ids(PUBLIC, "relic")) == [record]
