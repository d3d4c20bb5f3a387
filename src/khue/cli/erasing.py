"""`khue erase`: what is kept of a person, gone for good."""

from __future__ import annotations

import click

from khue.cli.app import json_option, start
from khue.cli.output import Progress, print_json, say, show_findings, word


@click.command("erase")
@click.argument("record")
@click.argument("field")
@click.option("--why", required=True, help="Reason, kept in the ledger. Never the value itself.")
@json_option
def erase_command(record: str, field: str, why: str, as_json: bool) -> int:
    """Erase FIELD of RECORD for good, from all its versions and from all that holds it.

    FIELD is a personal field, `other`, or `files.` with the sha256 of a file. This cannot be
    undone.
    """
    start(whole=True, writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import erase_field, house

    progress = Progress(quiet=as_json)
    try:
        done = erase_field(house(), record, field, actor=OPERATOR, why=why, progress=progress)
    finally:
        progress.close()
    if as_json:
        print_json(done.to_json())
        return 0
    say(word("erase.done", field=field, id=record, batch=done.batch, values=done.values))
    if done.waiting:
        say(word("erase.waiting", n=done.waiting))
    for digest in done.sources:
        say(word("erase.source", sha256=digest))
    for digest in done.files:
        say(word("erase.file", sha256=digest))
    show_findings(done.findings)
    say(word("erase.backups"))
    return 0
