"""Taking what is erased out of what waits: proposals, and forms that someone has in hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from khue.registry import chain, tables
from khue.registry.actions.reaching import Reach, is_file
from khue.registry.fold import Document, patch, paths
from khue.registry.models import ProposalItem, WorkingDraft
from khue.registry.sealing import without


def scrub_waiting(field: str, reach: Reach) -> int:
    """Take the values out of proposals, decided ones too, and of forms that someone has in hand;
    gives how many of them held any."""
    done = 0
    # What was accepted holds no documents any more; most proposals are that.
    holding = Q(record__in=reach.records) | Q(before__isnull=False) | Q(after__isnull=False)
    for item in ProposalItem.objects.filter(holding).iterator(tables.CHUNK):
        done += _scrub_item(item, field, reach)
    for draft in WorkingDraft.objects.iterator(tables.CHUNK):
        stated = tables.parse(draft.stated)
        kept = {path: text for path, text in stated.items() if _top(path) != field}
        mine = draft.record in reach.records
        if kept != stated and (mine or _texts(stated, field) & _plain(reach.values)):
            draft.stated = chain.canonical(kept)
            draft.save()
            done += 1
    return done


def _scrub_item(item: ProposalItem, field: str, reach: Reach) -> bool:
    """Take the values out of one record of a proposal; whether it held any."""
    texts = (item.before or "", item.after or "")
    # Most hold none, and parsing takes longest.
    if item.record not in reach.records and not any(
        value in text for value in reach.values for text in texts
    ):
        return False
    documents = {name: tables.parse(getattr(item, name)) for name in ("before", "after")}
    present = {name: one for name, one in documents.items() if one is not None}
    if item.record not in reach.records and not any(
        _holds(one, field, reach.values) for one in present.values()
    ):
        return False
    scrubbed: dict[str, str] = {
        name: chain.canonical(_without(one, field)) for name, one in present.items()
    }
    told = tables.parse(item.findings)
    plain = _plain(reach.values)
    kept = [one for one in told if _top(one.get("field")) != field and not _mentions(one, plain)]
    scrubbed["findings"] = chain.canonical(kept)
    held = any(getattr(item, name) != text for name, text in scrubbed.items())
    if held:
        ProposalItem.objects.filter(pk=item.pk).update(**scrubbed)
    return held


def _without(document: Document, field: str) -> Document:
    return patch(document, {field: None}) if is_file(field) else without(document, field)


def _holds(document: Document, field: str, values: Collection[str]) -> bool:
    if is_file(field):
        return field in paths(document)
    if field in document and chain.canonical(document[field]) in values:
        return True
    return any(
        _texts(source["stated"], field) & _plain(values) for source in document.get("sources", ())
    )


def _mentions(told: Any, texts: Collection[str]) -> bool:
    """Whether a finding quotes one of the texts. Short ones stand in many words by chance."""
    if isinstance(told, dict | list):
        inner = told.values() if isinstance(told, dict) else told
        return any(_mentions(one, texts) for one in inner)
    return isinstance(told, str) and any(
        text == told or (len(text) >= 4 and text in told) for text in texts
    )


def _texts(stated: dict[str, str], field: str) -> set[str]:
    return {text for path, text in stated.items() if _top(path) == field}


def _plain(values: Collection[str]) -> set[str]:
    return {one for value in values if isinstance(one := tables.parse(value), str)}


def _top(path: Any) -> str:
    return str(path or "").partition(".")[0]
