"""What a workbook has that a copy made by openpyxl has not: it keeps cells, charts and pictures,
but no shapes, controls, macros, nor the rules that newer versions of Excel write as extensions."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

_DRAWN = re.compile(rb"<(?:\w+:)?(sp|cxnSp|pic|graphicFrame)[\s>]")
_CONTROL = re.compile(rb"ObjectType=\"(?!Note\")")
_EXTENSION = re.compile(rb"<x14:(?:sparklineGroup|cfRule|dataValidation)[\s>]")


def find_losses(data: bytes, book: Any) -> list[str]:
    """Kinds of things that the workbook of these bytes has and `book`, which openpyxl has loaded
    of it, has not: keys of `losses` in `report.yaml`. Raises what `zipfile` raises."""
    return list(dict.fromkeys(_losses(data, book)))


def _losses(data: bytes, book: Any) -> Iterator[str]:
    drawn = Counter[bytes]()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/")]
        for name in names:
            if name.startswith("xl/drawings/") and name.endswith(".xml"):
                drawn += Counter(_DRAWN.findall(parts.read(name)))
        if drawn[b"graphicFrame"] > _count(book, "_charts"):
            yield "charts"
        if drawn[b"pic"] > _count(book, "_images"):
            yield "pictures"
        if drawn[b"sp"] or drawn[b"cxnSp"]:
            yield "shapes"
        if "xl/vbaProject.bin" in names:
            yield "macros"
        for name in names:
            if name.endswith(".vml") and _CONTROL.search(parts.read(name)):
                yield "controls"
            elif name.startswith("xl/worksheets/") and _EXTENSION.search(parts.read(name)):
                yield "rules"


def _count(book: Any, what: str) -> int:
    """How many of them openpyxl will write; it has no public name for that."""
    return sum(len(getattr(one, what, ())) for one in (*book.worksheets, *book.chartsheets))
