"""`/suggest.json`: small, public, in both languages, and never an error."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from tests.web.conftest import SECRET, Town, _commit, _edit


def ask(visit: Client, text: str, base: str = "") -> dict[str, list[dict[str, object]]]:
    answer = visit.get(f"{base}/suggest.json?q={quote(text)}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "public, no-cache"
    assert not answer.cookies
    assert SECRET not in answer.content.decode()
    told: dict[str, list[dict[str, object]]] = json.loads(answer.content)
    return told


def test_a_name_says_what_tells_it_apart(visit: Client, town: Town) -> None:
    name, festival = ask(visit, "dinh s")["names"]
    assert festival["id"] == town.practice
    assert name["id"] == town.dinh_so
    assert (name["label"], name["name"], name["type_label"]) == ("Đình So", "Đình So", "Di tích")
    assert name["matched"] == [[0, 4], [5, 6]]
    assert name["place"]
    assert name["address"] == f"/id/{town.dinh_so}"


def test_english(visit: Client, town: Town) -> None:
    [name] = ask(visit, "so comm", "/en")["names"]
    assert (name["name"], name["type_label"]) == ("So Communal House", "Relic")
    assert name["address"] == f"/en/id/{town.dinh_so}"


def test_units_that_no_filter_leads_to(visit: Client, town: Town) -> None:
    """Above all the former ones, whose names are those that people know."""
    [unit] = ask(visit, "phường Hàng Buồm")["pages"]
    assert unit == {
        "of": "Địa bàn",
        "label": "Phường Hàng Buồm (cũ)",
        "note": "Quận Hoàn Kiếm, nay thuộc Phường Hoàn Kiếm",
        "address": "/place/former/00046",
    }
    assert ask(visit, "hang buom")["pages"] == [unit]
    [english] = ask(visit, "dien bien", "/en")["pages"]
    assert english["label"] == "Điện Biên Ward (former)"
    assert str(english["note"]).endswith("now in 4 units")
    assert english["address"] == "/en/place/former/00019"
    [present] = ask(visit, "Phường Láng")["pages"]  # it has no records
    assert (present["label"], present["address"]) == ("Phường Láng", "/place/00199")
    # It has records: the filter of its name leads there.
    told = ask(visit, "Phường Văn Miếu - Quốc Tử Giám")
    assert [one["label"] for one in told["filters"]] == ["Phường Văn Miếu - Quốc Tử Giám"]
    assert "/place/00226" not in [one["address"] for one in told["pages"]]
    # No record is in their provinces; one word without marks is no name.
    for other in ("Phường Trường Thi, thành phố Thanh Hóa", "lang", "chùa", "type:relic", "Số 1"):
        assert ask(visit, other)["pages"] == []


def test_an_identifier_leads_to_its_record(visit: Client, town: Town) -> None:
    said = {
        "of": "Hồ sơ mang mã này",
        "label": "Đình So",
        "note": "Di tích",
        "address": f"/id/{town.dinh_so}",
    }
    address = f"https://khue.example/en/id/{town.dinh_so}"
    for text in (
        *(town.dinh_so, town.dinh_so.lower(), f" {address} ", f"{address}/", f"({town.dinh_so})."),
        *(f"{address}/history?page=1#a", f"{address}.json", f"{address}?x=1", f"{town.dinh_so}."),
    ):
        assert ask(visit, text)["pages"] == [said]
        page = visit.get("/search?q=" + quote(text)).content.decode()
        assert f'Hồ sơ mang mã này: <a href="/id/{town.dinh_so}" hx-boost="false">' in page
    for hidden in (town.hidden, "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        assert ask(visit, hidden)["pages"] == []
        page = visit.get(f"/search?q={hidden}").content.decode()
        assert "Hồ sơ mang mã này" not in page


def test_an_identifier_that_leads_elsewhere_now(visit: Client, town: Town) -> None:
    """To the record that it was merged into; of one that was withdrawn nothing is said here."""
    pack = house().pack
    actions.merge(actor=OPERATOR, why=SECRET, winner=town.van_mieu, loser=town.dinh_so, pack=pack)
    actions.withdraw(actor=OPERATOR, why=SECRET, record=town.person, pack=pack)
    for is_followed in (False, True):
        if is_followed:
            search.catch_up(pack)
        [merged] = ask(visit, town.dinh_so)["pages"]
        assert merged["address"] == f"/id/{town.van_mieu}"
        assert ask(visit, town.person)["pages"] == []
        assert "Hồ sơ mang mã này" not in visit.get(f"/search?q={town.person}").content.decode()


def test_spelling(visit: Client) -> None:
    assert ask(visit, "chu vann an")["spelling"] == "Chu Văn An"
    assert ask(visit, "chu văn an")["spelling"] is None


def test_nothing_restricted_is_told(visit: Client, town: Town) -> None:
    for text in (SECRET, SECRET[:3], SECRET[:-1], SECRET + "A", "ho so ki", "hồ sơ kín"):
        assert ask(visit, text) == {"names": [], "filters": [], "pages": [], "spelling": None}
    actions.withdraw(actor=OPERATOR, why=SECRET, record=town.van_mieu, pack=house().pack)
    search.catch_up(house().pack)
    assert ask(visit, "van mi") == {"names": [], "filters": [], "pages": [], "spelling": None}


def test_what_was_closed_a_moment_ago_is_not_told(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _edit(town.dinh_so, alternative_names=["Đình Cả"])
    _edit(town.van_mieu, alternative_names=["Nhà Giám"])
    search.catch_up(house().pack)
    assert [one["id"] for one in ask(visit, "dinh ca")["names"]] == [town.dinh_so]
    assert ask(visit, "chu vann an")["spelling"] == "Chu Văn An"
    monkeypatch.setattr("khue.search.door.keep_up", lambda pack: None)
    _edit(town.dinh_so, alternative_names=None, name__vi="Đình Đổi")
    _edit(town.person, visibility="restricted")
    assert search.suggest(search.Query("đình cả"), house().pack).names[0].name == "Đình Cả"
    assert search.suggest(search.Query("chu vann an"), house().pack).spelling == "Chu Văn An"
    for text in ("dinh ca", "dinh so", "chu van an", "chu vann an"):
        told = ask(visit, text)
        assert not {town.dinh_so, town.person} & {one["id"] for one in told["names"]}
        assert told["spelling"] is None
    [other] = ask(visit, "nha gia")["names"]
    assert (other["id"], other["name"]) == (town.van_mieu, "Nhà Giám")


@pytest.mark.parametrize("text", ["", " ", "\x00", '"', "%", "đ" * 10_000, "\u202e", "((*", "a:b:"])
def test_any_text_has_an_answer(text: str, visit: Client) -> None:
    assert len(ask(visit, text)["names"]) <= 8
    assert visit.get("/suggest.json").status_code == 200
    assert visit.post("/suggest.json").status_code == 405


def test_the_search_page_understands_field_words(visit: Client, town: Town) -> None:
    page = visit.get("/search?q=" + quote("hạng:quốc gia")).content.decode()
    assert f"/id/{town.dinh_so}" in page
    assert f"/id/{town.van_mieu}" not in page


def test_names_within_typed_filters(visit: Client, town: Town) -> None:
    """A filter that was typed leaves fewer names, and stays in what was probably meant."""
    names = [one["id"] for one in ask(visit, "dinh s")["names"]]
    assert town.dinh_so in names
    assert [one["id"] for one in ask(visit, "hạng:quốc gia dinh s")["names"]] == [town.dinh_so]
    assert ask(visit, 'hạng:"quốc gia đặc biệt" dinh s')["names"] == []
    assert ask(visit, "hạng:")["names"] == ask(visit, "type:relic ")["names"] == []
    assert ask(visit, "type:person chu vann an")["spelling"] == "Chu Văn An type:person"
    assert [one["id"] for one in ask(visit, "type:person chu vann an")["names"]] == [town.person]


def test_a_search_for_the_words_of_a_filter_offers_it(visit: Client, town: Town) -> None:
    """Figures are named so; who types the words means what is so."""
    _commit(
        {
            "id": new_ulid(),
            "type": "object",
            "name": {"vi": "Trống đồng Mẫu"},
            "grades": [{"grade": "TREASURE", "date": "2015"}],
        }
    )
    search.catch_up(house().pack)

    def page(address: str) -> str:
        return visit.get(address).content.decode()

    offered = '<a href="/search?grade=TREASURE" rel="nofollow">'
    for text in ("bảo vật quốc gia", "BAO VAT QUOC GIA"):
        found = page("/search?q=" + quote(text))
        assert offered in found
        assert 'Bảo vật quốc gia</a> <span class="quiet">(1 hồ sơ)' in found
    assert '<a href="/en/search?grade=TREASURE"' in page("/en/search?q=national+treasure")
    for other in (
        *("bao vat quoc", "x", "", "%00", "di+tich", "bao+vat+quoc+gia&type=object"),
        *("bao+vat+quoc+gia&page=2", "bao+vat+quoc+gia&box=105,20,106,21"),
    ):
        assert offered not in page("/search?q=" + other)
    # How one looks at it stays.
    shown = page("/search?view=table&sort=name&q=bao+vat+quoc+gia")
    assert '<a href="/search?grade=TREASURE&amp;sort=name&amp;view=table" rel="nofollow">' in shown


def test_a_text_that_is_a_filter_is_not_looked_for_again(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a filter finds is known already; only what several say together has to be counted. That
    no unit is looked at for it matters in a country, which has thousands."""
    counted: list[str] = []
    units: list[search.Query] = []
    find = search.find

    def seen(query: search.Query, pack: Pack) -> search.Results:
        counted.extend([query.text] if query.limit == 0 and query.limits else [])
        units.extend([query] if query.limit == 0 and "place" in (query.counted or ()) else [])
        return find(query, pack)

    monkeypatch.setattr(search, "find", seen)
    page = visit.get("/search?q=" + quote("quốc gia đặc biệt")).content.decode()
    assert '<a href="/search?rank=SPEC" rel="nofollow">' in page
    assert (counted, units) == ([], [])
    page = visit.get("/search?q=" + quote("di tích ở Hà Nội")).content.decode()
    assert "Xem theo bộ lọc: " in page
    assert counted == [""]


def test_filters_by_their_words(visit: Client, town: Town) -> None:
    [rank, other] = ask(visit, "quoc gia")["filters"]
    assert [rank["label"], other["label"]] == ["Quốc gia", "Quốc gia đặc biệt"]
    for one in (rank, other):
        assert one["of"]
        answer = visit.get(str(one["address"]).replace("/search", "/explore.json"))
        assert answer.json()["total"] == one["count"] == 1
    [english] = ask(visit, "special nat", "/en")["filters"]
    assert str(english["address"]).startswith("/en/search?rank=SPEC")
    assert ask(visit, "q")["filters"] == []
    # The one relic of this rank is gone, and the filter with it.
    actions.withdraw(actor=OPERATOR, why=SECRET, record=town.van_mieu, pack=house().pack)
    search.catch_up(house().pack)
    assert ask(visit, "special nat", "/en")["filters"] == []
