"""How wide texts are in our typeface, and where they break."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

WEIGHTS = {400: "Regular", 500: "Medium", 600: "SemiBold"}
MISSING = 0.6
"""Width of a character that the typeface lacks, in sizes."""


def fonts_folder() -> Path:
    """Where the files of the typeface are."""
    import fontpkg_be_vietnam_pro

    return Path(fontpkg_be_vietnam_pro.__file__).parent / "files"


@cache
def face(weight: int = 400) -> Any:
    """The typeface in a weight, opened (a `fontTools.ttLib.TTFont`)."""
    from fontTools.ttLib import TTFont

    name = WEIGHTS.get(weight, WEIGHTS[400])
    font = TTFont(fonts_folder() / f"BeVietnamPro-{name}.ttf", lazy=True)
    # A font reads a table when it is first asked for: all that threads ask for together is read
    # before any other has the font.
    font.getBestCmap()
    for table in ("hmtx", "head"):
        font[table]
    return font


@cache
def _advances(weight: int) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    font = face(weight)
    return font.getBestCmap(), dict(font["hmtx"].metrics), font["head"].unitsPerEm


def width_of(text: str, size: float, weight: int = 400) -> float:
    """The width of the longest line of a text, in the unit of `size`."""
    names, advances, em = _advances(weight)
    widths = (
        sum(advances[names[ord(one)]][0] / em if ord(one) in names else MISSING for one in line)
        for line in text.split("\n")
    )
    return size * max(widths, default=0.0)


def wrapped(text: str, width: float, size: float, most: int = 2, weight: int = 400) -> str:
    """A text broken between words into at most so many lines of a width; what does not fit ends
    with an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    shown, left = lines[:most], lines[most:]
    fitting = [_cut(line, width, size, weight) for line in shown]
    if left and not fitting[-1].endswith("…"):
        fitting[-1] = _cut(f"{shown[-1]}…", width, size, weight)
    return "\n".join(fitting)


def _cut(line: str, width: float, size: float, weight: int) -> str:
    """A line that fits: its beginning, with an ellipsis, where the whole does not."""
    if width_of(line, size, weight) <= width:
        return line
    kept = line.rstrip("…")
    while len(kept) > 1 and width_of(f"{kept}…", size, weight) > width:
        kept = kept[:-1].rstrip()
    return f"{kept}…"
