from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.publish import FORMATS
from tests.publish.samples import RELICS, context_of


def written(pack: Pack, documents: Any) -> bytes:
    stream = io.BytesIO()
    FORMATS["json"].write(documents, pack.types["relic"], pack, context_of(pack), stream)
    return stream.getvalue()


@pytest.mark.parametrize("documents", [[], RELICS[:1], RELICS])
def test_an_array_of_whole_documents(pack: Pack, documents: list[dict[str, Any]]) -> None:
    assert json.loads(written(pack, iter(documents))) == documents


def test_it_is_utf_8_without_a_mark_and_a_document_a_line(pack: Pack) -> None:
    text = written(pack, RELICS).decode("utf-8")
    assert text.startswith("[\n{")
    assert "Văn Miếu" in text
    assert len(text.splitlines()) == len(RELICS) + 2


def test_nothing_is_kept(pack: Pack) -> None:
    stream = io.BytesIO()
    sizes = []

    def documents() -> Iterator[dict[str, Any]]:
        for _ in range(3):
            sizes.append(stream.tell())
            yield RELICS[0]

    FORMATS["json"].write(documents(), pack.types["relic"], pack, context_of(pack), stream)
    assert sizes == sorted(set(sizes))


def test_only_json(pack: Pack) -> None:
    with pytest.raises(ValueError, match="JSON"):
        written(pack, [{"value": float("nan")}])
    assert json.loads(written(pack, [{"value": "\ud800"}])) == [{"value": "\ud800"}]


def test_the_formats() -> None:
    assert {name: (one.media_type, one.extension) for name, one in FORMATS.items()} == {
        "csv": ("text/csv; charset=utf-8", "csv"),
        "json": ("application/json", "json"),
    }
