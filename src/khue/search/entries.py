"""What search knows of one record, from what the public sees of it and from all that it holds.

`Entries.of` gives what everyone may find and, apart from it (`Closed`), what only some may find, so
that one index serves people who may read some records whole and of the others what is public.
Nothing but its arguments and the pack decides it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from khue.lib.vietnamese import display, fold, sort_key
from khue.model.packs import Field, Pack
from khue.model.values import Context, kind_of
from khue.registry.fold import Document, label
from khue.search.points import Point, first_point
from khue.search.said import SILENT, Said, said_of
from khue.search.telling import RANK, REMEMBERED, REPEATED, Part, Told, tell

NAMES = frozenset({"name", "alternative_names", "dated_names.name"})
"""The paths that hold the names of a record."""

DESIGNATIONS: Mapping[str, frozenset[str]] = {RANK: frozenset({"NONE"})}
"""Facets whose values say that a record is designated, with the codes that say it is not."""

LONGEST = 200
"""So many characters of the name of a source are kept."""

FEW = 20
"""So many words are looked for in a text faster than its words are parted."""

LabelOf = Callable[[str], dict[str, str] | None]
"""The label of a record in both languages; None for one that may not be known of."""


class Closed(NamedTuple):
    """What an entry holds that not everyone may find.

    `text` is for those who may read this record whole. `named` is of labels of other records that
    are not public: who may read this record may not know of those, so it is for those who may read
    every record. `units` are those that decide who may read this record whole. `references` are
    like those of `Entry`, but of all records referred to, with the label that staff see.
    """

    text: str = ""
    named: str = ""
    units: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


NOTHING = Closed()


class Entry(NamedTuple):
    """One record as the index keeps it. Token forms are those of `lib.vietnamese`.

    The `wholes` hold one item per name (main or alternative, Vietnamese or English), `other_names`
    those names that are no label, as they are written; of its `units` those are `present` that are
    so for certain; `begins` is the first day of its dates (see `day_number`); `sources` are the
    names of what states it; `references` holds for each record referred to its identifier and a
    token of the label that is part of the text (`label_token`): when that label changes, this entry
    has to be made again.

    `point` is the first that the record has, in the order of its type's fields, of those that
    everyone may see as everyone sees them: that of a sensitive place stays coarse for staff too.
    Only of a record that is not public, which nobody finds who may not read it whole, is it as
    exact as the record has it. One point, so that it is counted once on a map.
    """

    id: str
    type: str
    label: Mapping[str, str]
    other_names: tuple[str, ...]
    order: str
    order_en: str
    wholes_folded: tuple[str, ...]
    wholes_exact: tuple[str, ...]
    text_folded: str
    text_exact: str
    facets: Mapping[str, tuple[str, ...]]
    units: tuple[str, ...]
    present: tuple[str, ...]
    sources: tuple[str, ...]
    begins: int | None
    references: tuple[str, ...]
    designated: bool
    public: bool
    point: Point | None
    closed: Closed


class _Kind(NamedTuple):
    """A type as entries look at it: what its own names say, its fields, those of them that everyone
    sees (with what everyone sees of statements), those that name records, and the paths of those
    that are points."""

    said: Said
    parts: Mapping[str, Part]
    open: Mapping[str, Part]
    naming: Mapping[str, Part]
    points: tuple[str, ...]


class Entries:
    """Makes the entries of records of one pack. Remembers what values said, since registers repeat
    themselves: that changes no entry."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._said: dict[str, dict[str | bytes, Said]] = {}
        self._kinds: dict[str, _Kind] = {}
        self._superseded = {
            facet: {
                code: concept.supersedes
                for name in pack.facet_vocabularies(facet)
                for code, concept in pack.vocabularies[name].concepts.items()
                if concept.supersedes
            }
            for facet in pack.facets
        }

    def of(
        self, public: Document | None, whole: Document | None, context: Context, known: LabelOf
    ) -> Entry | None:
        """The entry of a record; None if there is nothing of it.

        `public` is what the public sees. Fields that the pack does not know, or does not call
        public, are left out even if they are in it, and so is all of a type that the pack does not
        have. `whole` is all that the record holds; without it nothing is `closed`.
        `context.label_of` must know public labels only, `known` all.
        """
        if public is not None and public["type"] not in self._pack.types:
            public = None
        document = whole if public is None else public
        if document is None:
            return None
        kind = self._kind(document["type"])
        told = Told()
        tell(told, document, kind.parts if public is None else kind.open, context)
        names, identifier = label(document), document["id"]
        order = order_of(names["vi"], identifier)
        said = [kind.said, *told.said]
        text = " ".join([form for one in said for form in one.folded])
        facets = {
            key: _still_held(tuple(dict.fromkeys(codes)), self._superseded.get(key, {}))
            for key, codes in told.facets.items()
        }
        return Entry(
            id=identifier,
            type=document["type"],
            label=names,
            other_names=_others(told.names, names),
            order=order,
            order_en=order if names["en"] == names["vi"] else order_of(names["en"], identifier),
            wholes_folded=tuple(dict.fromkeys([form for one in told.names for form in one.folded])),
            wholes_exact=tuple(dict.fromkeys([form for one in told.names for form in one.exact])),
            text_folded=text,
            text_exact=" ".join([form for one in said for form in one.exact]),
            facets=facets,
            units=_each_once(tuple(told.units)),
            present=_each_once(tuple(told.present)),
            sources=_sources_of(document),
            begins=min(told.begins, default=None),
            references=() if public is None else _references(told.targets, context.label_of),
            designated=_is_designated(facets),
            public=public is not None,
            point=first_point(told.points, kind.points),
            closed=NOTHING
            if whole is None
            else self._closed(whole, document, (told, text), context, known),
        )

    def targets_of(self, document: Document) -> set[str]:
        """The records that a document refers to, alone or inside statements."""
        naming = self._kind(document["type"]).naming
        if naming.keys().isdisjoint(document):
            return set()
        told = Told()
        tell(told, document, naming, _knowing_nobody(self._pack))
        return told.targets

    def _closed(
        self,
        whole: Document,
        shown: Document,
        opened: tuple[Told, str],
        context: Context,
        known: LabelOf,
    ) -> Closed:
        """What a whole document holds beside what is shown of it, which said this."""
        told, text = opened
        parts = self._kind(whole["type"]).parts
        stated: list[str] = []
        changed: dict[str, Any] = {}
        for name, value in whole.items():
            if name in parts:
                seen = shown.get(name)
                if value is not seen and value != seen:  # redacting leaves most values as they are
                    changed[name] = value
            elif name not in ("id", "type"):
                _gather(stated, _loose_in(name, value))
        units = told.units
        if changed:
            more = Told()
            tell(more, changed, parts, context)
            stated += [one for said in more.said for one in said.texts]
            units = units + more.units
        # Sources mostly state what the fields say in the same words.
        heard = {one for said in told.said for one in said.texts}
        left = fold(" ".join([one for one in stated if one not in heard])).split()
        named: list[str] = []
        targets = self.targets_of(whole)
        for target in sorted(targets):
            if context.label_of(target) is None:
                _gather(named, known(target))
        return Closed(
            text=" ".join(_beyond(text, dict.fromkeys(left))),
            named=fold(" ".join(named)),
            units=_each_once(tuple(units)),
            references=_references(targets, context.label_of, known),
        )

    def _kind(self, name: str) -> _Kind:
        """The type of this name; one without fields where the pack has lost it."""
        if (kind := self._kinds.get(name)) is None:
            type_ = self._pack.types.get(name)
            if type_ is None:
                return _Kind(SILENT, {}, {}, {}, ())
            parts = self._parts(type_.fields.values())
            naming = {
                one: parts[one]
                for one, each in type_.fields.items()
                if any(leaf.kind == "reference" for leaf in each.leaves())
            }
            said = said_of((*type_.label.values(), *type_.plural.values()), ())
            open_ = self._parts(type_.fields.values(), only_open=True)
            leaves = [leaf for one in type_.fields.values() for leaf in one.leaves()]
            points = tuple(leaf.path for leaf in leaves if leaf.kind == "point")
            kind = self._kinds[name] = _Kind(said, parts, open_, naming, points)
        return kind

    def _parts(self, fields: Iterable[Field], *, only_open: bool = False) -> Mapping[str, Part]:
        return {
            one.name: self._part(one, only_open)
            for one in fields
            if one.visibility == "public" or not only_open
        }

    def _part(self, one: Field, only_open: bool) -> Part:
        is_statement = one.kind == "statement"
        return Part(
            field=one,
            say=kind_of(one).flatten,
            is_name=one.path in NAMES,
            is_place=one.kind == "place",
            is_reference=one.kind == "reference",
            is_special=one.kind in ("point", "reference"),
            facet=one.facet,
            said=self._said.setdefault(one.vocabulary or one.kind, {})
            if one.kind in REPEATED
            else None,
            members=self._parts(one.fields, only_open=only_open) if is_statement else None,
        )


@lru_cache(REMEMBERED)
def _each_once(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, set(codes))))


def _sources_of(document: Document) -> tuple[str, ...]:
    names = dict.fromkeys([_name_of_source(one["name"]) for one in document.get("sources", ())])
    return tuple(filter(None, names))


@lru_cache(REMEMBERED)
def _name_of_source(name: str) -> str:
    return display(name)[:LONGEST]


def _others(said: Iterable[Said], label: Mapping[str, str]) -> tuple[str, ...]:
    """The names that are no label."""
    texts = dict.fromkeys(text for one in said for text in one.texts)
    return tuple([text for text in texts if text not in (label["vi"], label["en"])])


def _beyond(text: str, words: Collection[str]) -> list[str]:
    """Those words that are not in a text."""
    if len(words) > FEW:
        there = set(text.split())
        return [word for word in words if word not in there]
    spaced = f" {text} "
    return [word for word in words if f" {word} " not in spaced]


def order_of(name: str, identifier: str) -> str:
    """What a list by name is sorted by: Vietnamese order, then the identifier. Never two alike."""
    return f"{sort_key(name)}\0{identifier}"


def label_token(record: str, *labels: Mapping[str, str] | None) -> str:
    """A short token of the labels that a record has for those whom an index is for: the public
    one, and in an index for staff the one that they see. None stands for no label."""
    told = json.dumps([label and [label["vi"], label["en"]] for label in labels])
    return f"{record} {hashlib.blake2s(told.encode(), digest_size=8).hexdigest()}"


def _references(targets: Iterable[str], *known: LabelOf) -> tuple[str, ...]:
    return tuple(
        token
        for target in sorted(targets)
        for token in (target, label_token(target, *(label_of(target) for label_of in known)))
    )


def _loose_in(name: str, value: Any) -> Any:
    """What a part of a document that is no field says: what sources stated, words about files,
    `other`, what no pack knows."""
    if name == "sources":
        return [source.get("stated") for source in value]
    if name == "files":
        return [(file.get("title"), file.get("creator")) for file in value]
    return value


def _gather(texts: list[str], value: Any) -> None:
    """Add every text and figure in a value of any shape, without the names of its parts."""
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict):
        for item in value.values():
            if type(item) is str:  # nearly all are
                texts.append(item)
            else:
                _gather(texts, item)
    elif isinstance(value, list | tuple):
        for item in value:
            _gather(texts, item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        texts.append(str(value))


def _still_held(codes: tuple[str, ...], superseded: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The codes without those that others of them have taken the place of."""
    if len(codes) < 2 or not superseded:
        return codes
    ended = {former for code in codes for former in superseded.get(code, ())}
    return tuple([code for code in codes if code not in ended])


def _is_designated(facets: Mapping[str, Iterable[str]]) -> bool:
    return any(
        code not in undesignated
        for key, undesignated in DESIGNATIONS.items()
        for code in facets.get(key, ())
    )


def context_of(pack: Pack, shown: LabelOf) -> Context:
    """What values may ask for: public labels. Places are resolved when they come in, and the index
    keeps what the record holds."""
    return Context(pack, lambda stated: {"stated": stated, "code": None, "candidates": []}, shown)


def _knowing_nobody(pack: Pack) -> Context:
    return context_of(pack, lambda record: None)
