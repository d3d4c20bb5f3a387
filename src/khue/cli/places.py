"""`khue places`: units, stated places resolved, and what the gazetteer is made of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from khue.cli.app import json_option, start
from khue.cli.output import Progress, label, moment, print_json, say, show_findings, word
from khue.cli.sources import note_of, require_date, source_options
from khue.model.errors import NotFound


@click.group("places")
def places_command() -> None:
    """Administrative units, present and former."""


@places_command.command("resolve")
@click.argument("text", required=False)
@click.option("--commit/--dry-run", "commit", default=False, help="Without TEXT: write, or not.")
@click.option("--why", help="Without TEXT: reason, kept in the ledger.")
@json_option
def resolve_command(text: str | None, commit: bool, why: str | None, as_json: bool) -> int:
    """Say which present unit TEXT means, or all that it may mean. Never guesses.

    Without TEXT: resolve again the places of records that are open, from what was stated, for
    instance after a table was loaded. Without --commit nothing is written.
    """
    if text is None:
        return _resolve_again(commit, why, as_json)
    if commit or why:
        raise click.UsageError("TEXT --commit --why")
    start()
    from khue.pipeline import house

    place = house().resolve_place(text)
    if as_json:
        print_json(place)
    else:
        _say_place(place)
    return 0


@places_command.command("show")
@click.argument("unit", metavar="TEXT|CODE")
@json_option
def show_command(unit: str, as_json: bool) -> int:
    """Show the present and the former unit of a CODE with what became of what, or what TEXT means
    with the source of each candidate."""
    start()
    from khue.pipeline import house

    if not re.fullmatch(r"[0-9]{2,5}", unit):
        place = house().resolve_place(unit)
        if as_json:
            print_json(place)
        else:
            _say_place(place, sources=True)
        return 0
    told = _units_of(unit, house().gazetteer)
    if as_json:
        print_json(told)
        return 0
    for key in ("present", "former"):
        if told[key] is None:
            continue
        say(word(f"places.{key}", name=label(told[key]["name"]), code=unit))
        links = "predecessors" if key == "present" else "successors"
        if told[links]:
            say(word(f"places.{links}"))
        for one in told[links]:
            name = one["name"] if isinstance(one["name"], str) else label(one["name"])
            about = word("places.source", source=one["source"]) if "source" in one else ""
            say(f"  {one['code']}  {name}{about}")
    return 0


@places_command.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the data set; by default from the file's name.")
@click.option("--province", default="", help="Code of the former province of a change table.")
@source_options
@click.option("--why", help="Reason, kept in the ledger.")
@click.option("--dry-run", is_flag=True, help="Only say what the file says.")
@json_option
def load_command(
    file: Path,
    name: str | None,
    province: str,
    why: str | None,
    dry_run: bool,
    as_json: bool,
    **about: Any,
) -> int:
    """Load boundaries (GeoJSON) or a table of what former units became.

    It decides for its units from then on, everywhere. `khue undo` takes it back.
    """
    if name is not None and not name.strip():
        raise click.UsageError("--name: ''")
    require_date(about["date"])
    start(writing=not dry_run)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, load_places

    note = note_of(file, name, **about)
    report = load_places(
        house(),
        file,
        actor=OPERATOR,
        why=why or word("places.why", file=file.name),
        note=note,
        province=province,
        commit=not dry_run,
    )
    if as_json:
        print_json(report.to_json())
        return 0
    show_findings(report.findings)
    say(word(f"places.read_{report.kind}", units=report.units, rows=report.rows, name=report.name))
    if report.batch:
        say(word("places.loaded", batch=report.batch))
        say(word("places.resolve_hint"))
    else:
        say(word("places.dry" if dry_run else "places.loaded_already"))
    return 0


@places_command.command("tables")
@json_option
def tables_command(as_json: bool) -> int:
    """What is loaded beside the package, in order; the last one decides."""
    start()
    from khue.pipeline import loaded_tables

    loaded = loaded_tables()
    if as_json:
        print_json(loaded)
        return 0
    if not loaded:
        say(word("places.tables_none"))
    for one in loaded:
        kind = word(f"places.kind_{one['kind']}")
        said = {key: one[key] for key in ("name", "units", "batch", "actor", "why")}
        say(word("places.table", kind=kind, at=_moment(one["at"]), **said))
    return 0


def _resolve_again(commit: bool, why: str | None, as_json: bool) -> int:
    start(writing=commit)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, resolve_again

    progress = Progress(quiet=as_json)
    report = resolve_again(
        house(),
        actor=OPERATOR,
        why=why or word("places.resolve_why"),
        commit=commit,
        progress=progress,
    )
    progress.close()
    if as_json:
        print_json(report.to_json())
        return 0
    show_findings(report.findings)
    counts = ("records", "open", "decided", "narrowed", "contradicted")
    say(word("places.resolved", **{name: getattr(report, name) for name in counts}))
    if report.batch:
        say(word("places.resolve_batch", batch=report.batch))
    else:
        say(word("places.resolve_nothing" if commit else "places.resolve_dry"))
    return 0


def _say_place(place: dict[str, Any], *, sources: bool = False) -> None:
    names = {one["code"]: one["name"] for one in place["candidates"]}
    if place["code"]:
        say(word("places.code", name=names.get(place["code"], ""), code=place["code"]))
    else:
        say(word("places.open"))
    if not place["code"] or sources:
        for one in place["candidates"]:
            about = word("places.source", source=one["source"]) if sources else ""
            say(f"  {one['code']}  {one['name']}{about}")
    say(label(place["why"]))


def _units_of(code: str, gazetteer: Any) -> dict[str, Any]:
    """The units of a code in both systems. Raises `NotFound` if there is none."""
    present, former = gazetteer.unit(code), gazetteer.former(code)
    if present is None and former is None:
        raise NotFound(
            f"Không có đơn vị hành chính mã {code}.",
            f"No administrative unit has the code {code}.",
            mend_vi="Mã tỉnh có 2 chữ số, huyện cũ 3, phường xã 5.",
            mend_en="Codes of provinces have 2 digits, of former districts 3, of communes 5.",
        )
    return {
        "code": code,
        "present": None if present is None else {"name": dict(present.name), "kind": present.kind},
        "former": None if former is None else {"name": dict(former.name), "kind": former.kind},
        "predecessors": [
            {"code": one.code, "name": dict(one.name)} for one in gazetteer.predecessors(code)
        ]
        if present is not None
        else [],
        "successors": [one.to_document() for one in gazetteer.successors(code)]
        if former is not None
        else [],
    }


def _moment(text: str) -> str:
    from datetime import datetime

    return moment(datetime.fromisoformat(text))
