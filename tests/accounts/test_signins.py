"""Signing in: what is logged and where, locking out, sessions. There is no page for it yet."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth import authenticate, get_user, login
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khue.accounts import signins, users

NAME, PASSWORD = "lan", "bốn từ không liên quan"
SECOND = ("axes_", "django_session", "django_tasks_database_", "tasks_")

pytestmark = pytest.mark.django_db(databases=["default", "tasks"])


@pytest.fixture(autouse=True)
def user(settings: Any) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return User.objects.create_user(NAME, password=PASSWORD)


def request(address: str = "10.0.0.1", **fields: str) -> Any:
    made: Any = RequestFactory().post("/sign-in?next=/x", fields, REMOTE_ADDR=address)
    made.session = SessionStore()
    return made


def sign_in(password: str, name: str = NAME, address: str = "10.0.0.1", **more: str) -> Any:
    """What a sign-in page does; gives the user or None."""
    asked = request(address, username=name, password=password, **more)
    found = authenticate(asked, username=name, password=password)
    if found is not None:
        login(asked, found)
        asked.session.save()
    return found


def test_the_second_database_holds_what_may_be_lost_and_nothing_else() -> None:
    def tables(alias: str) -> set[str]:
        return {one for one in connections[alias].introspection.table_names()}

    assert all(name.startswith((*SECOND, "django_migrations")) for name in tables("tasks"))
    assert not any(name.startswith(SECOND) for name in tables("default"))
    assert {"registry_change", "auth_user", "accounts_grant"} <= tables("default")


def test_a_failure_and_a_sign_in_are_logged_with_a_session() -> None:
    assert sign_in("không phải") is None
    (failure,) = AccessFailureLog.objects.all()
    assert (failure._state.db, failure.username) == ("tasks", NAME)
    assert (failure.ip_address, failure.locked_out) == ("10.0.0.1", False)
    assert not Session.objects.exists()

    assert sign_in(PASSWORD) is not None
    (logged,) = AccessLog.objects.all()
    (session,) = Session.objects.all()
    assert (logged._state.db, logged.username) == ("tasks", NAME)
    assert session._state.db == "tasks"
    assert session.session_key not in logged.session_hash
    # Failures before a success count no more.
    assert not AccessAttempt.objects.exists()


def test_five_failures_lock_out_one_name_at_one_address_for_a_while() -> None:
    User.objects.create_user("minh", password=PASSWORD)
    for _ in range(4):
        assert sign_in("sai") is None
    assert sign_in(PASSWORD) is not None
    for _ in range(5):
        assert sign_in("sai") is None
    assert AccessFailureLog.objects.latest("attempt_time").locked_out
    assert sign_in(PASSWORD) is None
    assert sign_in(PASSWORD, name="minh") is not None
    assert sign_in(PASSWORD, address="10.0.0.2") is not None
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(PASSWORD) is not None


def test_what_people_type_is_nowhere_in_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    secrets = ("Sơn Tinh 1986", "Thuỷ Tinh 1954", "271828", "314159")
    caplog.set_level(logging.DEBUG)
    for _ in range(6):
        # The password in the wrong field, and a second factor that nobody named beforehand.
        sign_in(secrets[1], name=secrets[0], code=secrets[2], whatever=secrets[3])
        sign_in(secrets[1], code=secrets[2], whatever=secrets[3])
    kept = dump("tasks") + dump("default") + caplog.text
    assert AccessFailureLog.objects.count() == 12
    for one in (*secrets, signins.User.normalize_username(secrets[0])):
        assert one not in kept
    # Whoever tries one wrong name again and again is locked out like everyone.
    wrong = {one.username for one in AccessFailureLog.objects.all() if one.username != NAME}
    assert len(wrong) == 1
    assert AccessFailureLog.objects.filter(username=wrong.pop(), locked_out=True).exists()


def dump(alias: str) -> str:
    """All that is in a database, as text."""
    with connections[alias].cursor() as cursor:
        text = ""
        for table in connections[alias].introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            text += repr(cursor.fetchall())
    return text


def test_a_sign_in_writes_nothing_where_an_import_may_be_writing() -> None:
    with CaptureQueriesContext(connections["default"]) as asked:
        assert sign_in(PASSWORD) is not None
    written = [one["sql"] for one in asked if not one["sql"].startswith("SELECT")]
    assert written == []


def test_a_disabled_user_is_out_at_once() -> None:
    asked = request()
    login(asked, authenticate(asked, username=NAME, password=PASSWORD))
    assert get_user(asked) == User.objects.get()
    users.disable_user(NAME)
    assert isinstance(get_user(asked), AnonymousUser)
    assert sign_in(PASSWORD) is None


def test_old_entries_and_ended_sessions_are_forgotten() -> None:
    for address in ("10.0.0.1", "10.0.0.2"):
        sign_in("sai", address=address)
        assert sign_in(PASSWORD, address=address) is not None
    old = timezone.now() - timedelta(days=181)
    for model in (AccessLog, AccessFailureLog):
        model.objects.filter(ip_address="10.0.0.1").update(attempt_time=old)
    ended = Session.objects.first()
    assert ended is not None
    Session.objects.filter(pk=ended.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    signins.forget_old()
    assert [one.ip_address for one in AccessLog.objects.all()] == ["10.0.0.2"]
    assert [one.ip_address for one in AccessFailureLog.objects.all()] == ["10.0.0.2"]
    assert Session.objects.count() == 1
