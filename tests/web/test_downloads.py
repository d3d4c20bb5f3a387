"""Whole results as files: of any size, sent while they are made, of the public alone."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from khue.publish import FORMATS
from khue.registry import queries
from khue.search import enumeration
from khue.web.portal import downloads
from tests.web.conftest import SECRET, Town, _edit
from tests.web.test_pages import text, unpacked

ALL = pytest.mark.parametrize("name", FORMATS)


def taken(visit: Client, address: str) -> bytes:
    answer = visit.get(address)
    assert answer.status_code == 200
    assert answer.streaming
    return b"".join(answer)


def identifiers(name: str, body: bytes) -> list[str]:
    """The records of a file."""
    if name == "csv":
        return [row["id"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
    if name == "geojson":
        return [one["id"] for one in json.loads(body)["features"]]
    if name == "json":
        return [one["id"] for one in json.loads(body)]
    import openpyxl

    sheets = openpyxl.load_workbook(io.BytesIO(body)).worksheets[:-1]
    return [row[0].value for sheet in sheets for row in sheet.iter_rows(min_row=2)]


@ALL
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_format_has_all_that_is_found(
    visit: Client, town: Town, name: str, prefix: str
) -> None:
    shown = {town.van_mieu, town.dinh_so, town.person, town.practice, town.event}
    body = taken(visit, f"{prefix}/search.{name}")
    assert set(identifiers(name, body)) == shown
    assert SECRET not in unpacked(body)
    some = taken(visit, f"{prefix}/search.{name}?q=dinh+so&type=relic&page=7")
    assert identifiers(name, some) == [town.dinh_so]
    assert identifiers(name, taken(visit, f"{prefix}/search.{name}?q=khongcogi")) == []


@ALL
def test_more_than_search_shows_page_by_page(
    visit: Client, town: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enumeration, "DEPTH", 2)
    monkeypatch.setattr(enumeration, "BLOCK", 1)
    assert len(identifiers(name, taken(visit, f"/search.{name}"))) == 5


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_names_of_others_are_asked_for_together_and_once(
    visit: Client, town: Town, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two relics refer to others: their names are one question, not one for each or each row."""
    asked: list[list[str]] = []
    labels = queries.labels

    def counting(actor: Any, records: list[str], pack: Any) -> Any:
        asked.append(records)
        return labels(actor, records, pack)

    monkeypatch.setattr(queries, "labels", counting)
    assert len(identifiers(name, taken(visit, f"/search.{name}?type=relic"))) == 2
    (records,) = asked
    assert {town.person, town.practice} <= set(records)
    assert len(records) == len(set(records))


@ALL
def test_what_was_closed_meanwhile_is_left_out(visit: Client, town: Town, name: str) -> None:
    """The index may not know yet; the registry does."""
    _edit(town.dinh_so, visibility="restricted")
    found = identifiers(name, taken(visit, f"/search.{name}?type=relic"))
    assert found == [town.van_mieu]


@ALL
def test_headers(visit: Client, town: Town, name: str) -> None:
    got, head = (ask(f"/search.{name}?type=relic") for ask in (visit.get, visit.head))
    assert got["Content-Disposition"] == f'attachment; filename="khue-relic.{name}"'
    assert got["Content-Type"] == FORMATS[name].media_type
    assert "no-store" in got["Cache-Control"]
    told = ("Content-Disposition", "Content-Type", "Cache-Control")
    assert [head[one] for one in told] == [got[one] for one in told]
    assert b"".join(head) == b""
    assert "Content-Length" not in head
    assert visit.post(f"/search.{name}").status_code == 405
    got.close()


def test_addresses_in_files_stay_the_same_in_both_languages(visit: Client, town: Town) -> None:
    for prefix in ("", "/en"):
        found = json.loads(taken(visit, f"{prefix}/search.geojson?type=relic"))["features"]
        assert {one["properties"]["address"] for one in found} == {
            f"http://testserver/id/{record}" for record in (town.van_mieu, town.dinh_so)
        }
        assert visit.get(found[0]["properties"]["address"]).status_code == 200


class Broken(Exception):
    """Something that goes wrong while a file is made."""


def broken_after(monkeypatch: pytest.MonkeyPatch, records: int) -> list[int]:
    """Break the reading of records after so many; gives a list that grows with what was read."""
    read: list[int] = []

    def documents(names: list[str]) -> dict[str, Any]:
        document = {"id": names[0], "type": "relic", "description": {"vi": "dài " * 20_000}}
        read.append(len(read))
        if len(read) > records:
            raise Broken
        return {names[0]: document}

    monkeypatch.setattr(queries, "public_documents", documents)
    monkeypatch.setattr(downloads.search, "identifiers", lambda *_: iter(["1"] * 500 * 2_000))
    return read


def test_what_cannot_be_made_is_an_error_and_no_file(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_after(monkeypatch, 0)
    answer = Client(raise_request_exception=False).get("/search.json")
    assert answer.status_code == 500
    assert "Content-Disposition" not in answer


def test_half_a_file_does_not_look_whole(visit: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_after(monkeypatch, 5)
    with pytest.raises(Broken):
        b"".join(visit.get("/search.json"))


def test_the_first_bytes_come_at_once_and_who_goes_away_ends_the_work(
    visit: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = broken_after(monkeypatch, 10_000)
    answer = visit.get("/search.json")
    parts = iter(answer)
    assert next(parts).startswith(b"[")
    assert len(read) == 1
    next(parts)
    answer.close()
    assert len(read) == 2
    with pytest.raises(StopIteration):
        next(parts)


def test_pages_are_left_for_others(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers that take their time keep some of the server's threads, never all."""
    sent = [visit.get("/search.json") for _ in range(downloads.AT_ONCE)]
    busy = visit.get("/en/search.json")
    assert (busy.status_code, busy["Retry-After"]) == (503, "60")
    assert "Content-Disposition" not in busy
    assert "Please try again in a minute" in busy.content.decode()
    assert visit.head("/search.json").status_code == 200
    sent.pop().close()
    assert visit.get("/search.json").status_code == 200
    for answer in sent:
        answer.close()


def test_the_page_offers_them_with_their_count(visit: Client, town: Town) -> None:
    page = text(visit, "/search?q=dinh+so")
    assert "Tải toàn bộ 2 hồ sơ" in page
    for name in FORMATS:
        assert f'href="/search.{name}?q=dinh+so"' in page
    assert "mỗi loại một trang tính" in page
    # All of one type: a table has all columns of the type.
    page = text(visit, "/en/search?q=van+mieu")
    assert "Download this record" in page
    assert 'href="/en/search.csv?q=van+mieu&amp;type=relic"' in page
    assert all(f"/search.{name}?type=relic" in text(visit, "/data") for name in FORMATS)


def test_a_workbook_is_one(visit: Client, town: Town) -> None:
    with zipfile.ZipFile(io.BytesIO(taken(visit, "/search.xlsx"))) as parts:
        assert parts.testzip() is None
