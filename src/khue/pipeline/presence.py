"""Records as people name them: there, merged into another one, withdrawn, or unknown."""

from __future__ import annotations

from khue.model.errors import KhueError, Refused, no_record
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.registry import queries
from khue.registry.queries import RecordView


def require_itself(house: House, record: str, *, actor: Actor) -> RecordView:
    """The record of this very identifier, for what is done to it and not to one it was merged into.

    Raises `Refused` for one that is merged or withdrawn, `NotFound` for one that is unknown.
    """
    view = queries.get(actor, record, house.pack)
    if view is None:
        raise not_there(house, record, actor=actor)
    if view.id != record:
        raise Refused(
            f"Hồ sơ {record} đã được gộp vào hồ sơ {view.id}.",
            f"Record {record} has been merged into record {view.id}.",
            mend_vi="Dùng mã của hồ sơ còn lại, hoặc tách ra trước (khue split).",
            mend_en="Use the identifier of the one that remains, or split them first (khue split).",
        )
    return view


def not_there(house: House, record: str, *, actor: Actor) -> KhueError:
    """What to raise for a record that nobody can see or change now: withdrawn, gone, or unknown.

    Who may not know of its past gets the answer for an unknown one.
    """
    versions = queries.history(actor, record, house.pack)
    if not versions or versions[0].document is not None:
        return no_record(record)
    if versions[0].action == "withdraw":
        return Refused(
            f"Hồ sơ {record} đã được rút: {versions[0].batch.why}",
            f"Record {record} has been withdrawn: {versions[0].batch.why}",
            mend_vi=f"Đưa trở lại: khue withdraw {record} --restore.",
            mend_en=f"To bring it back: khue withdraw {record} --restore.",
        )
    return Refused(
        f"Hồ sơ {record} không còn trong sổ đăng ký.",
        f"Record {record} is no longer in the registry.",
        mend_vi=f"`khue history {record}` cho biết đợt nào đã gỡ hồ sơ; hoàn tác đợt ấy.",
        mend_en=f"`khue history {record}` names the batch that took it away; undo that.",
    )
