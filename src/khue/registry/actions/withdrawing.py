"""Taking a record out of the registry for a reason, and bringing it back."""

from __future__ import annotations

from khue.model.errors import Refused, no_record
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry.actions.committing import Committed, Stale, busy, commit, require_word
from khue.registry.actions.editing import ATTEMPTS, present, states_of
from khue.registry.actions.preparing import Draft, require
from khue.registry.models import Record


def withdraw(*, actor: Actor, why: str, record: str, pack: Pack) -> Committed:
    """Take a record out: it is in no list and no figure any more, its history stays.

    Raises `NotFound` if it is not there, `Refused` if others were merged into it.
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        version, document = present(record)
        require(actor, "withdraw", [Draft(record, version, document, document)], pack)
        losers = list(Record.objects.filter(merged_into=record).values_list("id", flat=True))
        if losers:
            raise Refused(
                f"Hồ sơ {record} đang thay cho hồ sơ khác: {', '.join(losers[:5])}.",
                f"Record {record} stands for others: {', '.join(losers[:5])}.",
                mend_vi="Tách các hồ sơ đó ra trước (khue split).",
                mend_en="Split them off first (khue split).",
            )
        draft = Draft(record, version, document, None, action="withdraw")
        try:
            return commit(actor=actor, why=why, kind="withdraw", drafts=[draft], pack=pack)
        except Stale:
            continue
    raise busy()


def restore(*, actor: Actor, why: str, record: str, pack: Pack) -> Committed:
    """Bring a record that is gone (withdrawn, or its coming undone) back as it last was.

    Raises `NotFound` for an unknown record, `Refused` for one that is there or was merged.
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        versions = {version: state for (_, version), state in states_of([record]).items()}
        if not versions:
            raise no_record(record)
        last = max(versions)
        present_in = max(version for version, state in versions.items() if state.document)
        document = versions[present_in].document
        require(actor, "withdraw", [Draft(record, last, None, document)], pack)
        if versions[last].document is not None or versions[last].target is not None:
            raise Refused(
                f"Hồ sơ {record} không ở trạng thái đã rút.",
                f"Record {record} is not withdrawn.",
            )
        draft = Draft(record, last, None, document, action="restore")
        try:
            return commit(actor=actor, why=why, kind="restore", drafts=[draft], pack=pack)
        except Stale:
            continue
    raise busy()
