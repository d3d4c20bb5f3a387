"""The command group, and the one place where errors become words and exit codes."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import click

from khue import __version__


class Commands(click.Group):
    """Commands by name, each imported only when it is called, so that help is instant."""

    modules: ClassVar = {
        "demo": "serving",
        "serve": "serving",
        "user": "users",
        "import": "importing",
        "template": "templates",
        "tasks": "tasks",
        "undo": "changing",
        "edit": "changing",
        "proposals": "reviewing",
        "merge": "changing",
        "split": "changing",
        "withdraw": "changing",
        "judge": "reviewing",
        "attach": "files",
        "detach": "files",
        "show": "reading",
        "history": "reading",
        "search": "reading",
        "places": "places",
        "types": "packs",
        "pack": "packs",
        "index": "indexes",
        "rebuild": "checking",
        "erase": "erasing",
        "backup": "backups",
        "restore": "backups",
        "verify": "checking",
        "export": "exporting",
        "snapshot": "snapshots",
        "measure": "measuring",
        "report": "reporting",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which one needs them."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        module = self.modules.get(cmd_name)
        if module is None:
            return None
        found: click.Command = getattr(
            importlib.import_module(f"khue.cli.{module}"), f"{cmd_name}_command"
        )
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def khue() -> None:
    """Khuê: sổ đăng ký di sản và kinh tế sáng tạo · the registry of heritage and creative economy.

    All state is below KHUE_HOME (default ./var). KHUE_LANG=en gives English messages.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit. Never shows a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
    # Nearly all that a command makes is kept until its end: looking through all of it for cycles
    # after every few hundred objects takes a quarter of a large import.
    gc.set_threshold(100_000, 50, 100)
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(khue, arguments, as_json="--json" in arguments))


def _run(command: click.Command, arguments: list[str], *, as_json: bool) -> int:
    from khue.cli.output import show_error
    from khue.model.crashes import keep_crash
    from khue.model.errors import KhueError, WrongUse

    try:
        _require_text(arguments)
        result = command.main(args=arguments, prog_name="khue", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        if as_json:
            said = error.format_message()
            show_error(WrongUse(said, said), as_json=True)
        else:
            error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except KhueError as error:
        show_error(error, as_json=as_json)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception:
        show_error(keep_crash(Path(os.environ.get("KHUE_HOME", "var"))), as_json=as_json)
        return 1


def _require_text(arguments: list[str]) -> None:
    """Raise `WrongUse` for an argument that is no UTF-8: nothing that is kept or printed could hold
    it, nor the name of a file that it came from."""
    from khue.model.errors import WrongUse

    for one in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in one):
            raise WrongUse(
                f"Tham số {one!a} không phải UTF-8.",
                f"The argument {one!a} is not UTF-8.",
                mend_vi="Gõ lại; nếu là tên tệp, đổi tên tệp rồi thử lại.",
                mend_en="Type it again; if it names a file, rename that and try again.",
            )


Command = Callable[..., Any]


def json_option(command: Command) -> Command:
    """`--json`: one JSON document on standard output and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document, nothing else.")(
        command
    )


def start(*, whole: bool = False, writing: bool = False) -> None:
    """Set Django up and bring the home's databases to the present tables.

    `whole` is for commands that have to do with accounts or the queue. Before `writing`, people
    are told what they may have to wait for.

    Raises `WrongUse` if `KHUE_HOME` is not a folder that can be written.
    """
    _require_home()
    set_up(whole=whole)
    from khue.pipeline import prepare_home

    prepare_home()
    if writing:
        from khue.cli.output import tell_notices

        tell_notices()


def set_up(*, whole: bool = False) -> None:
    """Set Django up, for commands that need no home."""
    import django
    from django.conf import settings

    # What an erasure has left to do concerns the queue as well.
    if not whole and not (Path(settings.KHUE_HOME) / "unfinished").exists():
        settings.INSTALLED_APPS = settings.PLAIN_APPS
    django.setup()


def _require_home() -> None:
    from khue.model.errors import WrongUse, reason_of

    home = Path(os.environ.get("KHUE_HOME", "var"))
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(home, os.W_OK):
            raise PermissionError(errno.EACCES, "")
    except OSError as error:
        why = reason_of(error)
        raise WrongUse(
            f"Không dùng được thư mục {home} của KHUE_HOME: {why['vi']}.",
            f"The folder {home} of KHUE_HOME cannot be used: {why['en']}.",
            mend_vi="Chọn một thư mục ghi được, ví dụ KHUE_HOME=$HOME/khue.",
            mend_en="Choose a folder that can be written, such as KHUE_HOME=$HOME/khue.",
        ) from error
