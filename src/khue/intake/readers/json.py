"""JSON: a list of objects, or an object with one such list. Nested keys become dotted columns."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from khue.intake.book import Book, Sheet
from khue.lib.numbers import cell_text
from khue.model.errors import UnreadableFile

EXTENSIONS = ("json",)

LIST_SEPARATOR = "\n"


def read(data: bytes) -> Book:
    """One sheet whose first row holds the keys. Raises `UnreadableFile` for anything else."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(
            f"Tệp không phải JSON: {error}.", f"This is not JSON: {error}."
        ) from error
    objects = _objects(value)
    flat = [dict(_cells(item)) for item in objects]
    keys = list(dict.fromkeys(key for cells in flat for key in cells))
    rows = [keys, *([cells.get(key, "") for key in keys] for cells in flat)]
    return Book((Sheet("", rows, header_rows=1),))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if _is_list_of_objects(inner)]
        value = lists[0] if len(lists) == 1 else [value]
    if not _is_list_of_objects(value):
        raise _unreadable(
            "Tệp JSON không có danh sách đối tượng.", "The JSON file has no list of objects."
        )
    objects: list[Mapping[str, Any]] = value
    return objects


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _cells(item: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in item.items():
        path = f"{prefix}{_whole(key)}"
        if isinstance(value, dict):
            yield from _cells(value, f"{path}.")
        elif isinstance(value, list) and all(not isinstance(part, dict | list) for part in value):
            yield path, LIST_SEPARATOR.join(_text(part) for part in value if part is not None)
        else:
            yield path, _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, float) and math.isfinite(value):
        return cell_text(value)
    return _whole(json.dumps(value, ensure_ascii=False))


def _whole(text: str) -> str:
    """The text with the replacement character for halves of surrogate pairs, which an escape can
    state (`\\ud800`) and no file or database can hold."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def _unreadable(vi: str, en: str) -> UnreadableFile:
    return UnreadableFile(
        vi,
        en,
        mend_vi="Gửi tệp JSON là một danh sách các đối tượng, mỗi đối tượng một hồ sơ.",
        mend_en="Give a JSON file that is a list of objects, one for each record.",
    )
