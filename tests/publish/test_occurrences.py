"""The days of events, worked out by the rules that the module states."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from khue.publish.occurrences import keys_of, keys_within, occurrences, schedule_of

GIONG = {"recurrence": {"calendar": "LUNAR", "month": 1, "day": 6, "until_day": 8}}


def days(document: dict[str, Any], first: str, last: str) -> list[tuple[str, str, str]]:
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    schedule = schedule_of(document)
    found = occurrences(schedule, begin, end)
    if found:  # whoever looks by keys finds it too
        assert keys_of(schedule) & keys_within(begin, end)
    return [(str(one.first), str(one.last), one.certainty) for one in found]


def test_a_lunar_festival() -> None:
    assert days(GIONG, "2026-02-01", "2026-02-28") == [("2026-02-22", "2026-02-24", "exact")]
    assert days(GIONG, "2026-02-24", "2026-02-24") == [("2026-02-22", "2026-02-24", "exact")]
    assert days(GIONG, "2026-03-01", "2026-12-31") == []
    assert len(days(GIONG, "2020-01-01", "2029-12-31")) == 10


def test_a_festival_is_held_in_the_month_that_is_no_leap_month() -> None:
    sixth = {"recurrence": {"calendar": "LUNAR", "month": 6, "day": 10}}
    assert days(sixth, "2025-06-01", "2025-09-30") == [("2025-07-04", "2025-07-04", "exact")]


def test_the_thirtieth_of_a_short_month_is_its_last_day() -> None:
    eve = {"recurrence": {"calendar": "LUNAR", "month": 12, "day": 30}}
    assert days(eve, "2026-02-01", "2026-02-28") == [("2026-02-16", "2026-02-16", "exact")]
    leap = {"recurrence": {"calendar": "SOLAR", "month": 2, "day": 29}}
    assert days(leap, "2026-01-01", "2026-12-31") == [("2026-02-28", "2026-02-28", "exact")]
    assert days(leap, "2028-01-01", "2028-12-31") == [("2028-02-29", "2028-02-29", "exact")]


def test_across_the_new_year() -> None:
    long = {"month": 12, "day": 23, "until_month": 1, "until_day": 7}
    lunar = {"recurrence": {"calendar": "LUNAR", **long}}
    assert days(lunar, "2026-02-20", "2026-02-20") == [("2026-02-10", "2026-02-23", "exact")]
    solar = {"recurrence": {"calendar": "SOLAR", **long}}
    assert days(solar, "2027-01-01", "2027-01-31") == [("2026-12-23", "2027-01-07", "exact")]


def test_an_edition_takes_the_place_of_custom() -> None:
    moved = GIONG | {"editions": [{"date": "2026-02-25/2026-02-26"}, {"date": "2027"}]}
    assert days(moved, "2026-01-01", "2027-12-31") == [
        ("2026-02-25", "2026-02-26", "exact"),
        ("2027-02-11", "2027-02-13", "exact"),
    ]


def test_what_is_less_exact_is_said_once() -> None:
    told = {"happened": "2024-11-07/2024-11-11", "editions": [{"date": "2024"}, {"date": "2025"}]}
    assert days(told, "2024-01-01", "2025-12-31") == [
        ("2024-11-07", "2024-11-11", "exact"),
        ("2025-01-01", "2025-12-31", "year"),
    ]


@pytest.mark.parametrize(
    ("edtf", "certainty"),
    [
        ("2024-11-07", "exact"),
        ("2024-11-07~", "about"),
        ("2024-11-07/..", "about"),
        ("2024-11", "month"),
        ("2024-11~", "month"),
        ("2024-11-XX", "month"),
        ("2024-10-30/2024-11", "month"),
        ("2024", "year"),
        ("202X", None),
        ("1945/1975", None),
        ("../2024-11-07", None),
        ("-0200", None),
        ("không rõ", None),
    ],
)
def test_how_sure(edtf: str, certainty: str | None) -> None:
    found = days({"happened": edtf}, "2024-11-01", "2024-11-30")
    assert [one[2] for one in found] == ([certainty] if certainty else [])


def test_every_so_many_years() -> None:
    rule = GIONG["recurrence"] | {"every_years": 3}
    span = ("2023-01-01", "2026-12-31")
    known = {"recurrence": rule, "editions": [{"date": "2020-01-30"}]}
    assert [one[0][:4] for one in days(known, *span)] == ["2023", "2026"]
    assert {one[2] for one in days({"recurrence": rule}, *span)} == {"cycle"}
    assert len(days({"recurrence": rule}, *span)) == 4


def test_when_it_began_and_ceased() -> None:
    assert days(GIONG | {"first_held": "2026"}, "2025-01-01", "2025-12-31") == []
    ended = GIONG | {
        "states": [
            {"status": "ended", "date": "2025-06"},
            {"status": "operating", "date": "1990"},
        ]
    }
    assert days(ended, "2025-01-01", "2026-12-31") == [("2025-02-03", "2025-02-05", "exact")]
    assert days(GIONG | {"states": [{"status": "suspended"}]}, "2026-01-01", "2026-12-31") == []


def test_a_month_alone_is_told_as_such() -> None:
    month = {"recurrence": {"calendar": "LUNAR", "month": 3}}
    assert days(month, "2026-04-20", "2026-04-21") == [("2026-04-17", "2026-05-16", "month")]
    begun = {"recurrence": {"calendar": "LUNAR", "month": 1, "day": 6, "until_month": 3}}
    assert days(begun, "2026-04-20", "2026-04-21") == [("2026-02-22", "2026-05-16", "about")]


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"recurrence": None, "editions": None, "states": [None], "happened": 5},
        {"recurrence": {"calendar": "LUNAR"}},
        {"recurrence": {"calendar": "LUNAR", "month": 13, "day": 1}},
        {"recurrence": {"text": "mồng 6 tháng Giêng"}},
    ],
)
def test_what_cannot_be_worked_out_is_left(document: dict[str, Any]) -> None:
    assert days(document, "2026-01-01", "2026-12-31") == []


def test_the_ends_of_the_reckoning() -> None:
    assert len(days(GIONG, "1900-01-01", "1900-12-31")) == 1
    assert len(days(GIONG, "2100-01-01", "2100-12-31")) == 1


def test_an_edition_of_a_month_is_the_holding_in_it() -> None:
    """Neither the lunar year of its first day, nor the year before, is meant."""
    told = GIONG | {"editions": [{"date": "2026-02"}]}
    sixth = {"first_held": "2000", **told}
    assert days(sixth, "2026-01-01", "2026-12-31") == [("2026-02-01", "2026-02-28", "month")]
    assert days(sixth, "2025-01-01", "2025-12-31") == [("2025-02-03", "2025-02-05", "exact")]
    early = {"first_held": "2000", **GIONG, "editions": [{"date": "2026-01"}]}
    assert days(early, "2026-01-01", "2026-12-31") == [("2026-01-01", "2026-01-31", "month")]
    late = {"recurrence": {"calendar": "LUNAR", "month": 12, "day": 20}, "first_held": "2000"}
    moved = late | {"editions": [{"date": "2026-02"}]}  # of the lunar year 2025
    assert days(moved, "2026-01-01", "2027-03-01") == [
        ("2026-02-01", "2026-02-28", "month"),
        ("2027-01-27", "2027-01-27", "exact"),
    ]


def test_an_edition_that_was_put_off_belongs_to_its_year() -> None:
    put_off = {"first_held": "2000", **GIONG, "editions": [{"date": "2021-08"}]}
    found = days(put_off, "2021-01-01", "2022-12-31")
    assert [one[0] for one in found] == ["2021-08-01", "2022-02-06"]
    shifted = {
        "recurrence": {"calendar": "SOLAR", "month": 12, "day": 31},
        "first_held": "2000",
        "editions": [{"date": "2027-01-02"}],
    }
    found = days(shifted, "2026-12-01", "2027-12-31")
    assert [one[0] for one in found] == ["2027-01-02", "2027-12-31"]


@pytest.mark.parametrize("edition", ["2024", "2024-04", "2024-01"])
def test_the_year_of_an_edition_begins_a_cycle(edition: str) -> None:
    rule = {"calendar": "LUNAR", "month": 3, "day": 6, "every_years": 5}
    known = {"recurrence": rule, "editions": [{"date": edition}]}
    found = days(known, "2023-01-01", "2034-12-31")
    assert [one[0][:4] for one in found] == ["2024", "2029", "2034"]
    assert found[1][2] == "exact"
    begun = {"recurrence": rule, "first_held": "2024"}
    assert [one[0][:4] for one in days(begun, "2023-01-01", "2033-12-31")] == ["2024", "2029"]


def test_editions_that_do_not_agree_make_no_year_certain() -> None:
    rule = GIONG["recurrence"] | {"every_years": 5}
    known = {"recurrence": rule, "editions": [{"date": "2015"}, {"date": "2021"}]}
    found = days(known, "2015-01-01", "2026-12-31")
    assert [(one[0][:4], one[2]) for one in found] == [
        ("2015", "exact"),
        ("2016", "cycle"),
        ("2020", "cycle"),
        ("2021", "exact"),
        ("2025", "cycle"),
        ("2026", "cycle"),
    ]


def test_a_year_alone_is_told_where_custom_tells_nothing() -> None:
    ended = GIONG | {
        "editions": [{"date": "2024"}],
        "states": [{"status": "ended", "date": "2020"}],
    }
    assert days(ended, "2024-01-01", "2024-12-31") == [("2024-01-01", "2024-12-31", "year")]


STATES = [
    ([("operating", "1990"), ("ended", None)], False),
    ([("ended", None), ("operating", "2020"), ("suspended", "1990")], False),
    ([("suspended", "2010"), ("operating", None)], True),
    ([("suspended", None), ("operating", "2010")], True),
    ([("operating", "2010/.."), ("suspended", "2020/..")], False),
    ([("planned", None)], True),
    ([("planned", "2027")], False),
    ([("planned", "2026")], True),
    ([("operating", "2020"), ("planned", "2027")], True),
]


@pytest.mark.parametrize(("states", "is_held"), STATES)
def test_a_state_without_a_date_keeps_its_place(
    states: list[tuple[str, str | None]], is_held: bool
) -> None:
    told = [{"status": status, "date": date} for status, date in states]
    found = days(GIONG | {"states": told}, "2026-01-01", "2026-12-31")
    assert bool(found) is is_held


def test_what_was_suspended_for_some_years_was_not_held_in_them() -> None:
    states = [
        {"status": "operating", "date": "2010"},
        {"status": "suspended", "date": "2020-03"},
        {"status": "operating", "date": "2022"},
    ]
    found = days(GIONG | {"states": states}, "2008-01-01", "2023-12-31")
    years = [int(one[0][:4]) for one in found]
    assert years == [*range(2010, 2021), 2022, 2023]


@pytest.mark.parametrize("calendar", ["LUNAR", "SOLAR"])
def test_days_in_the_wrong_order_tell_the_month_alone(calendar: str) -> None:
    for wrong in (
        {"month": 3, "day": 10, "until_day": 5},
        {"month": 3, "day": 10, "until_month": 3, "until_day": 5},
        {"month": 3, "day": 10, "until_month": 2, "until_day": 20},
    ):
        rule = {"recurrence": {"calendar": calendar, **wrong}}
        [held] = days(rule, "2026-05-01", "2027-03-01") or [("", "", "month")]
        assert held[2] == "month"
        [held] = days(rule, "2026-03-31", "2026-04-18")[:1]
        begin, end = dt.date.fromisoformat(held[0]), dt.date.fromisoformat(held[1])
        assert (held[2], (end - begin).days < 31) == ("month", True)


def test_nothing_is_claimed_of_years_before_the_first_known_one() -> None:
    span = (dt.date(1900, 1, 1), dt.date(2030, 12, 31))

    def first_year(document: dict[str, Any], stated: str = "2018-05") -> int:
        return occurrences(schedule_of(document, stated), *span)[0].first.year

    assert first_year(GIONG) == 2018
    assert first_year(GIONG | {"editions": [{"date": "2014"}]}) == 2014
    assert first_year(GIONG | {"states": [{"status": "operating", "date": "2009-05"}]}) == 2009
    assert first_year(GIONG | {"first_held": "199X"}) == 1999
    assert first_year(GIONG | {"first_held": "1950/.."}) == 1950
    # What it remembers is no holding of it.
    assert first_year(GIONG | {"happened": "1789-01-30"}) == 2018
