"""Progress against targets: each target by itself, a bar towards a line at its level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from khue.charts.lettering import width_of, wrapped
from khue.charts.model import STATUSES, Bullet, Bullets, State, Status
from khue.charts.parts import PALE, Laid, table, texts, touched
from khue.charts.theme import SMALL, TEXT, colours

if TYPE_CHECKING:
    import altair

    from khue.charts.parts import Drawing

THICK = 14
LINE = 17
GAP = 22
MOST = 1.3
"""A bar ends here, however far a target has been exceeded; its number says how far."""

ROLES: dict[State, str] = {
    "achieved": "ngoc",
    "on_track": "cham",
    "behind": "nghe",
    "unknown": "da",
}


@dataclass(frozen=True)
class _Row:
    """A target with its name broken into lines, the part of its level that is reached, and where
    its lines stand (px from above)."""

    bullet: Bullet
    name: str
    share: float | None
    top: float
    middle: float


def bullets_chart(chart: Bullets, width: int) -> Laid:
    """The chart laid out for a width in px."""
    rows, height = _rows(chart, width)
    padding = {"left": 2, "right": 2, "top": 4, "bottom": 4}
    return Laid(partial(_drawing, rows, width - 4, height), padding, height + 8)


def _drawing(rows: Sequence[_Row], width: int, height: int) -> Drawing:
    import altair

    far = max([1.0, *(row.share for row in rows if row.share is not None)])
    end = min(far, MOST) * (1.02 if far > 1 else 1.0)
    scaled = _scaled(height, end)
    layers = [
        *_tracks(rows, scaled),
        *_bars(rows, scaled),
        *_goals(rows, scaled),
        *_names(rows, scaled, width),
        *_numbers(rows, scaled),
        _ways(rows, scaled, end),
    ]
    return altair.layer(*layers, width=width, height=height, autosize="none")


def _rows(chart: Bullets, width: int) -> tuple[list[_Row], int]:
    rows: list[_Row] = []
    top = 0.0
    for one in chart.bullets:
        state = width_of(one.state_told, SMALL, 500) + 24
        name = wrapped(one.label, width - state - 8, TEXT, 3, 500)
        middle = top + (name.count("\n") + 1) * LINE + 4 + THICK / 2
        rows.append(_Row(one, name, _share(one), top, middle))
        top = middle + THICK / 2 + 4 + LINE + GAP
    return rows, math.ceil(top - GAP)


def _share(one: Bullet) -> float | None:
    """The part of the level that is reached; None where that has no meaning."""
    if one.value is None or one.target <= 0 or one.value < 0:
        return None
    return one.value / one.target


def _scaled(height: int, far: float) -> dict[str, Any]:
    import altair

    return {
        "x": altair.X(
            "share",
            type="quantitative",
            scale=altair.Scale(domain=[0, far], nice=False, padding=0),
            axis=None,
        ),
        "y": altair.Y(
            "middle",
            type="quantitative",
            scale=altair.Scale(domain=[height, 0], nice=False, zero=False, padding=0),
            axis=None,
        ),
    }


def _tracks(rows: Sequence[_Row], scaled: dict[str, Any]) -> Iterator[altair.Chart]:
    """The way to the level, from nothing."""
    import altair

    some = [{"share": 1, "middle": row.middle} for row in rows]
    yield (
        altair.Chart(table(some))
        .mark_bar(size=THICK, orient="horizontal", color=colours()["line"])
        .encode(**scaled, x2=altair.datum(0))
    )


def _bars(rows: Sequence[_Row], scaled: dict[str, Any]) -> Iterator[altair.Chart]:
    """How far each has come: full, hollow where estimated, dotted where planned, pale where nobody
    says."""
    import altair

    for status in STATUSES:
        some = [
            _reached(row, row.share)
            for row in rows
            if row.share is not None and row.bullet.status == status
        ]
        if some:
            yield (
                altair.Chart(table(some))
                .mark_bar(
                    size=THICK,
                    orient="horizontal",
                    strokeWidth=1.5,
                    strokeDash=_DASHES[status],
                    fillOpacity=PALE if status == "unstated" else 1,
                )
                .encode(
                    **scaled,
                    x2=altair.datum(0),
                    fill=altair.Fill("fill", type="nominal", scale=None),
                    stroke=altair.Stroke("colour", type="nominal", scale=None),
                )
            )


_DASHES: dict[Status, list[int]] = {
    "actual": [1, 0],
    "estimate": [1, 0],
    "plan": [2, 3],
    "unstated": [1, 0],
}


def _reached(row: _Row, share: float) -> dict[str, Any]:
    colour, one = colours()[ROLES[row.bullet.state]], row.bullet
    return {
        "share": min(share, MOST),
        "middle": row.middle,
        "colour": colour,
        "fill": colour if one.status in ("actual", "unstated") else colours()["paper"],
    }


def _ways(rows: Sequence[_Row], scaled: dict[str, Any], end: float) -> altair.Chart:
    """The way down from each target: the whole of its bar."""
    import altair

    some = [
        {
            "share": end,
            "middle": row.middle,
            "told": " · ".join(
                part for part in (row.bullet.label, row.bullet.told, row.bullet.target_told) if part
            ),
            "href": row.bullet.href,
        }
        for row in rows
    ]
    places = {**scaled, "x2": altair.datum(0)}
    return touched(altair.Chart(table(some)), places, orient="horizontal", size=THICK + GAP / 2)


def _goals(rows: Sequence[_Row], scaled: dict[str, Any]) -> Iterator[altair.Chart]:
    """The level of each target: a line across its bar."""
    import altair

    some = [{"share": 1, "middle": row.middle} for row in rows]
    yield (
        altair.Chart(table(some))
        .mark_tick(orient="vertical", size=THICK + 10, thickness=2.5, color=colours()["ink"])
        .encode(**scaled)
    )


def _names(rows: Sequence[_Row], scaled: dict[str, Any], width: int) -> Iterator[altair.Chart]:
    """The name of a target on the left, how it stands on the right: a shape and a word."""
    import altair

    names = [{"middle": row.top + LINE / 2, "text": row.name} for row in rows]
    text = altair.Text("text", type="nominal")
    yield (
        altair.Chart(table(names))
        .mark_text(align="left", baseline="middle", fontWeight=500)
        .encode(x=altair.value(0), y=scaled["y"], text=text)
    )
    told = [
        {
            "middle": row.top + LINE / 2,
            "text": row.bullet.state_told,
            "colour": colours()[ROLES[row.bullet.state]],
        }
        for row in rows
    ]
    yield (
        altair.Chart(table(told))
        .mark_text(align="right", baseline="middle", fontSize=SMALL, fontWeight=500)
        .encode(
            x=altair.value(width),
            y=scaled["y"],
            text=text,
            color=altair.Color("colour", type="nominal", scale=None),
        )
    )


def _numbers(rows: Sequence[_Row], scaled: dict[str, Any]) -> Iterator[altair.Chart]:
    """Under each bar what it stands at, and at the line what is asked for and by when."""
    import altair

    text = altair.Text("text", type="nominal")
    now = [
        {"middle": row.middle + THICK / 2 + 4 + LINE / 2, "text": row.bullet.told} for row in rows
    ]
    yield (
        altair.Chart(table(now))
        .mark_text(align="left", baseline="middle")
        .encode(x=altair.value(0), y=scaled["y"], text=text)
    )
    goals = [
        {
            "share": 1,
            "middle": row.middle + THICK / 2 + 4 + LINE / 2,
            "text": " · ".join(part for part in (row.bullet.target_told, row.bullet.due) if part),
        }
        for row in rows
    ]
    yield from texts(
        goals,
        {**scaled, "text": text},
        align="right",
        baseline="middle",
        color=colours()["ink-2"],
    )
