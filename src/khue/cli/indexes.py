"""`khue index`: how the search indexes are, and building them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from khue.cli.app import json_option, start
from khue.cli.output import number, print_json, say, size, word

if TYPE_CHECKING:
    from khue.search import IndexStatus


@click.group("index")
def index_command() -> None:
    """The search indexes: how far they have followed the ledger, and building them again."""


@index_command.command("status")
@json_option
def status_command(as_json: bool) -> int:
    """Position, size and soundness of both indexes; every byte of them is checked.

    Exit code 1 if one is missing or damaged, has to be rebuilt, or is behind the ledger while
    nobody is bringing it up to date.
    """
    start()
    from khue import search
    from khue.pipeline import house

    found = search.status(house().pack)
    ok = all(one.ok for one in found)
    if as_json:
        print_json({"ok": ok, "indexes": [_told(one) for one in found]})
    for one in found if not as_json else ():
        _show(one)
    return 0 if ok else 1


@index_command.command("rebuild")
@json_option
def rebuild_command(as_json: bool) -> int:
    """Build both indexes again from the records. People search the old ones until it is done."""
    start()
    from khue import search
    from khue.pipeline import house

    entries = search.rebuild(house().pack)
    if as_json:
        print_json({"entries": entries})
    else:
        say(word("index.rebuilt", entries=number(entries)))
    return 0


def _told(one: IndexStatus) -> dict[str, Any]:
    return {
        "index": one.sight,
        "ok": one.ok,
        "position": one.position,
        "head": one.head,
        "behind": one.behind,
        "entries": one.entries,
        "bytes": one.size,
        "generation": one.generation,
        "current_layout": "layout" not in one.faults,
        "writer": one.writer,
        "faults": list(one.faults),
        "damaged": list(one.damaged),
    }


def _show(one: IndexStatus) -> None:
    told = {"position": one.position, "head": one.head, "entries": one.entries}
    counts = {name: number(count) for name, count in told.items()}
    say(word("index.line", name=word(f"index.{one.sight}"), size=size(one.size), **counts))
    if one.generation:
        say(word("index.generation", generation=one.generation))
    if one.behind:
        say(word("index.behind", changes=number(one.behind)))
    if one.writer is not None:
        say(word("index.writer", process=one.writer))
    for fault in one.faults:
        say(word(f"index.fault_{fault}", files=", ".join(one.damaged)))
