"""`khue export`: public records as a file, or all of a type as a workbook for editing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from khue.cli.app import json_option, start
from khue.cli.asking import query_of, read_facets
from khue.cli.output import language, print_json, say, tell, word
from khue.model.errors import NotFound, WrongUse, reason_of

if TYPE_CHECKING:
    from khue.model.packs import Pack, Type
    from khue.search import Query

T = TypeVar("T")

FOR_EDITING = "xlsx"
"""The format that holds whole records with their versions, unless `--public` asks for the other: it
comes back edited."""


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--type", "type_name", help="Record type, see `khue types`; by default all.")
@click.option("--format", "format_name", required=True, help="csv, geojson, json, xlsx.")
@click.option("--query", default="", help="Only records that this search finds.")
@click.option("--place", help="Code of a present unit: only records there or possibly there.")
@click.option("--facet", "facets", multiple=True, metavar="K=V", help="Only this facet value.")
@click.option("--public", is_flag=True, help="With xlsx: a workbook to publish, not to edit.")
@click.option(
    "--address",
    default="/id/",
    show_default=True,
    help="What stands before an identifier in the address of a record.",
)
@json_option
def export_command(
    out: Path,
    type_name: str | None,
    format_name: str,
    query: str,
    place: str | None,
    facets: tuple[str, ...],
    public: bool,
    address: str,
    as_json: bool,
) -> int:
    """Write public records to OUT: all, those of a type, or what a search finds, however many.

    With `--type` and `--format xlsx` whole records, for staff to edit in a spreadsheet and import
    again.
    """
    chosen = read_facets(facets)
    start()
    from khue import publish
    from khue.pipeline import Publication, house
    from khue.registry import queries

    pack = house().pack
    asked = query_of(pack, type_name, chosen, text=query, place=place)
    type_ = None if type_name is None else pack.require_type(type_name)
    is_search = bool(query or place or chosen)
    # Before the records: what is written while they are read lies after this position.
    position = {"seq": queries.head(), "head": queries.head_hash()}
    if format_name == FOR_EDITING and not public:
        return _export_for_editing(out, _require_editable(type_, is_search), position, as_json)
    if format_name not in publish.FORMATS:
        raise _no_format(format_name, publish.FORMATS)
    publication = Publication(
        house(),
        _identifiers(asked, is_search, pack),
        publish.FORMATS[format_name],
        type_=type_,
        lang="en" if language() == "en" else "vi",
        address=address,
    )
    write_whole(out, lambda stream: stream.writelines(publication))
    if as_json:
        told = {"path": str(out), "type": type_name, "records": publication.records}
        print_json({**told, **position})
    else:
        say(word("export.done", n=publication.records, path=out, **position))
    return 0


def _identifiers(asked: Query, is_search: bool, pack: Pack) -> Iterator[str]:
    """What is to be exported. All of a type comes from the registry itself, which no index has to
    catch up with; the search is that of everyone, since the file is."""
    from khue import search
    from khue.model.rights import PUBLIC
    from khue.pipeline import house
    from khue.registry import queries

    if not is_search:
        return queries.ids(PUBLIC, asked.type)
    search.catch_up(pack)
    return search.identifiers(search.understand(asked, pack, house().gazetteer), pack)


def _require_editable(type_: Type | None, is_search: bool) -> Type:
    """The type whose records are exported to be edited: all of one type, so that a row that is not
    there is not missed."""
    if type_ is None or is_search:
        raise WrongUse(
            "Bảng tính để sửa chứa mọi hồ sơ của một loại.",
            "A workbook for editing holds all records of one type.",
            mend_vi="Chỉ ghi --type; để công bố kết quả tìm kiếm, thêm --public.",
            mend_en="Give --type alone; to publish what a search finds, add --public.",
        )
    return type_


def _no_format(name: str, formats: Iterable[str]) -> WrongUse:
    known = ", ".join(formats)
    return WrongUse(
        f"Không có định dạng «{name}».",
        f"There is no format '{name}'.",
        mend_vi=f"Chọn một trong: {known}.",
        mend_en=f"Choose one of: {known}.",
    )


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
    except BaseException as error:
        with suppress(OSError):
            part.unlink()
        if not isinstance(error, OSError):
            raise
        why = reason_of(error)
        raise NotFound(
            f"Không ghi được {out}: {why['vi']}.",
            f"{out} cannot be written: {why['en']}.",
            mend_vi="Chọn thư mục ghi được.",
            mend_en="Choose a folder that can be written.",
        ) from error
