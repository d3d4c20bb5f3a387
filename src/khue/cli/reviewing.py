"""`khue proposals` and `khue judge`: what one proposes and another decides."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from khue.cli.app import json_option, start
from khue.cli.output import (
    TOLD,
    brief,
    label,
    language,
    moment,
    print_json,
    say,
    word,
)
from khue.model.errors import no_proposal

VERDICTS = ("same", "different", "unsure")


@click.group("proposals")
def proposals_command() -> None:
    """Batches that wait for a decision."""


@proposals_command.command("list")
@click.option("--all", "decided", is_flag=True, help="Also those that are decided.")
@json_option
def list_command(decided: bool, as_json: bool) -> int:
    """The proposals that wait, newest first."""
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import queries

    found = queries.proposals(OPERATOR, house().pack, waiting=not decided)
    if as_json:
        print_json([_proposal(one) for one in found])
        return 0
    for one in found:
        _say_proposal(one)
    if not found:
        say(word("proposals.none"))
    return 0


@proposals_command.command("show")
@click.argument("proposal")
@json_option
def show_command(proposal: str, as_json: bool) -> int:
    """What a proposal would change, what was found in it, and which records it may double."""
    start()
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import queries

    found = queries.proposal(OPERATOR, proposal, house().pack)
    if found is None:
        raise no_proposal(proposal)
    view, items = found
    if as_json:
        print_json(_proposal(view) | {"items": [asdict(one) for one in items]})
        return 0
    _say_proposal(view)
    told = items[:TOLD]
    named = {one.record for one in told} | {name for one in told for name in one.duplicates}
    names = queries.labels(OPERATOR, named, house().pack)
    names |= {one.record: one.document["name"] for one in items if one.document}
    for one in told:
        _say_item(one, names)
    if len(items) > len(told):
        say(word("proposals.more", n=len(items) - len(told)))
    return 0


@proposals_command.command("accept")
@click.argument("proposal")
@click.option("--record", "records", multiple=True, help="Only this record of it; repeatable.")
@click.option("--why", required=True, help="Reason, kept in the ledger.")
@json_option
def accept_command(proposal: str, records: tuple[str, ...], why: str, as_json: bool) -> int:
    """Commit PROPOSAL as one batch."""
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import accept_proposal, house

    done = accept_proposal(house(), proposal, records=records or None, actor=OPERATOR, why=why)
    if as_json:
        print_json({"proposal": proposal, "batch": done.batch, "records": [*done.records]})
    else:
        say(word("proposals.accepted", id=proposal, batch=done.batch, n=len(done.records)))
    return 0


@proposals_command.command("reject")
@click.argument("proposal")
@click.option("--record", "records", multiple=True, help="Only this record of it; repeatable.")
@click.option("--word", "said", required=True, help="A word for whoever proposed it.")
@json_option
def reject_command(proposal: str, records: tuple[str, ...], said: str, as_json: bool) -> int:
    """Turn PROPOSAL down. It stays to be read; nothing enters the ledger."""
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, reject_proposal

    count = reject_proposal(house(), proposal, records=records or None, actor=OPERATOR, word=said)
    if as_json:
        print_json({"proposal": proposal, "rejected": count})
    else:
        say(word("proposals.rejected", id=proposal, n=count))
    return 0


@click.command("judge")
@click.argument("one")
@click.argument("other")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option("--why", required=True, help="Reason, kept with the judgement.")
@json_option
def judge_command(one: str, other: str, verdict: Any, why: str, as_json: bool) -> int:
    """Say whether records ONE and OTHER are the same thing. Changes neither; see `khue merge`."""
    start(writing=True)
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, judge_records

    judgement = judge_records(house(), one, other, verdict, actor=OPERATOR, why=why)
    if as_json:
        print_json({"judgement": judgement, "one": one, "other": other, "verdict": verdict})
    else:
        say(word("judge.done", verdict=word(f"verdict.{verdict}")))
    return 0


def _say_proposal(view: Any) -> None:
    from khue.model.rights import VISITOR

    say(
        word(
            "proposals.line",
            id=view.id,
            at=moment(view.at),
            kind=word(f"kind.{view.kind}"),
            actor=word("proposals.public") if view.actor == VISITOR.who else view.actor,
            status=word(f"status.{view.status}"),
        )
    )
    say(word("history.why", why=view.why))
    if view.contact:
        say(word("proposals.contact", contact=view.contact))
    if view.source:
        say(word("history.source", source=view.source))
    counts = {name: getattr(view, name) for name in ("waiting", "accepted", "rejected")}
    say(word("proposals.counts", **counts))


def _say_item(item: Any, names: dict[str, Any]) -> None:
    from khue.pipeline import house

    type_ = house().pack.types.get(item.type)
    said = {
        "id": item.record,
        "name": label(names.get(item.record, {})),
        "type": label(type_.label) if type_ else item.type,
        "action": word(f"item.{item.action}"),
        "status": word(f"status.{item.status}"),
    }
    say(word("proposals.item", **said))
    if item.word:
        say(word("proposals.word", actor=item.decided_by, word=item.word))
    if type_ is not None:
        _say_changes(item.changed, type_)
    for found in item.findings:
        level = word(f"level.{found['level']}")
        say(f"     {level}: {found['message'][language()]}")
    for one in item.duplicates:
        say(word("proposals.duplicate", id=one, name=label(names.get(one, {}))))


def _say_changes(changes: Any, type_: Any) -> None:
    from khue.model.rights import OPERATOR
    from khue.model.values import label_path, show_path
    from khue.pipeline import house

    context = house().context(actor=OPERATOR)
    for change in changes:
        before, after = (
            brief(show_path(type_, change.path, value, language(), context))
            for value in (change.before, change.after)
        )
        say(f"     {label(label_path(type_, change.path))}: {before} → {after}")


def _proposal(view: Any) -> dict[str, Any]:
    return asdict(view) | {"at": view.at.isoformat()}
