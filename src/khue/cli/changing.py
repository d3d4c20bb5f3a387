"""`khue edit` and `khue undo`: changes by hand."""

from __future__ import annotations

import click

from khue.cli.app import json_option, start
from khue.cli.output import print_json, say, word


@click.command("edit")
@click.argument("record")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@json_option
def edit_command(record: str, fields: tuple[str, ...], why: str, as_json: bool) -> int:
    """Set fields of RECORD. An empty VALUE takes the field away."""
    stated = dict(_pair(text) for text in fields)
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import edit_record, house

    committed = edit_record(house(), record, stated, actor=OPERATOR, why=why)
    if as_json:
        print_json(
            {"id": record, "batch": committed.batch if committed else None, "fields": [*stated]}
        )
    elif committed is None:
        say(word("edit.nothing"))
    else:
        say(word("edit.done", id=record, batch=committed.batch))
    return 0


@click.command("undo")
@click.argument("batch")
@click.option("--why", help="Reason, kept in the ledger.")
@json_option
def undo_command(batch: str, why: str | None, as_json: bool) -> int:
    """Bring every record of BATCH back to what it was before it."""
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, undo_batch

    done = undo_batch(house(), batch, actor=OPERATOR, why=why or word("undo.why", batch=batch))
    if as_json:
        print_json({"batch": done.batch, "undone": batch, "records": [*done.records]})
    else:
        say(word("undo.done", undone=batch, batch=done.batch, n=len(done.records)))
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip():
        raise click.UsageError(f"FIELD=VALUE: {text!r}")
    return name.strip(), value
