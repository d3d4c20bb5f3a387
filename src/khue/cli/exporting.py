"""`khue export`: public records of a type as a file, or all of them as a workbook for editing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from khue.cli.app import json_option, start
from khue.cli.output import language, print_json, say, tell, word
from khue.model.errors import NotFound, WrongUse, reason_of

if TYPE_CHECKING:
    from khue.model.packs import Type

T = TypeVar("T")

FOR_EDITING = "xlsx"
"""The format that holds whole records with their versions: it comes back edited."""


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--type", "type_name", required=True, help="Record type, see `khue types`.")
@click.option("--format", "format_name", required=True, help="csv, json; xlsx to edit them.")
@json_option
def export_command(out: Path, type_name: str, format_name: str, as_json: bool) -> int:
    """Write the public records of a type to OUT; with `--format xlsx` whole records, for staff to
    edit in a spreadsheet and import again."""
    start()
    from khue import publish
    from khue.pipeline import house
    from khue.registry import queries

    home = house()
    type_ = home.pack.require_type(type_name)
    # Before the records: what is written while they are read lies after this position.
    seq, head = queries.head(), queries.head_hash()
    position = {"seq": seq, "head": head}
    if format_name == FOR_EDITING:
        return _export_for_editing(out, type_, position, as_json)
    if format_name not in publish.FORMATS:
        known = ", ".join([*publish.FORMATS, FOR_EDITING])
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

    def write(stream: BinaryIO) -> None:
        publish.FORMATS[format_name].write(documents(), type_, home.pack, home.context(), stream)

    write_whole(out, write)
    if as_json:
        print_json({"path": str(out), "type": type_name, "records": counted, **position})
    else:
        say(word("export.done", n=counted, path=out, **position))
    return 0


def _export_for_editing(out: Path, type_: Type, position: Mapping[str, Any], as_json: bool) -> int:
    from khue.model.rights import OPERATOR
    from khue.pipeline import export_records, house

    counts = (0, 0)

    def write(stream: BinaryIO) -> None:
        nonlocal counts
        counts = export_records(house(), type_, actor=OPERATOR, lang=language(), stream=stream)

    write_whole(out, write)
    if as_json:
        print_json({"path": str(out), "type": type_.name, "records": counts[0], **position})
    else:
        say(word("export.done", n=counts[0], path=out, **position))
        tell(word("export.staff"))
    return 0


def write_whole(out: Path, write: Callable[[BinaryIO], T]) -> T:
    """Write a file that is there whole or not at all; gives what `write` gives. Raises `WrongUse`
    for a folder, `NotFound` where it cannot be written."""
    if os.path.isdir(out):
        raise WrongUse(
            f"{out} là thư mục.",
            f"{out} is a folder.",
            mend_vi="Ghi cả tên tệp.",
            mend_en="Name the file to write.",
        )
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as stream:
            result = write(stream)
        part.replace(out)
        return result
    except OSError as error:
        why = reason_of(error)
        raise NotFound(
            f"Không ghi được {out}: {why['vi']}.",
            f"{out} cannot be written: {why['en']}.",
            mend_vi="Chọn thư mục ghi được.",
            mend_en="Choose a folder that can be written.",
        ) from error
