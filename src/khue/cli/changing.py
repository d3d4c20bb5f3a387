"""`khue edit`, `undo`, `merge`, `split` and `withdraw`: changes by hand."""

from __future__ import annotations

from typing import Any

import click

from khue.cli.app import json_option, start
from khue.cli.output import print_json, say, word


@click.command("edit")
@click.argument("record")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@click.option("--propose", is_flag=True, help="Ask for the change; someone else decides.")
@json_option
def edit_command(
    record: str, fields: tuple[str, ...], why: str, propose: bool, as_json: bool
) -> int:
    """Set fields of RECORD. An empty VALUE takes the field away."""
    stated = dict(_pair(text) for text in fields)
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import edit_record, house, propose_edit

    if propose:
        proposal = propose_edit(house(), record, stated, actor=OPERATOR, why=why)
        if as_json:
            print_json({"id": record, "proposal": proposal, "fields": [*stated]})
        else:
            say(word("edit.proposed", proposal=proposal) if proposal else word("edit.nothing"))
        return 0
    committed = edit_record(house(), record, stated, actor=OPERATOR, why=why)
    changed = committed.records[0] if committed else record
    if as_json:
        batch = committed.batch if committed else None
        print_json({"id": changed, "batch": batch, "fields": [*stated]})
    elif committed is None:
        say(word("edit.nothing"))
    else:
        say(word("edit.done", id=changed, batch=committed.batch))
    return 0


@click.command("undo")
@click.argument("batch")
@click.option("--why", help="Reason, kept in the ledger.")
@json_option
def undo_command(batch: str, why: str | None, as_json: bool) -> int:
    """Bring every record of BATCH back to what it was before it."""
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, undo_batch

    done = undo_batch(house(), batch, actor=OPERATOR, why=why or word("undo.why", batch=batch))
    if as_json:
        print_json({"batch": done.batch, "undone": batch, "records": [*done.records]})
    else:
        say(word("undo.done", undone=batch, batch=done.batch, n=len(done.records)))
    return 0


@click.command("merge")
@click.argument("winner")
@click.argument("loser")
@click.option("--take", multiple=True, help="Field that LOSER is right about; repeatable.")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@json_option
def merge_command(winner: str, loser: str, take: tuple[str, ...], why: str, as_json: bool) -> int:
    """Make one record of two: LOSER redirects to WINNER, which keeps what it says and takes what
    only LOSER says."""
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, merge_records

    done = merge_records(house(), winner, loser, take=take, actor=OPERATOR, why=why)
    if as_json:
        print_json({"batch": done.batch, "winner": winner, "loser": loser})
    else:
        say(word("merge.done", winner=winner, loser=loser, batch=done.batch))
    return 0


@click.command("split")
@click.argument("record")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@json_option
def split_command(record: str, why: str, as_json: bool) -> int:
    """Make RECORD, which was merged into another one, a record of its own again."""
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, split_record

    done = split_record(house(), record, actor=OPERATOR, why=why)
    return _tell_done("split.done", record, done, as_json)


@click.command("withdraw")
@click.argument("record")
@click.option("--restore", is_flag=True, help="Bring it back as it last was.")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@json_option
def withdraw_command(record: str, restore: bool, why: str, as_json: bool) -> int:
    """Take RECORD out of the registry. Its history stays, and its address says that it is gone."""
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, restore_record, withdraw_record

    act = restore_record if restore else withdraw_record
    done = act(house(), record, actor=OPERATOR, why=why)
    return _tell_done("withdraw.restored" if restore else "withdraw.done", record, done, as_json)


def _tell_done(key: str, record: str, done: Any, as_json: bool) -> int:
    if as_json:
        print_json({"id": record, "batch": done.batch, "records": [*done.records]})
    else:
        say(word(key, id=record, batch=done.batch))
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise click.UsageError(f"FIELD=VALUE: {text!r}")
    return name.strip(), value
