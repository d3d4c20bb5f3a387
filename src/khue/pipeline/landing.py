"""Landing what a run changes: as a proposal, or committed as one batch and found by search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from khue.model.errors import Refused
from khue.model.findings import Finding
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.pipeline.planning import Planned, Progress
from khue.registry import actions
from khue.registry.actions.committing import Kind
from khue.tasks.notices import maintenance

ATTEMPTS = 5


@dataclass(frozen=True)
class Landing:
    """Changes prepared against the registry as it is now. `source` and `items` are asked for when
    something is written: they keep bytes, and take time."""

    drafts: Sequence[actions.Draft]
    source: Callable[[], actions.SourceDescription | None] = lambda: None
    items: Callable[[], Sequence[actions.ProposedItem]] = tuple


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
    kind: Kind,
    commit: bool,
    propose: bool = False,
    progress: Progress,
    restless: Callable[[], Refused],
) -> Landed:
    """Prepare changes and write them, in one batch or one proposal; nothing without drafts or in a
    dry run. They are prepared anew where someone was faster; raises what `restless` gives if that
    never ends."""
    for _ in range(ATTEMPTS):
        landing = prepare()
        if not landing.drafts or not (commit or propose):
            return Landed()
        progress("commit" if commit else "propose", 0, len(landing.drafts))
        about: dict[str, Any] = {"actor": actor, "why": why, "kind": kind, "pack": house.pack}
        about["source"] = landing.source()
        if not commit:
            return Landed(proposal=actions.propose(items=landing.items(), **about))
        with suppress(actions.Stale):
            with maintenance(len(landing.drafts)):
                batch = actions.commit(drafts=landing.drafts, **about).batch
            progress("index", 0, 0)
            return Landed(batch, findings=tuple(catch_up(house)))
    raise restless()


def restless_import() -> Refused:
    """What to raise where a file cannot land because others keep writing."""
    return Refused(
        "Hồ sơ đang được sửa liên tục trong lúc nhập.",
        "Records keep being changed while they are imported.",
        mend_vi="Thử lại sau ít phút.",
        mend_en="Try again in a few minutes.",
    )


def drafts_of(planned: Sequence[Planned]) -> list[actions.Draft]:
    """One draft for each record that changes, however many rows speak of it."""
    changed = {one.record: one for one in planned if one.plan.outcome != "unchanged"}
    return [
        actions.Draft(one.record, one.version, one.before, one.plan.document)
        for one in changed.values()
    ]
