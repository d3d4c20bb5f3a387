"""JSON: a list of objects, or an object with one such list. Nested keys become dotted columns."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from khue.intake.book import Book, Sheet
from khue.intake.readers.limits import CELL_LIMIT, COLUMN_LIMIT, too_wide
from khue.lib.numbers import cell_text
from khue.model.errors import UnreadableFile

EXTENSIONS = ("json",)

LIST_SEPARATOR = "\n"
PATH_LIMIT = 1_000
"""Characters of a column's name: it is written once for every key below it."""


def read(data: bytes) -> Book:
    """One sheet whose first row holds the keys. Raises `UnreadableFile` for anything else, and for
    objects that state a key twice: which of the two values counts, the file does not say."""
    columns: dict[str, int] = {}
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
        flat = [_flatten(item, columns) for item in _objects(value)]
    except (ValueError, RecursionError) as error:
        raise _unreadable(
            f"Tệp không phải JSON: {error}.", f"This is not JSON: {error}."
        ) from error
    if len(flat) * len(columns) > CELL_LIMIT:
        raise _unreadable(
            f"{len(flat)} đối tượng với {len(columns)} khóa là quá lớn cho một bảng.",
            f"{len(flat)} objects with {len(columns)} keys are too much for one table.",
        )
    rows = [[cells.get(index, "") for index in range(len(columns))] for cells in flat]
    return Book((Sheet("", [list(columns), *rows], header_rows=1),))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the file, whose keys all differ."""
    whole = dict(pairs)
    if len(whole) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _twice(key)
    return whole


def _objects(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, dict):
        lists = [key for key, inner in value.items() if _is_list_of_objects(inner)]
        if len(lists) > 1:
            names = ", ".join(f"«{_brief(key)}»" for key in lists)
            raise _unreadable(
                f"Tệp JSON có nhiều danh sách đối tượng: {names}.",
                f"The JSON file has several lists of objects: {names}.",
            )
        value = value[lists[0]] if lists else [value]
    if not _is_list_of_objects(value):
        raise _unreadable(
            "Tệp JSON không có danh sách đối tượng.", "The JSON file has no list of objects."
        )
    objects: list[Mapping[str, Any]] = value
    return objects


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _flatten(item: Mapping[str, Any], columns: dict[str, int]) -> dict[int, str]:
    """The cells of an object by the number of their column; new columns are added to `columns`."""
    cells: dict[int, str] = {}
    for path, text in _cells(item):
        index = columns.setdefault(path, len(columns))
        if index >= COLUMN_LIMIT:
            raise too_wide("Các đối tượng có", "The objects have")
        if index in cells:
            raise _twice(path)
        cells[index] = text
    return cells


def _cells(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Paths and texts in the order of the file. A stack, since objects may nest very deep."""
    waiting = _members(item, "")
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += _members(value, f"{path}.")
        elif isinstance(value, list) and all(not isinstance(part, dict | list) for part in value):
            yield path, LIST_SEPARATOR.join(_text(part) for part in value if part is not None)
        else:
            yield path, _text(value)


def _members(item: Mapping[str, Any], prefix: str) -> list[tuple[str, Any]]:
    """The members of an object with their paths, last first."""
    if len(item) > COLUMN_LIMIT:
        raise too_wide("Một đối tượng có", "An object has")
    members = [(f"{prefix}{_whole(key)}", item[key]) for key in reversed([*item])]
    for path, _ in members:
        if len(path) > PATH_LIMIT:
            raise _unreadable(
                f"Tên khóa dài hơn {PATH_LIMIT} ký tự: «{_brief(path)}».",
                f"A key is longer than {PATH_LIMIT} characters: '{_brief(path)}'.",
            )
    return members


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


def _twice(key: str) -> UnreadableFile:
    return UnreadableFile(
        f"Trong một đối tượng, khóa «{_brief(key)}» được ghi hai lần.",
        f"An object states the key '{_brief(key)}' twice.",
        mend_vi="Bỏ hoặc đổi tên một trong hai rồi nhập lại.",
        mend_en="Remove or rename one of the two and import again.",
    )


def _brief(key: str) -> str:
    return _whole(key if len(key) <= 100 else key[:99] + "…")


def _unreadable(vi: str, en: str) -> UnreadableFile:
    return UnreadableFile(
        vi,
        en,
        mend_vi="Gửi tệp JSON là một danh sách các đối tượng, mỗi đối tượng một hồ sơ.",
        mend_en="Give a JSON file that is a list of objects, one for each record.",
    )
