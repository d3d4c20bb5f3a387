"""Which records there are: two that are one, one that was two, one that should not be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from khue.model.errors import WrongUse
from khue.model.packs import Type
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.pipeline.presence import require_itself
from khue.registry import actions, fold

JOINED = "identifiers"
"""The field of which a merge keeps what both records say."""


def merge_records(
    house: House,
    winner: str,
    loser: str,
    *,
    take: Sequence[str] = (),
    actor: Actor,
    why: str,
) -> actions.Committed:
    """Make one record of two; `loser` redirects to `winner` from then on.

    The winner keeps what it says and takes what only the loser says; of the fields in `take` it
    takes what the loser says in any case. Raises `NotFound`, `NotAllowed`, `WrongUse` for a record
    with itself, for records of two types or for a field of which the loser says nothing, `Refused`
    for records that are gone, merged already or not equally open.
    """
    views = [require_itself(house, record, actor=actor) for record in (winner, loser)]
    type_ = house.pack.types[views[1].type]
    committed = actions.merge(
        actor=actor,
        why=why,
        winner=winner,
        loser=loser,
        changes=_taken(type_, views[1].document, take),
        pack=house.pack,
    )
    catch_up(house)
    return committed


def split_record(house: House, record: str, *, actor: Actor, why: str) -> actions.Committed:
    """Make a merged record one of its own again. Raises `NotFound`, `NotAllowed`, and `Refused` for
    one that is not merged."""
    committed = actions.split(actor=actor, why=why, record=record, pack=house.pack)
    catch_up(house)
    return committed


def withdraw_record(house: House, record: str, *, actor: Actor, why: str) -> actions.Committed:
    """Take a record out of the registry; its history stays. Raises `NotFound`, `NotAllowed`, and
    `Refused` for one that is gone, merged, or stands for others."""
    require_itself(house, record, actor=actor)
    committed = actions.withdraw(actor=actor, why=why, record=record, pack=house.pack)
    catch_up(house)
    return committed


def restore_record(house: House, record: str, *, actor: Actor, why: str) -> actions.Committed:
    """Bring a record that was withdrawn back as it last was. Raises `NotFound`, `NotAllowed`, and
    `Refused` for one that is there or merged."""
    committed = actions.restore(actor=actor, why=why, record=record, pack=house.pack)
    catch_up(house)
    return committed


def _taken(type_: Type, loser: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """What the loser says in the named fields, by path. A text in two languages is taken as a whole
    (`name`) or in one (`name.en`)."""
    said = fold.paths(loser)
    changes: dict[str, Any] = {}
    for name in names:
        found = {path: value for path, value in said.items() if f"{path}.".startswith(f"{name}.")}
        if name == JOINED or not found:
            raise _cannot_take(type_, name, said)
        changes |= found
    return changes


def _cannot_take(type_: Type, name: str, said: Mapping[str, Any]) -> WrongUse:
    if name == JOINED:
        return WrongUse(
            "Mã định danh của cả hai hồ sơ luôn được giữ.",
            "The identifiers of both records are always kept.",
            mend_vi=f"Bỏ --take {name}.",
            mend_en=f"Leave --take {name} out.",
        )
    known = ", ".join(path for path in said if path != JOINED)
    if name.partition(".")[0] not in type_.fields:
        return WrongUse(
            f"Loại {type_.name} không có trường «{name}».",
            f"The type {type_.name} has no field '{name}'.",
            mend_vi=f"Có thể lấy: {known}.",
            mend_en=f"These can be taken: {known}.",
        )
    return WrongUse(
        f"Hồ sơ được gộp không ghi gì ở «{name}».",
        f"The record that is merged says nothing in '{name}'.",
        mend_vi=f"Có thể lấy: {known}.",
        mend_en=f"These can be taken: {known}.",
    )
