"""Objects of any JSON file as rows: nested keys become dotted columns."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from khue.intake.book import BLOCK, BlockRows, Book, Row, Sheet
from khue.intake.readers.buffers import CHUNK, Buffer
from khue.intake.readers.encodings import Columns, convert_row
from khue.intake.readers.limits import (
    CELL_LENGTH,
    COLUMN_LIMIT,
    ROW_LIMIT,
    too_long,
    too_wide,
    vast_cell,
)
from khue.lib.numbers import cell_text
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding

LIST_SEPARATOR = "\n"
PATH_LIMIT = 1_000
"""Characters of a column's name: it is written once for every key below it."""

WEIGHT_LIMIT = 400_000_000
"""Bytes that the values of a file may take in memory."""
BRACKET, COMMA = 100, 70
"""Bytes of an object or list, and of one more value: sizes in CPython, with room for text."""

CONTAINERS = (dict, list)
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_HALVES = re.compile("[\ud800-\udfff]")

DEPTH_LIMIT = 200
"""Objects and lists within each other."""

Object = Mapping[str, Any]


def load(text: str | bytes) -> Any:
    """The value that JSON text states. Raises `ValueError` and `RecursionError` for what is no
    JSON, and `UnreadableFile` for an object that states a key twice: which of the two values
    counts, the file does not say."""
    return json.loads(text, object_pairs_hook=unique)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of the file, whose keys all differ. Raises `UnreadableFile` if they do not."""
    whole = dict(pairs)
    if len(whole) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _twice(key)
    return whole


def require_light(data: Buffer) -> None:
    """Raise `UnreadableFile` if the values of a JSON text may take too much memory."""
    weight = len(data)
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        weight += BRACKET * (chunk.count(b"{") + chunk.count(b"[")) + COMMA * chunk.count(b",")
    if weight > WEIGHT_LIMIT:
        raise UnreadableFile(
            "Tệp JSON quá lớn để đọc một lần.",
            "The JSON file is too large to be read at once.",
            mend_vi="Chia tệp, hoặc lưu dạng JSON lines (mỗi dòng một đối tượng, đuôi .jsonl).",
            mend_en="Split it, or save it as JSON lines (one object a line, ending in .jsonl).",
        )


class Table:
    """Objects taken one by one, and then the rows that they make."""

    def __init__(self) -> None:
        self._paths: dict[str, int] = {}
        self._profiles = Columns()
        self._length = 0

    def add(self, item: Object) -> None:
        """Take notice of an object. Raises `UnreadableFile` if it states a path twice or has too
        many of them."""
        _require_shallow(item)
        self._length += 1
        if self._length > ROW_LIMIT:
            raise too_long()
        self._profiles.add_cells(self._length + 1, flatten(item, self._paths).items())

    def book(
        self, read_objects: Callable[[int, int], Iterable[Object]], findings: Iterable[Finding] = ()
    ) -> Book:
        """One sheet of all objects that were added, with a row of headings.

        `read_objects(first, last)` gives them again, those from `first` up to before `last`.
        """
        converts, told = self._profiles.settle()
        paths = [*self._paths]

        def read_block(number: int) -> list[Row]:
            first, last = number * BLOCK - 1, (number + 1) * BLOCK - 1
            rows: list[Row] = [] if number else [paths]
            for item in read_objects(max(first, 0), min(last, self._length)):
                cells = flatten(item, self._paths)
                row = [cells.get(index, "") for index in range(len(paths))]
                convert_row(row, converts)
                rows.append(row)
            return rows

        length = self._length + 1
        rows = BlockRows(length, read_block) if length > BLOCK else read_block(0)
        return Book((Sheet("", rows, header_rows=1),), (*findings, *told))


def book_of(objects: list[Object], findings: Iterable[Finding] = ()) -> Book:
    """One sheet of objects that are all at hand."""
    table = Table()
    for item in objects:
        table.add(item)
    return table.book(lambda first, last: objects[first:last], findings)


def _require_shallow(item: Object) -> None:
    """What nests too deep for a computer's stack is refused here, where it can be told."""
    level: list[Any] = [item]
    for _ in range(DEPTH_LIMIT):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if type(inner) in CONTAINERS
        ]
        if not level:
            return
    raise unreadable(
        f"Một đối tượng lồng nhau sâu hơn {DEPTH_LIMIT} lớp.",
        f"An object nests deeper than {DEPTH_LIMIT} levels.",
    )


def flatten(item: Object, columns: dict[str, int]) -> dict[int, str]:
    """The cells of an object by the number of their column; new columns are added to `columns`."""
    cells: dict[int, str] = {}
    for path, text in _cells(item):
        index = columns.setdefault(path, len(columns))
        if index >= COLUMN_LIMIT:
            raise too_wide("Các đối tượng có", "The objects have")
        if index in cells:
            raise _twice(path)
        if len(text) > CELL_LENGTH:
            raise vast_cell()
        cells[index] = text
    return cells


def _cells(item: Object) -> Iterator[tuple[str, str]]:
    """Paths and texts in the order of the file. A stack, since objects may nest very deep."""
    waiting = _members(item, "")
    while waiting:
        path, value = waiting.pop()
        if type(value) is str:
            yield path, _whole(value)
        elif isinstance(value, dict):
            waiting += _members(value, f"{path}.")
        elif isinstance(value, list) and not any(type(part) in CONTAINERS for part in value):
            yield path, LIST_SEPARATOR.join(_text(part) for part in value if part is not None)
        else:
            yield path, _text(value)


def _members(item: Object, prefix: str) -> list[tuple[str, Any]]:
    """The members of an object with their paths, last first."""
    if len(item) > COLUMN_LIMIT:
        raise too_wide("Một đối tượng có", "An object has")
    members = [(f"{prefix}{_whole(key)}", item[key]) for key in reversed([*item])]
    for path, _ in members:
        if len(path) > PATH_LIMIT:
            raise unreadable(
                f"Tên khóa dài hơn {PATH_LIMIT} ký tự: «{brief(path)}».",
                f"A key is longer than {PATH_LIMIT} characters: '{brief(path)}'.",
            )
    return members


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, float) and math.isfinite(value):
        return cell_text(value)
    return str(value) if type(value) is int else _whole(_ENCODER.encode(value))


def _whole(text: str) -> str:
    """The text with the replacement character for halves of surrogate pairs, which an escape can
    state (`\\ud800`) and no file or database can hold."""
    if text.isascii() or not _HALVES.search(text):
        return text
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


def _twice(key: str) -> UnreadableFile:
    return UnreadableFile(
        f"Trong một đối tượng, khóa «{brief(key)}» được ghi hai lần.",
        f"An object states the key '{brief(key)}' twice.",
        mend_vi="Bỏ hoặc đổi tên một trong hai rồi nhập lại.",
        mend_en="Remove or rename one of the two and import again.",
    )


def brief(key: str) -> str:
    """A key, short enough for a message."""
    return _whole(key if len(key) <= 100 else key[:99] + "…")


def json_reason(error: Exception) -> dict[str, str]:
    """Why a text is no JSON, in both languages: `{"vi": ..., "en": ...}`."""
    if isinstance(error, json.JSONDecodeError):
        line, column = error.lineno, error.colno
        return {
            "vi": f"sai từ dòng {line}, cột {column}",
            "en": f"wrong from line {line}, column {column} on ({error.msg})",
        }
    if isinstance(error, RecursionError):
        return {"vi": "các lớp lồng nhau quá sâu", "en": "it nests too deep"}
    if isinstance(error, UnicodeDecodeError):
        return {"vi": "chữ không dùng mã UTF-8", "en": "its text is not UTF-8"}
    return {"vi": str(error), "en": str(error)}


def unreadable(vi: str, en: str) -> UnreadableFile:
    """The error for a file that is not JSON of objects."""
    return UnreadableFile(
        vi,
        en,
        mend_vi="Gửi tệp JSON là một danh sách các đối tượng, mỗi đối tượng một hồ sơ.",
        mend_en="Give a JSON file that is a list of objects, one for each record.",
    )
