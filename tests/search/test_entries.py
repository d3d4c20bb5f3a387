from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from khue.lib.vietnamese import exact, fold
from khue.model.packs import Pack, load_pack
from khue.registry.fold import derive
from khue.registry.redaction import COARSE_PRECISION_M, redact
from khue.search.entries import Entries, Entry, context_of, label_token
from tests.conftest import ROOT
from tests.search.samples import person, place, relic, ulid

LABELS = {ulid(9): {"vi": "Khổng Tử", "en": "Confucius"}}


def made(document: dict[str, Any], pack: Pack) -> Entry:
    one = Entries(pack).of(document, None, context_of(pack, LABELS.get), KNOWN.get)
    assert one is not None
    return one


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
    assert one.present == ("01",)
    assert one.designated
    assert not made(relic(1, "A", designations=[{"rank": "NONE"}]), pack).designated
    assert not made(person(1, "A"), pack).designated


def test_a_rank_that_ended_or_was_superseded_is_not_counted(pack: Pack) -> None:
    """Whoever looks for national relics does not look for those that are special national now."""
    raised = [{"rank": "NAT", "date": "1962"}, {"rank": "SPEC", "date": "2014"}]
    world = [{"rank": "SPEC"}, {"rank": "WORLD"}]
    struck = [{"rank": "NAT", "date": "1962", "until": "2020"}]
    actual = load_pack(ROOT / "packs" / "vietnam")
    for designations, counted in ((raised, ("SPEC",)), (world, ("SPEC", "WORLD")), (struck, None)):
        one = made(relic(1, "Đình So", designations=designations), actual)
        assert one.facets.get("rank") == counted
        assert one.designated == (counted is not None)
        # It can be found by its words all the same.
        assert "quoc gia" in one.text_folded


def test_what_a_bare_name_possibly_lies_within(pack: Pack) -> None:
    """The provinces of candidates that lie in several are units that it may be in."""
    bare = place(None, ("09700", "A"), ("21292", "B")) | {"possibly_within": ["01", "51"]}
    del bare["within"]
    one = made(relic(1, "Đình So", place=bare), pack)
    assert one.units == ("01", "09700", "21292", "51")
    assert one.present == ()


def test_order_is_vietnamese_and_never_ties(pack: Pack) -> None:
    names = ["Ao", "Ăn", "Ấn", "Chùa", "Dâu", "Đình", "Đình"]
    orders = [made(relic(number, name), pack).order for number, name in enumerate(names)]
    assert orders == sorted(set(orders))


KNOWN = LABELS | {ulid(8): {"vi": "Bà Kín", "en": "Lady Hidden"}}


def for_staff(whole: dict[str, Any], public: dict[str, Any] | None, pack: Pack) -> Entry:
    one = Entries(pack).of(public, whole, context_of(pack, LABELS.get), KNOWN.get)
    assert one is not None
    return one


def test_staff_find_what_is_public_and_all_else_beside_it(pack: Pack) -> None:
    public = relic(
        1,
        "Đình So",
        designations=[{"rank": "NAT"}],
        place=place("00001", ("00001", "Xã A")),
        venerates=[ulid(8), ulid(9)],
    )
    whole = public | {
        "note": "bimat1",
        "other": {"Ghi chú": "bimat2", "Nhiều": ["bimat3", 731]},
        "unknown": {"a": ["bimat4"]},
        "designations": [{"rank": "NAT", "draft": "bimat5"}],
        "sources": [{"name": "voich1", "key": "voich2", "stated": {"note": "bimat6 đình"}}],
        "files": [{"sha256": "voich3", "title": {"vi": "bimat7"}, "creator": "bimat8"}],
        "place": public["place"] | {"stated": "bimat9"},
    }
    open_, one = made(public, pack), for_staff(whole, public, pack)
    assert one.public
    assert {word for word in one.closed.text.split() if word.startswith("bimat")} == {
        f"bimat{number}" for number in range(1, 10)
    }
    assert {"731"} <= set(one.closed.text.split())
    assert not {"dinh", "so", "relic", "quoc"} & set(one.closed.text.split())  # everyone's words
    assert "voich" not in str(one)
    assert one.closed.named == "ba kin lady hidden"
    assert one.closed.units == ("00001", "01")
    assert one._replace(closed=open_.closed) == open_


def test_a_record_that_is_not_public_is_whole(pack: Pack) -> None:
    whole = relic(1, "Đình So", note="bimat1", other={"a": "bimat2"}, venerates=[ulid(8), ulid(9)])
    one = for_staff(whole, None, pack)
    assert not one.public
    assert one.wholes_folded == ("dinh so",)
    assert {"bimat1", "khong", "confucius"} <= set(one.text_folded.split())
    assert one.closed.text == "bimat2"
    assert one.closed.named == "ba kin lady hidden"
    assert one.facets == {"venerates": (ulid(9),)}


def test_an_index_for_staff_knows_both_labels_of_a_reference(pack: Pack) -> None:
    """Else it would not notice that a label has become public, or is no more."""
    document = relic(1, "Đình So", venerates=[ulid(8), ulid(9)])
    assert for_staff(document, document, pack).closed.references == (
        ulid(8),
        label_token(ulid(8), None, KNOWN[ulid(8)]),
        ulid(9),
        label_token(ulid(9), LABELS[ulid(9)], KNOWN[ulid(9)]),
    )


UNITS = ("00001", "00002", "00003", "01")


@given(codes=st.lists(st.sampled_from(UNITS), max_size=4), data=st.data())
def test_units_are_those_that_rights_look_at(
    codes: list[str], data: st.DataObject, pack: Pack
) -> None:
    code = data.draw(st.none() | st.sampled_from(codes or ["00004"]))
    document = relic(1, "Đình So", place=place(code, *((one, "Xã") for one in codes)))
    if around := data.draw(st.lists(st.sampled_from(("01", "31", "52")))):
        del document["place"]["within"]
        document["place"]["possibly_within"] = around
    shown = data.draw(st.sampled_from([None, document, relic(1, "Đình So")]))
    one = for_staff(document, shown, pack)
    assert set(one.closed.units) == derive(document, pack.types["relic"]).units


def placed(public: dict[str, Any] | None, whole: dict[str, Any] | None, pack: Pack) -> Any:
    one = Entries(pack).of(public, whole, context_of(pack, LABELS.get), LABELS.get)
    assert one is not None
    return one.point


def test_a_record_stands_at_the_first_point_that_everyone_sees(pack: Pack) -> None:
    here, there = {"lon": 105.8, "lat": 21, "precision_m": 11}, {"lon": 108.2, "lat": 16.1}
    assert made(relic(1, "Đình So"), pack).point is None
    assert made(relic(1, "Đình So", gate=there, point=here), pack).point == (105.8, 21.0, 11.0)
    assert made(relic(1, "Đình So", gate=there), pack).point == (108.2, 16.1, None)
    assert made(relic(1, "Đình So", survey=here), pack).point is None
    assert made(relic(1, "Đình So", point={"lon": 180, "lat": 0}), pack).point == (-180, 0, None)


def test_what_is_no_position_is_none(pack: Pack) -> None:
    for wrong in ({"lon": 181, "lat": 0}, {"lon": 0}, {"lon": "x", "lat": 0}):
        odd = relic(1, "Đình So", point={"lat": None, "lon": None} | wrong)
        assert placed(odd, None, pack) is None


def test_the_exact_point_of_a_sensitive_place_is_for_nobody_who_sees_it_coarse(pack: Pack) -> None:
    exact_ = {"lon": 105.1234567, "lat": 21.7654321, "precision_m": 5, "datum": "WGS84"}
    whole = relic(1, "Miếu", point=exact_, survey=exact_, location_sensitive=True)
    public = redact(whole, pack.types["relic"])
    assert placed(public, None, pack) == (105.12, 21.77, COARSE_PRECISION_M)
    assert placed(public, whole, pack) == (105.12, 21.77, COARSE_PRECISION_M)
    assert placed(None, whole, pack) == (105.1234567, 21.7654321, 5)
