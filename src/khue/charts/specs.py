"""The Vega-Lite specification of a chart."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from khue.charts.bars import bars_chart
from khue.charts.bullets import bullets_chart
from khue.charts.lines import lines_chart
from khue.charts.model import WIDE, Bars, Bullets, Chart, Lines, Panels
from khue.charts.panels import panels_chart
from khue.charts.parts import Laid
from khue.charts.tables import marks_of
from khue.charts.theme import colours, config

Spec = dict[str, Any]


def spec_of(chart: Chart, width: int = WIDE) -> Spec:
    """The Vega-Lite specification of a chart, laid out for a width in px: complete in itself, with
    its data, colours of the light theme, and the language of its numbers.

    `usermeta.roles` says which colour stands for what (`{"#2f4b7c": "cham"}`), so that whoever
    draws it can put the colours of another theme in their place.
    """
    spec: Spec = orjson.loads(_written(chart, width))
    return spec


def size_of(chart: Chart, width: int = WIDE) -> tuple[int, int]:
    """Width and height of the drawn chart in px."""
    return width, _laid(chart, width).height


def in_theme(spec: Spec, dark: bool) -> Spec:
    """A specification with the colours of a theme in place of those of the light one."""
    if not dark:
        return spec
    now = dict(zip(colours().values(), colours(dark=True).values(), strict=True))

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: put(one) for key, one in value.items() if key != "usermeta"}
        if isinstance(value, list):
            return [put(one) for one in value]
        return now.get(value, value) if isinstance(value, str) else value

    changed: Spec = put(spec)
    return changed


def linked(spec: Spec, site: str) -> Spec:
    """A specification whose addresses are whole, on a `site` (`https://host`): a drawing is opened
    elsewhere too, and what draws it would put those of another site before them. None lead away
    from the site, and without one none lead anywhere."""

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: whole(one) if key == "href" and isinstance(one, str) else put(one)
                for key, one in value.items()
            }
        return [put(one) for one in value] if isinstance(value, list) else value

    def whole(href: str) -> str:
        here = href.startswith("/") and not href.startswith(("//", "/\\"))
        return f"{site}{href}" if site and here else ""

    changed: Spec = put(spec)
    return changed


@lru_cache(128)
def _written(chart: Chart, width: int) -> bytes:
    """Kept: to put one together takes a tenth of a second. That it is right is tested, so that it
    need not be checked against the schema of Vega-Lite each time, which takes longer still."""
    laid, frame = _laid(chart, width), chart.frame
    spec = laid.draw().properties(
        description=f"{frame.title}. {frame.subtitle}. {frame.source}{_marks(chart)}",
        padding=laid.padding,
        config=config(frame.lang),
        usermeta={
            "title": frame.title,
            "subtitle": frame.subtitle,
            "source": frame.source,
            "roles": {colour: role for role, colour in colours().items()},
        },
    )
    return orjson.dumps(spec.to_dict(validate=False))


def _marks(chart: Chart) -> str:
    """What the shapes stand for, for those who do not see them."""
    told = "; ".join(one.told for one in marks_of(chart))
    return f". {told[:1].upper()}{told[1:]}" if told else ""


def _laid(chart: Chart, width: int) -> Laid:
    match chart:
        case Lines():
            return lines_chart(chart, width)
        case Bars():
            return bars_chart(chart, width)
        case Panels():
            return panels_chart(chart, width)
        case Bullets():
            return bullets_chart(chart, width)
