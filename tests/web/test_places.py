"""The pages of units: what is around them, what they were made of, what became of former ones."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from khue import search
from khue.lib.identifiers import new_ulid
from khue.pipeline import house
from khue.places import Gazetteer
from tests.web.conftest import SECRET, Town, _commit, _source
from tests.web.test_hostile import HOSTILE
from tests.web.test_pages import text


def test_a_unit_tells_what_it_was_made_of(visit: Client, town: Town) -> None:
    page = text(visit, "/place/00226")
    assert '<a href="/place/former/00181">Phường Văn Miếu Quốc Tử Giám</a>' in page
    assert "Quận Đống Đa, Thành phố Hà Nội" in page
    assert "một phần có thể nay thuộc" in page
    assert "part of it may now be in" in text(visit, "/en/place/00226")


def test_without_boundaries_nobody_is_called_a_neighbour(visit: Client, town: Town) -> None:
    page = text(visit, "/place/00226")
    assert "Chưa nạp ranh giới" in page
    assert "Lân cận" not in page
    assert 'href="/place/00190"' in page  # Ô Chợ Dừa
    assert "Gần nhất" not in text(visit, "/place/01")


def test_with_boundaries_neighbours_are_those_that_touch(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = house().gazetteer.unit("00070")
    assert unit is not None
    monkeypatch.setattr(Gazetteer, "neighbours", lambda self, code: (unit,))
    page = text(visit, "/place/00226")
    assert "Lân cận" in page
    assert "Chưa nạp ranh giới" not in page
    assert "Phường Hoàn Kiếm" in page


def test_what_is_on_in_a_unit(visit: Client, town: Town) -> None:
    soon = timezone.localdate() + dt.timedelta(days=20)
    place = house().resolve_place("phường Hoàn Kiếm, Hà Nội")
    for name, day in (("Sắp tới", soon), ("Đã qua", soon - dt.timedelta(days=60))):
        document = {"id": new_ulid(), "type": "event", "name": {"vi": name}, "place": place}
        _commit(document | {"happened": day.isoformat()}, source=_source("su-kien"))
    for code in ("00070", "01"):
        page = text(visit, f"/place/{code}")
        assert "Sắp tới" in page
        assert f'href="/events?place={code}"' in page
    coming = page[page.index('id="events"') :].partition("</section>")[0]
    assert "Đã qua" not in coming
    assert "Sắp tới" not in text(visit, "/place/00190")


def test_a_former_unit_says_what_became_of_it(visit: Client, town: Town) -> None:
    page = text(visit, "/place/former/00181")
    for expected in (
        "Phường Văn Miếu Quốc Tử Giám",
        'href="/place/former/006"',
        'href="/place/00226"',
        "vietnamadminunits",
        "hồ sơ giữ mọi khả năng",
    ):
        assert expected in page, expected
    assert "Former unit (until 30 June 2025)" in text(visit, "/en/place/former/006")
    assert "Mã 01 nay là mã của" in text(visit, "/place/former/01")


def test_a_code_that_only_the_former_system_has_leads_there(visit: Client, town: Town) -> None:
    answer = visit.get("/en/place/001")
    assert (answer.status_code, answer["Location"]) == (302, "/en/place/former/001")
    for address in ("/place/99999", "/place/former/99999", "/place/former/00226x"):
        text(visit, address, 404)


def test_any_code_gives_a_page(visit: Client, town: Town) -> None:
    for number, value in enumerate(HOSTILE):
        prefix = "/en" if number % 2 else ""
        answer = visit.get(f"{prefix}/place/former/{quote(value, safe='')}")
        assert answer.status_code in (301, 302, 400, 404), value
        assert SECRET not in answer.content.decode()


def test_a_search_for_the_name_of_a_unit_leads_to_its_page(visit: Client, town: Town) -> None:
    page = text(visit, "/search?q=" + quote("phường Hàng Buồm"))
    assert '<a href="/place/former/00046" hx-boost="false">Phường Hàng Buồm (cũ)</a>' in page
    assert "Quận Hoàn Kiếm, nay thuộc Phường Hoàn Kiếm" in page
    english = text(visit, "/en/search?q=van+mieu+quoc+tu+giam")
    assert '<a href="/en/place/00226" hx-boost="false">' in english
    # Units of provinces without records, words that are no names, and no words at all.
    for other in ("Phường Trường Thi", "lang", "chùa", "", "x" * 200, "type:relic"):
        assert 'class="meant">Địa bàn' not in text(visit, "/search?q=" + quote(other))


def test_a_former_unit_of_a_province_that_was_merged_is_named(visit: Client) -> None:
    """Its province has no records any more; that which it is in now has."""
    assert "/place/former/" not in text(visit, "/search?q=" + quote("tỉnh Hải Dương"))
    name = {"vi": "Đình Mẫu", "en": "Sample house"}
    place = house().resolve_place("thành phố Hải Phòng")
    _commit({"id": new_ulid(), "type": "relic", "name": name, "place": place})
    search.catch_up(house().pack)
    page = text(visit, "/search?q=" + quote("tỉnh Hải Dương"))
    assert 'hx-boost="false">Tỉnh Hải Dương (cũ)</a>' in page
    assert "nay thuộc Thành phố Hải Phòng" in page


def test_a_former_unit_is_told_on_the_page_of_one_that_has_its_name(
    visit: Client, town: Town
) -> None:
    page = text(visit, "/search?q=" + quote("Phường Kim Liên"))
    assert 'href="/place/00229" hx-boost="false"' in page
    assert "/place/former/00229" not in page
