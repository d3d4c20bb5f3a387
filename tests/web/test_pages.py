"""Every page answers in both languages, shows what is public and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from khue.registry import queries
from tests.web.conftest import SECRET, Town

BOTH = pytest.mark.parametrize("prefix", ["", "/en"])


def text(visit: Client, address: str, status: int = 200) -> str:
    """The page at an address, which must answer with a status and tell no secret."""
    answer = visit.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    body = answer.content.decode()
    assert SECRET not in body
    return body


def pages(town: Town) -> list[str]:
    """The address of every page."""
    ids = (town.van_mieu, town.dinh_so, town.person, town.practice, town.event)
    return [
        "/",
        "/search",
        "/search?q=dinh",
        "/search?type=relic&rank=NAT",
        "/search?place=01",
        "/search?q=khongcogi",
        "/search.csv",
        "/search.csv?type=relic",
        "/search.json",
        *(f"/id/{record}" for record in ids),
        *(f"/id/{record}/history" for record in ids),
        f"/id/{town.dinh_so}?at=3",
        "/places",
        "/place/01",
        "/place/00199",
        "/about",
    ]


@BOTH
def test_every_page_answers(visit: Client, town: Town, prefix: str) -> None:
    for address in pages(town):
        answer = visit.get(prefix + address, follow=True)
        if "place/" not in address:
            assert answer.status_code == 200, address
        assert SECRET not in b"".join(answer).decode()
        if answer["Content-Type"].startswith("text/html"):
            lang = "en" if prefix else "vi"
            assert f'<html lang="{lang}">' in answer.content.decode()


def test_home(visit: Client) -> None:
    page = text(visit, "/")
    assert "Sổ đăng ký mở" in page
    assert "/search?type=relic" in page
    assert "Đình So" in page
    assert "An open registry" in text(visit, "/en/")


def test_search(visit: Client) -> None:
    page = text(visit, "/search?q=van+mieu")
    assert page.index("Văn Miếu – Quốc Tử Giám</a>") > 0
    assert "1 hồ sơ" in page
    assert "1 record " in text(visit, "/en/search?q=van+mieu")
    both = text(visit, "/search?rank=NAT&rank=SPEC")
    assert "2 hồ sơ" in both
    narrowed = text(visit, "/search?rank=NAT")
    assert "Bỏ lọc" in narrowed
    assert "Quốc gia đặc biệt" in narrowed  # the other value can still be chosen


def test_nothing_found_says_what_to_do(visit: Client) -> None:
    page = text(visit, "/search?q=khongcogi")
    assert "khongcogi" in page
    assert "Xem mọi hồ sơ" in page
    assert "Không có hồ sơ nào khớp" in text(visit, "/search?rank=PROV")
    assert "không có đến trang này" in text(visit, "/search?page=99")


def test_record(visit: Client, town: Town) -> None:
    page = text(visit, f"/id/{town.dinh_so}")
    for expected in (
        "Đình So",
        "So Communal House",
        "Danh mục di tích &lt;b&gt;thử&lt;/b&gt;",
        "CC BY 4.0",
        'href="#how-name-1"',
        'id="how-name-1"',
        "Chưa khảo sát",
        "chưa rõ",
        "Hội đình So &lt;script&gt;",
    ):
        assert expected in page, expected
    assert "So Communal House" in text(visit, f"/en/id/{town.dinh_so}")


def test_what_was_not_understood_is_open(visit: Client, town: Town) -> None:
    page = text(visit, f"/id/{town.van_mieu}")
    assert "đời vua nọ" in page
    assert "Quốc gia đặc biệt" in page
    assert "Chu Văn An" in page


def test_relations_lead_back(visit: Client, town: Town) -> None:
    assert "Văn Miếu" in text(visit, f"/id/{town.person}")
    assert "Đình So" in text(visit, f"/id/{town.practice}")


def test_invented_records_say_so(visit: Client, town: Town) -> None:
    assert "không phải số liệu thật" in text(visit, f"/id/{town.practice}")
    assert "not real data" in text(visit, f"/en/id/{town.practice}")
    assert "không phải số liệu thật" not in text(visit, f"/id/{town.dinh_so}")


def test_history(visit: Client, town: Town) -> None:
    page = text(visit, f"/id/{town.dinh_so}/history")
    assert "3 lần ghi" in page
    assert "thế kỷ XVII" in page
    english = text(visit, f"/en/id/{town.dinh_so}/history")
    assert "17th century" in english
    assert "Name (English)" in english


def test_as_it_stood(visit: Client, town: Town) -> None:
    then = text(visit, f"/id/{town.dinh_so}?at=3")
    assert "Hồ sơ như ngày" in then
    assert "So Communal House" not in then
    assert "So Communal House" in text(visit, f"/id/{town.dinh_so}?at=2999-12-31")
    for nonsense in ("0", "1899-01-01", "x", "9" * 40, "2025-13-45"):
        text(visit, f"/id/{town.dinh_so}?at={nonsense}", 404)


def test_public_document(visit: Client, town: Town) -> None:
    document = json.loads(text(visit, f"/id/{town.dinh_so}.json"))
    assert document["name"]["vi"] == "Đình So"
    assert "contact_name" not in document


@BOTH
def test_hidden_records_are_not_there(visit: Client, town: Town, prefix: str) -> None:
    text(visit, f"{prefix}/id/{town.hidden}", 404)
    text(visit, f"{prefix}/id/{town.hidden}/history", 404)
    text(visit, f"/id/{town.hidden}.json", 404)


def test_place(visit: Client, town: Town) -> None:
    page = text(visit, "/place/01")
    assert "Thành phố Hà Nội" in page
    assert "Văn Miếu" in page
    assert "Phường và xã" in page
    # A record in a commune is in its province, however sure the commune is.
    for record in (town.van_mieu, town.dinh_so):
        assert record in page
    text(visit, "/place/99", 404)
    assert "Hà Nội" in text(visit, "/places")


def test_download_of_one_type(visit: Client) -> None:
    answer = visit.get("/search.csv?type=relic&rank=SPEC")
    assert answer["Content-Type"].startswith("text/csv")
    body = b"".join(answer).decode("utf-8-sig")
    assert "Văn Miếu" in body
    assert "Đình So" not in body
    assert SECRET not in body


def test_download_of_all_types(visit: Client) -> None:
    assert "Chọn một loại hồ sơ" in text(visit, "/search.csv")
    documents = json.loads(b"".join(visit.get("/search.json")))
    assert {document["type"] for document in documents} == {"relic", "person", "practice", "event"}
    assert len(documents) == 5


def test_headers(visit: Client) -> None:
    for address in ("/", "/nothing", "/search?q=x"):
        policy = visit.get(address)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_pages_carry_no_script_and_no_inline_style(visit: Client, town: Town) -> None:
    for address in pages(town):
        answer = visit.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            body = answer.content.decode()
            assert "<script" not in body
            assert "style=" not in body
            assert "onclick" not in body


def test_the_language_switch_keeps_the_page(visit: Client, town: Town) -> None:
    page = text(visit, f"/id/{town.dinh_so}?at=3")
    assert f'href="/en/id/{town.dinh_so}?at=3"' in page
    english = text(visit, "/en/search?q=dinh&type=relic")
    assert 'href="/search?q=dinh&amp;type=relic"' in english


@BOTH
def test_errors_are_pages(visit: Client, prefix: str) -> None:
    page = text(visit, prefix + "/khong-co", 404)
    assert ("Không có trang này" if not prefix else "There is no such page") in page
    assert visit.post(prefix + "/search").status_code == 405


def test_server_errors_are_pages(monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(queries, "counts", broken)
    visitor = Client(raise_request_exception=False)
    for address, words in (("/", "Khuê gặp lỗi"), ("/en/", "Something went wrong")):
        page = text(visitor, address, 500)
        assert words in page
        assert "Traceback" not in page


def test_bad_requests_are_pages(town: Town) -> None:
    answer = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "Không hiểu được yêu cầu" in answer.content.decode()


def test_robots_and_favicon(visit: Client) -> None:
    assert "Disallow: /search" in text(visit, "/robots.txt")
    assert visit.get("/favicon.ico").status_code == 301


def test_merged_records_lead_on(visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    known = queries.get

    def merged(actor: Any, record: str, pack: Any) -> Any:
        found = known(actor, town.van_mieu, pack)
        return found and replace(found, redirected_from=record)

    monkeypatch.setattr(queries, "get", merged)
    for ending in ("", "/history", ".json"):
        answer = visit.get(f"/id/{town.dinh_so}{ending}")
        assert answer.status_code == 301
        assert answer["Location"] == f"/id/{town.van_mieu}{ending}"
