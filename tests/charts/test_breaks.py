"""Lines that end where figures are not to be joined, and names at the ends of lines."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from khue.charts import Line, Lines, Panel, Panels, marks_of, spec_of, table_of
from khue.charts.labels import breaks_in, ends_of, labelled
from khue.charts.lettering import width_of
from khue.charts.lines import END_LINE, _along, _values
from khue.charts.parts import Plot, scale_of
from khue.charts.theme import TEXT
from khue.lib.dates import Day
from tests.charts.samples import FRAME, GOAL, figure

WHY = "Danh mục thay đổi"
OLD, NEW = figure(2022, 5922, "5.922"), figure(2025, 6489, "6.489")


def drawn(one: Any) -> list[Any]:
    """The layers of a specification that draw lines through points of data."""
    layers = one.get("layer") or one.get("spec", {}).get("layer") or []
    return [each for each in layers if each["mark"].get("type") == "line"]


def test_a_line_ends_where_the_list_changed_and_the_chart_says_so() -> None:
    whole = Lines(FRAME, (Line("Hà Nội", (OLD, NEW)),))
    broken = Lines(FRAME, (Line("Hà Nội", (OLD, replace(NEW, broken=WHY))),))
    (line,) = drawn(spec_of(whole))
    assert "strokeDash" not in line["mark"]
    (upright,) = drawn(spec_of(broken))
    assert upright["mark"]["strokeDash"] == [2, 3]
    (begins, ends) = [row["at"] for row in upright["data"]["values"]]
    assert 2022 < begins == ends < 2025
    assert WHY in str(spec_of(broken)["layer"])
    assert WHY in spec_of(broken)["description"]
    assert WHY not in spec_of(whole)["description"]
    assert [one.shape for one in marks_of(broken)] == ["break"]
    assert WHY in table_of(broken).rows[1]
    assert marks_of(whole) == ()


def test_a_panel_ends_its_line_there_too() -> None:
    def kinds(*figures: Any) -> list[str]:
        spec = spec_of(Panels(FRAME, "Địa phương", (Panel("Hà Nội", figures),)))
        return [row["kind"] for row in spec["data"]["values"]]

    assert "line" in kinds(OLD, NEW)
    assert "break" not in kinds(OLD, NEW)
    assert "line" not in kinds(OLD, replace(NEW, broken=WHY))
    assert kinds(OLD, replace(NEW, broken=WHY)).count("break") == 2


@pytest.mark.parametrize("values", [(10, 11, 12, 13), (0, 0, 0, 0), (0, 1000, 999, 998)])
@pytest.mark.parametrize("width", [260, 640])
def test_names_at_the_ends_never_cover_each_other(values: tuple[int, ...], width: int) -> None:
    lines = tuple(
        Line(
            f"Phường Hàng Bạc (cũ), Quận Hoàn Kiếm {number}",
            (figure(2021, 500, "500"), figure(2025, value, str(value))),
        )
        for number, value in enumerate(values)
    )
    chart = Lines(FRAME, lines)
    along, few = _along(chart)
    plot = Plot(along, scale_of(_values(chart), zero=few), width, 320, "vi", width < 300)
    ends = ends_of(chart, plot, width)
    spans = [
        (one.top - END_LINE / 2, one.y + END_LINE / 2 * (one.name.count("\n") + 1)) for one in ends
    ]
    assert len(spans) == len(values)
    assert all(one[1] <= other[0] + 0.01 for one, other in pairwise(spans))
    assert spans[-1][1] <= plot.height + END_LINE
    assert spans[0][0] >= -36


def laid(chart: Lines, width: int) -> Plot:
    """The plot of a chart, of some width in px."""
    along, few = _along(chart)
    return Plot(along, scale_of(_values(chart), zero=few), width, 320, "vi", True)


def test_a_name_at_an_end_has_the_room_that_is_kept_for_it() -> None:
    lines = (Line("As reported", (OLD, NEW)), Line("Counted by Khuê", (OLD,), role="ngoc"))
    assert "…" not in str(spec_of(Lines(FRAME, lines), 342)["layer"])


def test_no_number_stands_beyond_a_break_beside_its_point() -> None:
    before = replace(OLD, first=Day(2024, 12, 1), last=Day(2024, 12, 31))
    after = replace(NEW, first=Day(2025, 3, 17), last=Day(2025, 3, 17), broken=WHY)
    again = replace(NEW, first=Day(2026, 1, 1), last=Day(2026, 1, 31))
    chart = Lines(FRAME, (Line("Hà Nội", (before, after, again)),))
    for width in (200, 240, 400, 700):
        plot = laid(chart, width)
        (upright,) = breaks_in(chart, plot)
        _, _, (numbers,) = labelled(chart, plot)
        assert all((one.text == "5.922") == (one.x < upright.x) for one in numbers)
        assert len(numbers) >= 2


def test_a_number_with_its_status_stands_above_or_below_its_point() -> None:
    told = [replace(figure(2018, 5.82, "5,82%"), status="estimate")]
    told.append(replace(figure(2018, 3.61, "3,61%"), status="unstated"))
    told += [figure(2019, 6.02, "6,02%"), figure(2020, 4.32, "4,32%"), figure(2021, 3.92, "3,92%")]
    chart = Lines(FRAME, (Line("Cả nước", tuple(told)),))
    plot = laid(chart, 600)
    _, _, (numbers,) = labelled(chart, plot)
    below = next(one for one in numbers if one.text.startswith("3,61%"))
    assert "\n" in below.text
    assert below.x == pytest.approx(plot.x(plot.aside(2018, 1, 2)))
    assert "4,32%" in {one.text for one in numbers}


def test_no_number_stands_on_those_of_the_axis() -> None:
    told = [figure(2018, 5.82, "5,82%", "estimate"), figure(2018, 3.61, "3,61%", "unstated")]
    told += [figure(2019, 6.02, "6,02%", "estimate"), figure(2022, 4.04, "4,04%", "estimate")]
    chart = Lines(FRAME, (Line("Cả nước", tuple(told)),), (GOAL,))
    for width in range(200, 720, 40):
        _, _, (numbers,) = labelled(chart, laid(chart, width))
        assert numbers
        assert all(one.x >= width_of(one.text, TEXT, 500) / 2 for one in numbers)
