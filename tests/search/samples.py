"""A small pack, a ledger in memory and minimal documents to search."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from khue.lib.identifiers import ALPHABET
from khue.model.fields import Field, Type
from khue.model.linkml import Definitions
from khue.model.packs import Concept, Pack, Vocabulary
from khue.registry.redaction import redact
from khue.search.layout import Sight

NAME = Field("name", "name", "LanguageText", "language_text", required=True)


def field(name: str, kind: str, **more: Any) -> Field:
    return Field(name, more.pop("path", name), more.pop("range", "any"), kind, **more)


def type_(name: str, vi: str, en: str, *fields: Field) -> Type:
    return Type(
        name=name,
        class_name=name.title(),
        label={"vi": vi, "en": en},
        plural={"vi": vi, "en": en},
        help={},
        fields={one.name: one for one in (NAME, *fields)},
    )


RELIC = type_(
    "relic",
    "Di tích",
    "Relic",
    field("alternative_names", "language_text", multivalued=True),
    field("description", "language_text"),
    field("kind", "code", vocabulary="kind", facet="kind", multivalued=True),
    field(
        "designations",
        "statement",
        multivalued=True,
        fields=(
            field("rank", "code", path="designations.rank", vocabulary="rank", facet="rank"),
            field("date", "edtf", path="designations.date"),
            field("draft", "text", path="designations.draft", visibility="staff"),
        ),
    ),
    field("place", "place"),
    field("point", "point"),
    field("gate", "point"),
    field("survey", "point", visibility="staff"),
    field("venerates", "reference", targets=("person",), facet="venerates", multivalued=True),
    field("identifiers", "identifier", multivalued=True),
    field("period", "edtf", facet="period"),
    field("area", "quantity", unit="m2"),
    field("year", "integer"),
    field("note", "text", visibility="staff"),
)
PERSON = type_("person", "Nhân vật", "Person", field("description", "language_text"))
TYPES = {"relic": RELIC, "person": PERSON}


def vocabulary(name: str, **codes: tuple[str, str]) -> Vocabulary:
    concepts = {
        code: Concept(code, {"vi": vi, "en": en}, (), None, None, ())
        for code, (vi, en) in codes.items()
    }
    return Vocabulary(name, "1", {"vi": name, "en": name}, concepts)


def pack(**changed: Any) -> Pack:
    """The pack of these tests; `changed` replaces members."""
    given: dict[str, Any] = {
        "name": "sample",
        "version": "1",
        "title": {"vi": "Mẫu", "en": "Sample"},
        "types": TYPES,
        "vocabularies": {
            "kind": vocabulary(
                "kind",
                ARCH_ART=("Kiến trúc nghệ thuật", "Architecture and art"),
                HIST_EVENT=("Lưu niệm sự kiện", "Event"),
            ),
            "rank": vocabulary(
                "rank",
                SPEC=("Quốc gia đặc biệt", "Special national"),
                NAT=("Quốc gia", "National"),
                NONE=("Chưa xếp hạng", "Unranked"),
            ),
            "identifier_scheme": vocabulary("identifier_scheme", wikidata=("Wikidata", "Wikidata")),
        },
        "sha256": "0" * 64,
        "definitions": cast(Definitions, None),
    }
    return Pack(**(given | changed))


def ulid(number: int) -> str:
    """The ULID of a number, so that tests are the same every time."""
    return "01" + "".join(ALPHABET[(number >> shift) & 31] for shift in range(115, -1, -5))


def relic(number: int, vi: str, **fields: Any) -> dict[str, Any]:
    name = {"vi": vi} | ({"en": fields.pop("en")} if "en" in fields else {})
    return {"id": ulid(number), "type": "relic", "name": name, **fields}


def person(number: int, vi: str, **fields: Any) -> dict[str, Any]:
    return {"id": ulid(number), "type": "person", "name": {"vi": vi}, **fields}


def place(code: str | None, *candidates: tuple[str, str], within: str = "01") -> dict[str, Any]:
    return {
        "stated": "như nguồn ghi",
        "code": code,
        "candidates": [{"code": c, "name": n, "source": "test"} for c, n in candidates],
        "within": within,
        "why": {"vi": "", "en": ""},
    }


def stated(**cells: str) -> dict[str, Any]:
    """What a source stated, by path."""
    return {"name": "nguồn", "key": "relic/1", "stated": cells}


def _written(document: dict[str, Any] | None) -> str | None:
    return None if document is None else json.dumps(document)


class MemoryLedger:
    """A ledger of whole documents in memory. None stands for one that is gone."""

    def __init__(self, *documents: dict[str, Any]) -> None:
        self.changes: list[str] = []
        self.erased: list[int] = []
        self.records: dict[str, dict[str, Any] | None] = {}
        self.winners: dict[str, str] = {}
        self.commit(*documents)

    def commit(self, *documents: dict[str, Any]) -> None:
        for document in documents:
            self.changes.append(document["id"])
            self.records[document["id"]] = document
            self.winners.pop(document["id"], None)

    def withdraw(self, record: str) -> None:
        self.changes.append(record)
        self.records[record] = None

    def merge(self, loser: str, winner: str) -> None:
        self.withdraw(loser)
        self.winners[loser] = winner

    def erase(self, document: dict[str, Any]) -> None:
        self.commit(document)
        self.erased.append(self.head())

    def head(self) -> int:
        return len(self.changes)

    def changes_since(self, seq: int, limit: int) -> Sequence[tuple[int, str]]:
        return list(enumerate(self.changes, 1))[seq : seq + limit]

    def has_erased(self, after: int, until: int) -> bool:
        return any(after < seq <= until for seq in self.erased)

    def ids(self, sight: Sight) -> Iterator[str]:
        return (name for name in sorted(self.records) if self._seen(name, sight))

    def texts(
        self, ids: Sequence[str], *, whole: bool
    ) -> Mapping[str, tuple[str | None, str | None]]:
        return {
            name: (
                _written(self._seen(name, "public")),
                _written(self._seen(name, "staff")) if whole else None,
            )
            for name in ids
        }

    def labels(self, ids: Sequence[str], sight: Sight) -> Mapping[str, dict[str, str]]:
        found = ((name, self._seen(self._winner(name), sight)) for name in ids)
        return {
            name: {"vi": document["name"]["vi"], "en": document["name"]["vi"], "type": "x"}
            for name, document in found
            if document
        }

    def aliases(self, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return {name: [one for one in self.winners if self._leads_to(one, name)] for name in ids}

    def _winner(self, record: str) -> str:
        while record in self.winners:
            record = self.winners[record]
        return record

    def _leads_to(self, record: str, other: str) -> bool:
        while record in self.winners:
            record = self.winners[record]
            if record == other:
                return True
        return False

    def _seen(self, record: str, sight: Sight) -> dict[str, Any] | None:
        document = self.records.get(record)
        if document is None or sight == "staff":
            return document
        return redact(document, TYPES.get(document["type"]))
