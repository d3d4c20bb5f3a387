"""What holds for every format: parts come as they are made, and say only what is public."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.publish import FORMATS, Edition
from khue.publish.format import PART, in_parts
from tests.publish.samples import RELICS, context_of

STREAMED = ("csv", "geojson", "json")


def test_the_formats() -> None:
    assert {name: (one.media_type, one.extension) for name, one in FORMATS.items()} == {
        "csv": ("text/csv; charset=utf-8", "csv"),
        "geojson": ("application/geo+json", "geojson"),
        "json": ("application/json", "json"),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    }


@pytest.mark.parametrize("name", STREAMED)
def test_parts_go_out_while_documents_come_in(pack: Pack, name: str) -> None:
    read = 0

    def documents() -> Iterator[dict[str, Any]]:
        nonlocal read
        for _ in range(3_000):
            read += 1
            yield RELICS[0]

    parts = FORMATS[name].write(documents(), Edition(context_of(pack)))
    assert read == 0
    sizes, counts = [], []
    for part in parts:
        sizes.append(len(part))
        counts.append(read)
    assert read == 3_000
    assert len(counts) > 3
    assert counts[0] < 1_000
    assert counts == sorted(counts)
    assert all(PART <= size < 2 * PART for size in sizes[:-1])


@pytest.mark.parametrize("name", FORMATS)
def test_who_goes_away_ends_the_work(pack: Pack, name: str) -> None:
    ended = False

    def documents() -> Iterator[dict[str, Any]]:
        nonlocal ended
        try:
            for _ in range(400 if name == "xlsx" else 10_000_000):
                yield RELICS[0]
        finally:
            ended = True

    parts: Any = FORMATS[name].write(documents(), Edition(context_of(pack)))
    assert next(parts)
    parts.close()
    assert ended


@pytest.mark.parametrize("type_", [None, "relic"])
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_at_all_is_a_file_too(pack: Pack, name: str, type_: str | None) -> None:
    edition = Edition(context_of(pack), pack.types[type_] if type_ else None)
    assert b"".join(FORMATS[name].write([], edition))


def test_small_pieces_are_joined() -> None:
    assert list(in_parts([])) == []
    assert list(in_parts([b"a", b"b"])) == [b"ab"]
    assert list(in_parts([b"a" * PART, b"b"])) == [b"a" * PART, b"b"]
