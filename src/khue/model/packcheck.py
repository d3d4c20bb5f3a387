"""Whether a pack is complete: labels, help, headings, codes, facets, rights.

A pack that fails here can still be loaded; it is not fit to be published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import jsonschema_rs

from khue.lib.vietnamese import exact
from khue.model.fields import Field, Text2, Type
from khue.model.findings import Finding, finding
from khue.model.vocabularies import Concept, Vocabulary

if TYPE_CHECKING:
    from khue.model.packs import Pack

FACET_KINDS = ("code", "boolean", "edtf", "reference")


def check_completeness(pack: Pack) -> list[Finding]:
    """What a loaded pack still lacks, type by type and vocabulary by vocabulary."""
    findings = [] if pack.types else [finding("pack_empty")]
    findings += _missing_texts(pack.name, pack.title, "label")
    for record_type in pack.types.values():
        findings += _check_type(pack, record_type)
    for vocabulary in pack.vocabularies.values():
        findings += _check_vocabulary(vocabulary, pack.vocabularies)
    return [*findings, *_facet_clashes(pack)]


def _check_type(pack: Pack, record_type: Type) -> Iterator[Finding]:
    name = record_type.name
    yield from _missing_texts(name, record_type.label, "label")
    yield from _missing_texts(name, record_type.plural, "plural")
    yield from _missing_texts(name, record_type.help, "help")
    members = [member for top in record_type.fields.values() for member in top.with_members()]
    for member in members:
        yield from _check_field(name, member)
    yield from _check_asked(pack, record_type)
    visibilities = {member.visibility for member in members}
    for level in ("staff", "restricted"):
        if level not in visibilities:
            yield finding("pack_all_public", type=name, level=level)
    try:
        jsonschema_rs.Draft202012Validator(pack.schema(name))
    except (jsonschema_rs.ValidationError, ValueError) as error:
        yield finding("pack_schema", type=name, reason=str(error).splitlines()[0])
    yield from _shared_headings(pack, name)


def _check_asked(pack: Pack, record_type: Type) -> Iterator[Finding]:
    """What the public is asked for must be columns that it can fill in by itself: not those that
    name other records, nor what staff decide."""
    columns = {column.path: column.field for column in pack.columns(record_type.name)}
    for path in record_type.asked:
        leaf = columns.get(path)
        if leaf is None or leaf.kind == "reference":
            yield finding("pack_suggest_unknown", where=record_type.name, path=path)
        elif leaf.visibility != "public" and not leaf.personal:
            yield finding("pack_suggest_closed", where=record_type.name, path=path)
    for path in (path for group in record_type.needed for path in group):
        if path not in record_type.asked:
            yield finding("pack_suggest_unknown", where=record_type.name, path=path)


def _check_field(type_name: str, field: Field) -> Iterator[Finding]:
    where = f"{type_name}.{field.path}"
    yield from _missing_texts(where, field.label, "label")
    yield from _missing_texts(where, field.help, "help")
    if field.facet and field.kind not in FACET_KINDS:
        yield finding("pack_facet_kind", where=where, kind=field.kind)
    if field.facet and field.visibility != "public":
        yield finding("pack_facet_hidden", where=where)
    if field.listed and (field.visibility != "public" or field.path != field.name):
        yield finding("pack_listed_hidden", where=where)
    if field.personal and field.visibility == "public":
        yield finding("pack_personal_public", where=where)
    if field.kind == "quantity" and not field.unit:
        yield finding("pack_unit_missing", where=where)
    if field.kind == "reference" and not field.targets:
        yield finding("pack_reference_nowhere", where=where, range=field.range)
    if field.sentence or field.inverse:
        yield from _missing_texts(where, field.sentence, "sentence")
        yield from _missing_texts(where, field.inverse, "inverse")


def _missing_texts(where: str, text: Text2, what: str) -> Iterator[Finding]:
    for lang in ("vi", "en"):
        if not text.get(lang):
            yield finding("pack_text_missing", where=where, what=what, lang=lang)


def _shared_headings(pack: Pack, type_name: str) -> Iterator[Finding]:
    """Headings that would mean two columns of one type."""
    meanings: dict[str, dict[str, str]] = defaultdict(dict)
    for column in pack.columns(type_name):
        for form, stated in zip(column.headings, column.stated, strict=True):
            meanings[form][column.path] = stated
    for paths in meanings.values():
        if len(paths) > 1:
            heading = next(iter(paths.values()))
            yield finding(
                "pack_heading_twice", type=type_name, heading=heading, paths=", ".join(paths)
            )


def _check_vocabulary(
    vocabulary: Vocabulary, others: Mapping[str, Vocabulary]
) -> Iterator[Finding]:
    name = vocabulary.name
    yield from _missing_texts(name, vocabulary.title, "label")
    if not vocabulary.concepts:
        yield finding("pack_vocabulary_empty", vocabulary=name)
    meanings: dict[str, dict[str, str]] = defaultdict(dict)
    for concept in vocabulary.concepts.values():
        yield from _missing_texts(f"{name}.{concept.code}", concept.label, "label")
        yield from _lost_crosswalks(name, concept, others)
        for stated in (concept.code, *concept.label.values(), *concept.synonyms):
            meanings[exact(stated) or stated][concept.code] = stated
    meanings.pop("", None)
    for codes in meanings.values():
        if len(codes) > 1:
            synonym = next(iter(codes.values()))
            yield finding(
                "pack_synonym_twice", vocabulary=name, synonym=synonym, codes=", ".join(codes)
            )


def _lost_crosswalks(
    name: str, concept: Concept, others: Mapping[str, Vocabulary]
) -> Iterator[Finding]:
    """Matches into a vocabulary of this pack that does not have the code."""
    targets = list(concept.matches)
    if concept.broader:
        targets.append(f"{name}:{concept.broader}")
    targets += [f"{name}:{code}" for code in concept.supersedes]
    for target in targets:
        vocabulary, _, code = target.partition(":")
        if vocabulary in others and code not in others[vocabulary].concepts:
            yield finding(
                "pack_crosswalk_unknown", vocabulary=name, concept=concept.code, target=target
            )


def _facet_clashes(pack: Pack) -> Iterator[Finding]:
    """Codes that mean different things in vocabularies that share a facet."""
    for facet in pack.facets:
        meanings: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        for name in pack.facet_vocabularies(facet):
            for code, concept in pack.vocabularies[name].concepts.items():
                meanings[code].setdefault(tuple(sorted(concept.label.values())), name)
        for code, labels in meanings.items():
            if len(labels) > 1:
                yield finding(
                    "pack_facet_clash",
                    facet=facet,
                    concept=code,
                    vocabularies=", ".join(labels.values()),
                )
