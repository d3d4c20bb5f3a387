"""The gazetteer of this installation: its package, and the tables and boundaries that the ledger
says are loaded, read from their kept bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from khue import intake
from khue.model.errors import Damaged, UnreadableFile
from khue.pipeline.files import source_path, write_whole
from khue.places import (
    Boundaries,
    ChangesRead,
    Gazetteer,
    NotChanges,
    Shapes,
    commune_codes,
    load_gazetteer,
    pack,
    read_boundaries,
    read_changes,
    read_source,
    unpack,
)

PACKED = "boundaries-1"
"""Where shapes are kept as they are read fastest, below KHUE_HOME/cache: the format is in the name,
the sha256 of the source names the file."""

_MAKING = Lock()


def gazetteer_of(loaded: str) -> Gazetteer:
    """The gazetteer with what the ledger's text says is loaded (see `drafting.loaded_places`).

    Made in under a second, then kept. Raises `Damaged` where kept bytes are gone.
    """
    with _MAKING:
        return _gazetteer_of(loaded)


@lru_cache(maxsize=2)
def _gazetteer_of(loaded: str) -> Gazetteer:
    entries = entries_of(loaded)
    changes = [
        read_table(_bytes_of(one), one["filename"], one["name"], one["province"])[0].table
        for one in entries
        if one["kind"] == "changes"
    ]
    shapes = [one for one in entries if one["kind"] == "boundaries"]
    boundaries = Boundaries(partial(_load_shapes, shapes)) if shapes else None
    return load_gazetteer(changes, boundaries, cache_folder())


def entries_of(loaded: str) -> list[dict[str, Any]]:
    """What is loaded, in the order of loading."""
    return list(json.loads(loaded)["tables"]) if loaded else []


def read_table(
    data: bytes, filename: str, name: str, province: str = ""
) -> tuple[ChangesRead, str, tuple[Any, ...]]:
    """The change table of a file: of the first sheet that has the headings of one; with the name of
    the sheet and the findings of the reader.

    Raises `UnreadableFile` for a file without such a sheet.
    """
    book = intake.read_book(data, filename)
    for sheet in book.sheets:
        with suppress(NotChanges):
            read = read_changes(sheet.rows, name, read_source(cache_folder()), province)
            return read, sheet.name, book.findings
    raise UnreadableFile(
        f"{filename} không phải ranh giới GeoJSON, cũng không phải bảng chuyển đổi đơn vị.",
        f"{filename} is neither boundaries in GeoJSON nor a table of what units became.",
        mend_vi="Bảng cần các cột như district_name_old, ward_name_old, ward_new_name.",
        mend_en="A table needs columns like district_name_old, ward_name_old, ward_new_name.",
    )


def keep_packed(digest: str, shapes: Shapes) -> None:
    """Keep the shapes of a source so that they are read fast. A disk without room does no harm."""
    with suppress(OSError):
        write_whole(_packed_path(digest), [pack(shapes)])


def _load_shapes(entries: Sequence[dict[str, Any]]) -> list[tuple[str, Shapes]]:
    return [(one["name"], _shapes_of(one)) for one in entries]


def _shapes_of(entry: dict[str, Any]) -> Shapes:
    # What cannot be read is made anew from the source.
    with suppress(OSError, ValueError):
        return unpack(_packed_path(entry["sha256"]).read_bytes())
    shapes = read_boundaries(_bytes_of(entry), commune_codes(cache_folder())).shapes
    keep_packed(entry["sha256"], shapes)
    return shapes


def _packed_path(digest: str) -> Path:
    return cache_folder() / PACKED / digest


def cache_folder() -> Path:
    """Where this home keeps what can be made anew."""
    return Path(settings.KHUE_HOME) / "cache"


def _bytes_of(entry: dict[str, Any]) -> bytes:
    try:
        return source_path(entry["sha256"]).read_bytes()
    except OSError as error:
        raise Damaged(
            f"Không còn tệp nguồn của «{entry['name']}», đã nạp vào danh mục đơn vị hành chính.",
            f"The source file of '{entry['name']}', loaded into the gazetteer, is gone.",
            mend_vi="Khôi phục từ bản sao lưu, hoặc hoàn tác đợt nạp (`khue places tables`).",
            mend_en="Restore it from a backup, or undo its batch (`khue places tables`).",
        ) from error
