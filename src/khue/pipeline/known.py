"""The rows of a file beside what the registry holds of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from khue import intake
from khue.intake import Candidate
from khue.lib.identifiers import new_ulid
from khue.lib.spool import Spool
from khue.model.findings import Finding, finding
from khue.model.rights import Actor, Subject, may
from khue.model.values import label_path
from khue.pipeline.rows import Block, Rows
from khue.registry import drafting


class Located(NamedTuple):
    """A block with its records and what the registry holds of them. Of these, `withdrawn` were
    taken out by someone: a file must not bring them back. `erased` are fields by record."""

    block: Block
    records: list[str]
    heads: Mapping[str, tuple[int, dict[str, Any] | None]]
    withdrawn: Collection[str]
    erased: Mapping[str, Collection[str]]


class Known:
    """The rows of a file beside what the registry holds of them: their records, and which of those
    have several rows (after a merge), with the number of these."""

    def __init__(self, rows: Rows, source: str) -> None:
        self.rows, self.source = rows, source
        self.refused: set[str] = set()
        self.several: dict[str, int] = {}
        self.is_new = not drafting.has_rows(source)
        self._records = Spool[list[str]]()
        times = Counter[str]()
        for block in rows:
            found = {} if self.is_new else drafting.rows_of_source(source, block.keys)
            records = [found.get(key) or new_ulid() for key in block.keys]
            times.update(found[key] for key in block.keys if key in found)
            self._records.put(records)
            self.refused.update(records[number] for number in block.refused)
        self.several = {record: n for record, n in times.items() if n > 1}
        self._stated: set[str] = set()

    def blocks(self) -> Iterator[Located]:
        """Each block with what there is of its records."""
        for block, records in zip(self.rows, self._records, strict=True):
            heads = {} if self.is_new else drafting.heads(records)
            gone = [record for record, (_, document) in heads.items() if document is None]
            withdrawn = drafting.withdrawn(gone)
            erased = drafting.erased_fields(list(heads)) if heads else {}
            self._stated.update(
                path
                for _, document in heads.values()
                for entry in (document or {}).get("sources", ())
                if entry["name"] == self.source
                for path in entry["stated"]
            )
            yield Located(block, records, heads, withdrawn, erased)

    def columns_gone(self) -> list[Finding]:
        """A warning for each column that this source had before and the file does not have."""
        return [
            finding("column_gone", value=path, label=label_path(self.rows.type, path))
            for path in sorted(self._stated - self.rows.columns)
        ]

    def rows_gone(self, actor: Actor) -> list[Finding]:
        """A note for each row that this source stated before and that the file no longer has, if
        `actor` may read its record: the key of a row may be a name."""
        if not len(self.rows):
            return []
        type_name = self.rows.type.name
        stated = drafting.keys_of_source(self.source, type_name)
        gone = {key: record for key, record in stated.items() if key not in self.rows.keys}
        # Where no unit bounds the actor, one need not look for those of each record.
        units = {} if actor.units is None else drafting.units_of([*gone.values()])
        return [
            finding("row_gone", value=intake.shown_key(key), record=record)
            for key, record in gone.items()
            if may(
                actor, "read", Subject(type_name, frozenset(units.get(record, ())), public=False)
            )
        ]

    def records_of(self, wanted: Callable[[Candidate], bool]) -> Iterator[tuple[Candidate, str]]:
        """Those rows of the file that are, or may come to be, records."""
        for block, records in zip(self.rows, self._records, strict=True):
            withdrawn = set() if self.is_new else drafting.withdrawn(records)
            for candidate, record in zip(block.candidates(), records, strict=True):
                if record in self.refused or record in withdrawn:
                    continue
                if wanted(candidate):
                    yield candidate, record
