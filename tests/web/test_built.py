"""The built front end as it is served: names with hashes, kept for ever, sent compressed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from khue.model.errors import WrongUse
from khue.web.portal import built

ADDRESS = re.compile(r'(?:href|src)="(/static/portal/built/[^"]+)"')


def test_what_a_page_asks_for_is_there_and_stays(visit: Client) -> None:
    addresses = ADDRESS.findall(visit.get("/").content.decode())
    assert {address.rsplit(".", 1)[1] for address in addresses} == {"css", "js", "woff2"}
    for address in addresses:
        answer = visit.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer["Cache-Control"], address
        answer.close()


def test_other_files_may_change(visit: Client) -> None:
    answer = visit.get("/static/portal/mark.svg")
    assert "immutable" not in answer["Cache-Control"]
    answer.close()


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_styles_are_sent_compressed(visit: Client, encoding: str) -> None:
    (styles,) = built.island(built.SITE).styles
    answer = visit.get(styles, headers={"accept-encoding": encoding})
    assert answer["Content-Encoding"] == encoding
    plain = (built.FOLDER / styles.removeprefix("/static/portal/built/")).stat().st_size
    assert 3 * int(answer["Content-Length"]) < plain
    answer.close()


def test_an_island_brings_what_it_imports(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(
        """{
        "src/map.ts": {"file": "map.1.js", "imports": ["_a.js", "_b.js"], "css": ["map.1.css"]},
        "_a.js": {"file": "a.1.js", "imports": ["_b.js"], "css": ["a.1.css"]},
        "_b.js": {"file": "b.1.js"}}"""
    )
    island = built.island("map", tmp_path)
    assert island.script == "/static/portal/built/map.1.js"
    assert [one.rsplit("/", 1)[1] for one in island.imports] == ["a.1.js", "b.1.js"]
    assert [one.rsplit("/", 1)[1] for one in island.styles] == ["a.1.css", "map.1.css"]


def test_a_missing_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WrongUse) as missing:
        built.island("khue", tmp_path)
    assert missing.value.mend == {"vi": "Chạy `make setup`.", "en": "Run `make setup`."}
    assert "chưa được dựng" in missing.value.message["vi"]


def test_an_unknown_island_is_an_error() -> None:
    with pytest.raises(WrongUse):
        built.island("nothing")
