"""The tables beside the ledger: records, their references, files and source rows, personal values.

All but the last are a fold of the changes: written with each commit, made anew by `rebuild`,
compared by `verification`. Nothing here is known only here, except what may be erased.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import chain
from khue.registry.cutting import cut, uncut
from khue.registry.database import insert_many
from khue.registry.fold import Derived, Document, derive, patch
from khue.registry.models import Change, File, Personal, Record
from khue.registry.redaction import redact
from khue.registry.sealing import (
    Opening,
    commitments_in,
    is_stated_of_person,
    personal_fields,
    seal,
    unseal,
)

CHUNK = 500

PACK = "pack"
"""What stands in the place of a record in the change that says which pack was loaded."""

PLACES = "places"
"""The same for change tables and boundaries: what the gazetteer is made of beside its package."""

NOT_RECORDS = (PACK, PLACES)

RECORD_COLUMNS = (
    "version", "is_there", "opened", "public", "name_key", "units", "merged_into", "type", "id",
)  # fmt: skip
RECORD_TEXTS = ("opened", "public")

Commitments = Mapping[tuple[str, str], str]
"""The commitments that a record has, by field and canonical value."""

NOTHING: Commitments = {}
NOTHING_KNOWN: Mapping[str, Commitments] = {}
NO_TYPES: Mapping[str, str] = {}

PERSONAL_COLUMNS = ("commitment", "record", "path", "salt", "value")
UPDATE_RECORD = """
UPDATE registry_record SET version = %s, is_there = %s, opened = %s, public = %s, name_key = %s,
    units = %s, merged_into = %s, type = %s
WHERE id = %s
"""
INSERT_ROW = """
INSERT INTO registry_sourcerow (source, key, record) VALUES (%s, %s, %s)
ON CONFLICT (source, key) DO NOTHING
"""


RecordRow = tuple[int, bool, bytes | None, bytes | None, str, str, str | None, str, str]


@dataclass(slots=True)
class Prepared:
    """One record ready to be written, made before the lock is taken.

    `sealed` is the text of the ledger, `openings` what opens its new commitments; `opened` is the
    document where that text does not tell it, `public` what everyone sees of it and `shown` how
    `Record` keeps that. Texts are UTF-8: until the database has them, nobody reads them.
    `documents` are what everyone sees of the record and all that it holds.
    """

    id: str
    type: str
    version: int
    sealed: bytes | None
    opened: bytes | None
    public: bytes | None
    shown: bytes | None
    derived: Derived
    openings: list[Opening]
    documents: tuple[Document | None, Document | None]
    merged_into: str | None = None


@dataclass(slots=True)
class Rows:
    """What the tables beside the ledger are to hold of some records, as rows to be inserted."""

    records: list[RecordRow] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    references: list[tuple[str, str, str]] = field(default_factory=list)
    sources: list[tuple[str, str, str]] = field(default_factory=list)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.records)

    def add(self, one: Prepared) -> None:
        """Add the rows of a record."""
        name, derived = one.id, one.derived
        there = one.sealed is not None
        texts = (one.opened, one.shown, derived.name_key, joined_units(derived.units))
        self.records.append((one.version, there, *texts, one.merged_into, one.type, name))
        for sha256 in sorted(derived.files):
            self.files.append((name, sha256))
        for link in sorted(derived.references):
            self.references.append((name, *link))
        for row in sorted(derived.rows):
            self.sources.append((*row, name))


def parse(text: str | None) -> Any:
    """A stored document as a value."""
    return None if text is None else json.loads(text)


def prepare(
    record: str,
    type_name: str,
    version: int,
    document: Document | None,
    pack: Pack,
    *,
    merged_into: str | None = None,
    known: Commitments = NOTHING,
    ledger: str | None = None,
) -> Prepared:
    """Serialise and derive everything that the tables hold of `document`.

    `known` are the commitments that the record has already (see `sealing.seal`). `ledger` is the
    text that the ledger has of it, for a fold, which seals nothing.
    """
    type_ = pack.types.get(type_name)
    text = None if document is None else chain.canonical_bytes(document)
    sealed, openings = text, list[Opening]()
    if ledger is not None:
        # An earlier version may have written the same in another way.
        sealed = text if chain.is_canonical(ledger, as_text(text)) else ledger.encode()
    elif document is not None and has_personal(document, pack):
        kept, openings = seal(document, type_, known)
        sealed = chain.canonical_bytes(kept)
    opened = None if sealed == text else text
    redacted = redact(document, type_)
    public = None if redacted is None else chain.canonical_bytes(redacted)
    stored = text if ledger is None or opened is not None else ledger.encode()
    return Prepared(
        id=record,
        type=type_name,
        version=version,
        sealed=sealed,
        opened=opened,
        public=public,
        shown=None if public is None or stored is None else cut(stored, public),
        derived=derive(document, type_),
        openings=openings,
        documents=(redacted, document),
        merged_into=merged_into,
    )


def joined_units(units: Iterable[str]) -> str:
    """The units of a record as `Record` keeps them: in order, a space before and after each."""
    return "".join([f" {unit}" for unit in sorted(units)]) + " " if units else ""


def as_text(stored: bytes | None) -> str | None:
    """A text as the database gives it back."""
    return None if stored is None else stored.decode()


def public_of(row: Record) -> str | None:
    """What the public sees of a record that was read as a `whole`; None where it sees nothing."""
    return uncut(row.public, row.document)


def public_text(document: Document | None, pack: Pack) -> bytes | None:
    """What the public sees of a document."""
    type_ = None if document is None else pack.types.get(document["type"])
    public = redact(document, type_)
    return None if public is None else chain.canonical_bytes(public)


def is_told(public: str | None, digest: str) -> bool:
    """Whether the public digest of a change tells what the public sees of a record."""
    if public is None:
        return digest in (chain.HIDDEN, chain.CLOSED)
    return chain.is_digest(digest, public)


def has_personal(document: Document, pack: Pack) -> bool:
    """Whether anything in a document has to be sealed."""
    type_ = pack.types.get(document["type"])
    if not personal_fields(type_).isdisjoint(document):
        return True
    for source in document.get("sources", ()):
        for path in source["stated"]:
            if is_stated_of_person(type_, path):
                return True
    return False


def known_of(
    changing: Iterable[tuple[str, int, str]],
) -> tuple[Mapping[str, Commitments], Mapping[str, str]]:
    """What has to be asked before records can be prepared, of their names, bases and types: the
    commitments of those that have been there, and the types of those that are given with none."""
    bases, gone = list[str](), list[str]()
    for record, base, type_name in changing:
        if base:
            bases.append(record)
        if not type_name:
            gone.append(record)
    return known_commitments(bases), {record: last_type(record) for record in gone}


def known_commitments(records: Iterable[str]) -> dict[str, dict[tuple[str, str], str]]:
    """The commitments that records have, by record, then by field and canonical value."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for names in chunked(records, CHUNK):
        rows = Personal.objects.filter(record__in=names)
        for row in rows.values_list("record", "path", "value", "commitment"):
            found.setdefault(row[0], {})[row[1], row[2]] = row[3]
    return found


def open_documents(
    texts: Iterable[str | None], *, without: Collection[str] = frozenset()
) -> list[Document | None]:
    """Ledger texts as documents, with all personal values that are still kept; `without` those of
    some commitments."""
    documents: list[Document | None] = [parse(text) for text in texts]
    sealed = {one["id"] for one in documents if one and commitments_in(one)}
    if not sealed:
        return documents
    values: dict[str, Any] = {}
    for names in chunked(sorted(sealed), CHUNK):
        rows = Personal.objects.filter(record__in=names).values_list("commitment", "value")
        values |= {one: json.loads(value) for one, value in rows if one not in without}
    return [None if one is None else unseal(one, values) for one in documents]


def without_erased_files(documents: Sequence[Document | None]) -> list[Document | None]:
    """Documents without the files of which the bytes have been erased."""
    names = {file["sha256"] for one in documents if one for file in one.get("files", ())}
    if not names:
        return list(documents)
    gone = set[str]()
    for digests in chunked(sorted(names), CHUNK):
        erased = File.objects.filter(sha256__in=digests).exclude(erased=None)
        gone.update(erased.values_list("sha256", flat=True))
    return [
        patch(
            one,
            {
                f"files.{file['sha256']}": None
                for file in one.get("files", ())
                if file["sha256"] in gone
            },
        )
        if one is not None
        else None
        for one in documents
    ]


def write_new(cursor: Any, new: Rows) -> None:
    """Insert records that nobody knows of yet; nothing of them tells of their place in the ledger.

    Their rows must be nobody's: `IntegrityError` says that two imports made a record of the same
    source row at once.
    """
    insert_many(cursor, "registry_record", RECORD_COLUMNS, new.records, utf8=RECORD_TEXTS)
    _write_links(cursor, new)
    insert_many(cursor, "registry_sourcerow", ("source", "key", "record"), new.sources)


def write_changed(cursor: Any, changed: Rows) -> None:
    """Bring the tables to what records that are there already are now."""
    cursor.executemany(
        UPDATE_RECORD,
        (
            (version, there, as_text(opened), as_text(public), *others)
            for version, there, opened, public, *others in changed.records
        ),
    )
    names = [row[-1:] for row in changed.records]
    cursor.executemany("DELETE FROM registry_reference WHERE record_id = %s", names)
    cursor.executemany("DELETE FROM registry_recordfile WHERE record_id = %s", names)
    _write_links(cursor, changed)
    _write_rows(cursor, changed.sources)


def _write_links(cursor: Any, rows: Rows) -> None:
    insert_many(cursor, "registry_recordfile", ("record_id", "sha256"), rows.files)
    insert_many(cursor, "registry_reference", ("record_id", "field", "target"), rows.references)


def _write_rows(cursor: Any, rows: Sequence[tuple[str, str, str]]) -> None:
    """Rows of sources, of which some may be there already."""
    if rows:
        cursor.executemany(INSERT_ROW, rows)


def rebuild(pack: Pack) -> int:
    """Empty the tables and write the fold of the ledger. Within the caller's transaction."""
    with connection.cursor() as cursor:
        for table in ("reference", "recordfile", "sourcerow", "record"):
            cursor.execute(f"DELETE FROM registry_{table}")  # noqa: S608
        for chunk in chunked(folded(pack), CHUNK):
            some = Rows()
            for prepared, _ in chunk:
                some.add(prepared)
            insert_many(cursor, "registry_record", RECORD_COLUMNS, some.records, utf8=RECORD_TEXTS)
            _write_links(cursor, some)
        # Rows of every version, in order: an undone row comes back as the same record.
        for rows in chunked(rows_ever_stated(), CHUNK):
            _write_rows(cursor, rows)
    return Record.objects.filter(is_there=True).count()


def folded(pack: Pack) -> Iterator[tuple[Prepared, int]]:
    """The fold of the ledger: every record as its last change leaves it, in order of `seq`."""
    last = Change.objects.exclude(record__in=NOT_RECORDS).values("record").annotate(last=Max("seq"))
    changes = Change.objects.filter(seq__in=last.values("last")).order_by("seq")
    for chunk in chunked(changes.iterator(CHUNK), CHUNK):
        documents = open_documents(change.document for change in chunk)
        for change, document in zip(chunk, documents, strict=True):
            type_name = last_type(change.record) if document is None else document["type"]
            merged_into = change.target if document is None else None
            prepared = prepare(
                *(change.record, type_name, change.version, document, pack),
                merged_into=merged_into,
                ledger=change.document,
            )
            yield prepared, change.seq


def loaded_at(pack: Pack) -> int | None:
    """The position at which this state of the pack was loaded, if it is the one loaded last."""
    loads = Change.objects.filter(record=PACK).order_by("-version")
    last = loads.values_list("seq", "document").first()
    if last is None or parse(last[1])["sha256"] != pack.sha256:
        return None
    return last[0]


def last_type(record: str) -> str:
    """The type of a record that is gone, from the last version that had a document."""
    last = Change.objects.filter(record=record).exclude(document=None).order_by("-version").first()
    return "" if last is None else str(parse(last.document)["type"])


def rows_ever_stated() -> Iterator[tuple[str, str, str]]:
    """Every `(source, row key, record)` that a version of a record states, in order of `seq`.

    A row is the record that it was first; a merged record's rows stay its own."""
    changes = Change.objects.exclude(document=None).exclude(record__in=NOT_RECORDS).order_by("seq")
    for record, text in changes.values_list("record", "document").iterator(CHUNK):
        for source in parse(text).get("sources", ()):
            yield source["name"], source["key"], record
