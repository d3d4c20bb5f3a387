"""How charts look: the colours of both themes, type, and the settings that all charts share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from khue.charts.model import Lang
from khue.lib.tables import read_table

FONT = "Be Vietnam Pro"
TEXT, SMALL = 13, 12
"""Sizes of labels and of what stands beside them, in px."""

_LOCALES: Mapping[Lang, Mapping[str, Any]] = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " ₫"]},
}


def colours(dark: bool = False) -> Mapping[str, str]:
    """The colours by role, as `#rrggbb`. The same as the tokens of the portal."""
    both: Mapping[str, Mapping[str, str]] = _both()
    return both["dark" if dark else "light"]


def config(lang: Lang) -> dict[str, Any]:
    """The settings of a chart in the light theme."""
    roles = colours()
    axis = {
        "labelFontSize": SMALL,
        "labelColor": roles["ink-2"],
        "labelPadding": 8,
        "labelOverlap": False,
        "titleFontSize": SMALL,
        "titleColor": roles["ink-2"],
        "gridColor": roles["line"],
        "domainColor": roles["ink-2"],
        "tickColor": roles["ink-2"],
    }
    return {
        "background": roles["paper"],
        "font": FONT,
        "aria": False,
        "axis": axis,
        "view": {"stroke": None},
        "text": {"fontSize": TEXT, "color": roles["ink"], "lineBreak": "\n", "lineHeight": 17},
        "locale": {"number": _LOCALES[lang]},
    }


@cache
def _both() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = read_table(__file__, "colours.yaml")
    return loaded
