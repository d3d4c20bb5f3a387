"""Drawing a specification without a browser, in our own typeface."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

import orjson

from khue.charts.lettering import fonts_folder
from khue.charts.outlines import outlined
from khue.charts.specs import Spec, in_theme

_one_at_a_time = threading.Lock()


def draw_svg(spec: Spec, dark: bool = False) -> str:
    """The chart as SVG, in the light or the dark theme. Texts are outlines of Be Vietnam Pro, so
    that it looks the same wherever it is opened."""
    return _drawn(orjson.dumps(in_theme(spec, dark), option=orjson.OPT_SORT_KEYS))


def draw_png(spec: Spec, dark: bool = False, scale: float = 2) -> bytes:
    """The chart as PNG, `scale` device pixels to each of its own."""
    drawn = draw_svg(spec, dark)
    with _one_at_a_time:
        png: bytes = _converter().svg_to_png(drawn, scale=scale)
    return png


@lru_cache(256)
def _drawn(spec: bytes) -> str:
    """Kept: the same chart is asked for by many."""
    read = orjson.loads(spec)
    with _one_at_a_time:
        # A specification of ours has its data in it; nothing is fetched for one.
        svg: str = _converter().vegalite_to_svg(read, allowed_base_urls=[])
    return outlined(svg, read.get("description", ""))


@lru_cache(1)
def _converter() -> Any:
    """The converter, told of our typeface: without that Vietnamese is measured in another one."""
    import vl_convert

    vl_convert.register_font_directory(str(fonts_folder()))
    return vl_convert
