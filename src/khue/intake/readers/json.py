"""JSON: a list of objects, an object with one such list, or objects one after the other."""

from __future__ import annotations

from typing import Any

from khue.intake.book import Book
from khue.intake.readers import geojson, json_lines
from khue.intake.readers.buffers import Buffer
from khue.intake.readers.objects import (
    Object,
    book_of,
    brief,
    json_reason,
    load,
    require_light,
    unreadable,
)

EXTENSIONS = ("json",)


def read(data: Buffer) -> Book:
    """One sheet whose first row holds the keys. Raises `UnreadableFile` for anything else, and for
    objects that state a key twice."""
    require_light(data)
    try:
        value = load(bytes(data).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if getattr(error, "msg", "") == "Extra data":
            return json_lines.read(data)
        why = json_reason(error)
        raise unreadable(
            f"Tệp không phải JSON: {why['vi']}.", f"This is not JSON: {why['en']}."
        ) from error
    if geojson.is_collection(value):
        return geojson.book_of_collection(value)
    return book_of(_objects(value))


def _objects(value: Any) -> list[Object]:
    if isinstance(value, dict):
        lists = [key for key, inner in value.items() if _is_list_of_objects(inner)]
        if len(lists) > 1:
            names = ", ".join(f"«{brief(key)}»" for key in lists)
            raise unreadable(
                f"Tệp JSON có nhiều danh sách đối tượng: {names}.",
                f"The JSON file has several lists of objects: {names}.",
            )
        value = value[lists[0]] if lists else [value]
    if not _is_list_of_objects(value):
        raise unreadable(
            "Tệp JSON không có danh sách đối tượng.", "The JSON file has no list of objects."
        )
    objects: list[Object] = value
    return objects


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
