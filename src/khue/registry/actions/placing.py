"""Loading change tables and boundaries: what the gazetteer is made of beside its package.

The ledger has one line for all of it, in the place of a record (`tables.PLACES`). Each version says
which files are loaded; their bytes are kept as sources. Loading a data set again replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, Refused
from khue.model.findings import finding
from khue.model.packs import Pack
from khue.model.rights import Actor, Subject, may
from khue.registry import chain, tables
from khue.registry.actions.committing import (
    Committed,
    SourceDescription,
    append,
    exclusive,
    keep_source_row,
    require_current,
    require_word,
)
from khue.registry.actions.preparing import Lot, entry_of
from khue.registry.models import Batch, Change

Loaded = dict[str, Any]
"""What is said of a loaded file: `name` of its data set, `kind`, `sha256`, and what else those who
read it have to know. `since` is the version in which it came."""


def load_places(
    *, actor: Actor, why: str, loaded: Mapping[str, Any], source: SourceDescription, pack: Pack
) -> Committed | None:
    """Enter a file in the ledger; None if it is loaded already, as it is.

    Raises `WrongUse` without a reason, `NotAllowed` for those who may not administer everywhere.
    """
    require_word(why)
    require_administrator(actor)
    with exclusive():
        require_current(pack)
        version, current = _current()
        before = current.get(str(loaded["name"]))
        if before is not None and before == {**loaded, "since": before["since"]}:
            return None
        after = current | {loaded["name"]: {**loaded, "since": version + 1}}
        batch = Batch(
            id=new_ulid(),
            kind="places",
            actor=actor.who,
            why=why,
            source=keep_source_row(source),
        )
        return _append(batch, actor, pack, version + 1, after)


def undo_places(*, actor: Actor, why: str, batch: str, pack: Pack) -> Committed:
    """Take back what a batch loaded, or took back itself. Raises `NotAllowed`, and `Refused` naming
    the batch that has loaded the same data set since."""
    require_administrator(actor)
    with exclusive():
        require_current(pack)
        versions = list(
            Change.objects.filter(record=tables.PLACES)
            .order_by("version")
            .values_list("batch_id", "document")
        )
        states = [(str(name), _by_name(text)) for name, text in versions]
        at = next(number for number, (name, _) in enumerate(states) if name == batch)
        before = states[at - 1][1] if at else {}
        made, now = states[at][1], states[-1][1]
        changed = [one for one in {**before, **made} if before.get(one) != made.get(one)]
        for one in changed:
            if now.get(one) != made.get(one):
                later = next(name for name, each in states[at + 1 :] if each.get(one) != made[one])
                raise _blocked(later, one)
        after = {one: entry for one, entry in now.items() if one not in changed}
        after |= {one: before[one] for one in changed if one in before}
        undoing = Batch(id=new_ulid(), kind="undo", actor=actor.who, why=why, undoes_id=batch)
        return _append(undoing, actor, pack, len(versions) + 1, after)


def is_of_places(batch: str) -> bool:
    """Whether a batch is about what the gazetteer is made of."""
    return Change.objects.filter(batch_id=batch, record=tables.PLACES).exists()


def require_administrator(actor: Actor) -> None:
    """Raise `NotAllowed` for those who may not administer what belongs to the whole city."""
    if not may(actor, "administer", Subject(tables.PLACES, frozenset(), public=False)):
        raise NotAllowed(
            f"{actor.who} không có quyền quản trị toàn bộ danh mục đơn vị hành chính.",
            f"{actor.who} may not administer the whole gazetteer.",
        )


def _current() -> tuple[int, dict[str, Loaded]]:
    last = Change.objects.filter(record=tables.PLACES).order_by("-version").first()
    return (0, {}) if last is None else (last.version, _by_name(last.document))


def _by_name(text: str | None) -> dict[str, Loaded]:
    return {one["name"]: one for one in tables.parse(text)["tables"]}


def _append(
    batch: Batch, actor: Actor, pack: Pack, version: int, loaded: Mapping[str, Loaded]
) -> Committed:
    document = {"tables": sorted(loaded.values(), key=lambda one: int(one["since"]))}
    entry = entry_of(
        *(tables.PLACES, version, "places"),
        sealed=chain.canonical_bytes(document),
        public_digest=chain.HIDDEN,
    )
    return append(batch, [Lot(actor, "places", pack.sha256, [entry])])


def _blocked(later: str, name: str) -> Refused:
    return Refused(
        "Không hoàn tác được: bộ dữ liệu này đã được nạp lại hoặc gỡ sau đó.",
        "This cannot be undone: the data set has been loaded again or taken back since.",
        mend_vi="Hoàn tác các đợt sau trước đã.",
        mend_en="Undo the later batches first.",
        findings=[finding("undo_blocked", value=later, records=name, n=1)],
    )
