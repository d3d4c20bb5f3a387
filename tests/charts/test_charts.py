"""Charts: their specification, their drawing in our typeface, their rows."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import altair
import orjson
import pytest

from khue.charts import (
    NARROW,
    WIDE,
    Busy,
    Chart,
    Line,
    Rule,
    draw_png,
    draw_svg,
    drawing,
    lettering,
    sentence,
    size_of,
    spec_of,
    specs,
    table_of,
)
from khue.charts.lettering import face, width_of, wrapped
from khue.charts.parts import scale_of
from khue.charts.placing import Box, Wanted, box_of, place
from khue.charts.theme import colours
from tests.charts.samples import ALL, BARS, BULLETS, LINES, PANELS, figure

TOKENS = Path(__file__).parents[2] / "frontend/styles/tokens.css"
HARD = "ễợẩự"
"""Letters with two marks, or with a horn and a mark: what a typeface lacks first."""


def rows(spec: Any) -> Iterator[dict[str, Any]]:
    """All rows of data in a specification, in the order of its layers."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "values" and isinstance(value, list) and value and isinstance(value[0], dict):
                yield from value
            else:
                yield from rows(value)
    elif isinstance(spec, list):
        for one in spec:
            yield from rows(one)


@pytest.mark.parametrize("name", ALL)
def test_a_specification_is_vega_lite(name: str) -> None:
    """As Altair's own schema has it; what draws would pass over what it does not know."""
    altair.Chart.from_dict(spec_of(ALL[name]))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", ALL)
def test_a_drawing_is_as_large_as_was_said(name: str, width: int) -> None:
    drawn = draw_svg(spec_of(ALL[name], width))
    wide, high = size_of(ALL[name], width)
    assert wide == width
    assert f'viewBox="0 0 {wide} {high}"' in drawn


def test_texts_are_glyphs_of_our_typeface() -> None:
    """Neither text that a machine may draw in another typeface, nor boxes for what is missing."""
    chart = replace(BARS, bars=(replace(BARS.bars[0], label=HARD),), rules=())
    drawn = draw_svg(spec_of(chart))
    assert "<text" not in drawn
    font = face()
    glyphs = {letter: font.getBestCmap()[ord(letter)] for letter in HARD}
    for name in glyphs.values():
        (path,) = re.findall(rf'<path id="g400-{name}" d="([^"]+)"', drawn)
        assert path.count("M") >= 2, "a letter and its marks"
        assert f'href="#g400-{name}"' in drawn


def test_a_letter_that_the_typeface_lacks_stays_text() -> None:
    drawn = draw_svg(spec_of(replace(BARS, bars=(replace(BARS.bars[0], label="Chùa 寺"),))))
    assert "Chùa 寺" in drawn


def test_what_a_chart_shows_is_said_to_those_who_do_not_see_it() -> None:
    drawn = draw_svg(spec_of(LINES))
    assert 'role="img"' in drawn
    assert f'aria-label="{LINES.frame.title}. ' in drawn


def test_text_of_records_is_never_code() -> None:
    """Titles, names and units come from spreadsheets that anyone may have filled in."""
    evil = "</svg><script>alert(1)</script>' + datum.value + '\\"
    frame = replace(BARS.frame, title=evil, subtitle=evil, source=evil, unit=evil)
    bars = replace(BARS, frame=frame, of=evil, bars=(replace(BARS.bars[0], label=evil, told=evil),))
    lines = replace(LINES, frame=frame, lines=(Line(evil, (figure(2024, 1, evil),)),) * 2)
    for chart in (bars, lines):
        drawn = draw_svg(spec_of(chart))
        assert "<script" not in drawn
        assert "labelExpr" not in drawn
        for expression in re.findall(r'"labelExpr": ?"([^"]*)"', json.dumps(spec_of(chart))):
            assert "alert" not in expression


def test_the_dark_theme_has_its_own_colours() -> None:
    light, dark = draw_svg(spec_of(LINES)), draw_svg(spec_of(LINES), dark=True)
    assert colours()["cham"] in light
    assert colours()["cham"] not in dark
    assert colours(dark=True)["cham"] in dark
    assert colours(dark=True)["paper"] in dark


def test_colours_are_the_tokens_of_the_portal() -> None:
    css = TOKENS.read_text(encoding="utf-8")
    light, dark = css.split("prefers-color-scheme: dark")
    for part, is_dark in ((light, False), (dark, True)):
        told = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", part))
        assert {name: told[name] for name in colours(is_dark)} == dict(colours(is_dark))


def test_every_colour_says_what_it_stands_for() -> None:
    spec = spec_of(BULLETS)
    used = set(re.findall(r"#[0-9a-f]{6}", json.dumps({**spec, "usermeta": {}})))
    assert used <= spec["usermeta"]["roles"].keys()


def test_figures_that_contradict_each_other_stand_side_by_side() -> None:
    """Both are there, neither is averaged, no line leads through either."""
    points = [one for one in rows(spec_of(LINES)) if "fill" in one]
    told = [one for one in points if one["value"] in (2100, 2310)]
    assert len(told) == 2
    assert told[0]["at"] < 2022 < told[1]["at"]
    joined = {one["value"] for one in rows(spec_of(LINES)) if "piece" in one}
    assert joined.isdisjoint({2100, 2310})
    assert {2250, 2400} <= joined


def test_the_same_number_of_two_sources_is_one_point_and_two_rows() -> None:
    both = (figure(2024, 5, "5", source="Sở"), figure(2024, 5, "5", source="Báo"))
    chart = replace(LINES, lines=(Line("", both),), rules=())
    assert sum("fill" in one for one in rows(spec_of(chart))) == 1
    assert len(table_of(chart).rows) == 2


def test_estimates_are_hollow_plans_dotted_targets_dashed() -> None:
    paper, cham = colours()["paper"], colours()["cham"]
    filled = {one["value"]: one["fill"] for one in rows(spec_of(LINES)) if "fill" in one}
    assert filled == {
        **dict.fromkeys((1800, 2100, 2310, 2250), cham),
        **dict.fromkeys((2400, 2450, 2800), paper),
    }
    dashes = [layer["mark"].get("strokeDash") for layer in spec_of(LINES)["layer"]]
    assert [6, 4] in dashes
    assert [0.1, 5] in dashes


def test_a_target_is_drawn_to_its_date_with_its_policy() -> None:
    spec = spec_of(LINES)
    ends = [one for one in rows(spec) if one.get("value") == 3000 and "told" not in one]
    assert max(one["at"] for one in ends) == 2030
    labels = " ".join(one["told"] for one in rows(spec) if "told" in one)
    assert "Nghị quyết 09-NQ/TU" in labels.replace("\n", " ")


def test_bars_begin_at_zero_and_numbers_are_written_as_in_the_language() -> None:
    spec = spec_of(BARS)
    domains = [layer["encoding"]["x"]["scale"]["domain"] for layer in spec["layer"][:2]]
    assert {low for low, _ in domains} == {0}
    assert spec["config"]["locale"]["number"]["decimal"] == ","
    english = replace(BARS, frame=replace(BARS.frame, lang="en"))
    assert spec_of(english)["config"]["locale"]["number"]["decimal"] == "."


@pytest.mark.parametrize("name", ALL)
def test_what_is_drawn_of_a_figure_leads_to_it_on_the_site_and_nowhere_else(name: str) -> None:
    spec = spec_of(ALL[name])
    hrefs = {one["href"] for one in rows(spec) if one.get("href")}
    drawn = draw_svg(spec, site="https://khue.example")
    links = re.findall(r'xlink:href="([^"]*)"', drawn)
    assert {one.removeprefix("https://khue.example") for one in links} == hrefs
    assert "vega.github.io" not in drawn, "what draws has an address of its own for what has none"
    assert "xlink:href" not in draw_svg(spec), "a report is on no site"
    for evil in ("javascript:alert(1)", "//example.org/", "/\\example.org", "https://example.org/"):
        text = json.dumps(spec).replace("/id/20", json.dumps(evil)[1:-1])
        assert not re.search("xlink:href", draw_svg(json.loads(text), site="https://khue.example"))


def test_who_draws_waits_no_longer_than_they_have_time() -> None:
    spec = spec_of(replace(BARS, frame=replace(BARS.frame, title="Chưa ai vẽ")))
    with drawing._one_at_a_time:
        with pytest.raises(Busy):
            draw_svg(spec, patience=0.01)
        with pytest.raises(Busy):
            draw_svg(spec, patience=0)
    assert "<svg" in draw_svg(spec, patience=0.01)
    with drawing._one_at_a_time:
        assert "<svg" in draw_svg(spec, patience=0), "what is drawn already needs no turn"


def test_a_sentence_stands_in_the_place_of_a_chart() -> None:
    said = "Máy chủ đang bận nên chưa vẽ được biểu đồ này, ễ ợ ẩ ự."
    light, dark = sentence(said, 358, 200), sentence(said, 358, 200, dark=True)
    assert 'viewBox="0 0 358 200"' in light
    assert f'aria-label="{said}"' in light
    assert "<text" not in light, "outlines, as in every picture"
    assert colours()["paper"] in light
    assert colours(dark=True)["paper"] in dark


def test_the_target_of_one_bar_or_panel_is_drawn_at_it_alone() -> None:
    goal = Rule(2_500, "mục tiêu 2.500 (2030), Nghị quyết 09", "mục tiêu 2.500 (2030)")
    first, *others = BARS.bars
    bars = replace(BARS, rules=(), bars=(replace(first, rules=(goal,)), *others))
    drawn = [layer for layer in spec_of(bars)["layer"] if layer["mark"].get("strokeDash") == [6, 4]]
    assert len(drawn) == 1
    ends = drawn[0]["data"]["values"]
    assert {one["value"] for one in ends} == {2_500}
    assert max(one["middle"] for one in ends) < 40, "across the first bar"
    assert "Nghị quyết 09" in json.dumps(spec_of(bars), ensure_ascii=False)
    assert table_of(bars).raw[0][2] == 2_500
    panels = replace(
        PANELS, rules=(), panels=(PANELS.panels[0], replace(PANELS.panels[1], rules=(goal,)))
    )
    told = [one for one in rows(spec_of(panels)) if one.get("kind") in ("rule", "goal")]
    assert {one["panel"] for one in told} == {1}
    assert table_of(panels).rows[-1][3] == goal.told


def test_the_table_says_all_that_the_chart_says() -> None:
    table = table_of(LINES)
    assert [one.key for one in table.columns] == ["period", "value", "status", "source"]
    assert table.rows[2] == ("2022", "gần 2.310", "thực hiện", "Báo")
    assert table.raw[2] == ("2022", 2310, "actual", "Báo")
    assert table.hrefs[2] == "/id/2022"
    targets = table_of(BULLETS)
    assert targets.rows[2] == ("Trung tâm", "", "", "15", "hạn 2030", "chưa rõ")
    assert targets.raw[2] == ("Trung tâm", None, None, 15, "hạn 2030", "unknown")


def test_one_figure_makes_a_chart() -> None:
    lone = replace(LINES, lines=(Line("", (figure(2024, 0, "0"),)),), rules=())
    assert "<svg" in draw_svg(spec_of(lone))


def test_a_picture_for_word_processors() -> None:
    assert draw_png(spec_of(BARS)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("values", "zero", "low", "high"),
    [
        ([1800, 2400], False, 0, 2500),
        ([980, 1000], False, 980, 1000),
        ([980, 1000], True, 0, 1000),
        ([-3, 4], False, -4, 4),
        ([0], False, 0, 1),
        ([0.0012], True, 0, 0.0015),
    ],
)
def test_scales_have_round_ends(values: list[float], zero: bool, low: float, high: float) -> None:
    scale = scale_of(values, zero)
    assert scale.low == pytest.approx(low)
    assert scale.high >= max(values)
    assert scale.high == pytest.approx(high)


def test_labels_never_cover_each_other() -> None:
    wanted = [Wanted("2.400", 50 + 5 * n, 50 + n) for n in range(12)]
    area = Box(0, 0, 200, 100)
    boxes = [box_of(one, 13) for one in place(wanted, [], area, 13)]
    assert 1 < len(boxes) < 12
    assert not any(one.meets(other) for n, one in enumerate(boxes) for other in boxes[:n])
    assert all(one.within(area) for one in boxes)


def test_a_long_name_breaks_between_words_and_ends_with_an_ellipsis() -> None:
    name = "Trung tâm công nghiệp văn hóa của thành phố"
    broken = wrapped(name, 120, 13, 2)
    assert broken.count("\n") == 1
    assert broken.endswith("…")
    assert width_of(broken, 13) <= 120
    assert wrapped(name, 999, 13) == name


def charts() -> Iterator[Chart]:
    yield from ALL.values()


def test_the_same_chart_gives_the_same_bytes() -> None:
    """Reports are frozen: at one position they are the same to the byte."""
    for chart in charts():
        assert draw_svg(spec_of(chart)) == draw_svg(spec_of(replace(chart)))


def test_charts_made_at_once_do_not_take_from_each_other() -> None:
    """A page has several charts, and a browser asks for all of them at the same time."""
    alone = {name: orjson.dumps(spec_of(chart)) for name, chart in ALL.items()}
    specs._written.cache_clear()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            for _ in range(3):
                specs._written.cache_clear()
                made = dict(zip(ALL, pool.map(spec_of, ALL.values()), strict=True))
                assert {name: orjson.dumps(one) for name, one in made.items()} == alone
    finally:
        sys.setswitchinterval(interval)


def test_texts_are_measured_by_many_at_once_as_soon_as_the_server_starts() -> None:
    """A font reads its tables when they are first asked for; half of one is no table."""
    expected = width_of("Lễ hội", 14)
    for _ in range(20):
        lettering.face.cache_clear()
        lettering._advances.cache_clear()
        start = threading.Barrier(8)

        def measure(start: threading.Barrier = start) -> float:
            start.wait()
            return width_of("Lễ hội", 14)

        with ThreadPoolExecutor(8) as many:
            widths = [one.result() for one in [many.submit(measure) for _ in range(8)]]
        assert set(widths) == {expected}
