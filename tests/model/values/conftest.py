"""A small pack, a field maker and a context, so that kinds are tested alone."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from khue.model.fields import Field
from khue.model.values import Context
from khue.model.vocabularies import Concept, Vocabulary

RANKS = Vocabulary(
    name="rank",
    version="test",
    title={"vi": "Xếp hạng", "en": "Rank"},
    concepts={
        concept.code: concept
        for concept in (
            Concept("NONE", {"vi": "Chưa xếp hạng", "en": "Not ranked"}, ("không xếp hạng",)),
            Concept("PROV", {"vi": "Cấp tỉnh, thành phố", "en": "Provincial"}, ("TP", "thành phố")),
            Concept("NAT", {"vi": "Quốc gia", "en": "National"}, ("QG", "cấp quốc gia")),
            Concept("SPEC", {"vi": "Quốc gia đặc biệt", "en": "Special national"}, ("QGĐB",)),
        )
    },
)
KINDS_OF_RELIC = Vocabulary(
    name="relic_kind",
    version="test",
    title={"vi": "Loại hình", "en": "Kind"},
    concepts={
        concept.code: concept
        for concept in (
            Concept("ARCH_ART", {"vi": "Kiến trúc nghệ thuật", "en": "Architecture"}, ("KTNT",)),
            Concept("HIST_EVENT", {"vi": "Lưu niệm sự kiện", "en": "Event"}, ("LNSK", "sự kiện")),
            Concept("HIST_PERSON", {"vi": "Lưu niệm danh nhân", "en": "Person"}, ("danh nhân",)),
            Concept("MA", {"vi": "Mã", "en": "Code"}),
            Concept("MA_HORSE", {"vi": "Mạ", "en": "Plating"}),
            *(
                Concept(f"X{n}", {"vi": f"Loại thứ {n}", "en": f"Kind {n}"}, ("loại chung",))
                for n in range(6)
            ),
        )
    },
)

PLACES: dict[str, dict[str, Any]] = {
    "Xã Bát Tràng, Hà Nội": {
        "stated": "Xã Bát Tràng, Hà Nội",
        "code": "00565",
        "candidates": [{"code": "00565", "name": "Xã Bát Tràng, Hà Nội", "source": "test"}],
        "within": "01",
        "why": {"vi": "", "en": ""},
    },
    "Đội Cấn": {
        "stated": "Đội Cấn",
        "code": None,
        "candidates": [
            {"code": "00004", "name": "Phường Ba Đình", "source": "test"},
            {"code": "00008", "name": "Phường Ngọc Hà", "source": "test"},
            {"code": "00008", "name": "Phường Ngọc Hà", "source": "another"},
        ],
        "within": "01",
        "why": {"vi": "Phường cũ đã chia.", "en": "The former ward was divided."},
    },
}
RECORD = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

FieldMaker = Callable[..., Field]


def make_field(kind: str, **other: Any) -> Field:
    """A field of a kind with the rest as given."""
    settled: dict[str, Any] = {"name": "field", "path": "field", "range": "any", "kind": kind}
    return Field(**(settled | other))


@pytest.fixture(scope="session")
def field() -> FieldMaker:
    """`field("quantity", unit="m2")`."""
    return make_field


@pytest.fixture(scope="session")
def context() -> Context:
    """A context with two vocabularies, two places and one record."""
    pack: Any = SimpleNamespace(vocabularies={"rank": RANKS, "relic_kind": KINDS_OF_RELIC})
    nowhere = {"code": None, "candidates": [], "why": {"vi": "Không thấy.", "en": "Not found."}}
    labels = {RECORD: {"vi": "Đình So", "en": "So Communal House"}}
    return Context(
        pack=pack,
        resolve_place=lambda stated: PLACES.get(stated) or {"stated": stated, **nowhere},
        label_of=labels.get,
        source="test-source",
    )
