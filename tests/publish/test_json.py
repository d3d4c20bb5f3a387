from __future__ import annotations

import json
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.publish import FORMATS, Edition
from tests.publish.samples import RELICS, context_of


def written(pack: Pack, documents: Any) -> bytes:
    return b"".join(FORMATS["json"].write(documents, Edition(context_of(pack))))


@pytest.mark.parametrize("documents", [[], RELICS[:1], RELICS])
def test_an_array_of_whole_documents(pack: Pack, documents: list[dict[str, Any]]) -> None:
    assert json.loads(written(pack, iter(documents))) == documents


def test_it_is_utf_8_without_a_mark_and_a_document_a_line(pack: Pack) -> None:
    text = written(pack, RELICS).decode("utf-8")
    assert text.startswith("[\n{")
    assert "Văn Miếu" in text
    assert len(text.splitlines()) == len(RELICS) + 2


def test_only_json(pack: Pack) -> None:
    with pytest.raises(ValueError, match="JSON"):
        written(pack, [{"value": float("nan")}])
    for value in ("\ud800", 2**70, None, {"a": [None, 1.5]}):
        assert json.loads(written(pack, [{"value": value}])) == [{"value": value}]
