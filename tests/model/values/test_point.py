"""Points and their precision."""

from __future__ import annotations

from typing import Any

import pytest

from khue.model.values import KINDS
from khue.model.values.point import show_precision

KIND = KINDS["point"]

# stated, (lat, lon, precision in metres), codes of findings
CASES: list[tuple[str, tuple[float, float, int] | None, list[str]]] = [
    ("21.0341, 105.8512", (21.0341, 105.8512, 11), []),
    ("21.0341 105.8512", (21.0341, 105.8512, 11), []),
    ("(21.0341, 105.8512)", (21.0341, 105.8512, 11), []),
    ("Vĩ độ: 21,0341; Kinh độ: 105,8512", (21.0341, 105.8512, 11), []),
    ("lon 105.8512, lat 21.0341", (21.0341, 105.8512, 11), []),
    ("Vĩ độ 21°02'03\"N, kinh độ 105°51'04\"E", (21.0341667, 105.8511111, 31), []),
    ("POINT(105.8512 21.0341)", (21.0341, 105.8512, 11), []),
    ("POINT(21.0341 105.8512)", None, ["point_off_earth"]),
    ("vĩ độ 21.0341, vĩ độ 105.8512", None, ["point_unreadable"]),
    ("21.03,105.85", (21.03, 105.85, 1113), []),
    ("21,0205; 105,8330", (21.0205, 105.833, 11), []),
    ("21,0205, 105,8330", (21.0205, 105.833, 11), []),
    ("105.8400;21.0330", (21.033, 105.84, 11), ["point_swapped"]),
    ("21°02'02.8\"N 105°51'04.3\"E", (21.0341111, 105.8511944, 3), []),
    ("21°02′02″N, 105°51′04″E", (21.0338889, 105.8511111, 31), []),
    ("21°02'02,8\"B 105°51'04,3\"Đ", (21.0341111, 105.8511944, 3), []),
    ("105°51'04\"E 21°02'02\"N", (21.0338889, 105.8511111, 31), []),
    ("21.07 N, 105.36 E", (21.07, 105.36, 1113), []),
    ("N21.07 E105.36", (21.07, 105.36, 1113), []),
    ('{"type":"Point","coordinates":[105.8512,21.0341]}', (21.0341, 105.8512, 11), []),
    ("[105.8512, 21.0341, 12]", (21.0341, 105.8512, 11), []),
    ('{"lat": 21.0341, "lng": 105.8512}', (21.0341, 105.8512, 11), []),
    ("8.6433, 111.9200", (8.6433, 111.92, 11), []),
    ("48.8566, 2.3522", (48.8566, 2.3522, 11), ["point_outside_country"]),
    ("-33.86, 151.21", (-33.86, 151.21, 1113), ["point_outside_country"]),
    ("121.03, 205.85", None, ["point_off_earth"]),
    ("21.03 N, 205.85 E", None, ["point_off_earth"]),
    ("21.0341", None, ["point_unreadable"]),
    ("21,105", None, ["point_unreadable"]),
    ("21.03 N 21.04 N", None, ["point_unreadable"]),
    ("21°75'00\"N 105°51'04\"E", None, ["point_unreadable"]),
    ("587654, 2327654", None, ["point_unreadable"]),
    ("[NaN, 21]", None, ["point_unreadable"]),
    ('{"lat": "x"}', None, ["point_unreadable"]),
    ("{", None, ["point_unreadable"]),
    ("gần hồ", None, ["point_unreadable"]),
]


@pytest.mark.parametrize(("stated", "point", "codes"), CASES)
def test_read(
    stated: str,
    point: tuple[float, float, int] | None,
    codes: list[str],
    field: Any,
    context: Any,
) -> None:
    reading = KIND.read(stated, field("point"), context)
    assert [found.code for found in reading.findings] == codes
    if point is None:
        assert reading.value is None
    else:
        lat, lon, precision = point
        expected = {"lon": lon, "lat": lat, "precision_m": precision, "datum": "WGS84"}
        assert reading.value == expected


def test_show_and_flatten(field: Any, context: Any) -> None:
    point = {"lon": 105.8512, "lat": 21.0341, "precision_m": 11, "datum": "WGS84"}
    vi, en = (KIND.show(point, lang, field("point"), context) for lang in ("vi", "en"))
    assert vi == "21,0341° B, 105,8512° Đ (±11\u00a0m)"
    assert en == "21.0341° N, 105.8512° E (±11\u00a0m)"
    assert KIND.flatten(point, field("point"), context).columns == {
        "lat": 21.0341,
        "lon": 105.8512,
        "precision_m": 11,
    }
    south_west = {"lon": -70.5, "lat": -12.5}
    assert KIND.show(south_west, "en", field("point"), context) == "12.5° S, 70.5° W"


def test_a_recorded_point_lies_on_the_earth(field: Any, context: Any) -> None:
    off = KIND.check({"lon": 205.0, "lat": 21.0}, field("point"), context)
    assert [(found.code, found.level) for found in off] == [("point_off_earth", "error")]
    abroad = KIND.check({"lon": 2.0, "lat": 48.0}, field("point"), context)
    assert [found.level for found in abroad] == ["note"]


@pytest.mark.parametrize(
    ("metres", "vi", "en"),
    [
        (11, "11 m", "11 m"),
        (111, "110 m", "110 m"),
        (1113, "1,1 km", "1.1 km"),
        (996, "1 km", "1 km"),
    ],
)
def test_precision_has_no_more_digits_than_it_is_known_to(metres: float, vi: str, en: str) -> None:
    shown = [show_precision(metres, lang) for lang in ("vi", "en")]
    assert shown == [vi.replace(" ", "\u00a0"), en.replace(" ", "\u00a0")]
