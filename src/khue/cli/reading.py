"""`khue show`, `history`, `search` and `places`: looking things up."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from khue.cli.app import json_option, start
from khue.cli.output import label, language, print_json, say, word
from khue.lib.dates import Day, parse_edtf
from khue.model.errors import NotFound, WrongUse, no_record

LAST_POSITION = 2**62
"""No ledger gets there, and every database can hold it."""


@click.command("show")
@click.argument("record")
@click.option("--at", help="A date, a time or a ledger position (seq:41).")
@json_option
def show_command(record: str, at: str | None, as_json: bool) -> int:
    """Show a record, now or as it stood at a time."""
    start()
    from khue.model.rights import OPERATOR
    from khue.model.values import show_path
    from khue.pipeline import house
    from khue.registry import queries

    pack = house().pack
    if at is None:
        view = queries.get(OPERATOR, record, pack)
    else:
        view = queries.as_of(OPERATOR, record, _moment(at), pack)
        if view is None and queries.get(OPERATOR, record, pack) is not None:
            raise NotFound(
                f"Lúc {at} chưa có hồ sơ {record}.",
                f"There was no record {record} yet at {at}.",
                mend_vi="`khue history` cho biết hồ sơ có từ bao giờ.",
                mend_en="`khue history` says since when there is one.",
            )
    if view is None:
        raise no_record(record)
    if as_json:
        print_json(view.document | {"version": view.version, "seq": view.seq})
        return 0
    context = house().context(actor=OPERATOR)
    type_ = pack.types[view.type]
    version = word("show.version", version=view.version)
    say(f"{label(view.document['name'])} · {label(type_.label)} · {version}")
    for name, field in type_.fields.items():
        if name in view.document:
            shown = show_path(type_, name, view.document[name], language(), context)
            say(f"  {label(field.label)}: {shown}")
    return 0


@click.command("history")
@click.argument("record")
@json_option
def history_command(record: str, as_json: bool) -> int:
    """Every version of a record, newest first: when, who, why, from which source, what changed."""
    start()
    from khue.model.rights import OPERATOR
    from khue.model.values import label_path, show_path
    from khue.pipeline import house
    from khue.registry import queries

    versions = queries.history(OPERATOR, record, house().pack)
    if not versions:
        raise no_record(record)
    if as_json:
        print_json({"id": record, "changes": [_change(version) for version in versions]})
        return 0
    type_ = _type_of(versions, house().pack)
    context = house().context(actor=OPERATOR)
    for one in versions:
        at = one.at.astimezone().strftime("%d/%m/%Y %H:%M")
        action = word(f"action.{one.action}")
        say(
            word(
                "history.line",
                version=one.version,
                at=at,
                action=action,
                actor=one.actor,
                batch=one.batch.id,
            )
        )
        say(word("history.why", why=one.batch.why))
        if one.batch.source:
            say(word("history.source", source=one.batch.source.name))
        for change in one.changed:
            before, after = (
                _brief(show_path(type_, change.path, value, language(), context))
                for value in (change.before, change.after)
            )
            say(f"   {label(label_path(type_, change.path))}: {before} → {after}")
    return 0


@click.command("search")
@click.argument("query", default="")
@click.option("--type", "type_name", help="Only records of this type.")
@click.option("--place", help="Code of a present unit: only records there or possibly there.")
@click.option("--facet", "facets", multiple=True, metavar="K=V", help="Only this facet value.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@json_option
def search_command(
    query: str,
    type_name: str | None,
    place: str | None,
    facets: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> int:
    """Search the public records; marks may be left out (van mieu finds Văn Miếu)."""
    chosen: dict[str, tuple[str, ...]] = {}
    for text in facets:
        key, separator, value = text.partition("=")
        if not separator:
            raise click.UsageError(f"--facet K=V: {text!r}")
        chosen[key] = (*chosen.get(key, ()), value)
    start()
    from khue import search
    from khue.pipeline import house

    pack = house().pack
    unknown = [key for key in chosen if key not in pack.facets]
    if unknown or (type_name and type_name not in pack.types):
        known = ", ".join(pack.facets if unknown else pack.types)
        raise WrongUse(
            f"Không có «{', '.join(unknown) or type_name}».",
            f"There is no '{', '.join(unknown) or type_name}'.",
            mend_vi=f"Chọn trong: {known}.",
            mend_en=f"Choose from: {known}.",
        )
    search.catch_up(pack)
    results = search.find(
        search.Query(text=query, type=type_name, facets=chosen, place=place, limit=limit), pack
    )
    if as_json:
        print_json(
            {
                "total": results.total,
                "results": [
                    {"id": hit.id, "type": hit.type, "label": dict(hit.label)}
                    for hit in results.hits
                ],
                "facets": {
                    key: [{"value": one.value, "count": one.count} for one in values]
                    for key, values in results.facets.items()
                },
            }
        )
        return 0
    say(word("search.total", total=results.total))
    for hit in results.hits:
        say(f"  {hit.id}  {label(hit.label)} · {label(pack.types[hit.type].label)}")
    return 0


@click.group("places")
def places_command() -> None:
    """Administrative units, present and former."""


@places_command.command("resolve")
@click.argument("text")
@json_option
def resolve_command(text: str, as_json: bool) -> int:
    """Say which present unit TEXT means, or all that it may mean. Never guesses."""
    start()
    from khue.pipeline import house

    place = house().resolve_place(text)
    if as_json:
        print_json(place)
        return 0
    names = {one["code"]: one["name"] for one in place["candidates"]}
    if place["code"]:
        say(word("places.code", name=names.get(place["code"], ""), code=place["code"]))
    else:
        say(word("places.open"))
        for code, name in names.items():
            say(f"  {code}  {name}")
    say(label(place["why"]))
    return 0


def _moment(text: str) -> datetime | int:
    """A ledger position (`seq:41`, `41`), or the last moment here of a date, month or year."""
    if re.fullmatch(r"(seq:)?[0-9]+", text) and not re.fullmatch(r"(19|20|21)\d\d", text):
        return min(int(text.removeprefix("seq:")), LAST_POSITION)
    try:
        moment = datetime.fromisoformat(text) if len(text) > len("2026-03-31") else _last(text)
    except ValueError as error:
        raise WrongUse(
            f"«{text}» không phải ngày giờ.",
            f"'{text}' is not a date or time.",
            mend_vi="Ghi như 2026, 2026-03-31, 2026-03-31T12:00 hoặc seq:41.",
            mend_en="Write it like 2026, 2026-03-31, 2026-03-31T12:00 or seq:41.",
        ) from error
    if moment.tzinfo is None:
        from django.utils import timezone

        moment = timezone.make_aware(moment)
    # Beyond the calendar of the machine there is nothing to be found either way.
    return moment if 1 < moment.year < 9999 else (0 if moment.year <= 1 else LAST_POSITION)


def _last(text: str) -> datetime:
    """The last moment of a year, month or day. Raises `ValueError` for anything else."""
    day = parse_edtf(text).latest
    if not isinstance(day, Day):
        raise ValueError(text)
    return datetime(day.year, day.month, day.day, 23, 59, 59, 999999)


def _type_of(versions: list[Any], pack: Any) -> Any:
    """The type of a record that may be gone by now, from its last version that had a document."""
    return next(pack.types[one.document["type"]] for one in versions if one.document)


def _change(change: Any) -> dict[str, Any]:
    batch = change.batch
    return {
        "seq": change.seq,
        "version": change.version,
        "action": change.action,
        "at": change.at.isoformat(),
        "actor": change.actor,
        "batch": batch.id,
        "kind": batch.kind,
        "why": batch.why,
        "source": None if batch.source is None else asdict(batch.source),
        "changed": [asdict(one) for one in change.changed],
    }


def _brief(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
