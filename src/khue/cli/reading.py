"""`khue show`, `history` and `search`: looking things up."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import click

from khue.cli.app import json_option, start
from khue.cli.asking import query_of, read_facets
from khue.cli.output import brief, label, language, moment, print_json, say, word
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
    from khue.pipeline import house, not_there
    from khue.registry import queries

    pack = house().pack
    view = queries.get(OPERATOR, record, pack) if at is None else _stood(record, _moment(at), pack)
    if view is None and at is not None and queries.history(OPERATOR, record, pack):
        raise NotFound(
            f"Lúc {at} không có hồ sơ {record}.",
            f"There was no record {record} at {at}.",
            mend_vi="`khue history` cho biết hồ sơ có từ bao giờ.",
            mend_en="`khue history` says when there was one.",
        )
    if view is None:
        raise not_there(house(), record, actor=OPERATOR)
    if as_json:
        redirected = {"redirected_from": record} if view.redirected_from else {}
        print_json(view.document | {"version": view.version, "seq": view.seq} | redirected)
        return 0
    if view.redirected_from:
        say(word("show.redirected", record=record, id=view.id))
    context = house().context(actor=OPERATOR)
    type_ = pack.types[view.type]
    version = word("show.version", version=view.version)
    say(f"{label(view.document['name'])} · {label(type_.label)} · {version}")
    for name, field in type_.fields.items():
        if name in view.document:
            shown = show_path(type_, name, view.document[name], language(), context)
            say(f"  {label(field.label)}: {shown}")
    for file in view.document.get("files", ()):
        title = label(file.get("title", {}))
        say(word("show.file", title=title, visibility=file["visibility"], sha256=file["sha256"]))
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
        _say_version(one, type_)
        for change in one.changed:
            before, after = (
                brief(show_path(type_, change.path, value, language(), context))
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
    """Search all records; marks may be left out (van mieu finds Văn Miếu).

    Words in double quotes stand together. type:đình, rank:national and in:"Ba Vì" filter; the guide
    (docs/guide/search.md) has more of that.

    Whoever runs this holds the data, so it finds what the public may not see too: closed records,
    and what is closed in open ones.
    """
    chosen = read_facets(facets)
    start()
    from khue import search
    from khue.model.rights import OPERATOR
    from khue.pipeline import house

    pack = house().pack
    asked = query_of(pack, type_name, chosen, text=query, place=place, limit=limit)
    search.catch_up(pack)
    asked = search.understand(asked, pack, house().gazetteer)
    results = search.find(asked, pack, OPERATOR)
    if as_json:
        print_json(_found(asked, results))
        return 0
    for one in asked.limits:
        meant = ", ".join(_shown_value(key, value) for key, value in one.values)
        say(word("search.understood", typed=one.typed, meant=meant))
    say(word("search.total", total=results.total))
    if results.spelling:
        say(word("search.spelling", text=results.spelling))
    for hit in results.hits:
        type_ = pack.types.get(hit.type)
        about = [label(hit.label), label(type_.label) if type_ else hit.type]
        if not hit.public:
            about.append(word("search.closed"))
        say(f"  {hit.id}  {' · '.join(about)}")
    return 0


def _found(asked: Any, results: Any) -> dict[str, Any]:
    """What a search found, and how its text was understood."""
    return {
        "total": results.total,
        "results": [
            {"id": hit.id, "type": hit.type, "label": dict(hit.label), "public": hit.public}
            for hit in results.hits
        ],
        "facets": {
            key: [{"value": one.value, "count": one.count} for one in values]
            for key, values in results.facets.items()
        },
        "text": asked.text.strip(),
        "understood": [
            {"typed": one.typed, "values": [list(value) for value in one.values]}
            for one in asked.limits
        ],
        "spelling": results.spelling,
    }


def _shown_value(key: str, value: str) -> str:
    """A value of a filter as people say it: of a type, a unit or a facet."""
    from khue.pipeline import house

    pack, gazetteer = house().pack, house().gazetteer
    if key == "type":
        return label(pack.types[value].label)
    if key == "place":
        unit = gazetteer.unit(value)
        return label(unit.name) if unit else value
    concept = pack.facet_concept(key, value)
    return label(concept.label) if concept else value


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


def _stood(record: str, at: datetime | int, pack: Any) -> Any:
    """A record as it stood, or the one that it had been merged into by then."""
    from khue.model.rights import OPERATOR
    from khue.registry import queries

    view = queries.as_of(OPERATOR, record, at, pack)
    if view is not None:
        return view
    past = (
        one
        for one in queries.history(OPERATOR, record, pack)
        if (one.seq <= at if isinstance(at, int) else one.at <= at)
    )
    last = next(past, None)
    if last is None or last.other is None:
        return None
    found = _stood(last.other, at, pack)
    return None if found is None else replace(found, redirected_from=record)


def _say_version(one: Any, type_: Any) -> None:
    """Who made a version, when, why and from what; for merges and erasures also of what."""
    from khue.model.values import label_path

    batch = one.batch
    said = {"version": one.version, "at": moment(one.at), "actor": one.actor, "batch": batch.id}
    say(word("history.line", action=word(f"action.{_deed(one)}"), **said))
    say(word("history.why", why=batch.why))
    if batch.source:
        say(word("history.source", source=batch.source.name))
    if batch.proposal:
        say(word("history.proposal", proposer=batch.proposer, proposal=batch.proposal))
    if one.other:
        say(word("history.other", other=one.other))
    if one.erased:
        say(word("history.erased", field=label(label_path(type_, one.erased))))


def _deed(one: Any) -> str:
    """What was done, as people say it: the record that stays is merged or split too."""
    if one.batch.undoes:
        return "undo"
    joint = one.action == "update" and one.batch.kind in ("merge", "split")
    return str(one.batch.kind if joint else one.action)


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
        "proposal": batch.proposal,
        "proposer": batch.proposer,
        "other": change.other,
        "erased": change.erased,
        "source": None if batch.source is None else asdict(batch.source),
        "changed": [asdict(one) for one in change.changed],
    }
