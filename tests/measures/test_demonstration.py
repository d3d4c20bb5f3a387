"""What is said of the figures of the demonstration: all that the articles need, nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import run_khue


def test_the_figures_of_the_articles(demo_home: Path) -> None:
    found = run_khue(demo_home, "measure", "check", "--json").json
    told = [(one["severity"], one["code"], one["indicator"], one["place"]) for one in found]
    assert [one for one in told if not one[1].startswith("computed_")] == [
        ("error", "ratio_wrong", "coverage_village_houses", "31"),
        ("warning", "told_differently", "cultural_industry_gdp_share", None),
        ("note", "certainty_differs", "intangible_total", "01"),
        ("note", "list_changed", "relics_total", "01"),
        ("note", "mixed_units", "relics_total", "01"),
        ("note", "not_comparable", "craft_villages_with_crafts", "01"),
        ("note", "not_comparable", "national_treasures", "01"),
        ("note", "ratio_rounding", "coverage_commune_centres", "31"),
        ("confirmed", "parts_confirmed", "craft_villages_recognised", "01"),
        ("confirmed", "parts_confirmed", "medals", "46"),
        ("confirmed", "parts_confirmed", "medals_international", "46"),
    ]
    (change,) = [one for one in found if one["code"] == "list_changed"]
    assert change["arithmetic"]["en"] == "6,489 − 5,922 = +567 (+9.6%)"
    assert len(change["observations"]) == 3
    (mixed,) = [one for one in found if one["code"] == "mixed_units"]
    assert mixed["arithmetic"]["en"] == (
        "5,922 − (21 + 1,163 + 1,512) = 3,226; 5,922 − (93 + 1,174 + 1,512) = 3,143"
    )


def test_what_sources_report_is_shown_beside_what_is_computed(demo_home: Path) -> None:
    told = run_khue(demo_home, "measure", "show", "medals", "--place", "46", "--json").json
    whole, *parts = told["values"]
    assert (whole["value"], whole["period"], whole["status"]) == (582, "2024", "actual")
    assert whole["obtained"] == "reported"
    assert "582 medals" in whole["quote"]
    assert whole["source"]
    assert len(whole["record"]) == 26
    assert {152, 157, 273} <= {one["value"] for one in parts}

    told = run_khue(demo_home, "measure", "show", "relics_total", "--place", "01", "--json").json
    found = {(one["obtained"], one["value"]) for one in told["values"]}
    assert {("reported", 5922), ("reported", 6489)} <= found
    assert "computed" in {way for way, _ in found}

    people = run_khue(demo_home, "measure", "show", "relics_total").out
    assert "  Thành phố Hà Nội: " in people
    assert "  Kiến trúc nghệ thuật: " in people
    assert "5.922 di tích (kỳ " in people
    assert "ARCH_ART" not in people
    assert "place 01" not in people

    show = (demo_home, "measure", "show", "coverage_village_houses", "--place", "31")
    told = run_khue(*show, "--json").json
    (former,) = told["refused"]
    assert (told["values"], former["value"]) == ([], 63.7)
    assert "Hải Dương" in former["why"]["vi"]
    people = run_khue(*show).out
    assert "63,7%" in people
    assert "Hải Dương" in people

    refused = run_khue(
        demo_home, "measure", "show", "medals", "--place", "46", "--period", "1999", check=None
    )
    assert refused.code == 1
    assert "khue import" in refused.err
    assert "khue measure run" not in refused.err
    refused = run_khue(demo_home, "measure", "show", "medals", "--records", check=None)
    assert refused.code == 1
    assert "--records" in refused.err
    refused = run_khue(demo_home, "measure", "show", "medals", "--place", "999", check=None)
    assert "«999»" in refused.err


def test_what_follows_from_what_sources_report_is_worked_out(demo_home: Path) -> None:
    show = (demo_home, "measure", "show", "medals_national", "--place", "46")
    told = run_khue(*show, "--json").json["values"]
    assert {one["obtained"] for one in told} == {"derived"}
    assert {one["value"] for one in told} == {582 - 35, 157 - 14, 152 - 11, 273 - 10}
    for one in told:
        assert (one["period"], one["record"], len(one["terms"])) == ("2024", None, 2)
    people = run_khue(*show).out
    assert "547 huy chương (kỳ 2024, thực hiện)" in people
    assert "tính từ số liệu báo cáo: " in people
    assert told[0]["terms"][0] in people


def test_nothing_is_added_that_may_be_counted_already(demo_home: Path) -> None:
    # Whether the 600 trained in design are among the 3,400 is not known: 4,000 is nobody's number.
    for key in ("training_participants", "c2030_17_cultural_training"):
        told = run_khue(demo_home, "measure", "show", key, "--records", "--json").json["values"]
        assert [(one["value"], one["amounts"]) for one in told] == [(3400, [3400])]
        assert (
            "có thể trùng"
            in run_khue(demo_home, "measure", "show", key, "--json").json["method"]["vi"]
        )
    records = run_khue(demo_home, "search", "thiết kế sản phẩm thủ công", "--json").json["results"]
    shown = run_khue(demo_home, "show", records[0]["id"], "--json").json
    (figures,) = shown["figures"]
    assert (figures["participants"], figures["may_overlap"]) == (600, True)
