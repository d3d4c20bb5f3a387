"""Texts of a drawing as outlines of the typeface: it looks the same wherever it is opened, also
where the typeface is not installed, and no text is drawn as nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock
from typing import Any
from xml.etree import ElementTree as ET

from khue.charts.lettering import WEIGHTS, face, width_of, wrapped
from khue.charts.theme import TEXT, colours

SVG = "http://www.w3.org/2000/svg"
MARGIN, LEADING = 16, 20
"""Around a sentence, and from line to line, in px."""
_ANCHORS = {"middle": 0.5, "end": 1.0}
_NUMBER = re.compile(r"-?[\d.]+")

ET.register_namespace("", SVG)
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def outlined(drawing: str, label: str) -> str:
    """An SVG of ours with its texts as outlines; `label` says in words what it shows. A text with
    a character that the typeface lacks stays text."""
    root = ET.fromstring(drawing)  # noqa: S314 (drawn by ourselves a moment ago)
    root.set("role", "img")
    root.set("aria-label", label)
    shapes: dict[str, str] = {}
    for parent in list(root.iter()):
        for at, child in enumerate(list(parent)):
            if child.tag == f"{{{SVG}}}text":
                drawn = _drawn(child, shapes)
                if drawn is not None:
                    parent[at] = drawn
    held = ET.Element(f"{{{SVG}}}defs")
    for key, path in shapes.items():
        ET.SubElement(held, f"{{{SVG}}}path", {"id": key, "d": path})
    root.insert(0, held)
    return ET.tostring(root, encoding="unicode")


def sentence(text: str, width: int, height: int, dark: bool = False) -> str:
    """An SVG that says something in the place of a chart of a size in px."""
    ground, ink = colours(dark)["paper"], colours(dark)["ink-2"]
    lines = wrapped(text, width - 2 * MARGIN, TEXT, 8).split("\n")
    root = ET.Element(
        f"{{{SVG}}}svg",
        {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}"},
    )
    ET.SubElement(
        root, f"{{{SVG}}}rect", {"width": str(width), "height": str(height), "fill": ground}
    )
    look = {"text-anchor": "middle", "font-size": f"{TEXT}px"}
    top = height / 2 - LEADING * (len(lines) - 1) / 2
    for number, line in enumerate(lines):
        place = {"transform": f"translate({width / 2},{top + LEADING * number:.1f})", "fill": ink}
        told = ET.SubElement(root, f"{{{SVG}}}text", {**place, **look})
        told.text = line
    return outlined(ET.tostring(root, encoding="unicode"), text)


def _drawn(text: ET.Element, shapes: dict[str, str]) -> ET.Element | None:
    """A group of glyphs in the place of a text; None where the typeface lacks one of them."""
    size = float(_number(text.get("font-size", "13px")))
    weight = _weight(text.get("font-weight", "400"))
    lines = [(text.text or "", 0.0, 0.0)] if text.text else []
    x = y = 0.0
    for part in text:
        x = float(part.get("x", x))
        y += float(part.get("dy", 0))
        lines.append((part.text or "", x, y))
    kept = {
        name: value
        for name, value in text.attrib.items()
        if not name.startswith(("font", "text-anchor", "aria", "role"))
    }
    group = ET.Element(f"{{{SVG}}}g", kept)
    for line, left, top in lines:
        start = left - _ANCHORS.get(text.get("text-anchor", ""), 0) * width_of(line, size, weight)
        if not _line(group, line, (start, top), size, weight, shapes):
            return None
    return group


def _line(
    group: ET.Element,
    text: str,
    at: tuple[float, float],
    size: float,
    weight: int,
    shapes: dict[str, str],
) -> bool:
    """Put the glyphs of a line into a group, in units of the typeface; False if one is missing."""
    font = face(weight)
    names, em = font.getBestCmap(), font["head"].unitsPerEm
    scale = size / em
    move = f"translate({at[0]:.2f},{at[1]:.2f}) scale({scale:.5f},{-scale:.5f})"
    line = ET.SubElement(group, f"{{{SVG}}}g", {"transform": move})
    # A halo has its width in px, and the glyphs are as large as the typeface has them.
    if group.get("stroke-width"):
        line.set("stroke-width", f"{float(group.get('stroke-width', '1')) / scale:.0f}")
    place = 0
    for one in text:
        if ord(one) not in names:
            return False
        name = names[ord(one)]
        path, advance = _glyph(weight, name)
        if path:
            key = f"g{weight}-{name}"
            shapes[key] = path
            ET.SubElement(line, f"{{{SVG}}}use", {"href": f"#{key}", "x": str(place)})
        place += advance
    return True


_reading = Lock()


@lru_cache(2_048)
def _glyph(weight: int, name: str) -> tuple[str, int]:
    """The outline of a glyph as path data, and how far the next one stands."""
    from fontTools.pens.svgPathPen import SVGPathPen

    # A font reads its tables when it first needs them, which two threads must not do at once.
    with _reading:
        glyphs: Any = face(weight).getGlyphSet()
        pen = SVGPathPen(glyphs)
        glyphs[name].draw(pen)
        return pen.getCommands(), glyphs[name].width


def _number(text: str) -> str:
    found = _NUMBER.search(text)
    return found[0] if found else "0"


def _weight(text: str) -> int:
    return int(text) if text.isdigit() and int(text) in WEIGHTS else 600 if text == "bold" else 400
