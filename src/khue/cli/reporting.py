"""`khue report`: what the registry knows, as a document that an office can send."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from khue.cli.app import json_option, start
from khue.cli.asking import unit_of
from khue.cli.exporting import write_whole
from khue.cli.output import print_json, say, size, word
from khue.model.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from khue.places import Unit
    from khue.registry.queries import Position
    from khue.reports import Lang, Report

NAMES = ("policy-progress", "bao-cao-tien-do-chinh-sach")
FORMATS = (".pdf", ".docx")


@click.command("report")
@click.argument("name", type=click.Choice(NAMES))
@click.argument("out", type=click.Path(path_type=Path), metavar="OUT.pdf|docx")
@click.option("--place", required=True, help="Code or name of a present unit.")
@click.option("--period", required=True, help="EDTF: 2025, 2025-06, 2025-01-01/2025-06-30.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--at", type=click.IntRange(min=0), help="Ledger position; by default the last.")
@click.option("--agency", default="", help="Who sends it; by default the people's committee.")
@json_option
def report_command(
    name: str,
    out: Path,
    place: str,
    period: str,
    lang: Lang,
    at: int | None,
    agency: str,
    as_json: bool,
) -> int:
    """Write a report from the public records at a ledger position into OUT, as PDF or Word.

    `policy-progress` tells how the targets and tasks of all documents that concern a place stand at
    the end of a period. Made again at the same position it is the same file, unless what it tells
    of was closed or erased since.
    """
    kind = out.suffix.lower()
    if kind not in FORMATS:
        raise WrongUse(
            f"Không biết ghi báo cáo dạng «{out.suffix or out.name}».",
            f"A report cannot be written as '{out.suffix or out.name}'.",
            mend_vi="Đặt tên tệp kết thúc bằng .pdf hoặc .docx.",
            mend_en="Give the file a name that ends with .pdf or .docx.",
        )
    start(writing=True)
    from khue.pipeline import house
    from khue.registry import queries

    unit = unit_of(place, house())
    position = queries.position(at)
    if position is None:
        raise NotFound(
            f"Sổ cái chưa có vị trí {at}.",
            f"The ledger has no position {at}.",
            mend_vi=f"Vị trí hiện tại là {queries.head()}.",
            mend_en=f"It is at {queries.head()} now.",
        )
    made = _made(_report(unit, period, position, lang, agency), kind)
    write_whole(out, lambda stream: stream.write(made))
    told = {
        "path": str(out),
        "report": NAMES[0],
        "position": position.seq,
        "hash": position.public_hash,
        "bytes": len(made),
        "sha256": hashlib.sha256(made).hexdigest(),
    }
    if as_json:
        print_json(told)
    else:
        say(word("report.done", path=out, size=size(len(made))))
        say(word("snapshot.where", position=position.seq, hash=position.public_hash))
    return 0


def _report(unit: Unit, period: str, position: Position, lang: Lang, agency: str) -> Report:
    """The content, from figures that are computed (and marked by today's rules) at the position if
    they were not yet."""
    from khue.measures import values
    from khue.measures.marking import is_marked
    from khue.pipeline import figures_at, house, measure
    from khue.reports import ask, freeze, policy_progress

    home = house()
    asked = ask(unit, period, position, home.gazetteer)
    if position.seq not in values.positions() or not is_marked(position.seq):
        measure(home, at=position.seq)
    figures = figures_at(home, position.seq, asked.day)
    return policy_progress(freeze(asked, figures, home.pack, home.gazetteer), lang, agency)


def _made(report: Report, kind: str) -> bytes:
    if kind == ".pdf":
        from khue.reports.pdf import pdf_of

        return pdf_of(report)
    from khue.reports.word import docx_of

    return docx_of(report)
