"""GeoJSON by the rules of RFC 7946, read by shapely and by the standard's own terms."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely.geometry
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.packs import Pack
from khue.publish import FORMATS, Edition
from khue.publish.summary import FACTS, summary_of
from tests.publish.samples import RELICS, context_of

POINT = {"lon": 105.8355, "lat": 21.0287, "precision_m": 11, "datum": "WGS84"}


def collection(pack: Pack, *documents: dict[str, Any], lang: Any = "vi") -> dict[str, Any]:
    edition = Edition(context_of(pack), lang=lang, address="https://khue.example/id/")
    text = b"".join(FORMATS["geojson"].write(documents, edition))
    read: dict[str, Any] = json.loads(text)
    return read


def test_a_record_with_a_point(pack: Pack) -> None:
    found = collection(pack, RELICS[0] | {"point": POINT, "built": "1070"})
    assert found["type"] == "FeatureCollection"
    assert (found["numberReturned"], found["withoutGeometry"]) == (1, 0)
    (feature,) = found["features"]
    assert feature["id"] == RELICS[0]["id"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [105.8355, 21.0287]}
    assert feature["properties"] == {
        "type": "relic",
        "type_label": "Di tích",
        "name": "Văn Miếu - Quốc Tử Giám",
        "name_en": "Temple of Literature",
        "rank": "SPEC",
        "rank_label": "Quốc gia đặc biệt",
        "unit_code": "00199",
        "unit": "Phường Văn Miếu",
        "place": "Văn Miếu, Đống Đa",
        "date": "1070",
        "date_of": pack.types["relic"].fields["built"].label["vi"],
        "earliest": "1070-01-01",
        "latest": "1070-12-31",
        "precision_m": 11,
        "address": "https://khue.example/id/" + RELICS[0]["id"],
    }


def test_labels_are_in_the_language_and_values_are_not(pack: Pack) -> None:
    built = RELICS[0] | {"built": "1070"}
    one, other = (collection(pack, built, lang=lang)["features"][0] for lang in ("vi", "en"))
    changed = {
        name for name, value in one["properties"].items() if other["properties"][name] != value
    }
    assert changed == {"type_label", "rank_label", "date_of"}


def test_what_has_no_point_is_on_no_map(pack: Pack) -> None:
    """Not even in the middle of its unit: that would be a guess."""
    found = collection(pack, *RELICS, RELICS[1] | {"point": POINT})
    assert [one["geometry"] is None for one in found["features"]] == [True, True, False]
    assert (found["numberReturned"], found["withoutGeometry"]) == (3, 2)


@pytest.mark.parametrize(
    ("precisions", "told"),
    [((0,), 0), ((0.0, 5), 5), ((11, 5), 11), ((11, None), None), ((None,), None), ((), None)],
)
def test_the_precision_of_points_is_that_of_the_least_precise(
    pack: Pack, precisions: tuple[float | None, ...], told: float | None
) -> None:
    """A point that holds to the metre is known as well as can be; one of which nobody said how far
    it holds makes that of all unknown."""
    points = [POINT | {"precision_m": each} for each in precisions]
    facts = summary_of(RELICS[1] | {"point": points}, Edition(context_of(pack)))
    assert facts.get("precision_m") == told
    assert ("precision_m" in facts) == (told is not None)


def test_an_open_place_stays_open(pack: Pack) -> None:
    place = RELICS[0]["place"] | {"code": None}
    (feature,) = collection(pack, RELICS[0] | {"place": place})["features"]
    assert feature["properties"]["units_possible"] == "00199;00200"
    assert not {"unit", "unit_code"} & feature["properties"].keys()


def test_nothing_but_public_fields(pack: Pack) -> None:
    hidden = {"contact_name": "bimat1", "internal_note": "bimat2", "other": {"x": "bimat3"}}
    assert "bimat" not in json.dumps(collection(pack, RELICS[1] | hidden))
    assert (
        collection(pack, {"id": "01", "type": "lost", "name": {"vi": "Tên"}, "point": POINT})[
            "features"
        ][0]["geometry"]
        is None
    )  # nobody says any more which of its fields are public


def test_a_rank_that_has_ended_is_not_worn(pack: Pack) -> None:
    ranks = [{"rank": "SPEC", "until": "2001"}, {"rank": "NAT"}]
    edition = Edition(context_of(pack))
    assert summary_of(RELICS[1] | {"designations": ranks}, edition)["rank"] == "NAT"
    assert "rank" not in summary_of(RELICS[1] | {"designations": ranks[:1]}, edition)
    assert "rank" not in summary_of(RELICS[1] | {"designations": [{"rank": "NONE"}]}, edition)


def test_a_date_beside_a_rank_is_of_that_rank(pack: Pack) -> None:
    ranks = [{"rank": "NAT", "date": "1962"}, {"rank": "SPEC", "date": "2014"}]
    told = summary_of(RELICS[1] | {"designations": ranks}, Edition(context_of(pack)))
    assert (told["rank"], told["date"], told["date_of"]) == ("SPEC", "2014", "Xếp hạng")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-180, 180).map(lambda one: round(one, 7)),
            st.floats(-90, 90).map(lambda one: round(one, 7)),
        ),
        max_size=4,
    ),
    st.text(),
)
def test_other_programs_read_it(
    pack: Pack, positions: list[tuple[float, float]], name: str
) -> None:
    points = [{"lon": lon, "lat": lat, "precision_m": 5} for lon, lat in positions]
    document = RELICS[1] | {"point": points, "name": {"vi": name}}
    (feature,) = collection(pack, document)["features"]
    assert set(feature) == {"type", "id", "geometry", "properties"}
    assert set(feature["properties"]) <= set(FACTS)
    if not positions:
        assert feature["geometry"] is None
        return
    shape = shapely.geometry.shape(feature["geometry"])
    assert shape.geom_type == ("Point" if len(positions) == 1 else "MultiPoint")
    read = [shape] if len(positions) == 1 else list(shape.geoms)
    assert [(one.x, one.y) for one in read] == positions
