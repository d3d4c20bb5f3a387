"""`khue export`: public records of a type as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from khue.cli.app import json_option, start
from khue.cli.output import print_json, say, word
from khue.model.errors import NotFound, WrongUse


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--type", "type_name", required=True, help="Record type, see `khue types`.")
@click.option("--format", "format_name", required=True, help="csv, json, ...")
@json_option
def export_command(out: Path, type_name: str, format_name: str, as_json: bool) -> int:
    """Write the public records of a type to OUT."""
    start()
    from khue import publish
    from khue.pipeline import house
    from khue.registry import queries

    home = house()
    type_ = home.pack.require_type(type_name)
    if format_name not in publish.FORMATS:
        known = ", ".join(publish.FORMATS)
        raise WrongUse(
            f"Không có định dạng «{format_name}».",
            f"There is no format '{format_name}'.",
            mend_vi=f"Chọn một trong: {known}.",
            mend_en=f"Choose one of: {known}.",
        )
    counted = 0

    def documents() -> Iterator[dict[str, Any]]:
        nonlocal counted
        for document in queries.public_stream(type_name):
            counted += 1
            yield document

    if out.is_dir():
        raise WrongUse(
            f"{out} là thư mục.",
            f"{out} is a folder.",
            mend_vi="Ghi cả tên tệp.",
            mend_en="Name the file to write.",
        )
    # Before the records: what is written while they are read lies after this position.
    seq, head = queries.head(), queries.head_hash()
    try:
        part = out.with_name(f"{out.name}.part")
        with part.open("wb") as stream:
            publish.FORMATS[format_name].write(
                documents(), type_, home.pack, home.context(), stream
            )
        part.replace(out)
    except OSError as error:
        raise NotFound(
            f"Không ghi được {out}: {error.strerror}.",
            f"{out} cannot be written: {error.strerror}.",
            mend_vi="Chọn thư mục ghi được.",
            mend_en="Choose a folder that can be written.",
        ) from error
    if as_json:
        print_json(
            {"path": str(out), "type": type_name, "records": counted, "seq": seq, "head": head}
        )
    else:
        say(word("export.done", n=counted, path=out, seq=seq, head=head))
    return 0
