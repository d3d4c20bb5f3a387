"""The command group, and the one place where errors become words and exit codes."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import click

from khue import __version__


class Commands(click.Group):
    """Commands by name, each imported only when it is called, so that help is instant."""

    modules: ClassVar = {
        "demo": "serving",
        "serve": "serving",
        "import": "importing",
        "undo": "changing",
        "edit": "changing",
        "show": "reading",
        "history": "reading",
        "search": "reading",
        "places": "reading",
        "types": "packs",
        "pack": "packs",
        "rebuild": "checking",
        "verify": "checking",
        "export": "exporting",
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
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(khue, arguments, as_json="--json" in arguments))


def _run(command: click.Command, arguments: list[str], *, as_json: bool) -> int:
    from khue.cli.output import show_error
    from khue.model.errors import KhueError

    try:
        result = command.main(args=arguments, prog_name="khue", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
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
        return _tell_crash(as_json)


def _tell_crash(as_json: bool) -> int:
    """A broken assumption: the details go to a file, the user gets one sentence."""
    from khue.cli.output import show_error
    from khue.model.errors import KhueError

    home = Path(os.environ.get("KHUE_HOME", "var"))
    path = home / "crashes" / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        traceback.print_exc()
    error = KhueError(
        "Khuê gặp lỗi bất ngờ và đã dừng; không có gì dở dang được ghi lại.",
        "Khuê met an unexpected error and stopped; nothing half done was written.",
        mend_vi=f"Gửi tệp {path} cho người bảo trì.",
        mend_en=f"Send the file {path} to the maintainers.",
    )
    show_error(error, as_json=as_json)
    return 1


Command = Callable[..., Any]


def json_option(command: Command) -> Command:
    """`--json`: one JSON document on standard output and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document, nothing else.")(
        command
    )


def start() -> None:
    """Set Django up and bring the home's database to the present tables."""
    import django

    django.setup()
    from khue.pipeline import prepare_home

    prepare_home()
