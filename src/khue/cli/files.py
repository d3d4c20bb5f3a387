"""`khue attach` and `khue detach`: photographs and scans of a record."""

from __future__ import annotations

from pathlib import Path

import click

from khue.cli.app import json_option, start
from khue.cli.output import print_json, say, show_findings, word


@click.command("attach")
@click.argument("record")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--title", default="", help="Caption in Vietnamese: what one sees.")
@click.option("--title-en", default="", help="Caption in English.")
@click.option("--creator", default="", help="Who made it; a picture needs one.")
@click.option("--licence", default="", help="Such as 'CC BY 4.0'; a picture needs one.")
@click.option("--visibility", default="staff", show_default=True, help="public, staff, restricted.")
@click.option("--kind", default="", help="photograph, drawing or document; else by the content.")
@click.option("--date", default="", help="When it was taken or issued.")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@json_option
def attach_command(
    record: str,
    path: Path,
    title: str,
    title_en: str,
    creator: str,
    licence: str,
    visibility: str,
    kind: str,
    date: str,
    why: str,
    as_json: bool,
) -> int:
    """Attach a picture (JPEG, PNG, WebP, TIFF) or a PDF to RECORD."""
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import FileNote, attach_file, house

    note = FileNote(
        title={"vi": title, "en": title_en},
        creator=creator,
        licence=licence,
        visibility=visibility,
        kind=kind,
        date=date,
    )
    done = attach_file(house(), record, path, note, actor=OPERATOR, why=why)
    sha256 = done.entry["sha256"]
    if as_json:
        print_json(
            {
                "id": done.record,
                "sha256": sha256,
                "batch": done.batch,
                "file": done.entry,
                "findings": [one.to_json() for one in done.findings],
            }
        )
        return 0
    show_findings(done.findings)
    if done.batch is None:
        say(word("attach.nothing", id=done.record))
    else:
        say(word("attach.done", id=done.record, sha256=sha256, batch=done.batch))
    return 0


@click.command("detach")
@click.argument("record")
@click.argument("sha256")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@json_option
def detach_command(record: str, sha256: str, why: str, as_json: bool) -> int:
    """Take the file SHA256 off RECORD. Its bytes stay; undo brings it back."""
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import detach_file, house

    done = detach_file(house(), record, sha256, actor=OPERATOR, why=why)
    if as_json:
        print_json({"id": done.records[0], "sha256": sha256, "batch": done.batch})
    else:
        say(word("detach.done", id=done.records[0], sha256=sha256, batch=done.batch))
    return 0
