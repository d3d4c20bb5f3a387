"""What search knows of one record: pure functions of its public and of its whole document.

`entry` holds what everyone may find; `staff_entry` holds beside it what only some may find, so that
one index serves people who may read some records whole and of the others what is public.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.lib.vietnamese import exact, fold, sort_key
from khue.model.packs import Field, Pack, Type
from khue.model.values import Context, Flat, kind_of
from khue.registry.fold import Document, label, leaves

NAMES = frozenset({"name", "alternative_names", "dated_names.name"})
"""The paths that hold the names of a record."""

DESIGNATIONS: Mapping[str, frozenset[str]] = {"rank": frozenset({"NONE"})}
"""Facets whose values say that a record is designated, with the codes that say it is not."""


REPEATED = frozenset({"code", "edtf"})
"""Kinds of which one text means the same in every field of one vocabulary."""

Flats = dict[tuple[str, str], Flat]
"""What values of such kinds gave, by vocabulary or kind, and value."""

LabelOf = Callable[[str], Mapping[str, str] | None]
"""The label of a record in both languages; None for one that may not be known of."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What an entry holds that not everyone may find.

    `text` is for those who may read this record whole. `named` is of labels of other records that
    are not public: who may read this record may not know of those, so it is for those who may read
    every record. `units` are those that decide who may read this record whole.
    """

    text: str = ""
    named: str = ""
    units: tuple[str, ...] = ()


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
    public: bool = True
    closed: Closed = Closed()


def entry(
    document: Mapping[str, Any], pack: Pack, context: Context, flats: Flats | None = None
) -> Entry:
    """The entry of a *public* document (what `registry.queries.public_documents` gives).

    `context.label_of` must know public labels only. Fields that the pack does not know, or does
    not call public, are left out even if they are in the document. `flats` remembers what values
    gave: registers repeat themselves.
    """
    type_ = pack.types[document["type"]]
    fields = {name: one for name, one in _fields_of(document, type_).items() if _is_open(one)}
    found = [(field, value) for field, value in leaves(document, fields) if _is_open(field)]
    references = _references(_targets(found), context.label_of)
    return _made(document, type_, found, context, references, flats)


def staff_entry(
    document: Document,
    public: tuple[Document, Entry] | None,
    pack: Pack,
    context: Context,
    known: LabelOf,
    flats: Flats | None = None,
) -> Entry:
    """The entry of a *whole* document, for an index that not everyone searches.

    `public` is its public document with the `entry` of that, or None if it is not public. What
    everyone may find of a public record stays as it is; all else is `closed`. `context.label_of`
    must know public labels only, `known` all. The pack may have lost the record's type.
    """
    type_ = pack.types.get(document["type"])
    fields = _fields_of(document, type_)
    targets = targets_of(document, type_)
    if public is None:
        shown: Mapping[str, Any] = document
        made = _made(document, type_, leaves(document, fields), context, (), flats)
    else:
        shown, made = public
    units = set(made.units)
    changed = {name: one for name, one in fields.items() if document[name] != shown.get(name)}
    # Sources state names and descriptions as they are: words that everyone may find already.
    open_texts = {
        text
        for name, field in fields.items()
        if field.by_language and name not in changed
        for text in document[name].values()
    }
    texts = [text for text in _loose_texts(document, fields) if text not in open_texts]
    for field, value in leaves(document, changed):
        flat = _flat(field, value, context, flats)
        texts += flat.texts
        if field.kind == "place":
            units.update(flat.codes)
    unnamed = [target for target in targets if context.label_of(target) is None]
    told = set(made.text_folded.split())
    words = dict.fromkeys(fold(" ".join(texts)).split())
    return replace(
        made,
        references=_references(targets, context.label_of, known),
        public=public is not None,
        closed=Closed(
            text=" ".join(word for word in words if word not in told),
            named=fold(" ".join(text for one in unnamed for text in _texts_in(known(one)))),
            units=tuple(sorted(units)),
        ),
    )


def _made(
    document: Mapping[str, Any],
    type_: Type | None,
    found: Iterable[tuple[Field, Any]],
    context: Context,
    references: tuple[str, ...],
    flats: Flats | None,
) -> Entry:
    """An entry of these leaves of a document."""
    kinds = () if type_ is None else (type_.label, type_.plural)
    names: dict[str, None] = {}
    texts: list[str] = [text for kind in kinds for text in kind.values()]
    facets: dict[str, dict[str, None]] = {}
    units: set[str] = set()
    for field, value in found:
        if field.kind == "reference" and context.label_of(value) is None:
            continue  # a record that not everyone may know of says nothing
        flat = _flat(field, value, context, flats)
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
        references=references,
        designated=_is_designated(facets),
    )


def order_of(name: str, identifier: str) -> str:
    """What a list by name is sorted by: Vietnamese order, then the identifier. Never two alike."""
    return f"{sort_key(name)}\0{identifier}"


def label_token(record: str, *labels: Mapping[str, str] | None) -> str:
    """A short token of the labels that a record has for those whom an index is for: the public
    one, and in an index for staff the one that they see. None stands for no label."""
    told = json.dumps([label and [label["vi"], label["en"]] for label in labels])
    return f"{record} {hashlib.blake2s(told.encode(), digest_size=8).hexdigest()}"


def targets_of(document: Mapping[str, Any], type_: Type | None) -> set[str]:
    """The records that a document of a type refers to, alone or inside statements."""
    return set() if type_ is None else _targets(leaves(document, type_.linking))


def _flat(field: Field, value: Any, context: Context, flats: Flats | None) -> Flat:
    """The value for search, remembered where it can say nothing but what its field says."""
    if flats is None or field.kind not in REPEATED or not isinstance(value, str):
        return kind_of(field).flatten(value, field, context)
    key = (field.vocabulary or field.kind, value)
    if key not in flats:
        flats[key] = kind_of(field).flatten(value, field, context)
    return flats[key]


def _fields_of(document: Mapping[str, Any], type_: Type | None) -> dict[str, Field]:
    """Those fields of a type that a document has."""
    known = {} if type_ is None else type_.fields
    return {name: known[name] for name in document if name in known}


def _targets(found: Iterable[tuple[Field, Any]]) -> set[str]:
    return {value for field, value in found if field.kind == "reference"}


def _references(targets: Iterable[str], *known: LabelOf) -> tuple[str, ...]:
    return tuple(
        token
        for target in sorted(targets)
        for token in (target, label_token(target, *(label_of(target) for label_of in known)))
    )


def _is_open(field: Field) -> bool:
    return field.visibility == "public"


def _loose_texts(document: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[str]:
    """What is in no field: what sources stated, words about files, `other`, what no pack knows."""
    for source in document.get("sources", ()):
        yield from _texts_in(source.get("stated"))
    for file in document.get("files", ()):
        yield from _texts_in([file.get("title"), file.get("creator")])
    for name, value in document.items():
        if name not in fields and name not in ("id", "type", "sources", "files"):
            yield from _texts_in(value)


def _texts_in(value: Any) -> Iterator[str]:
    """Every text and figure in a value of any shape, without the names of its parts."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)


def _forms(form: Callable[[str], str], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for name in names if (key := form(name))))


def _is_designated(facets: Mapping[str, Iterable[str]]) -> bool:
    return any(
        code not in undesignated
        for key, undesignated in DESIGNATIONS.items()
        for code in facets.get(key, ())
    )
