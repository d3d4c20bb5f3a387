"""Paths into nested JSON: `contributors[0].fc`, `subjects.children[*].name`.

A reader gives what is nested in objects as columns of their own (`catalogueGroup.id`), and a list
of objects as one cell of JSON. A path goes on inside such a cell: `[0]` is one member of a list,
`[*]` all of them.
"""

from __future__ import annotations

import json
import math
import re
from functools import lru_cache
from typing import Any

from khue.lib.numbers import cell_text

Steps = tuple[str | int | None, ...]
"""Keys, numbers of members, and None for all members."""

PATH = re.compile(r"[^\[\]]+(?:\[(?:[0-9]{1,6}|\*)\](?:\.[^\[\]]+)?)+")
STEP = re.compile(r"\[(?P<member>[0-9]{1,6}|\*)\]|\.?(?P<key>[^\[\].]+)")


def is_path(text: str) -> bool:
    """Whether a heading of a mapping file goes into a list."""
    return PATH.fullmatch(text) is not None


def base_and_steps(path: str) -> tuple[str, Steps]:
    """The column that a path begins in, and the way from there."""
    base, bracket, rest = path.partition("[")
    steps: list[str | int | None] = []
    for found in STEP.finditer(bracket + rest):
        member = found["member"]
        if member is None:
            steps.append(found["key"])
        else:
            steps.append(None if member == "*" else int(member))
    return base, tuple(steps)


def take(cell: str, steps: Steps) -> str:
    """What a cell of JSON, or of lines, holds at the end of the way; several values on lines of
    their own, in their order and each once; empty if there is nothing."""
    values = [_parsed(cell)]
    for step in steps:
        values = [inner for value in values for inner in _step(value, step)]
    texts = (_text(value) for value in values)
    return "\n".join(dict.fromkeys(text for text in texts if text))


@lru_cache(maxsize=64)
def _parsed(cell: str) -> Any:
    """The value of a cell; several columns of one row ask for the same one."""
    if cell[0] in "[{":
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            pass
    return cell.split("\n")  # a list of plain values is written on lines


def _step(value: Any, step: str | int | None) -> list[Any]:
    if isinstance(step, str):
        return [value[step]] if isinstance(value, dict) and step in value else []
    if not isinstance(value, list):
        return []
    if step is None:
        return value
    return value[step : step + 1]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split("\n")).strip()
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return cell_text(value)
    return json.dumps(value, ensure_ascii=False)
