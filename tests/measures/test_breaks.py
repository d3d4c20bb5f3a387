"""Where a line of a chart does not go on."""

from __future__ import annotations

from dataclasses import replace

from khue.measures.breaks import breaks_of
from khue.measures.checks import check_figures
from tests.measures.articles import figure

LIST = {"vi": "Danh mục thay đổi", "en": "Change of the list"}
LENGTH = {"vi": "Kỳ dài ngắn khác nhau", "en": "Periods of different length"}


def test_a_line_breaks_where_the_list_changed() -> None:
    before = figure("relics_total", 5922, "relic", period="2024-12")
    after = figure("relics_total", 6489, "relic", period="2025-03-17", basis="decision")
    again = figure("relics_total", 6489, "relic", period="2026-01")
    found = check_figures([before, after, again])
    assert [one.code for one in found] == ["list_changed"]
    assert breaks_of(found, [before, after, again]) == {after.id: LIST}
    # It does at the first figure that is drawn since then.
    assert breaks_of(found, [before, again]) == {again.id: LIST}
    assert breaks_of(found, [before]) == {}


def test_a_line_breaks_between_periods_of_unlike_length() -> None:
    year = figure("visits", 1200, "visit", period="2024")
    month = figure("visits", 90, "visit", period="2025-01")
    elsewhere = figure("visits", 80, "visit", period="2025-02", place="46")
    assert breaks_of([], [month, elsewhere, year]) == {month.id: LENGTH}
    stocks = [replace(one, is_stock=True) for one in (year, month)]
    assert breaks_of([], stocks) == {}
