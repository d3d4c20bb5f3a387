"""Our own typefaces, which reports are set in wherever they are made."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro
import fontpkg_literata
import typst
from fontTools.ttLib import TTFont


def showable(text: str) -> str:
    """The text as far as the typefaces have it; what they lack (characters of Nôm) is named by its
    code point, so that nothing is left out in silence. Lines stay."""
    known = _characters()
    return "".join(
        one if ord(one) in known or one == "\n" else f"[U+{ord(one):04X}]" for one in text
    )


def _files() -> Iterable[Path]:
    for package in (fontpkg_be_vietnam_pro, fontpkg_literata):
        yield from sorted((Path(package.__file__).parent / "files").glob("*.ttf"))


@cache
def fonts() -> Any:
    """Our own typefaces and no others: what a machine has installed must not change a report."""
    folders = {str(one.parent) for one in _files()}
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=sorted(folders)
    )


@cache
def _characters() -> frozenset[int]:
    """What both families have in all their styles, so that any text can be set in any of them."""
    regular = [one for one in _files() if "Thin" not in one.name]
    tables = [set(TTFont(one, lazy=True).getBestCmap()) for one in regular]
    return frozenset(set.intersection(*tables))
