"""What people settle, judge, keep and have in hand, beside the changes of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse
from khue.model.packs import Pack
from khue.model.rights import Action, Actor, may, scope
from khue.registry.actions.committing import exclusive, now, require_word
from khue.registry.actions.editing import present
from khue.registry.actions.preparing import subject_of
from khue.registry.chain import canonical
from khue.registry.models import Change, File, Judgement, SavedMapping, WorkingDraft

Verdict = Literal["same", "different", "unsure"]


def judge(*, actor: Actor, why: str, one: str, other: str, verdict: Verdict, pack: Pack) -> str:
    """Say whether two records are the same thing; gives the identifier of the judgement.

    A judgement changes no record; later ones stand beside earlier ones. Raises `WrongUse`,
    `NotFound`, `NotAllowed`.
    """
    require_word(why)
    if one == other or verdict not in get_args(Verdict):
        raise WrongUse(
            "Cần hai hồ sơ khác nhau và một kết luận: same, different hoặc unsure.",
            "Name two different records and a verdict: same, different or unsure.",
        )
    for record in (one, other):
        _, document = present(record)
        if not may(actor, "judge", subject_of(document, pack)):
            raise _not_allowed(actor)
    first, second = sorted((one, other))
    kept = Judgement(
        id=new_ulid(), one=first, other=second, verdict=verdict, actor=actor.who, at=now(), why=why
    )
    with exclusive():
        kept.save(force_insert=True)
    return str(kept.id)


def save_mapping(
    *, actor: Actor, why: str, source: str, type_name: str, mapping: Mapping[str, Any]
) -> None:
    """Keep how the columns of a source are read, for its next file. `mapping` as in mapping files.

    Raises `NotAllowed` for those who may not commit records of the type."""
    require_word(why)
    require_scope(actor, "commit", type_name)
    with exclusive():
        SavedMapping.objects.update_or_create(
            source=source,
            type=type_name,
            defaults={
                "mapping": canonical(dict(mapping)),
                "actor": actor.who,
                "at": now(),
                "why": why,
            },
        )


def save_draft(
    *,
    actor: Actor,
    type_name: str,
    stated: Mapping[str, str],
    record: str | None = None,
    base: int = 0,
    draft: str | None = None,
) -> str:
    """Keep a form that its author has not finished; gives its identifier.

    `draft` names one that was kept before. It is nobody else's, and no change of anything, so it
    needs no reason. Of a record, fields that have been erased since version `base` are left out: a
    page that saves by itself must not bring them back. Raises `NotFound` for someone else's form,
    `NotAllowed`.
    """
    require_scope(actor, "propose", type_name)
    with exclusive():
        if draft is not None:
            _require_own(actor, draft)
        if record is not None:
            erasures = Change.objects.filter(record=record, action="erase", version__gt=base)
            gone = set(erasures.values_list("field", flat=True))
            stated = {
                path: text for path, text in stated.items() if path.partition(".")[0] not in gone
            }
        row = WorkingDraft(
            id=draft or new_ulid(),
            actor=actor.who,
            type=type_name,
            record=record,
            base=base,
            stated=canonical(dict(stated)),
            at=now(),
        )
        row.save()
    return str(row.id)


def discard_draft(*, actor: Actor, draft: str) -> None:
    """Throw away an unfinished form. Raises `NotFound` for someone else's."""
    with exclusive():
        _require_own(actor, draft)
        WorkingDraft.objects.filter(id=draft).delete()


def keep_file(
    *,
    actor: Actor,
    sha256: str,
    size: int,
    media_type: str,
    width: int | None = None,
    height: int | None = None,
) -> None:
    """Note bytes that are kept, before a record refers to them.

    Raises `NotAllowed` for those who may not even propose, `Refused` for bytes that were erased."""
    require_scope(actor, "propose")
    with exclusive():
        if File.objects.filter(sha256=sha256).exclude(erased=None).exists():
            raise Refused(
                "Tệp này đã bị xóa vĩnh viễn theo yêu cầu.",
                "This file was erased for good on request.",
                mend_vi="Nếu được phép dùng lại, lưu nó thành một tệp khác rồi đính kèm.",
                mend_en="If it may be used again, save it as another file and attach that.",
            )
        File.objects.update_or_create(
            sha256=sha256,
            defaults={
                "size": size,
                "media_type": media_type,
                "width": width,
                "height": height,
                "actor": actor.who,
                "at": now(),
                "erased": None,
            },
        )


def require_scope(actor: Actor, action: Action, type_name: str | None = None) -> None:
    """Raise `NotAllowed` unless the actor may do `action` to some records, of a type if it is
    named: the part of the rule that holds where there is no record yet."""
    allowed = scope(actor, action)
    any_type = type_name is None or allowed.types is None
    if not (allowed.granted and (any_type or type_name in (allowed.types or ()))):
        raise _not_allowed(actor)


def _require_own(actor: Actor, draft: str) -> None:
    if not WorkingDraft.objects.filter(id=draft, actor=actor.who).exists():
        raise NotFound(f"Không có bản nháp {draft}.", f"There is no draft {draft}.")


def _not_allowed(actor: Actor) -> NotAllowed:
    return NotAllowed(f"{actor.who} không có quyền làm việc này.", f"{actor.who} may not do this.")
