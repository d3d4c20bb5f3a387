"""`khue snapshot`: the registry as Parquet files."""

from __future__ import annotations

from pathlib import Path

import click

from khue.cli.app import json_option, start
from khue.cli.output import number, print_json, say, size, word


@click.command("snapshot")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--at", type=click.IntRange(min=0), help="Ledger position; by default the last.")
@click.option("--staff", is_flag=True, help="Whole records, not what the public sees.")
@json_option
def snapshot_command(folder: Path | None, at: int | None, staff: bool, as_json: bool) -> int:
    """Write the registry as Parquet files into FOLDER, or into KHUE_HOME/snapshots.

    One table per record type, with side tables, relations, places and vocabularies, and a manifest
    with the hash of each file. What the public sees, unless `--staff` asks for all.
    """
    start()
    from khue.pipeline import house, take_snapshot

    taken = take_snapshot(house(), sight="staff" if staff else "public", at=at, folder=folder)
    manifest = taken.manifest
    rows = {name: one["rows"] for name, one in manifest.files.items()}
    records = sum(rows.get(f"{name}.parquet", 0) for name in house().pack.types)
    if as_json:
        print_json(
            {
                "path": str(taken.folder),
                "position": manifest.position,
                "hash": manifest.hash,
                "sight": manifest.sight,
                "records": records,
                "files": dict(manifest.files),
            }
        )
        return 0
    written = size(sum(one["bytes"] for one in manifest.files.values()))
    say(word("snapshot.done", n=number(records), path=taken.folder, size=written))
    say(word("snapshot.where", position=manifest.position, hash=manifest.hash))
    if staff:
        say(word("snapshot.staff"))
    return 0
