"""iCalendar files keep to RFC 5545, whatever stands in a title."""

from __future__ import annotations

import datetime as dt

from khue.publish.icalendar import Entry, write

STAMP = dt.datetime(2026, 11, 22, 18, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def entry(title: str = "Hội Gióng", note: str = "", is_certain: bool = False) -> Entry:
    days = dt.date(2026, 2, 22), dt.date(2026, 2, 24)
    return Entry("01A", title, *days, is_certain, "Xã Sóc Sơn", note, "https://example.org/id/01A")


def unfolded(*entries: Entry) -> list[str]:
    data = b"".join(write("Lịch", entries, STAMP))
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut
    assert b"\n" not in data.replace(b"\r\n", b"")
    return data.replace(b"\r\n ", b"").decode().split("\r\n")


def test_an_entry() -> None:
    lines = unfolded(entry(), entry(is_certain=True))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for expected in (
        "UID:01A-20260222@khue",
        "DTSTAMP:20261122T110000Z",
        "DTSTART;VALUE=DATE:20260222",
        "DTEND;VALUE=DATE:20260225",
        "SUMMARY:Hội Gióng",
        "STATUS:TENTATIVE",
        "STATUS:CONFIRMED",
    ):
        assert expected in lines
    assert not any(line.startswith("DESCRIPTION") for line in lines)


def test_nothing_gets_out_of_its_line() -> None:
    hostile = "a;b,c\\d\r\nBEGIN:VALARM\x00\u2028"
    lines = unfolded(entry(hostile, hostile * 20))
    assert "SUMMARY:a\\;b\\,c\\\\d\\nBEGIN:VALARM" in lines
    assert lines.count("BEGIN:VALARM") == 0
    assert lines.count("BEGIN:VEVENT") == 1


def test_long_lines_are_folded() -> None:
    title = "Lễ hội truyền thống " * 30
    assert f"SUMMARY:{title}" in unfolded(entry(title))
