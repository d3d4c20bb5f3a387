"""One indicator in several places: small charts beside each other, all with the same axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from khue.charts.lettering import width_of, wrapped
from khue.charts.model import NARROW, Figure, Lang, Panel, Panels, Rule
from khue.charts.parts import (
    ASIDE,
    BROKEN,
    DASHES,
    DOTS,
    HALO,
    SHAPE,
    SHAPES,
    Laid,
    Scale,
    at,
    periods_of,
    scale_of,
    table,
    touched,
)
from khue.charts.tables import word
from khue.charts.theme import SMALL, TEXT, colours

if TYPE_CHECKING:
    import altair

HIGH = 84
HEAD = 60
"""Room above the plot of a panel: its name in at most two lines, and the number of a point."""
FOOT = 24
GAP = 24
LEAST = 150
"""Width of a panel in px below which fewer stand beside each other."""
EDGE = 6
RIM = 2
"""What the widest line can take beyond the plot, in px."""

_Rows = list[dict[str, Any]]


def panels_chart(chart: Panels, width: int) -> Laid:
    """The chart laid out for a width in px."""
    most = 2 if width <= NARROW else 4
    columns = max(1, min(most, len(chart.panels), (width + GAP) // (LEAST + GAP)))
    wide = (width - 2 * EDGE - GAP * (columns - 1)) // columns
    count = math.ceil(len(chart.panels) / columns)
    height = count * HIGH + (count - 1) * (HEAD + FOOT)
    left = width - 2 * EDGE - GAP * (columns - 1) - wide * columns
    padding = {"left": EDGE - RIM, "right": EDGE - RIM + left, "top": 0, "bottom": 0}
    return Laid(partial(_drawing, chart, columns, wide), padding, height + HEAD + FOOT)


def _drawing(chart: Panels, columns: int, wide: int) -> altair.FacetChart:
    import altair

    along, up = _along(chart), _up(chart)
    rows = [
        {"panel": number, **row}
        for number, panel in enumerate(chart.panels)
        for row in _rows(panel, chart, along, up, wide)
    ]
    drawing: altair.FacetChart = altair.layer(
        *_layers(along, up), data=table(rows), width=wide, height=HIGH
    ).facet(
        facet=altair.Facet(
            "panel",
            type="ordinal",
            header=altair.Header(labelExpr="''", title=None, labelPadding=0, labelFontSize=1),
        ),
        columns=columns,
        spacing={"row": HEAD + FOOT, "column": GAP},
        bounds="flush",
    )
    return drawing


def _along(chart: Panels) -> Scale:
    places = periods_of(one for panel in chart.panels for one in panel.figures)
    low, high = math.floor(places[0]), math.ceil(places[-1])
    low, high = (low, high) if low < high else (low - 1, high + 1)
    edge = (high - low) / 8
    return Scale(low - edge, high + edge, (places[0], places[-1]))


def _up(chart: Panels) -> Scale:
    values = [one.value for panel in chart.panels for one in panel.figures]
    rules = [*chart.rules, *(rule for panel in chart.panels for rule in panel.rules)]
    return scale_of([*values, *(rule.value for rule in rules)], zero=True)


def _rows(panel: Panel, chart: Panels, along: Scale, up: Scale, wide: int) -> Iterator[Any]:
    """All that one panel shows, each thing by its kind."""
    colour = colours()["cham" if panel.subject else "da"]
    name = wrapped(panel.label, wide, TEXT, 2, 500)
    yield {"kind": "name", "text": name}
    for end in (along.low, along.high):
        yield {"kind": "ground", "at": end, "value": up.low}
    yield from _rules((*chart.rules, *panel.rules), along, wide)
    if not panel.figures:
        middle = (along.low + along.high) / 2
        yield {"kind": "none", "at": middle, "text": word("none", chart.frame.lang)}
        return
    figures = sorted(panel.figures, key=lambda one: at(one.first, one.last))
    yield from _segments(figures, colour, up)
    yield from _points(panel, figures, colour, ASIDE / 2 * along.step(wide), chart.frame.lang)
    for row in (_last(figures), *_ends(figures, along, wide)):
        size, weight = (TEXT, 500) if row["kind"] == "label" else (SMALL, 400)
        half = width_of(row["text"], size, weight) / 2 * along.step(wide)
        yield row | {"at": max(along.low + half, min(row["at"], along.high - half))}


def _rules(rules: Sequence[Rule], along: Scale, wide: int) -> Iterator[dict[str, Any]]:
    """Targets from edge to edge, in short above their lines: the page has them at length."""
    for rule in rules:
        for end in (along.low, along.high):
            yield {"kind": "rule", "at": end, "value": rule.value, "piece": rule.label}
        half = width_of(rule.told, SMALL) / 2 * along.step(wide)
        yield {"kind": "goal", "at": along.low + half, "value": rule.value, "text": rule.told}


def _segments(figures: list[Figure], colour: str, up: Scale) -> Iterator[dict[str, Any]]:
    """Lines between neighbours in time, where each is the only one of its period; an upright where
    the later one does not go on from the earlier."""
    places = [at(one.first, one.last) for one in figures]
    pairs = pairwise(zip(figures, places, strict=True))
    for piece, pair in enumerate(pairs):
        (_, before), (after, then) = pair
        if after.broken and before < then:
            for value in (up.low, up.high):
                at_break = {"at": (before + then) / 2, "value": value}
                yield {"kind": "break", "piece": str(piece), **at_break}
        elif all(places.count(place) == 1 for _, place in pair):
            plan = any(one.status == "plan" for one, _ in pair)
            for one, place in pair:
                yield {
                    "kind": "plan" if plan else "line",
                    "piece": str(piece),
                    "at": place,
                    "value": one.value,
                    "colour": colour,
                }


def _points(
    panel: Panel, figures: list[Figure], colour: str, aside: float, lang: Lang
) -> Iterator[dict[str, Any]]:
    """The points, those of one period side by side."""
    periods: dict[float, dict[float, Figure]] = {}
    for one in figures:
        periods.setdefault(at(one.first, one.last), {}).setdefault(one.value, one)
    for place, same in periods.items():
        for order, one in enumerate(same.values()):
            status = "" if one.status == "actual" else word(one.status, lang)
            said = (panel.label, one.period, one.told, status, one.broken, one.note, one.source)
            yield {
                "kind": "point",
                "at": place + (order - (len(same) - 1) / 2) * aside,
                "value": one.value,
                "colour": colour,
                "fill": colour if one.status == "actual" else colours()["paper"],
                "shape": SHAPES[one.status],
                "told": " · ".join(part for part in said if part),
                "href": one.href,
            }


def _last(figures: list[Figure]) -> dict[str, Any]:
    """What is told of the last period: all numbers, where sources contradict each other."""
    last = at(figures[-1].first, figures[-1].last)
    same = {one.value: one.told for one in figures if at(one.first, one.last) == last}
    return {"kind": "label", "at": last, "value": max(same), "text": " / ".join(same.values())}


def _ends(figures: list[Figure], along: Scale, wide: int) -> Iterator[dict[str, Any]]:
    """The first and the last period, below: in words, or by their years where these are too
    long; the last alone where these are too long as well."""
    ends = {at(one.first, one.last): one for one in (figures[0], figures[-1])}
    room = (max(ends) - min(ends)) / along.step(wide) - 8
    told = {place: one.period for place, one in ends.items()}
    if len(ends) > 1 and room < max(width_of(one, SMALL) for one in told.values()):
        told = {place: str(one.last.year) for place, one in ends.items()}
    if len(ends) > 1 and room < max(width_of(one, SMALL) for one in told.values()):
        del told[min(told)]
    for place, text in told.items():
        yield {"kind": "period", "at": place, "text": text}


def _layers(along: Scale, up: Scale) -> Iterator[altair.Chart]:
    """What is drawn of the rows, from the ground up. The drawing is as large as what is in it: the
    first layer is as large as all that a panel can have."""
    import altair

    places = _places(along, up)
    piece = altair.Detail("piece", type="nominal")
    stroke = altair.Stroke("colour", type="nominal", scale=None)
    ink, line = colours()["ink"], colours()["line"]
    yield (
        _of("name")
        .mark_rect(opacity=0, stroke=colours()["paper"], strokeWidth=2 * RIM)
        .encode(
            x=altair.value(0),
            x2=altair.value("width"),
            y=altair.value(1 - HEAD),
            y2=altair.value(HIGH + FOOT),
        )
    )
    yield _of("ground").mark_line(color=line, strokeWidth=RIM).encode(**places)
    yield (
        _of("rule")
        .mark_line(color=ink, strokeWidth=RIM, strokeDash=DASHES)
        .encode(**places, detail=piece)
    )
    yield (
        _of("break")
        .mark_line(color=colours()["ink-2"], strokeWidth=1, strokeDash=BROKEN)
        .encode(**places, detail=piece)
    )
    yield _of("line").mark_line(strokeWidth=2).encode(**places, detail=piece, stroke=stroke)
    yield (
        _of("plan")
        .mark_line(strokeWidth=2.5, strokeDash=DOTS, strokeCap="round")
        .encode(**places, detail=piece, stroke=stroke)
    )
    yield (
        _of("point")
        .mark_point(size=SHAPE * 0.7, strokeWidth=2, opacity=1)
        .encode(
            **places,
            stroke=stroke,
            fill=altair.Fill("fill", type="nominal", scale=None),
            shape=altair.Shape("shape", type="nominal", scale=None),
        )
    )
    yield from _texts(places)
    yield touched(_of("point"), places)


def _texts(places: dict[str, Any]) -> Iterator[altair.Chart]:
    """Numbers and goals at their places, periods below, the name above."""
    import altair

    text = altair.Text("text", type="nominal")
    quiet: dict[str, Any] = {"color": colours()["ink-2"], "fontSize": SMALL}
    around = {"stroke": colours()["paper"], "strokeWidth": HALO, "strokeJoin": "round"}
    halos: tuple[dict[str, Any], ...] = (around, {})
    for halo in halos:
        yield _of("goal").mark_text(dy=-8, **quiet, **halo).encode(**places, text=text)
    for halo in halos:
        yield _of("label").mark_text(dy=-13, fontWeight=500, **halo).encode(**places, text=text)
    for kind, down in (("period", HIGH + 15), ("none", HIGH / 2)):
        yield _of(kind).mark_text(**quiet).encode(x=places["x"], y=altair.value(down), text=text)
    yield (
        _of("name")
        .mark_text(align="left", baseline="line-top", fontWeight=500)
        .encode(x=altair.value(0), y=altair.value(-HEAD + 4), text=text)
    )


def _of(kind: str) -> altair.Chart:
    """The rows of a kind, to be drawn."""
    import altair

    return altair.Chart().transform_filter(f"datum.kind === '{kind}'")


def _places(along: Scale, up: Scale) -> dict[str, Any]:
    """Where a figure stands, on the axes that all panels share."""
    import altair

    return {
        "x": altair.X(
            "at",
            type="quantitative",
            scale=altair.Scale(domain=[along.low, along.high], nice=False, zero=False, padding=0),
            axis=None,
        ),
        "y": altair.Y(
            "value",
            type="quantitative",
            scale=altair.Scale(domain=[up.low, up.high], nice=False, padding=0),
            axis=None,
        ),
    }
