"""The records of a type as a workbook that comes back edited."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from khue.model.errors import Refused
from khue.model.packs import Type
from khue.model.rights import Actor, may
from khue.pipeline.house import House
from khue.publish.cells import cell_columns
from khue.publish.sheet import ROW_LIMIT, write_records
from khue.registry import actions, fold, queries

Document = dict[str, Any]

CHUNK = 500

_LABELS = 50_000  # kept, so that an export's memory is bounded


def export_records(
    house: House, type_: Type, *, actor: Actor, lang: str, stream: BinaryIO
) -> tuple[int, int]:
    """Write all records of a type that `actor` may read whole as a workbook for editing; gives how
    many those are, and how many others were left out. Raises `Refused` for more than a sheet has
    room for; then nothing was written."""
    names = list(queries.ids(actor, type_.name))
    if len(names) > ROW_LIMIT:
        raise Refused(
            f"Có {len(names)} hồ sơ, nhiều hơn số dòng của một trang tính.",
            f"There are {len(names)} records, more than a sheet has rows.",
            mend_vi="Dùng --format csv hoặc json.",
            mend_en="Use --format csv or json.",
        )
    written = 0

    def rows() -> Iterator[tuple[str, int, Document]]:
        nonlocal written
        for start in range(0, len(names), CHUNK):
            found = queries.get_many(actor, names[start : start + CHUNK], house.pack)
            labels.learn(view.document for view in found.values())
            for view in found.values():
                if may(actor, "read", actions.subject_of(view.document, house.pack)):
                    written += 1
                    yield view.id, view.version, view.document

    labels = Labels(house, actor)
    context = replace(house.context(actor=actor), label_of=labels.of)
    write_records(rows(), cell_columns(type_, house.pack), type_, context, stream, lang=lang)
    return written, len(names) - written


class Labels:
    """Names of records that many others refer to, asked for together."""

    def __init__(self, house: House, actor: Actor) -> None:
        self._house, self._actor = house, actor
        self._known: dict[str, dict[str, str] | None] = {}

    def learn(self, documents: Iterable[Document]) -> None:
        """Ask for the names of all records that `documents` refer to."""
        if len(self._known) > _LABELS:
            self._known.clear()
        types = self._house.pack.types
        named = {
            target
            for document in documents
            for _, target in fold.derive(document, types.get(document["type"])).references
        }
        self._learn(named - self._known.keys())

    def of(self, record: str) -> dict[str, str] | None:
        """The name of a record in both languages, as `Context.label_of` gives it."""
        if record not in self._known:
            self._learn({record})
        return self._known[record]

    def _learn(self, records: Collection[str]) -> None:
        found = queries.labels(self._actor, sorted(records), self._house.pack)
        self._known |= {record: found.get(record) for record in records}
