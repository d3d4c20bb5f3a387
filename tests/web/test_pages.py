"""Every page answers in both languages, shows what is public and nothing else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.utils import timezone

from khue import search
from khue.lib.identifiers import new_ulid
from khue.pipeline import house
from khue.registry import queries
from khue.registry.queries import versions
from khue.web.portal import built, records
from khue.web.portal.figures import show_date
from khue.web.security import HEADERS
from tests.web.conftest import SECRET, Town, _commit, _edit

BOTH = pytest.mark.parametrize("prefix", ["", "/en"])


def unpacked(body: bytes) -> str:
    """All that an answer says, also inside a workbook."""
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def text(visit: Client, address: str, status: int = 200) -> str:
    """The page at an address, which must answer with a status and tell no secret."""
    answer = visit.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    body = answer.content.decode()
    assert SECRET not in body
    return body


def sources_of(town: Town) -> list[str]:
    """The sources to which the page of a record leads."""
    body = Client().get(f"/id/{town.dinh_so}").content.decode()
    return sorted(set(re.findall(r'href="/source/(\w{26})"', body)))


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
        "/search.geojson",
        "/search.xlsx",
        *(f"/id/{record}" for record in ids),
        *(f"/id/{record}/history" for record in ids),
        f"/id/{town.dinh_so}?at=3",
        *(f"/source/{one}" for one in sources_of(town)),
        "/places",
        "/place/01",
        "/place/00226",
        "/place/former/00181",
        "/events",
        "/events?lunar=next",
        "/events.ics",
        "/stories",
        "/tours",
        "/graph",
        *(f"/graph/{record}" for record in ids),
        f"/graph/{town.dinh_so}?from={town.van_mieu},{town.hidden}",
        "/about",
        "/data",
        "/design",
        "/offline",
    ]


@BOTH
def test_every_page_answers(visit: Client, town: Town, prefix: str) -> None:
    for address in pages(town):
        answer = visit.get(prefix + address, follow=True)
        assert answer.status_code == 200, address
        assert SECRET not in unpacked(b"".join(answer))
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
    assert page.index("<mark>Văn Miếu</mark> – Quốc Tử Giám</a>") > 0
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
    assert "Xem tất cả hồ sơ" in page
    assert "Không có hồ sơ nào khớp" in text(visit, "/search?rank=PROV")
    assert "không có trang này" in text(visit, "/search?page=99", 404)


def test_record(visit: Client, town: Town) -> None:
    page = text(visit, f"/id/{town.dinh_so}")
    for expected in (
        "Đình So",
        "So Communal House",
        "Danh mục di tích &lt;b&gt;thử&lt;/b&gt;",
        "CC BY 4.0",
        '<details class="how"><summary><span class="sr">Căn cứ của Tên: nguồn </span>',
        '<p><b>2</b> <a href="/source/',
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
    assert "Quốc Tử Giám" in text(visit, f"/id/{town.person}")
    assert "Đình So" in text(visit, f"/id/{town.practice}")


def test_invented_records_say_so(visit: Client, town: Town) -> None:
    assert "không phải số liệu thật" in text(visit, f"/id/{town.practice}")
    assert "not real data" in text(visit, f"/en/id/{town.practice}")
    assert "không phải số liệu thật" not in text(visit, f"/id/{town.dinh_so}")


def test_history_tells_what_a_source_wrote_of_a_place(visit: Client, town: Town) -> None:
    for stated in ("phố Quốc Tử Giám", "58 phố Quốc Tử Giám"):
        _edit(town.van_mieu, place={"stated": stated, "code": "00226", "candidates": []})
    page = re.sub(r"</?(?:ins|del)>", "", text(visit, f"/id/{town.van_mieu}/history"))
    assert "Nguồn ghi: phố Quốc Tử Giám<" in page
    assert "Nguồn ghi: 58 phố Quốc Tử Giám<" in page


def test_history(visit: Client, town: Town) -> None:
    page = text(visit, f"/id/{town.dinh_so}/history")
    assert "3 lần ghi" in page
    assert "thế kỷ XVII" in page
    english = text(visit, f"/en/id/{town.dinh_so}/history")
    assert "17th century" in english
    assert "Name (English)" in english


def test_a_long_history_has_pages(visit: Client, town: Town) -> None:
    for number in range(records.LISTED):
        _edit(town.dinh_so, name__vi=f"Đình So {number}")
    address = f"/id/{town.dinh_so}/history"
    first, second = (text(visit, f"{address}?page={n}") for n in (1, 2))
    for page, count in ((first, records.LISTED), (second, 3)):
        assert "23 lần ghi" in page
        assert page.count('<li id="v') == count
    assert f'href="{address}?page=2" rel="next"' in first
    assert 'id="v1"' in second
    text(visit, f"{address}?page=3", 404)


def test_the_history_is_read_once_for_a_page(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def history(actor: Any, record: str, pack: Any) -> Any:
        read.append(record)
        return known(actor, record, pack)

    known = queries.history
    monkeypatch.setattr(queries, "history", history)
    monkeypatch.setattr(versions, "history", history)
    assert "Hồ sơ tại ngày" in text(visit, f"/id/{town.dinh_so}?at=3")
    assert read == [town.dinh_so]


def test_as_it_stood(visit: Client, town: Town) -> None:
    then = text(visit, f"/id/{town.dinh_so}?at=3")
    assert "Hồ sơ tại ngày" in then
    assert "So Communal House" not in then
    assert "So Communal House" in text(visit, f"/id/{town.dinh_so}?at=2999-12-31")
    for nonsense in ("0", "1899-01-01", "x", "9" * 40, "2025-13-45", "0001-01-01"):
        text(visit, f"/id/{town.dinh_so}?at={nonsense}", 404)


def test_as_it_stood_at_the_end_of_a_day(visit: Client, town: Town) -> None:
    today = timezone.localdate()
    said = show_date(today, "vi")
    for day in (today.isoformat(), "2999-12-31"):
        then = text(visit, f"/id/{town.dinh_so}?at={day}")
        assert f"Hồ sơ vào cuối ngày {said} (phiên bản 3" in then
        assert "So Communal House" in then
    assert "at the end of" in text(visit, f"/en/id/{town.dinh_so}?at={today}")


def test_a_day_on_which_the_registry_did_not_know_a_record(visit: Client, town: Town) -> None:
    for lang, words in (("", "chưa có hồ sơ này"), ("/en", "did not know this record yet")):
        page = text(visit, f"{lang}/id/{town.dinh_so}?at=2001-05-20", 404)
        assert words in page
        [first] = re.findall(rf'href="{lang}/id/{town.dinh_so}\?at=(\d+)"', page)
        assert "Đình So" in text(visit, f"/id/{town.dinh_so}?at={first}")
    assert 'value="2001-05-20"' in page
    history = text(visit, f"/id/{town.person}/history")
    assert '<input id="day" type="date" name="at"' in history


def test_a_day_on_which_a_record_was_not_public(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "as_of", lambda *_: None)
    page = text(visit, f"/id/{town.dinh_so}?at={timezone.localdate()}", 404)
    assert "không được công khai" in page


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


def test_pages_of_places_count_only_what_they_tell(
    visit: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...] | None] = []

    def find(query: search.Query, pack: Any) -> search.Results:
        asked.append(query.counted)
        return known(query, pack)

    known = search.find
    monkeypatch.setattr(search, "find", find)
    for address in ("/", "/places", "/place/01"):
        assert "Văn Miếu" in text(visit, address)
    assert None not in asked
    whole = ("type", "place")
    assert [one for one in asked if one] == [whole] * 3


def test_a_commune_has_one_count_wherever_it_is_told(visit: Client) -> None:
    """Also of a record whose stated place, a bare name, does not say in which province it is."""
    place = house().resolve_place("Long Biên")
    assert len(place["candidates"]) > 1
    assert "within" not in place
    unsure = {"id": new_ulid(), "type": "relic", "name": {"vi": "Chùa thử"}, "place": place}
    _commit(unsure)
    search.catch_up(house().pack)
    commune = f"/place/{place['candidates'][0]['code']}"
    told = re.compile(rf'href="{commune}"><span>[^<]*</span><span>([^<]*)</span>')
    counts = {address: told.findall(text(visit, address)) for address in ("/places", "/place/01")}
    assert counts == {"/places": ["1"], "/place/01": ["1"]}


def test_download_of_one_type(visit: Client) -> None:
    answer = visit.get("/search.csv?type=relic&rank=SPEC")
    assert answer["Content-Type"].startswith("text/csv")
    body = b"".join(answer).decode("utf-8-sig")
    assert "Văn Miếu" in body
    assert "Đình So" not in body
    assert SECRET not in body


def test_download_of_all_types(visit: Client) -> None:
    table = b"".join(visit.get("/search.csv")).decode("utf-8-sig")
    assert table.startswith("id,type,type_label,name,")
    assert table.count("\r\n") == 6
    assert "Di tích" in table
    assert "Relic" in b"".join(visit.get("/en/search.csv")).decode("utf-8-sig")
    documents = json.loads(b"".join(visit.get("/search.json")))
    assert {document["type"] for document in documents} == {"relic", "person", "practice", "event"}
    assert len(documents) == 5


def headed(town: Town) -> list[tuple[str, int]]:
    """One address of everything that answers, whoever does, and its status."""
    site = built.island(built.SITE)
    assert site.styles
    pages_ = [(address, 200) for address in pages(town)]
    return [
        *pages_,
        *((f"/en{address}", 200) for address, _ in pages_),
        *((address, 200) for address in (site.script, *site.styles, *built.first_fonts())),
        ("/static/portal/mark.svg", 200),
        (f"/id/{town.dinh_so}.json", 200),
        ("/robots.txt", 200),
        ("/favicon.ico", 301),
        ("/nothing", 404),
        ("/static/nothing.css", 404),
        (f"/id/{town.hidden}", 404),
    ]


def test_every_answer_carries_the_headers(visit: Client, town: Town) -> None:
    outside = Client(raise_request_exception=False)
    asked: list[tuple[Callable[[], Any], int]] = [
        *((partial(visit.get, address), status) for address, status in headed(town)),
        (lambda: visit.post("/search"), 405),
        (lambda: outside.get("/", headers={"host": "evil.example"}), 400),
    ]
    for ask, status in asked:
        answer = ask()
        address = answer.request["PATH_INFO"]
        assert answer.status_code == status, address
        assert {name: answer.get(name) for name in HEADERS} == HEADERS, address
        answer.close()


def test_headers_allow_nothing_but_our_own() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert HEADERS["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("slashes", ["//", "///", "/%2F/", "/%5C/", "/\\"])
def test_the_language_switch_never_leads_elsewhere(visit: Client, slashes: str) -> None:
    for prefix in ("/en", ""):
        page = visit.get(f"{prefix}{slashes}evil.example/x").content.decode()
        links = re.findall(r'href="([^"]*)"', page)
        assert len(links) > 5
        assert [link for link in links if re.match(r"[/\\]{2}|[a-z]+:", link)] == []


OUR_SCRIPT = re.compile(r'<script type="module" src="/static/portal/built/[^"<>]+"></script>')


def test_pages_carry_no_inline_script_and_no_inline_style(visit: Client, town: Town) -> None:
    for address in pages(town):
        answer = visit.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            body = answer.content.decode()
            assert "<script" not in OUR_SCRIPT.sub("", body)
            assert "style=" not in body
            assert "onclick" not in body
        answer.close()  # files that are sent at the same time are counted


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

    monkeypatch.setattr(queries, "public_head_hash", broken)
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
    rules = RobotFileParser()
    rules.parse(text(visit, "/robots.txt").splitlines())
    for prefix in ("", "/en"):
        for name in ("search?q=x", "search.csv", "explore.json", "map.json?zoom=1", "suggest.json"):
            assert not rules.can_fetch("*", f"{prefix}/{name}")
        for name in ("", "about", "places"):
            assert rules.can_fetch("*", f"{prefix}/{name}")
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
