"""The help of every command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from khue.cli.app import khue
from khue.model.packs import Pack
from pages.markdown import Lines

WIDTH = 90
"""Characters of a line of help, so that the pages do not depend on a terminal."""


def commands(pack: Pack) -> Lines:
    """The help of every command, as `--help` prints it."""
    yield "Exit codes: 0 done, 1 findings of level error or a failed check, 2 wrong use."
    yield "With `--json` there is one JSON document on standard output and nothing else there."
    yield "All state is below `KHUE_HOME`; see the [guide to operations](../guide/operations.md)."
    yield ""
    for path, command in walk_commands(khue, ("khue",)):
        yield f"## {' '.join(path)}"
        yield ""
        yield "```text"
        yield _help(path, command)
        yield "```"
        yield ""


def walk_commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, with the words that call each."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from walk_commands(below, (*path, name))


def _help(path: Sequence[str], command: click.Command) -> str:
    above: click.Context | None = None
    for word in path[:-1]:
        above = click.Context(click.Command(word), info_name=word, parent=above)
    context = click.Context(
        command,
        info_name=path[-1],
        parent=above,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
