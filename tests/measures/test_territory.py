"""Figures of former units in the series of a present one."""

from __future__ import annotations

from functools import cache

import pytest

from khue.lib.dates import Day
from khue.measures.figures import Observation, Target
from khue.measures.territory import (
    reform_of,
    series_of,
    target_under_own_name,
    under_own_name,
)
from khue.places import ChangeTable, Gazetteer, load_gazetteer
from tests.measures.articles import figure

DUONG_NO, HOAN_KIEM, MINH_CHAU = "19909", "00070", "09661"
HA_NOI, HAI_PHONG = "01", "31"


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def of(stated: str, value: float, period: str) -> Observation:
    place = gazetteer().resolve(stated).code or stated
    return figure("clubs", value, "club", place=place, place_stated=stated, period=period)


def told(code: str, *figures: Observation) -> list[tuple[int, str]]:
    series = series_of(code, figures, gazetteer())
    return [
        (int(one.observation.amount), one.reason)
        for one in sorted((*series.points, *series.refused), key=lambda each: each.observation.id)
    ]


def test_one_unit_that_became_one_carries_its_figures() -> None:
    before = of("Phường Dương Nỗ, quận Thuận Hóa, thành phố Huế", 3, "2024")
    after = of("Phường Dương Nỗ, thành phố Huế", 4, "2026")
    assert told(DUONG_NO, before, after) == [(3, "carried"), (4, "same_unit")]
    series = series_of(DUONG_NO, [after, before], gazetteer())
    assert [int(one.observation.amount) for one in series.points] == [3, 4]
    assert "một đơn vị cũ thành đúng một đơn vị mới" in series.points[0].why["vi"]
    assert "Thuận Hóa" in series.points[0].why["vi"]


def test_a_unit_that_was_merged_with_others_is_refused_with_all_their_names() -> None:
    one = of("Phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội", 5, "2024")
    (refused,) = series_of(HOAN_KIEM, [one], gazetteer()).refused
    assert refused.reason in ("merged", "split", "contested")
    assert refused.former is not None
    assert "Hàng Bạc" in refused.why["vi"]


def test_a_unit_that_was_split_is_refused_with_the_units_it_went_to() -> None:
    now = gazetteer()
    former, code = next(
        (one, unit.code)
        for unit in now.communes(HA_NOI)
        for one in now.predecessors(unit.code)
        if one.level == "commune" and len(now.successors(one.code)) > 1
    )
    district = now.former(former.district_code)
    assert district
    stated = f"{former.name['vi']}, {district.name['vi']}, Hà Nội"
    (refused,) = series_of(code, [of(stated, 7, "2024")], now).refused
    assert refused.reason == "split"
    for one in now.successors(former.code):
        unit = now.unit(one.code)
        assert unit
        assert unit.name["vi"] in refused.why["vi"]


def test_what_is_not_certain_is_refused() -> None:
    stated = "Phường Dương Nỗ, thành phố Huế"
    assert told(DUONG_NO, of(stated, 1, "")) == [(1, "no_period")]
    assert told(DUONG_NO, of(stated, 1, "2025")) == [(1, "unclear")]
    assert told(DUONG_NO, of("Phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội", 1, "2024")) == []
    with pytest.raises(KeyError):
        series_of("99999", [], gazetteer())


def test_a_city_whose_territory_is_the_same_keeps_its_series() -> None:
    assert told(HA_NOI, of("TP. Hà Nội", 5922, "2024"), of("Hà Nội", 6489, "2026")) == [
        (5922, "carried"),
        (6489, "same_unit"),
    ]
    (kept,) = series_of(HA_NOI, [of("TP. Hà Nội", 5922, "2024")], gazetteer()).points
    assert "«TP. Hà Nội»" in kept.why["vi"]
    assert "giữ nguyên địa bàn" in kept.why["vi"]
    assert "nay là" not in kept.why["vi"]
    # Hải Phòng of before is not Hải Phòng with Hải Dương.
    assert told(HAI_PHONG, of("TP Hải Phòng", 1739, "2024")) == [(1739, "merged")]


def test_which_units_the_reform_changed() -> None:
    assert reform_of(HA_NOI, gazetteer()) is None
    assert reform_of(DUONG_NO, gazetteer()) is None
    assert reform_of("99999", gazetteer()) is None
    changed = reform_of(HAI_PHONG, gazetteer())
    assert changed
    assert changed.day == Day(2025, 7, 1)
    assert "Hải Dương" in changed.names["vi"]


def test_a_loaded_table_decides() -> None:
    figures = [of("Xã Minh Châu, huyện Ba Vì, Hà Nội", 6, "2024")]
    (refused,) = series_of(MINH_CHAU, figures, gazetteer()).refused
    assert refused.reason == "merged"
    elsewhere = {
        one.code: tuple(
            each.code for each in gazetteer().successors(one.code) if each.code != MINH_CHAU
        )
        for one in gazetteer().predecessors(MINH_CHAU)
        if one.code != MINH_CHAU
    }
    table = ChangeTable("bảng", {MINH_CHAU: (MINH_CHAU,), **elsewhere})
    (point,) = series_of(MINH_CHAU, figures, load_gazetteer([table])).points
    assert point.reason == "carried"


def named(stated: str, period: str) -> tuple[str, str, str]:
    """Under which place a figure goes, in English too, and of which present unit it was thought."""
    own = under_own_name(of(stated, 5, period), gazetteer())
    return own.place, own.place_name.get("en", ""), own.present


def test_a_figure_of_a_former_unit_goes_by_its_own_name() -> None:
    bac = "Phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội"
    assert named(bac, "2023") == (
        "Phường Hàng Bạc (cũ), Quận Hoàn Kiếm, Thành phố Hà Nội",
        "Hàng Bạc Ward (former), Hoàn Kiếm District",
        HOAN_KIEM,
    )
    assert named("Phường Hoàn Kiếm, Hà Nội", "2026")[0] == HOAN_KIEM
    assert named("TP Hải Phòng", "2024")[::2] == ("Thành phố Hải Phòng (cũ)", HAI_PHONG)
    # A district has become no present unit: its figures meet, however it is stated.
    assert named("quận Ba Đình, Hà Nội", "2023") == named("Quận Ba Đình", "2022")
    assert named("Phường Dương Nỗ, thành phố Huế", "")[::2] == (
        "Phường Dương Nỗ, thành phố Huế",
        DUONG_NO,
    )


def test_what_is_carried_over_stays_and_says_so() -> None:
    stated = "Phường Dương Nỗ, quận Thuận Hóa, thành phố Huế"
    own = under_own_name(of(stated, 3, "2024"), gazetteer())
    assert (own.place, own.present) == (DUONG_NO, "")
    assert own.former
    assert "một đơn vị cũ thành đúng một đơn vị mới" in own.carried["vi"]
    kept = under_own_name(of("TP. Hà Nội", 5922, "2024"), gazetteer())
    assert (kept.place, kept.former, kept.carried) == (HA_NOI, "", {})


@pytest.mark.parametrize("period", ["", "2025"])
def test_a_province_that_stayed_as_it_was_needs_no_period(period: str) -> None:
    assert told(HA_NOI, of("Hà Nội", 321, period)) == [(321, "carried")]
    assert told(HAI_PHONG, of("TP Hải Phòng", 7, period))[0][1] in ("unclear", "no_period")


def test_a_target_is_of_the_territory_of_when_it_was_due() -> None:
    def asked(due: str) -> str:
        target = Target(id="t", place=HAI_PHONG, due=due)
        return target_under_own_name(target, "TP Hải Phòng", gazetteer()).place

    assert asked("2024") == named("TP Hải Phòng", "2024")[0]
    assert [asked(due) for due in ("2025", "2030", "")] == [HAI_PHONG] * 3
