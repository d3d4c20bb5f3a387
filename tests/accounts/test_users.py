"""Accounts and the actors that they become."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from khue.accounts import users
from khue.accounts.models import Grant
from khue.accounts.users import Wish
from khue.model.errors import NotFound, Refused, WrongUse
from khue.model.rights import OPERATOR, Subject, may

PASSWORD = "bốn từ không liên quan"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def add(pack: Any, name: str = "lan", *roles: str, **limits: Any) -> users.Account:
    wish = Wish(name, roles or ("officer",), **limits)
    checked = users.check_wish(wish, pack, is_unit=lambda code: code in ("01", "00004"))
    return users.add_user(checked, PASSWORD)


def test_an_account_becomes_an_actor_with_its_limits(pack: Any) -> None:
    add(pack, "lan", "officer", "viewer", units=("00004",), types=("relic",))
    actor = users.actor_named("lan")
    assert (actor.who, actor.roles) == ("lan", {"officer", "viewer"})
    there = Subject("relic", frozenset({"00004", "01"}), public=False)
    assert may(actor, "commit", there)
    assert not may(actor, "commit", Subject("relic", frozenset({"01"}), public=False))
    assert not may(actor, "commit", Subject("dish", there.units, public=False))
    assert not may(actor, "undo", there)


def test_no_limit_is_none_and_a_wide_grant_reaches_records_without_a_place(pack: Any) -> None:
    add(pack, "minh", "reviewer")
    actor = users.actor_named("minh")
    assert (actor.units, actor.types) == (None, None)
    assert may(actor, "undo", Subject("dish", frozenset(), public=False))


def test_a_disabled_user_and_one_without_a_grant_may_do_nothing(pack: Any) -> None:
    add(pack, "lan", "administrator")
    assert not users.disable_user("lan").active
    assert users.actor_named("lan").roles == frozenset()
    assert users.actor_of(User.objects.create_user("djangos")).roles == frozenset()
    with pytest.raises(NotFound):
        users.disable_user("ai")


def test_the_operator_is_nobodys_account(pack: Any) -> None:
    assert users.actor_named("operator") == OPERATOR
    with pytest.raises(NotFound):
        users.actor_named("public")


@pytest.mark.parametrize("name", ["lan", "LAN", "Lan", "ｌａｎ"])
def test_a_name_is_given_once_in_any_spelling(pack: Any, name: str) -> None:
    add(pack, "lan")
    with pytest.raises(Refused):
        add(pack, name)
    assert len(users.list_users()) == 1


def test_letters_beyond_ascii_differ_in_case_only_too(pack: Any) -> None:
    add(pack, "đức")
    with pytest.raises(Refused):
        add(pack, "ĐỨC")


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "a\nb", "x\x1b[31m", "a\u202eb", "a/b", "x" * 151, "operator", "Public"],
)
def test_names_that_the_ledger_could_not_use_are_refused(pack: Any, name: str) -> None:
    with pytest.raises(WrongUse):
        add(pack, name)


@pytest.mark.parametrize("name", ["nguyễn.lan", "lan@hanoi.example", "ward_00004", "Đặng-Hà"])
def test_names_that_people_have_are_kept_as_they_are(pack: Any, name: str) -> None:
    assert add(pack, name).name == name
    assert users.actor_named(name).who == name


@pytest.mark.parametrize(
    ("roles", "limits"),
    [
        (("boss",), {}),
        (("officer", "boss"), {}),
        (("officer",), {"units": ("01", "99999")}),
        (("officer",), {"types": ("relic", "temple")}),
    ],
)
def test_what_cannot_be_granted_is_named(pack: Any, roles: Any, limits: Any) -> None:
    with pytest.raises(WrongUse) as raised:
        add(pack, "lan", *roles, **limits)
    unknown = {"boss", "99999", "temple"}
    for lang in ("vi", "en"):
        assert any(one in raised.value.message[lang] for one in unknown)
        assert raised.value.mend[lang]
    assert users.list_users() == []


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("mở cửa ra", "12 characters"),
        ("918273645546372819", "all digits"),
        ("password1234", "tries first"),
        ("nguyen.thi.lan", "user's name"),
        ("", "12 characters"),
    ],
)
def test_weak_passwords_are_refused_in_both_languages(pack: Any, password: str, said: str) -> None:
    wish = users.check_wish(Wish("nguyen.thi.lan1", ["viewer"]), pack, is_unit=lambda code: True)
    with pytest.raises(WrongUse) as raised:
        users.add_user(wish, password)
    assert said in raised.value.message["en"]
    assert raised.value.message["vi"] != raised.value.message["en"]
    assert password == "" or password not in str(raised.value.message)
    assert not User.objects.exists()


def test_a_grant_that_fails_leaves_no_user(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(Grant.objects, "create", fail)
    with pytest.raises(RuntimeError):
        add(pack)
    assert not User.objects.exists()
