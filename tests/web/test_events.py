"""The calendar: months of both calendars, what is held in them, nothing that is not public."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from khue.lib.identifiers import new_ulid
from khue.lib.lunar import LunarMonth, lunar_of, next_month
from khue.pipeline import house
from khue.web.portal import agenda
from tests.web.conftest import SECRET, Town, _commit, _edit, _source
from tests.web.test_hostile import HOSTILE
from tests.web.test_pages import text

GIONG = {"calendar": "LUNAR", "month": 1, "day": 6, "until_day": 8}


def event(name: str, **fields: Any) -> str:
    document = {"id": new_ulid(), "type": "event", "name": {"vi": name, "en": f"{name} en"}}
    _commit(document | fields, source=_source("su-kien"))
    return str(document["id"])


@pytest.fixture
def festival(visit: Client) -> str:
    """A festival of the first lunar month, in Sóc Sơn."""
    place = house().resolve_place("xã Sóc Sơn, Hà Nội")
    return event("Hội Gióng", recurrence=GIONG, place=place, kind="FESTIVAL_TRADITIONAL")


def test_a_lunar_festival_stands_on_its_solar_days(visit: Client, festival: str) -> None:
    page = text(visit, "/events?month=2026-02")
    assert "Tháng 2/2026" in page
    assert "Hội Gióng" in page
    assert "22–24/2/2026 (âm lịch mồng 6 đến 8 tháng Giêng)" in page
    assert "Ngày theo lệ" in page
    assert 'href="/events?month=2026-02&amp;day=2026-02-23#list"' in page
    assert "Chủ Nhật, 22/2/2026, mồng 6 tháng Giêng âm lịch, 1 sự kiện" in page
    assert "Hội Gióng" not in text(visit, "/events?month=2026-03")
    english = text(visit, "/en/events?lunar=2026-01")
    assert "1st lunar month, year Bính Ngọ" in english
    assert "days 6 to 8 of the 1st month" in english
    assert "17/2" in english


def test_what_is_on_next_lunar_month(visit: Client, town: Town) -> None:
    today = lunar_of(timezone.localdate())
    coming = next_month(today.within)
    event("Hội tháng sau", recurrence={"calendar": "LUNAR", "month": coming.month, "day": 15})
    page = text(visit, "/events?lunar=next")
    # In a leap month nothing is held that is held in the month before it.
    assert ("Hội tháng sau" in page) is not coming.leap
    assert 'aria-current="page">Tháng âm lịch sau' in page


def test_a_leap_month_has_its_page(visit: Client, town: Town) -> None:
    event("Hội tháng sáu", recurrence={"calendar": "LUNAR", "month": 6, "day": 10})
    assert "Hội tháng sáu" in text(visit, "/events?lunar=2025-06")
    leap = text(visit, "/events?lunar=2025-06-leap")
    assert "Tháng Sáu nhuận âm lịch, năm Ất Tỵ" in leap
    assert "Hội tháng sáu" not in leap
    assert "1/6 nhuận" in leap


def test_what_is_not_known_to_the_day_says_so(visit: Client, town: Town) -> None:
    event("Hội nghị tháng", happened="2024-11")
    event("Hội nghị năm", happened="2024")
    event("Hội nghị khoảng", happened="2024-11-04~")
    page = text(visit, "/events?month=2024-11")
    for title in ("Chưa rõ ngày", "Chưa rõ tháng", "khoảng 4/11/2024"):
        assert title in page
    assert page.count("chưa rõ</em>") >= 3


def test_filters(visit: Client, festival: str) -> None:
    both = "/events?month=2026-02&place=01&kind=FESTIVAL_TRADITIONAL"
    assert "Hội Gióng" in text(visit, both)
    for other in ("place=46", "kind=CONFERENCE"):
        page = text(visit, f"/events?month=2026-02&{other}")
        assert "Hội Gióng" not in page
        assert "khớp với điều kiện lọc" in page
    assert "Hội Gióng" in text(visit, "/events?month=2026-02&day=2026-02-23")
    assert "Hội Gióng" not in text(visit, "/events?month=2026-02&day=2026-02-01")


def test_an_empty_month_leads_on(visit: Client, festival: str) -> None:
    page = text(visit, "/events?month=2026-01")
    assert "Chưa có sự kiện nào" in page
    assert "Xem Tháng 2/2026" in page


def test_the_calendar_follows_the_ledger(visit: Client, festival: str) -> None:
    assert "Hội Gióng" in text(visit, "/events?month=2026-02")
    _edit(festival, recurrence=GIONG | {"month": 3, "day": 10, "until_day": 10})
    assert "Hội Gióng" not in text(visit, "/events?month=2026-02")
    assert "Hội Gióng" in text(visit, "/events?month=2026-04")
    _edit(festival, visibility="restricted")
    assert "Hội Gióng" not in text(visit, "/events?month=2026-04")
    assert "Hội Gióng" not in visit.get("/events.ics?month=2026-04").getvalue().decode()


def test_many_events_are_told_page_by_page(visit: Client, town: Town) -> None:
    documents = [
        {"id": new_ulid(), "type": "event", "name": {"vi": f"Hội {n}"}, "happened": "2026-05-05"}
        for n in range(45)
    ]
    _commit(*documents, source=_source("su-kien"))
    first, second = (text(visit, f"/events?month=2026-05&page={n}") for n in (1, 2))
    text(visit, "/events?month=2026-05&page=9", 404)
    assert first.count('class="agenda__when') == 40
    assert second.count('class="agenda__when') == 5
    assert "45 sự kiện" in first


def test_as_icalendar(visit: Client, festival: str) -> None:
    event("Ngoài lịch", happened="2026-02")
    answer = visit.get("/events.ics?lunar=2026-01")
    assert answer["Content-Type"].startswith("text/calendar")
    body = answer.getvalue().decode()
    assert "DTSTART;VALUE=DATE:20260222\r\nDTEND;VALUE=DATE:20260225\r\n" in body
    assert f"http://testserver/id/{festival}" in body.replace("\r\n ", "")
    assert "Ngoài lịch" not in body
    assert SECRET not in body


def test_one_event_as_icalendar(visit: Client, festival: str, town: Town) -> None:
    address = f"/id/{festival}/events.ics"
    assert address in text(visit, f"/id/{festival}")
    answer = visit.get(f"/en{address}")
    assert answer["Content-Type"].startswith("text/calendar")
    body = answer.getvalue().decode()
    assert "SUMMARY:Hội Gióng en\r\n" in body
    days = [dt.date.fromisoformat(one) for one in re.findall("DTSTART;VALUE=DATE:([0-9]+)", body)]
    assert days
    assert {(lunar_of(day).month, lunar_of(day).day) for day in days} == {(1, 6)}
    assert days[0] >= timezone.localdate() - dt.timedelta(days=2)
    assert SECRET not in body
    past = event("Đã qua", happened="2020-02-03")
    for other in (past, town.van_mieu, new_ulid()):
        assert visit.get(f"/id/{other}/events.ics").status_code == 404
    assert "events.ics" not in text(visit, f"/id/{past}")


def test_far_months_are_for_no_robot(visit: Client, town: Town) -> None:
    assert "noindex" not in text(visit, "/events")
    for address in ("/events?month=1954-10", "/events?lunar=next", "/events?month=this&place=01"):
        assert "noindex" in text(visit, address)
    for month in ("1900-01", "2100-12"):
        text(visit, f"/events?month={month}")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_months_that_there_are_not(visit: Client, town: Town, prefix: str) -> None:
    for asked in (
        *("month=1899-12", "month=2101-01", "month=2026-13", "month=x", "month=2026-06-leap"),
        *("lunar=2026-06-leap", "lunar=2026-00", "lunar=9999-01", "lunar=x", "lunar=٣"),
    ):
        page = text(visit, f"{prefix}/events?{asked}", 404)
        assert ("no such page" if prefix else "Không có trang này") in page


def test_any_question_gives_a_page(visit: Client, festival: str) -> None:
    for number, value in enumerate(HOSTILE):
        asked, prefix = quote(value), "/en" if number % 2 else ""
        for name in ("month", "lunar", "place", "kind", "day", "page"):
            for page in ("events", "events.ics"):
                address = f"{prefix}/{page}?{name}={asked}"
                answer = visit.get(address)
                assert answer.status_code in (200, 404), address
                body = answer.getvalue().decode()
                assert "<script>alert" not in body
                assert SECRET not in body


def test_today_is_marked(visit: Client, town: Town) -> None:
    assert 'aria-current="date"' in text(visit, "/events")
    far = timezone.localdate() + dt.timedelta(days=400)
    assert 'aria-current="date"' not in text(visit, f"/events?month={far:%Y-%m}")


def test_every_lunar_month_of_a_year_leads_to_the_next(visit: Client, town: Town) -> None:
    month = LunarMonth(2025, 5)
    for expected in ("2025-06", "2025-06-leap", "2025-07"):
        leap = "-leap" if month.leap else ""
        page = text(visit, f"/events?lunar={month.year}-{month.month:02d}{leap}")
        assert f'href="/events?lunar={expected}" rel="next"' in page
        month = next_month(month)


def test_nothing_by_custom_before_anyone_said_so(visit: Client, festival: str) -> None:
    """The source is of 2025."""
    assert "Hội Gióng" in text(visit, "/events?month=2025-02")
    assert "Hội Gióng" not in text(visit, "/events?month=2024-02")
    assert "Hội Gióng" not in text(visit, "/events?month=1926-02")
    _edit(festival, first_held="2011")
    assert "Hội Gióng" in text(visit, "/events?month=2024-02")


def test_only_the_events_among_many_changes_are_read(
    visit: Client, festival: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    text(visit, "/events?month=2026-02")
    people = [{"id": new_ulid(), "type": "person", "name": {"vi": f"Người {n}"}} for n in range(9)]
    _commit(*people, source=_source("nhan-vat"))
    other = event("Hội khác", recurrence=GIONG)
    read: list[str] = []
    known = agenda.queries.public_documents

    def public_documents(names: Sequence[str]) -> Any:
        read.extend(names)
        return known(names)

    monkeypatch.setattr(agenda.queries, "public_documents", public_documents)
    held = agenda.held_between(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert {one.event.id for one in held} == {festival, other}
    assert read == [other]
    read.clear()
    agenda.held_between(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert read == []


def test_who_comes_while_events_are_read_does_not_wait(
    visit: Client, festival: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    february = dt.date(2026, 2, 1), dt.date(2026, 2, 28)
    agenda.held_between(*february)
    _edit(festival, recurrence=GIONG | {"month": 3})
    with agenda._reading:  # someone else reads
        assert [one.event.id for one in agenda.held_between(*february)] == [festival]
    assert agenda.held_between(*february) == ()
