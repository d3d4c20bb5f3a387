"""Accounts: adding, listing and disabling them, and the actor that one becomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from khue.accounts.models import Grant
from khue.model.errors import NotFound, Refused, WrongUse
from khue.model.packs import Pack
from khue.model.rights import GRANTS, OPERATOR, PUBLIC, Actor

RESERVED = frozenset({PUBLIC.who, OPERATOR.who})
"""Names that the ledger has for those who are nobody in particular."""

PASSWORD_TROUBLE = {
    "password_too_short": ("quá ngắn (cần ít nhất 12 ký tự)", "is shorter than 12 characters"),
    "password_too_common": ("quá quen thuộc", "is one of those that everybody tries first"),
    "password_entirely_numeric": ("chỉ toàn chữ số", "is all digits"),
    "password_too_similar": ("quá giống tên người dùng", "is too much like the user's name"),
}
"""What Django's validators find, by their codes."""


@dataclass(frozen=True)
class Account:
    """A user and what was granted. `units` and `types` are None where there is no limit."""

    name: str
    active: bool
    roles: tuple[str, ...]
    units: tuple[str, ...] | None
    types: tuple[str, ...] | None

    def to_json(self) -> dict[str, Any]:
        """The account as `khue user list --json` prints it."""
        return {
            "name": self.name,
            "active": self.active,
            "roles": list(self.roles),
            "units": None if self.units is None else list(self.units),
            "types": None if self.types is None else list(self.types),
        }


@dataclass(frozen=True)
class Wish:
    """An account as it shall be. No units or no types means no limit."""

    name: str
    roles: Sequence[str]
    units: Sequence[str] = ()
    types: Sequence[str] = ()


def check_wish(wish: Wish, pack: Pack, is_unit: Callable[[str], bool]) -> Wish:
    """The wish with its name as it will be kept (Unicode NFKC).

    `is_unit` knows the codes of present units. Raises `WrongUse` for a name that cannot be one or
    an unknown role, unit or type, and `Refused` if the name is taken in any spelling.
    """
    name = User.normalize_username(wish.name)
    _require_name(name)
    _require_free(name)
    _require_known(wish, pack, is_unit)
    return replace(wish, name=name)


def add_user(wish: Wish, password: str) -> Account:
    """Make the account of a checked wish.

    Raises `WrongUse` for a password that Django's validators refuse, and `Refused` if someone took
    the name meanwhile.
    """
    _require_password(password, wish.name)
    try:
        with transaction.atomic():
            _require_free(wish.name)
            user = User.objects.create_user(wish.name, password=password)
            grant = Grant.objects.create(
                user=user,
                roles=sorted(set(wish.roles)),
                units=sorted(set(wish.units)) or None,
                types=sorted(set(wish.types)) or None,
            )
    except IntegrityError as error:
        raise _taken(wish.name) from error
    return _account(user, grant)


def list_users() -> list[Account]:
    """All accounts by name, disabled ones too."""
    grants = {one.user_id: one for one in Grant.objects.all()}
    users = User.objects.order_by("username")
    return [_account(user, grants.get(user.pk)) for user in users]


def disable_user(name: str) -> Account:
    """Let a user do nothing from now on; sessions of theirs end too. Raises `NotFound`."""
    user = _user(name)
    user.is_active = False
    user.save(update_fields=["is_active"])
    return _account(user, Grant.objects.filter(user=user).first())


def actor_named(name: str) -> Actor:
    """The actor of a name, as the account stands now. Raises `NotFound`."""
    return OPERATOR if name == OPERATOR.who else actor_of(_user(name))


def actor_of(user: User) -> Actor:
    """Who a user is in the ledger, and what they may do. A disabled one may do nothing."""
    account = _account(user, Grant.objects.filter(user=user).first())
    return Actor(
        who=account.name,
        roles=frozenset(account.roles if account.active else ()),
        units=None if account.units is None else frozenset(account.units),
        types=None if account.types is None else frozenset(account.types),
    )


def _account(user: User, grant: Grant | None) -> Account:
    """A user without a grant, such as one made by Django's own commands, has no roles."""
    return Account(
        name=user.get_username(),
        active=user.is_active,
        roles=tuple(grant.roles) if grant else (),
        units=tuple(grant.units) if grant and grant.units is not None else None,
        types=tuple(grant.types) if grant and grant.types is not None else None,
    )


def _user(name: str) -> User:
    user = User.objects.filter(username=User.normalize_username(name)).first()
    if user is None:
        raise NotFound(
            f"Không có người dùng {name}.",
            f"There is no user {name}.",
            mend_vi="Xem danh sách bằng `khue user list`.",
            mend_en="`khue user list` shows all.",
        )
    return user


def _require_name(name: str) -> None:
    try:
        User._meta.get_field("username").clean(name, None)
    except ValidationError:
        raise WrongUse(
            f"«{name}» không dùng làm tên người dùng được.",
            f"'{name}' cannot be the name of a user.",
            mend_vi="Dùng chữ, số và @ . + - _, tối đa 150 ký tự, không có dấu cách.",
            mend_en="Use letters, digits and @ . + - _, at most 150, without spaces.",
        ) from None
    if name.casefold() in RESERVED:
        raise WrongUse(
            f"Tên {name} dành riêng cho Khuê.",
            f"The name {name} is Khuê's own.",
            mend_vi="Chọn tên khác.",
            mend_en="Choose another.",
        )


def _require_known(wish: Wish, pack: Pack, is_unit: Callable[[str], bool]) -> None:
    if unknown := [one for one in wish.roles if one not in GRANTS]:
        raise WrongUse(
            f"Không có vai trò {', '.join(unknown)}.",
            f"There is no role {', '.join(unknown)}.",
            mend_vi=f"Các vai trò: {', '.join(GRANTS)}.",
            mend_en=f"The roles: {', '.join(GRANTS)}.",
        )
    if unknown := [one for one in wish.units if not is_unit(one)]:
        raise WrongUse(
            f"Không có đơn vị hành chính hiện nay mang mã {', '.join(unknown)}.",
            f"There is no present unit with the code {', '.join(unknown)}.",
            mend_vi="Tìm mã bằng `khue places resolve`.",
            mend_en="`khue places resolve` finds codes.",
        )
    for one in wish.types:
        pack.require_type(one)


def _require_password(password: str, name: str) -> None:
    try:
        validate_password(password, User(username=name))
    except ValidationError as error:
        told = [PASSWORD_TROUBLE[str(one.code)] for one in error.error_list]
    else:
        return
    raise WrongUse(
        f"Mật khẩu này {', '.join(vi for vi, _ in told)}.",
        f"This password {', '.join(en for _, en in told)}.",
        mend_vi="Chọn mật khẩu khác, ví dụ bốn từ không liên quan đến nhau.",
        mend_en="Choose another, such as four words that have nothing to do with each other.",
    )


def _require_free(name: str) -> None:
    """Two names that differ in case only would be one person to most readers."""
    names = User.objects.values_list("username", flat=True)
    if name.casefold() in {one.casefold() for one in names}:
        raise _taken(name)


def _taken(name: str) -> Refused:
    return Refused(
        f"Đã có người dùng {name}.",
        f"There is a user {name} already.",
        mend_vi="Chọn tên khác; tên đã dùng không được cấp lại.",
        mend_en="Choose another name; names are not given twice.",
    )
