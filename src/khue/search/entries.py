"""What search knows of one record: a pure function of its public document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from khue.lib.vietnamese import exact, fold, sort_key
from khue.model.packs import Pack
from khue.model.values import Context, kind_of
from khue.registry.fold import label, leaves

NAMES = frozenset({"name", "alternative_names", "dated_names.name"})
"""The paths that hold the names of a record."""

DESIGNATIONS: Mapping[str, frozenset[str]] = {"rank": frozenset({"NONE"})}
"""Facets whose values say that a record is designated, with the codes that say it is not."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as the index keeps it. Token forms are those of `lib.vietnamese`.

    The `wholes` hold one item per name (main or alternative, Vietnamese or English);
    `references` holds for each record referred to its identifier and a token of the label that is
    part of the text (`label_token`): when that label changes, this entry has to be made again.
    """

    id: str
    type: str
    label: Mapping[str, str]
    order: str
    wholes_folded: tuple[str, ...]
    wholes_exact: tuple[str, ...]
    text_folded: str
    text_exact: str
    facets: Mapping[str, tuple[str, ...]]
    units: tuple[str, ...]
    references: tuple[str, ...]
    designated: bool


def entry(document: Mapping[str, Any], pack: Pack, context: Context) -> Entry:
    """The entry of a *public* document (what `registry.queries.public_documents` gives).

    `context.label_of` must know public labels only. Fields that the pack does not know, or does
    not call public, are left out even if they are in the document.
    """
    type_ = pack.types[document["type"]]
    names: dict[str, None] = {}
    texts: list[str] = [text for kind in (type_.label, type_.plural) for text in kind.values()]
    facets: dict[str, dict[str, None]] = {}
    units: set[str] = set()
    references: set[str] = set()
    visible = {name: field for name, field in type_.fields.items() if field.visibility == "public"}
    for field, value in leaves(document, visible):
        if field.visibility != "public":
            continue
        if field.kind == "reference":
            references.add(value)
            if context.label_of(value) is None:
                continue  # a record that the public may not know of says nothing
        flat = kind_of(field).flatten(value, field, context)
        texts += flat.texts
        if field.path in NAMES:
            names |= dict.fromkeys(flat.texts)
        if field.kind == "place":
            units.update(flat.codes)
        if field.facet:
            facets.setdefault(field.facet, {}).update(dict.fromkeys(flat.codes))
    shown = label(document)
    text = " ".join(texts)
    return Entry(
        id=document["id"],
        type=document["type"],
        label=shown,
        order=order_of(shown["vi"], document["id"]),
        wholes_folded=_forms(fold, names),
        wholes_exact=_forms(exact, names),
        text_folded=fold(text),
        text_exact=exact(text),
        facets={key: tuple(codes) for key, codes in facets.items()},
        units=tuple(sorted(units)),
        references=tuple(
            token
            for target in sorted(references)
            for token in (target, label_token(target, context.label_of(target)))
        ),
        designated=_is_designated(facets),
    )


def order_of(name: str, identifier: str) -> str:
    """What a list by name is sorted by: Vietnamese order, then the identifier. Never two alike."""
    return f"{sort_key(name)}\0{identifier}"


def label_token(record: str, label: Mapping[str, str] | None) -> str:
    """A short token of the label of a record; None stands for a record that is not public."""
    told = json.dumps(label and [label["vi"], label["en"]])
    return f"{record} {hashlib.blake2s(told.encode(), digest_size=8).hexdigest()}"


def _forms(form: Callable[[str], str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for name in names if (key := form(name))))


def _is_designated(facets: Mapping[str, Iterable[str]]) -> bool:
    return any(
        code not in undesignated
        for key, undesignated in DESIGNATIONS.items()
        for code in facets.get(key, ())
    )
