from __future__ import annotations

from typing import Any

from khue.lib.vietnamese import exact, fold
from khue.model.packs import Pack
from khue.model.values import Context
from khue.search.entries import Entry, entry, label_token
from tests.search.samples import person, place, relic, ulid

LABELS = {ulid(9): {"vi": "Khổng Tử", "en": "Confucius"}}


def made(document: dict[str, Any], pack: Pack) -> Entry:
    return entry(document, pack, Context(pack, lambda stated: {"stated": stated}, LABELS.get))


def test_names_of_every_kind_and_language(pack: Pack) -> None:
    document = relic(
        1,
        "Văn Miếu - Quốc Tử Giám",
        en="Temple of Literature",
        alternative_names=[{"vi": "Văn Miếu"}, {"en": "Van Mieu"}],
    )
    one = made(document, pack)
    assert one.wholes_folded == ("van mieu quoc tu giam", "temple of literature", "van mieu")
    assert exact("Văn Miếu") in one.wholes_exact
    assert one.label == {"vi": "Văn Miếu - Quốc Tử Giám", "en": "Temple of Literature"}


def test_a_name_in_one_language_labels_both(pack: Pack) -> None:
    assert made(relic(1, "Đình So"), pack).label == {"vi": "Đình So", "en": "Đình So"}


def test_text_holds_everything_public(pack: Pack) -> None:
    document = relic(
        1,
        "Đình So",
        description={"vi": "thờ tam vị", "en": "worships three"},
        kind=["ARCH_ART"],
        designations=[{"rank": "NAT", "date": "1980"}],
        place=place("09895", ("09895", "Xã Quốc Oai")),
        venerates=[ulid(9)],
        identifiers=[{"scheme": "wikidata", "value": "Q49054268"}],
    )
    text = f" {made(document, pack).text_folded} "
    told = ["di tích", "relic", "tam vị", "three", "Kiến trúc nghệ thuật", "National", "Quốc Oai"]
    told += ["Khổng Tử", "Confucius", "Q49054268", "như nguồn ghi"]
    assert [word for word in told if f" {fold(word)} " not in text] == []


def test_nothing_but_public_fields(pack: Pack) -> None:
    document = relic(
        1,
        "Đình So",
        note="bimat1",
        other={"Ghi chú": "bimat2"},
        unknown="bimat3",
        designations=[{"rank": "NAT", "draft": "bimat4"}],
        sources=[{"name": "s", "key": "bimat5", "stated": {"note": "bimat6"}}],
    )
    assert "bimat" not in str(made(document, pack))


def test_a_reference_to_what_is_not_public_says_nothing(pack: Pack) -> None:
    closed = made(relic(1, "Đình So", venerates=[ulid(8)]), pack)
    assert closed.facets == {}
    assert closed.text_folded == made(relic(1, "Đình So"), pack).text_folded
    # It is known all the same, so that the entry is made again when that record is published.
    assert closed.references == (ulid(8), label_token(ulid(8), None))


def test_facets_units_and_designation(pack: Pack) -> None:
    document = relic(
        1,
        "Đình So",
        kind=["ARCH_ART", "HIST_EVENT"],
        designations=[{"rank": "NAT"}, {"rank": "SPEC"}, {"rank": "NAT"}],
        place=place(None, ("00001", "A"), ("00002", "B")),
    )
    one = made(document, pack)
    assert one.facets == {"kind": ("ARCH_ART", "HIST_EVENT"), "rank": ("NAT", "SPEC")}
    assert one.units == ("00001", "00002", "01")
    assert one.designated
    assert not made(relic(1, "A", designations=[{"rank": "NONE"}]), pack).designated
    assert not made(person(1, "A"), pack).designated


def test_order_is_vietnamese_and_never_ties(pack: Pack) -> None:
    names = ["Ao", "Ăn", "Ấn", "Chùa", "Dâu", "Đình", "Đình"]
    orders = [made(relic(number, name), pack).order for number, name in enumerate(names)]
    assert orders == sorted(set(orders))
