"""What befalls planted records after they came in: merged, withdrawn, erased from, given files,
proposed about, judged. Every reason, word and actor is a secret; `planting` says what it all is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from khue import pipeline
from khue.model.errors import Refused
from khue.model.packs import Type
from khue.model.rights import OPERATOR
from khue.pipeline import FileNote, SourceNote, purging
from khue.registry import actions, drafting, erasures, queries
from tests.media import samples

if TYPE_CHECKING:
    from tests.pipeline.planting import World


def befall(world: World, type_: Type) -> None:
    """All of it, to the records of a type."""
    merge(world, type_)
    withdraw(world, type_)
    erase(world, type_)
    attach(world, type_)
    propose(world, type_)
    judge(world, type_)


def merge(world: World, type_: Type) -> None:
    """An open record into an open one, with all that it has closed; two that are then closed; and
    a closed one into an open one, which is refused."""
    for prefix in ("", "closed "):
        pipeline.merge_records(
            world.house,
            world.records[type_.name, f"{prefix}winner"],
            world.records[type_.name, f"{prefix}loser"],
            actor=world.actor(),
            why=world.plants.secret("why of a merge"),
        )
    closing = world.closed[0]
    world.edit(world.records[type_.name, "closed winner"], visibility=closing)
    winner = world.records[type_.name, "winner"]
    brought = drafting.heads([winner])[winner][1]
    assert brought is not None
    assert "internal_note" in brought, "what the loser alone said has come to the winner"
    for number, code in enumerate(world.closed):
        part = f"{'staff' if number == 0 else 'restricted'}:{code}"
        with pytest.raises(Refused):
            pipeline.merge_records(
                world.house,
                winner,
                world.records[type_.name, part],
                actor=world.actor(),
                why=world.plants.secret("why of a merge that is refused"),
            )


def withdraw(world: World, type_: Type) -> None:
    for part in ("withdrawn", "withdrawn while closed"):
        pipeline.withdraw_record(
            world.house,
            world.records[type_.name, part],
            actor=world.actor(),
            why=world.plants.secret("why of a withdrawal"),
        )


def erase(world: World, type_: Type) -> None:
    """All that is personal of one record; and the note of a twin, who must not look otherwise."""
    fields = {"erased": [*sorted(type_.personal), "other"], "erased twin": ["internal_note"]}
    for part, names in fields.items():
        record = world.records[type_.name, part]
        document = drafting.heads([record])[record][1]
        assert document is not None
        for name in names:
            if name in document:
                actions.erase(
                    actor=world.actor(),
                    why=world.plants.secret("why of an erasure"),
                    record=record,
                    field=name,
                    pack=world.pack,
                )
        assert not drafting.heads([record])[record][1].keys() & set(names)  # type: ignore[union-attr]
    # What else an erasure does is tested where it is done; here all is one transaction.
    purging.write_notes()
    actions.finish_purge(changes=erasures.pending())


def attach(world: World, type_: Type) -> None:
    """A photograph and a document of each visibility on an open record; one that was open once; and
    one for everyone on records that are not for everyone."""
    plants, shown = world.plants, "public"
    open_record = world.records[type_.name, "open"]
    for visibility in (shown, *world.closed):
        is_open = visibility == shown
        plant = plants.open if is_open else plants.secret
        where = f"{type_.name}: file of open for {visibility}"
        _attach(world, open_record, picture_of(world, where), visibility, plant, where, is_open)
        bytes_ = samples.pdf(
            b"/Note (%s)" % plant(f"{where}, in the document").encode("latin-1", "replace")
        )
        _attach(world, open_record, bytes_, visibility, plant, where, is_open)
    where = f"{type_.name}: file of open, closed since"
    once = _attach(world, open_record, picture_of(world, where), shown, plants.secret, where, False)
    entry = next(
        one
        for one in drafting.heads([open_record])[open_record][1]["files"]  # type: ignore[index]
        if one["sha256"] == once
    )
    actions.edit(
        actor=world.actor(),
        why=plants.secret("why of closing a file"),
        record=open_record,
        base=drafting.heads([open_record])[open_record][0],
        changes={f"files.{once}": entry | {"visibility": world.closed[0]}},
        pack=world.pack,
    )
    for part in ("closing", "closed winner"):
        where = f"{type_.name}: file of {part}"
        record = world.records[type_.name, part]
        _attach(world, record, picture_of(world, where), shown, plants.secret, where, False)


def picture_of(world: World, where: str) -> bytes:
    """A small photograph with secrets in what a camera writes."""
    comment = world.plants.secret(f"{where}, comment")
    return samples.photograph(width=96, height=64, comment=comment)


def _attach(
    world: World,
    record: str,
    data: bytes,
    visibility: str,
    plant: Any,
    where: str,
    is_open: bool,
) -> str:
    """Attach bytes; gives their sha256, under which `world.files` notes whether they are served."""
    path = world.home.parent / "attached"
    path.write_bytes(data)
    note = FileNote(
        title={"vi": plant(f"{where}, title"), "en": plant(f"{where}, title")},
        creator=plant(f"{where}, creator"),
        licence="CC BY 4.0",
        visibility=visibility,
    )
    pipeline.attach_file(
        world.house,
        record,
        path,
        note,
        actor=world.actor(),
        why=world.plants.secret("why of attaching"),
    )
    sha256 = hashlib.sha256(data).hexdigest()
    world.files[sha256], world.papers[sha256] = is_open, data.startswith(b"%PDF")
    return sha256


def propose(world: World, type_: Type) -> None:
    """Things said of an open record, and new records, that wait, are accepted, or are rejected."""
    plants, record = world.plants, world.records[type_.name, "open"]
    for decision in ("waits", "rejected"):
        where = f"{type_.name}.description proposed ({decision})"
        proposal = pipeline.propose_edit(
            world.house,
            record,
            {"description": plants.secret(where), "internal_note": plants.secret(where)},
            actor=world.actor(),
            why=plants.secret("why of a proposal"),
        )
        assert proposal is not None
        if decision == "rejected":
            pipeline.reject_proposal(
                world.house, proposal, actor=world.actor(), word=plants.secret("word of rejecting")
            )
    rows = Path(world.home.parent / f"{plants.secret('name of a proposed file')}.csv")
    rows.write_text(f"Tên,Cột lạ\n{plants.secret('proposed name')},{plants.secret('proposed')}\n")
    report = pipeline.import_file(
        world.house,
        rows,
        type_name=type_.name,
        actor=world.actor(),
        why=plants.secret("why of a proposed import"),
        propose=True,
        note=SourceNote(f"so-de-xuat-{type_.name}"),
    )
    assert report.proposal is not None
    actions.save_draft(
        actor=world.actor(),
        type_name=type_.name,
        stated={"description.vi": plants.secret("draft"), "internal_note": plants.secret("draft")},
        record=record,
    )
    accepted = pipeline.propose_edit(
        world.house,
        world.records[type_.name, "erased"],
        {
            "description.en": plants.open(f"{type_.name}.description.en accepted"),
            "internal_note": plants.secret("accepted"),
        },
        actor=world.actor(),
        why=plants.secret("why of a proposal that is accepted"),
    )
    assert accepted is not None
    pipeline.accept_proposal(
        world.house, accepted, actor=world.actor(), why=plants.secret("why of accepting")
    )
    assert len(queries.proposals(OPERATOR, world.pack)) >= 2


def judge(world: World, type_: Type) -> None:
    verdict: actions.Verdict
    for verdict, other in (("different", "deep"), ("same", "staff:staff")):
        if (type_.name, other) in world.records:
            actions.judge(
                actor=world.actor(),
                why=world.plants.secret("why of a judgement"),
                one=world.records[type_.name, "open"],
                other=world.records[type_.name, other],
                verdict=verdict,
                pack=world.pack,
            )
