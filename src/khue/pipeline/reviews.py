"""What one proposes and another decides, and what people judge of two records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from khue.model.errors import Refused
from khue.model.rights import Actor
from khue.pipeline.edits import understand_edit
from khue.pipeline.files import source_path
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.pipeline.presence import require_itself
from khue.registry import actions, drafting
from khue.registry.fold import patch
from khue.tasks.notices import maintenance


def propose_edit(
    house: House, record: str, stated: Mapping[str, str], *, actor: Actor, why: str
) -> str | None:
    """Propose to set fields of a record, as `edit_record` sets them; gives the identifier of the
    proposal, None if nothing would change.

    Raises what `edit_record` raises, but needs only the right to propose.
    """
    asked = understand_edit(house, record, stated, actor=actor)
    version, before = drafting.heads([asked.view.id])[asked.view.id]
    # Who sees only what is public is told no version, and `propose` then refuses.
    if before is None or asked.view.version not in (0, version):
        raise Refused(
            "Hồ sơ vừa được người khác thay đổi.",
            "Someone has just changed the record.",
            mend_vi="Thử lại.",
            mend_en="Try again.",
        )
    after = patch(before, asked.changes)
    if after == before:
        return None
    draft = actions.Draft(asked.view.id, version, before, after)
    item = actions.ProposedItem(draft, [one.to_json() for one in asked.findings])
    return actions.propose(actor=actor, why=why, kind="edit", items=[item], pack=house.pack)


def accept_proposal(
    house: House,
    proposal: str,
    *,
    records: Sequence[str] | None = None,
    actor: Actor,
    why: str,
) -> actions.Committed:
    """Commit a proposal, or of it only `records`; the rest goes on waiting.

    Raises `NotFound`, `NotAllowed`, and `Refused` for one that is decided, or with a finding for
    each record that no longer fits; then nothing is committed.
    """
    rows = drafting.count_waiting(proposal) if records is None else len(records)
    with maintenance(rows):
        committed = actions.accept(
            actor=actor, why=why, proposal=proposal, records=records, pack=house.pack
        )
    catch_up(house)
    return committed


def reject_proposal(
    house: House,
    proposal: str,
    *,
    records: Sequence[str] | None = None,
    actor: Actor,
    word: str,
) -> int:
    """Turn a proposal down with a word for whoever made it, or of it only `records`; gives how many
    records. What is personal in them goes, and the file that they came from if nothing else did.

    Raises `NotFound`, `NotAllowed`, and `Refused` for one that is decided."""
    count = actions.reject(
        actor=actor, word=word, proposal=proposal, records=records, pack=house.pack
    )
    actions.drop_source(
        proposal=proposal, drop=lambda sha256: source_path(sha256).unlink(missing_ok=True)
    )
    return count


def judge_records(
    house: House,
    one: str,
    other: str,
    verdict: actions.Verdict,
    *,
    actor: Actor,
    why: str,
) -> str:
    """Say whether two records are the same thing; gives the identifier of the judgement. Raises
    `NotFound`, `NotAllowed`, `WrongUse`, and `Refused` for a record that is gone or merged."""
    for record in (one, other):
        require_itself(house, record, actor=actor)
    return actions.judge(
        actor=actor, why=why, one=one, other=other, verdict=verdict, pack=house.pack
    )
