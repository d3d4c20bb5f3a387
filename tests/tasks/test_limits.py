"""Counting how often something is done, and letting it be done once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from khue.tasks import limits, worker
from khue.tasks.models import Counted

pytestmark = pytest.mark.django_db(databases="__all__")

HOUR = timedelta(hours=1)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let it be so many seconds after the epoch."""
    monkeypatch.setattr(limits.timezone, "now", lambda: datetime.fromtimestamp(seconds, UTC))


def test_so_many_and_no_more_in_a_stretch_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 36_000)
    assert [limits.take("a", 2, HOUR) for _ in range(4)] == [True, True, False, False]
    assert limits.count("a", HOUR) == 2
    assert limits.take("b", 1, HOUR), "each key counts by itself"
    at(monkeypatch, 39_599)
    assert not limits.take("a", 2, HOUR)
    at(monkeypatch, 39_600)
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


def test_a_salt_is_forgotten_with_its_day_however_late_it_was_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, 2 * 86_400 - 60)
    key = limits.address_key("203.0.113.7")
    limits.take(f"hour:{key}", 5, HOUR)
    at(monkeypatch, 2 * 86_400 - 1)
    limits.forget_over()
    assert limits.address_key("203.0.113.7") == key
    at(monkeypatch, 2 * 86_400)
    limits.forget_over()
    assert not Counted.objects.exists(), "nobody has to send anything for that"


def test_the_worker_forgets_while_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    forgot: list[int] = []
    again = threading.Event()

    def forget() -> None:
        forgot.append(threading.get_ident())
        if len(forgot) == 2:
            raise OperationalError("database is locked")
        if len(forgot) > 2:
            again.set()

    monkeypatch.setattr(limits, "forget_over", forget)
    monkeypatch.setattr(worker, "FORGET_S", 0.001)
    with worker._forgetting():
        assert again.wait(10), "and once more after it could not"
    assert forgot[0] == threading.get_ident() != forgot[1]
