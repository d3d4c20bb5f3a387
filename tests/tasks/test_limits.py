"""Counting how often something is done, and letting it be done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from khue.tasks import limits
from khue.tasks.models import Counted

pytestmark = pytest.mark.django_db(databases="__all__")

HOUR = timedelta(hours=1)


def test_so_many_and_no_more_in_a_stretch_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.time, "time", lambda: 36_000.0)
    assert [limits.take("a", 2, HOUR) for _ in range(4)] == [True, True, False, False]
    assert limits.count("a", HOUR) == 2
    assert limits.take("b", 1, HOUR), "each key counts by itself"
    monkeypatch.setattr(limits.time, "time", lambda: 39_600.0)
    assert limits.count("a", HOUR) == 0
    assert limits.take("a", 2, HOUR)


def test_a_claim_holds_until_it_is_given_back() -> None:
    assert limits.claim("form", HOUR)
    assert not limits.claim("form", HOUR)
    assert limits.settled("form") == ""
    limits.release("form")
    assert limits.claim("form", HOUR)
    limits.settle("form", "01X")
    assert limits.settled("form") == "01X"


def test_what_is_over_is_forgotten() -> None:
    limits.claim("form", HOUR)
    limits.take("a", 1, HOUR)
    Counted.objects.update(until=timezone.now() - HOUR)
    limits.claim("other", HOUR)
    assert [row.key for row in Counted.objects.all()] == ["other"]


def test_no_address_is_kept() -> None:
    key = limits.address_key("203.0.113.7")
    assert key == limits.address_key("203.0.113.7") != limits.address_key("203.0.113.8")
    assert "203.0.113" not in repr(list(Counted.objects.values()))
    Counted.objects.all().delete()
    assert limits.address_key("203.0.113.7") != key, "the salt is made anew"
