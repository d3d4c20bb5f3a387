"""Two records that are one, and one that was two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args

from khue.model.errors import Refused, WrongUse, no_record
from khue.model.fields import Visibility
from khue.model.packs import Field, Pack
from khue.model.rights import Actor
from khue.registry import merges
from khue.registry.actions.committing import Committed, Stale, busy, commit, require_word
from khue.registry.actions.editing import ATTEMPTS, State, present, require_fit, states_of
from khue.registry.actions.preparing import Draft, require
from khue.registry.fold import Document, differences, patch, paths
from khue.registry.models import Change, SourceRow


def merge(
    *,
    actor: Actor,
    why: str,
    winner: str,
    loser: str,
    pack: Pack,
    changes: Mapping[str, Any] | None = None,
) -> Committed:
    """Make one record of two. The loser redirects to the winner; both identities stay.

    The winner keeps what it says; where it says nothing, it takes what the loser says; `changes`
    sets paths of it beyond that. What sources stated for either is kept, so their rows now speak of
    the winner. References of others are not rewritten, they resolve when read; those of the two to
    each other are left out, or the winner would refer to itself.

    Raises `NotFound`, `WrongUse` for a record with itself or of another type, `Refused` if the two
    are not equally open (what one of them keeps closed would be shown by the other) or if the pack
    does not take what they are together.
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        (version, kept), (other_version, gone) = present(winner), present(loser)
        # First of all: what stands in the way may tell what the records say.
        now = [Draft(winner, version, kept, kept), Draft(loser, other_version, gone, gone)]
        require(actor, "merge", now, pack)
        _require_alike(winner, loser, kept, gone, pack)
        type_ = pack.types.get(kept["type"])
        names = {winner, loser}.union(*merges.aliases([winner, loser]).values())
        after = merged(kept, gone, changes or {}, type_.fields if type_ else {}, names)
        require_fit(after, pack)
        drafts = [
            Draft(winner, version, kept, after),
            Draft(loser, other_version, gone, None, target=winner, action="merge"),
        ]
        try:
            return commit(actor=actor, why=why, kind="merge", drafts=drafts, pack=pack)
        except Stale:
            continue
    raise busy()


def merged(
    winner: Document,
    loser: Document,
    changes: Mapping[str, Any],
    fields: Mapping[str, Field],
    names: Collection[str],
) -> Document:
    """The document of two records as one. Pure.

    `fields` are those of their type, `names` the identifiers of all records that are then this one:
    it refers to none of them.
    """
    winner, loser = (_referring_to_others(one, fields, names) for one in (winner, loser))
    own, others = paths(winner), paths(loser)
    filled = {path: value for path, value in others.items() if path not in own}
    if loser.get("location_sensitive"):
        filled["location_sensitive"] = True
    identifiers = [*winner.get("identifiers", ())]
    identifiers += [one for one in loser.get("identifiers", ()) if one not in identifiers]
    if identifiers:
        filled["identifiers"] = identifiers
    after = _referring_to_others(patch(winner, filled | dict(changes)), fields, names)
    sources = [*winner.get("sources", ()), *loser.get("sources", ())]
    return after | ({"sources": sources} if sources else {})


def _referring_to_others(
    document: Document, fields: Mapping[str, Field], names: Collection[str]
) -> Document:
    """The document without references to records of these names; a list loses only these of its
    elements, and a statement that then says nothing goes as well."""
    kept = dict(document)
    for name, field in fields.items():
        if name not in kept or all(one.kind != "reference" for one in field.leaves()):
            continue
        value = kept.pop(name)
        items = value if isinstance(value, list) else [value]
        if field.kind == "statement":
            members = {member.name: member for member in field.fields}
            items = [_referring_to_others(item, members, names) for item in items]
        else:
            items = [None if item in names else item for item in items]
        if items := [item for item in items if item]:
            kept[name] = items if isinstance(value, list) else items[0]
    return kept


def split(*, actor: Actor, why: str, record: str, pack: Pack) -> Committed:
    """Make a merged record one of its own again, as it last was.

    From the record that it redirects to, what the merge brought is taken back, except where someone
    has changed it since. What has been closed or made sensitive while they were one stays so in
    both.

    Raises `NotFound`, and `Refused` for a record that is not merged, or into one that was merged
    further: what it brought can no longer be told from what that one said.
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        versions = Change.objects.filter(record=record).order_by("-version")
        last = versions.first()
        if last is None:
            raise no_record(record)
        said = last_own(record)
        require(actor, "merge", [Draft(record, last.version, None, said)], pack)
        if last.document is not None or not last.target:
            raise Refused(
                f"Hồ sơ {record} không được gộp vào hồ sơ nào.",
                f"Record {record} is not merged into another one.",
            )
        holder = last.target
        _require_there(record, holder)
        version, now = present(holder)
        require(actor, "merge", [Draft(holder, version, now, now)], pack)
        own = _without_rows_of_others(said, record)
        # What has been erased since is no merge.
        merging = versions.exclude(action="erase")[0]
        before = _before_merge(holder, merging.batch_id)
        after = separated(now, own, before)
        own = _as_closed_as(now, own, before[1] if before else {})
        drafts = [
            Draft(record, last.version, None, own, action="split"),
            Draft(holder, version, now, after),
        ]
        try:
            return commit(actor=actor, why=why, kind="split", drafts=drafts, pack=pack)
        except Stale:
            continue
    raise busy()


def _require_there(record: str, holder: str) -> None:
    further = merges.resolve([holder])[holder]
    if further != holder:
        raise Refused(
            f"Hồ sơ {record} được gộp vào {holder}, sau đó {holder} lại được gộp vào {further}.",
            f"Record {record} was merged into {holder}, which was then merged into {further}.",
            mend_vi=f"Tách {holder} trước, rồi tách {record}.",
            mend_en=f"Split {holder} first, then {record}.",
        )


def _as_closed_as(holder: Document, document: Document, merged: Document) -> Document:
    """The document with what has been closed or made sensitive in its holder since the merge."""
    closed: Document = {}
    visibility = holder.get("visibility", "public")
    is_closer = _closeness(visibility) > _closeness(document.get("visibility", "public"))
    if is_closer and visibility != merged.get("visibility"):
        closed["visibility"] = visibility
    if holder.get("location_sensitive") and not merged.get("location_sensitive"):
        closed["location_sensitive"] = True
    return document | closed


def _closeness(visibility: str) -> int:
    """From the most open to the most closed; what nobody knows is that."""
    levels: tuple[str, ...] = get_args(Visibility)
    return levels.index(visibility) if visibility in levels else len(levels)


def separated(
    now: Document, loser: Document, merge_step: tuple[Document, Document] | None
) -> Document:
    """The winner without what a merge brought. Pure.

    `merge_step` is the winner before and after the merge; None if the merge did not change it, so
    that only the sources' rows are told apart.
    """
    before, after = merge_step or ({}, {})
    current = paths(now)
    brought = differences(before, after) if merge_step else {}
    result = patch(
        now,
        {path: old for path, (old, new) in brought.items() if current.get(path) == new},
    )
    own_rows = {_row(source) for source in before.get("sources", ())}
    moved = {_row(source) for source in loser.get("sources", ())} - own_rows
    return _with_sources(
        result, [source for source in now.get("sources", ()) if _row(source) not in moved]
    )


def last_own(record: str) -> Document:
    """What a record that is gone last was. Raises `NotFound` if it never was anything."""
    documents = [state.document for _, state in sorted(states_of([record]).items())]
    found = next((one for one in reversed(documents) if one is not None), None)
    if found is None:
        raise no_record(record)
    return found


def _without_rows_of_others(own: Document, record: str) -> Document:
    """A record as it was without rows that came with others, which are no longer one with it."""
    still = {record, *merges.aliases([record]).get(record, ())}
    kept = []
    for source in own.get("sources", ()):
        row = SourceRow.objects.filter(source=source["name"], key=source["key"]).first()
        if row is None or row.record in still:
            kept.append(source)
    return _with_sources(own, kept)


def _with_sources(document: Document, sources: Sequence[Document]) -> Document:
    rest = {name: value for name, value in document.items() if name != "sources"}
    return rest | ({"sources": list(sources)} if sources else {})


def _row(source: Mapping[str, Any]) -> tuple[str, str]:
    return source["name"], source["key"]


def _before_merge(winner: str, batch: str) -> tuple[Document, Document] | None:
    """The winner of a merge before and after it; None if the batch did not change it."""
    change = Change.objects.filter(record=winner, batch_id=batch).values("version").first()
    if change is None:
        return None
    states = states_of([winner])
    before = states.get((winner, change["version"] - 1), State(None)).document
    after = states[winner, change["version"]].document
    return (before, after) if before is not None and after is not None else None


def _require_alike(winner: str, loser: str, kept: Document, gone: Document, pack: Pack) -> None:
    if winner == loser:
        raise WrongUse(
            "Một hồ sơ không thể gộp với chính nó.", "A record cannot be merged with itself."
        )
    if kept["type"] != gone["type"]:
        raise WrongUse(
            "Chỉ gộp được hai hồ sơ cùng loại.", "Only records of one type can be merged."
        )
    default = pack.types[kept["type"]].visibility if kept["type"] in pack.types else "restricted"
    if kept.get("visibility", default) != gone.get("visibility", default):
        raise Refused(
            "Hai hồ sơ có mức công khai khác nhau.",
            "The two records are not equally open.",
            mend_vi="Đặt hai hồ sơ cùng một mức công khai rồi gộp.",
            mend_en="Give both the same visibility, then merge them.",
        )
