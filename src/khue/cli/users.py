"""`khue user`: who may sign in, and what they were granted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

import click

from khue.cli.app import json_option, start
from khue.cli.output import print_json, say, word
from khue.model.errors import WrongUse

if TYPE_CHECKING:
    from khue.accounts.users import Account


@click.group("user")
def user_command() -> None:
    """Users: who may sign in, in which role, for which units and types."""


@user_command.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, help="See reference/rights.md.")
@click.option("--unit", "units", multiple=True, help="Only this present unit; by default all.")
@click.option("--type", "types", multiple=True, help="Only this record type; by default all.")
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="Read the password from here (-: standard input) instead of asking.",
)
@json_option
def add_command(
    name: str,
    roles: tuple[str, ...],
    units: tuple[str, ...],
    types: tuple[str, ...],
    password_file: TextIO | None,
    as_json: bool,
) -> int:
    """Add the user NAME. The password is asked for."""
    start(whole=True)
    from khue.accounts import users
    from khue.pipeline import house

    wish = users.check_wish(
        users.Wish(name, roles, units, types),
        house().pack,
        is_unit=lambda code: house().gazetteer.unit(code) is not None,
    )
    return _show(users.add_user(wish, _password(password_file)), "user.added", as_json)


@user_command.command("list")
@json_option
def list_command(as_json: bool) -> int:
    """All users, disabled ones too."""
    start(whole=True)
    from khue.accounts import users

    found = users.list_users()
    if as_json:
        print_json({"users": [one.to_json() for one in found]})
    for one in found if not as_json else ():
        say(_line("user.line" if one.active else "user.disabled_line", one))
    return 0


@user_command.command("disable")
@click.argument("name")
@json_option
def disable_command(name: str, as_json: bool) -> int:
    """Let the user NAME do nothing from now on."""
    start(whole=True)
    from khue.accounts import users

    return _show(users.disable_user(name), "user.disabled", as_json)


def _show(account: Account, key: str, as_json: bool) -> int:
    if as_json:
        print_json(account.to_json())
    else:
        say(_line(key, account))
    return 0


def _line(key: str, account: Account) -> str:
    limits = [
        word(f"user.{name}", codes=", ".join(codes))
        for name, codes in (("units", account.units), ("types", account.types))
        if codes is not None
    ]
    roles = ", ".join(account.roles) or word("user.no_role")
    return word(key, name=account.name, grant="; ".join([roles, *limits]))


def _password(file: TextIO | None) -> str:
    """The password from a file (its first line) or asked for on a terminal, twice."""
    if file is not None:
        try:
            return file.readline().rstrip("\r\n")
        except (UnicodeDecodeError, OSError) as error:
            raise WrongUse(
                f"Không đọc được mật khẩu từ {file.name}.",
                f"The password cannot be read from {file.name}.",
                mend_vi="Ghi mật khẩu trên dòng đầu của một tệp văn bản UTF-8.",
                mend_en="Put it on the first line of a text file in UTF-8.",
            ) from error
    if not sys.stdin.isatty():
        raise WrongUse(
            "Không có cửa sổ lệnh để hỏi mật khẩu.",
            "There is no terminal to ask for the password.",
            mend_vi="Đưa mật khẩu bằng --password-file, hoặc --password-file - từ đầu vào chuẩn.",
            mend_en="Give it with --password-file, or --password-file - from standard input.",
        )
    asked: str = click.prompt(
        word("user.password"),
        hide_input=True,
        confirmation_prompt=word("user.password_again"),
        err=True,
    )
    return asked
