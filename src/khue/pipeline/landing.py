"""Landing what a run changes: as a proposal, or committed as one batch and found by search."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from khue import search
from khue.lib.chunks import chunked
from khue.model.errors import Refused
from khue.model.findings import Finding
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.pipeline.planning import Progress
from khue.pipeline.rows import BLOCK
from khue.registry import actions
from khue.tasks.notices import maintenance

ATTEMPTS = 5


@dataclass(frozen=True)
class Landing:
    """Changes prepared against the registry as it is now, how many there are, and as `lots` to be
    committed or as `items` to be proposed. These and the `source` are asked for when something is
    written: they keep bytes, and take time. `ahead` are the entries of the lots."""

    changes: int
    lots: Callable[[], Iterable[actions.Lot]]
    source: Callable[[], actions.SourceDescription | None] = lambda: None
    items: Callable[[], Iterable[actions.ProposedItem]] = tuple
    ahead: search.Ahead | None = None


@dataclass(frozen=True)
class Landed:
    """What was written: the batch or the proposal, and what there is to say of it."""

    batch: str | None = None
    proposal: str | None = None
    findings: tuple[Finding, ...] = ()


def land(
    house: House,
    prepare: Callable[[], Landing],
    *,
    actor: Actor,
    why: str,
    kind: actions.Kind,
    commit: bool,
    propose: bool = False,
    progress: Progress,
) -> Landed:
    """Prepare changes and write them, in one batch or one proposal; nothing without changes or in
    a dry run. They are prepared anew where someone was faster; raises `Refused` if that never
    ends."""
    for _ in range(ATTEMPTS):
        landing = prepare()
        if not landing.changes or not (commit or propose):
            return Landed()
        progress("commit" if commit else "propose", 0, landing.changes)
        about: dict[str, Any] = {"actor": actor, "why": why, "kind": kind, "pack": house.pack}
        about["source"] = landing.source()
        if not commit:
            return Landed(proposal=actions.propose(items=landing.items(), **about))
        with suppress(actions.Stale):
            if landing.ahead is not None:
                catch_up(house)  # an index that is missing is not built after, from all there is
            with maintenance(landing.changes):
                committed = actions.commit(lots=landing.lots(), **about)
            progress("index", 0, 0)
            if landing.ahead is not None:
                landing.ahead.first = committed.first
            return Landed(committed.batch, findings=tuple(catch_up(house, landing.ahead)))
    raise _restless()


def _restless() -> Refused:
    return Refused(
        "Có người khác liên tục sửa chính những hồ sơ này nên chưa ghi được gì.",
        "Others keep changing these very records, so nothing was written.",
        mend_vi="Thử lại sau ít phút.",
        mend_en="Try again in a few minutes.",
    )


def lots_of(
    drafts: Iterable[actions.Draft], *, actor: Actor, kind: actions.Kind, pack: Pack
) -> list[actions.Lot]:
    """Drafts that are in memory, as lots to be committed."""
    return [
        actions.prepare(
            chunk,
            actor=actor,
            kind=kind,
            pack=pack,
            known=actions.known_commitments([one.record for one in chunk if one.base]),
        )
        for chunk in chunked(drafts, BLOCK)
    ]
