"""Tokens of the look: colours and sizes as the built style sheet has them, and their contrast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

COLOURS = (
    "paper",
    "surface",
    "ink",
    "ink-2",
    "line",
    "son",
    "son-wash",
    "cham",
    "ngoc",
    "nghe",
    "nghe-wash",
    "man",
    "da",
)
GROUNDS = frozenset({"paper", "surface", "line", "son-wash", "nghe-wash"})
"""Colours that carry text or only decorate: nothing is written in them."""
SIZES = (14, 16, 18, 22, 28, 36, 48)
SPACES = (4, 8, 12, 16, 24, 32, 48, 72)

_ROOT = re.compile(r"(@media[^{]*dark[^{]*\{\s*)?:root\s*\{([^}]*)\}")
_COLOUR = re.compile(r"--([a-z0-9-]+)\s*:\s*(#[0-9a-fA-F]{3,6})\b")


@dataclass(frozen=True)
class Swatch:
    """A colour in both themes, as `#rrggbb`; `on_paper` and `on_surface` are its contrast there,
    light then dark, or nothing where no text has this colour."""

    name: str
    light: str
    dark: str
    on_paper: tuple[float, float] | None
    on_surface: tuple[float, float] | None


def swatches(css: str) -> tuple[Swatch, ...]:
    """The colours of a style sheet. Raises `KeyError` if it lacks one of `COLOURS`."""
    light, dark = themes(css)
    return tuple(
        Swatch(
            name,
            light[name],
            dark[name],
            None if name in GROUNDS else _on("paper", name, light, dark),
            None if name in GROUNDS else _on("surface", name, light, dark),
        )
        for name in COLOURS
    )


def themes(css: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The colours of the light theme and of the dark one: name to `#rrggbb`. Those for print stand
    after them and are left out."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for in_dark, body in _ROOT.findall(css):
        for name, colour in _COLOUR.findall(body):
            (dark if in_dark else light).setdefault(name, _long(colour))
    return light, dark


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, *contrast ratio*)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _on(
    ground: str, name: str, light: Mapping[str, str], dark: Mapping[str, str]
) -> tuple[float, float]:
    return contrast(light[name], light[ground]), contrast(dark[name], dark[ground])


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _long(colour: str) -> str:
    digits = colour[1:]
    return f"#{''.join(2 * one for one in digits) if len(digits) == 3 else digits}".lower()
