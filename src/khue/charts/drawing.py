"""Drawing a specification without a browser, in our own typeface."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from khue.charts.lettering import fonts_folder
from khue.charts.outlines import outlined
from khue.charts.specs import Spec, in_theme, linked

_one_at_a_time = threading.Lock()


class Busy(Exception):
    """Others are being drawn, and whoever asked has no more time."""


def draw_svg(spec: Spec, dark: bool = False, site: str = "", patience: float | None = None) -> str:
    """The chart as SVG, in the light or the dark theme. Texts are outlines of Be Vietnam Pro, so
    that it looks the same wherever it is opened. With the `site` that it is on (`https://host`),
    what is drawn of a figure leads down to it; it has no links without.

    Raises `Busy` where it is not its turn after `patience` seconds: one is drawn after the other.
    """
    asked = linked(in_theme(spec, dark), site)
    return _drawing(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).drawn(patience)


def draw_png(spec: Spec, dark: bool = False, scale: float = 2) -> bytes:
    """The chart as PNG, `scale` device pixels to each of its own."""
    drawn = draw_svg(spec, dark)
    with _turn(None):
        png: bytes = _converter().svg_to_png(drawn, scale=scale)
    return png


@dataclass
class _Drawing:
    """A chart that is drawn at most once, however many wait for it."""

    spec: bytes
    svg: str = ""

    def drawn(self, patience: float | None) -> str:
        if not self.svg:
            with _turn(patience):
                self.svg = self.svg or _draw(self.spec)
        return self.svg


@lru_cache(256)
def _drawing(spec: bytes) -> _Drawing:
    """Kept: the same chart is asked for by many."""
    return _Drawing(spec)


@contextmanager
def _turn(patience: float | None) -> Iterator[None]:
    if not _one_at_a_time.acquire(timeout=-1 if patience is None else patience):
        raise Busy
    try:
        yield
    finally:
        _one_at_a_time.release()


def _draw(spec: bytes) -> str:
    read = orjson.loads(spec)
    # A specification of ours has its data in it; nothing is fetched for one.
    svg: str = _converter().vegalite_to_svg(read, allowed_base_urls=[])
    return outlined(svg, read.get("description", ""))


@lru_cache(1)
def _converter() -> Any:
    """The converter, told of our typeface: without that Vietnamese is measured in another one."""
    import vl_convert

    vl_convert.register_font_directory(str(fonts_folder()))
    return vl_convert
