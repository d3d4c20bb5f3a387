"""`khue backup` and `khue restore`: the whole registry as one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from khue.cli.app import json_option, start
from khue.cli.output import Progress, print_json, say, show_findings, size, word


@click.command("backup")
@click.argument("path", type=click.Path(path_type=Path), metavar="OUT.zip")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@json_option
def backup_command(path: Path, force: bool, as_json: bool) -> int:
    """Write everything into one file, read it back, and print the head of the ledger.

    Others may go on writing meanwhile. The file holds personal data: keep it as you keep those.
    """
    start(whole=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline.backups import back_up

    progress = Progress(quiet=as_json)
    try:
        done = back_up(path, actor=OPERATOR, force=force, progress=progress)
    finally:
        progress.close()
    if as_json:
        print_json(done.to_json())
    else:
        told = done.to_json()
        say(word("backup.done", **told | {"size": size(done.size)}))
        show_findings(done.findings)
        if done.findings:
            say(word("backup.incomplete"))
    return 1 if done.findings else 0


@click.command("restore")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--erasures",
    "notes",
    type=click.Path(path_type=Path),
    help="erasures.jsonl of another home, to be carried out here too.",
)
@json_option
def restore_command(path: Path, notes: Path | None, as_json: bool) -> int:
    """Replace the whole registry by what the backup FILE holds.

    What is here is backed up first, into KHUE_HOME/backups. What was erased since is erased again.
    """
    start(whole=True, writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.pipeline.restoring import restore

    progress = Progress(quiet=as_json)
    try:
        done = restore(house(), path, actor=OPERATOR, notes=notes, progress=progress)
    finally:
        progress.close()
    if as_json:
        print_json(done.to_json())
        return 0
    say(word("restore.done", records=done.records, changes=done.changes, head=done.head))
    if done.erased:
        say(word("restore.erased", n=done.erased))
    show_findings(done.findings)
    if done.safety is not None:
        say(word("restore.safety", path=done.safety))
    return 0
