"""A figure whose source does not say what it is: neither drawn nor told as what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from khue.charts import (
    Bar,
    Bullet,
    Chart,
    Figure,
    Status,
    Subject,
    draw_svg,
    marks_of,
    spec_of,
    status_of,
    table_of,
)
from khue.charts.model import STATUSES
from khue.charts.theme import colours
from khue.lib.dates import Day
from tests.charts.samples import ALL, BARS, BULLETS, LINES, figure
from tests.charts.test_charts import rows


def test_who_does_not_say_claims_nothing() -> None:
    assert get_args(Status) == STATUSES
    day = Day(2018, 12, 31)
    assert Figure(3.61, "3,61%", "2018", day, day).status == "unstated"
    assert Bar("Hà Nội", 1, "1").status == "unstated"
    assert Bullet("x", 1, "1", 2, "2", "behind", "chậm").status == "unstated"
    assert [status_of(code) for code in ("", "chính thức", "actual", "plan")] == [
        *("unstated", "unstated"),
        *("actual", "plan"),
    ]


def test_a_point_of_unstated_status_is_a_diamond() -> None:
    points = {one["value"]: one for one in rows(spec_of(LINES)) if "shape" in one}
    assert points[2450]["shape"] == "diamond"
    assert points[2450]["fill"] == colours()["paper"]
    assert {one["shape"] for value, one in points.items() if value != 2450} == {"circle"}
    told = [one["told"] for one in rows(spec_of(LINES)) if "href" in one]
    assert any("2.450" in one and "chưa rõ tình trạng" in one for one in told)


def test_a_bar_of_unstated_status_is_pale_with_an_edge() -> None:
    def look(chart: Chart, end: str, value: float) -> dict[str, Any]:
        """Of the bar of a length."""
        found = [
            layer["mark"]
            for layer in spec_of(chart)["layer"]
            if layer["mark"]["type"] == "bar" and "strokeDash" in layer["mark"]
            if value in [row.get(end) for row in layer["data"]["values"]]
        ]
        assert len(found) == 1
        return dict(found[0])

    pale, full = look(BARS, "value", 40), look(BARS, "value", 21)
    bullet = look(BULLETS, "share", 6 / 8)
    for one in (pale, bullet):
        assert one["fillOpacity"] < full["fillOpacity"]


def test_the_table_and_the_key_name_it() -> None:
    table = table_of(LINES)
    at = [one.key for one in table.columns].index("status")
    assert table.rows[4][at] == "chưa rõ tình trạng"
    assert table.raw[4][at] == "unstated"
    english = replace(LINES, frame=replace(LINES.frame, lang="en"))
    assert table_of(english).rows[4][at] == "status not stated"
    assert [one.status for one in marks_of(LINES)] == list(STATUSES)
    assert "does not say whether actual or estimate" in spec_of(english)["description"]
    assert "does not say whether actual or estimate" in draw_svg(spec_of(english))
    plain = replace(LINES, lines=(replace(LINES.lines[0], figures=(figure(2024, 1, "1"),)),))
    assert marks_of(plain) == ()


@pytest.mark.parametrize("name", ALL)
def test_every_row_says_what_it_is_of(name: str) -> None:
    about = Subject("Lễ hội", "festivals", "Hà Nội", "01", "lễ hội", "festival")
    chart = ALL[name]
    match name:
        case "lines":
            line = chart.lines[0]  # type: ignore[union-attr]
            told = tuple(replace(one, about=about) for one in line.figures)
            chart = replace(chart, lines=(replace(line, figures=told),))  # type: ignore[call-arg]
        case "panels":
            panel = chart.panels[0]  # type: ignore[union-attr]
            told = tuple(replace(one, about=about) for one in panel.figures)
            chart = replace(chart, panels=(replace(panel, figures=told),))  # type: ignore[call-arg]
        case _:
            some = tuple(replace(one, about=about) for one in getattr(chart, name))
            chart = replace(chart, **{name: some})  # type: ignore[arg-type]
    table = table_of(chart)
    keys = [one.key for one in table.columns]
    for row, raw in zip(table.rows, table.raw, strict=True):
        said = dict(zip(keys, zip(row, raw, strict=True), strict=True))
        assert said["indicator"] == ("Lễ hội", "festivals")
        assert said["place"] == ("Hà Nội", "01")
        assert said["unit"] == ("lễ hội", "festival")
