"""Codes: what is matched, what is only suggested."""

from __future__ import annotations

from typing import Any

import pytest

from khue.model.values import KINDS, Context
from khue.model.values.code import _terms, meant

KIND = KINDS["code"]

CASES: list[tuple[str, str, str | None, list[str]]] = [
    ("rank", "NAT", "NAT", []),
    ("rank", "nat", "NAT", []),
    ("rank", "Quốc gia", "NAT", []),
    ("rank", "cấp Quốc gia", "NAT", []),
    ("rank", " QG ", "NAT", []),
    ("rank", "National", "NAT", []),
    ("rank", "QGĐB", "SPEC", []),
    ("rank", "Quốc gia đặc biệt", "SPEC", []),
    ("rank", "Cấp tỉnh / thành phố", "PROV", []),
    ("rank", "Chưa xếp hạng", "NONE", []),
    ("rank", "quoc gia", "NAT", ["code_without_marks"]),
    ("rank", "quốc giá", None, ["code_unknown"]),
    ("rank", "Quôc gia", None, ["code_unknown"]),
    ("rank", "-", None, ["value_missing"]),
    ("rank", "chưa rõ", None, ["value_missing"]),
    ("rank", "", None, []),
    ("relic_kind", "Kiến trúc\nnghệ thuật", "ARCH_ART", []),
    ("relic_kind", "KT-NT", "ARCH_ART", []),
    ("relic_kind", "kien truc nghe thuat", "ARCH_ART", ["code_without_marks"]),
    ("relic_kind", "Kiến trúc", None, ["code_unknown"]),
    ("relic_kind", "Mạ", "MA_HORSE", []),
    ("relic_kind", "mã", "MA", []),
    ("relic_kind", "loại chung", None, ["code_ambiguous"]),
    ("no such vocabulary", "x", None, ["code_unknown"]),
]


@pytest.mark.parametrize(("vocabulary", "stated", "value", "codes"), CASES)
def test_read(
    vocabulary: str, stated: str, value: str | None, codes: list[str], field: Any, context: Any
) -> None:
    reading = KIND.read(stated, field("code", vocabulary=vocabulary), context)
    assert reading.value == value
    assert [found.code for found in reading.findings] == codes


def test_the_nearest_labels_are_suggested_never_chosen(field: Any, context: Any) -> None:
    of_kind = field("code", vocabulary="relic_kind")
    reading = KIND.read("Kiến trúc nghệ thuât", of_kind, context)
    assert reading.value is None
    assert "“Kiến trúc nghệ thuật”" in reading.findings[0].mend["vi"]
    assert "“Architecture”" in reading.findings[0].mend["en"]


def test_a_recorded_code_must_be_in_the_vocabulary(field: Any, context: Any) -> None:
    of_rank = field("code", vocabulary="rank")
    assert KIND.check("NAT", of_rank, context) == ()
    assert [found.level for found in KIND.check("GOLD", of_rank, context)] == ["error"]


def test_show_and_flatten(field: Any, context: Any) -> None:
    of_rank = field("code", vocabulary="rank")
    assert KIND.show("SPEC", "vi", of_rank, context) == "Quốc gia đặc biệt"
    assert KIND.show("SPEC", "en", of_rank, context) == "Special national"
    assert KIND.show("GOLD", "en", of_rank, context) == "GOLD"
    flat = KIND.flatten("SPEC", of_rank, context)
    assert flat.texts == ("Quốc gia đặc biệt", "Special national")
    assert (flat.codes, flat.columns) == (("SPEC",), {"": "SPEC"})


def test_what_a_text_is_like_is_told_though_others_forget_it_at_once(context: Context) -> None:
    class Forgetful(dict[str, list[str]]):
        """As when another thread has cleared it."""

        def __setitem__(self, key: str, value: list[str]) -> None: ...

    vocabulary = next(iter(context.pack.vocabularies.values()))
    label = next(iter(vocabulary.concepts.values())).label["vi"]
    object.__setattr__(_terms(vocabulary), "near", Forgetful())
    for _ in range(2):
        code, near = meant(f"{label} x", vocabulary)
        assert (code, bool(near)) == ("", True)
