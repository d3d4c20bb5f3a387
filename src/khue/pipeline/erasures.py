"""Erasing what is kept of a person: in the ledger, and then in every file that holds it.

Before the ledger forgets the values they are looked for in the bytes of sources, since nobody can
look for them afterwards.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from khue import intake
from khue.intake import Book
from khue.lib.vietnamese import display, fold
from khue.model.errors import UnreadableFile, WrongUse
from khue.model.findings import Finding
from khue.model.rights import Actor
from khue.pipeline import purging
from khue.pipeline.files import source_path
from khue.pipeline.house import House
from khue.pipeline.planning import Progress
from khue.registry import actions, drafting, erasures

LONG = 6
"""Letters and digits from which a text is looked for within cells, however it is spaced and marked.
A shorter one stands in many cells by chance: it must be the whole cell."""

KINDS = ("x.xlsx", "x.json", "x.csv")
"""Names by which bytes are read of which nobody knows the name, the most particular first."""


@dataclass(frozen=True)
class ErasureReport:
    """What an erasure took away: how many values, from how many proposals and unfinished forms, and
    the sha256 of the sources and files whose bytes are gone. `findings` say what is yet to do."""

    record: str
    field: str
    batch: str
    records: tuple[str, ...]
    values: int
    waiting: int
    sources: tuple[str, ...]
    files: tuple[str, ...]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as `khue erase --json` prints it."""
        return {
            "id": self.record,
            "field": self.field,
            "batch": self.batch,
            "records": list(self.records),
            "values": self.values,
            "waiting": self.waiting,
            "sources": list(self.sources),
            "files": list(self.files),
            "findings": [one.to_json() for one in self.findings],
        }


def erase_field(
    house: House,
    record: str,
    field: str,
    *,
    actor: Actor,
    why: str,
    progress: Progress = lambda what, done, total: None,
) -> ErasureReport:
    """Erase a field of a record for good, with all that holds its values in this home.

    Raises like `actions.erase`. Once it returns, the values are out of the ledger; what a finding
    names is cleared by the next command.
    """
    kept = _Kept(record, field)
    with purging.marked() as mark:
        try:
            progress("look", 0, 0)
            kept.look()
            progress("erase", 0, 0)
            erased = actions.erase(
                actor=actor, why=why, record=record, field=field, pack=house.pack, sources=kept.look
            )
        except Exception:
            mark.withdraw()
            raise
        progress("purge", 0, 0)
        findings = purging.finish(house)
    return ErasureReport(
        record=record,
        field=field,
        batch=erased.committed.batch,
        records=erased.committed.records,
        values=erased.values,
        waiting=erased.waiting,
        sources=tuple(sorted(kept.holding)),
        files=erased.files,
        findings=tuple(findings),
    )


def find_holding(
    records: Sequence[str],
    field: str,
    read: Callable[[str], bytes | None],
    seen: Collection[str] = (),
) -> set[str]:
    """The sha256 of those sources that the ledger or a proposal names and that hold a value which
    the erasure of a field would remove; those that were `seen` before are left out.

    `read` gives the bytes of a source. Of the data sets that stated the records, a file that is not
    there or cannot be read counts as holding it.
    """
    texts, names = erasures.personal_texts(records, field)
    if not texts:
        return set()
    sought = Sought.of(texts)
    named, proposed = drafting.sources_named(names), drafting.proposed_sources()
    found = set()
    for digest, filename in (proposed | named).items():
        if digest not in seen:
            data = read(digest)
            book = None if data is None else read_book(data, filename)
            own = digest in named
            if own if book is None else sought.is_in(book, own=own):
                found.add(digest)
    return found


def read_book(data: bytes, filename: str) -> Book | None:
    """The tables of a file; None if it cannot be read."""
    try:
        return intake.read_book(data, filename)
    except (UnreadableFile, WrongUse):
        return None


@dataclass(frozen=True)
class Sought:
    """Texts to look for in tables: `whole` cells in their display form, and what stands `within`
    cells, as letters and digits alone."""

    whole: frozenset[str]
    within: frozenset[str]

    @classmethod
    def of(cls, texts: Collection[str]) -> Sought:
        """The forms in which texts are looked for."""
        squeezed = {text: _squeeze(text) for text in texts}
        return cls(
            frozenset(display(text) for text, letters in squeezed.items() if len(letters) < LONG)
            - {""},
            frozenset(letters for letters in squeezed.values() if len(letters) >= LONG),
        )

    def is_in(self, book: Book, *, own: bool) -> bool:
        """Whether a table holds one of the texts; in one that is not of the record's `own` data
        sets, short texts mean somebody else."""
        cells = {cell for sheet in book.sheets for row in sheet.rows for cell in row if cell}
        if own and any(display(cell) in self.whole for cell in cells):
            return True
        return any(text in letters for letters in map(_squeeze, cells) for text in self.within)


def _squeeze(text: str) -> str:
    """Letters and digits alone, without marks: what differently written numbers have in common."""
    return "".join(fold(text).split())


class _Kept:
    """The bytes in this home that data came from, and which of them hold the values to be erased.

    `look` looks only at what it has not seen before, so that it is quick the second time, unless
    values have come meanwhile.
    """

    def __init__(self, record: str, field: str) -> None:
        self._record = record
        self._field = field
        self._texts: set[str] = set()
        self._seen: set[str] = set()
        self.holding: set[str] = set()

    def look(self) -> set[str]:
        """The sha256 of all bytes that hold one of the values."""
        texts, _ = erasures.personal_texts([self._record], self._field)
        if texts != self._texts:
            self._texts, self._seen, self.holding = texts, set(), set()
        if texts:
            self.holding |= find_holding([self._record], self._field, self._read, self._seen)
            self.holding |= self._find_unnamed(Sought.of(texts))
        return self.holding

    def _read(self, digest: str) -> bytes | None:
        self._seen.add(digest)
        path = source_path(digest)
        return path.read_bytes() if path.exists() else None

    def _find_unnamed(self, sought: Sought) -> set[str]:
        """Bytes that nothing in the ledger names, of an import that has not finished or that waits
        for its turn. It may go on, but its bytes are not kept."""
        known = {*drafting.source_digests(), *drafting.proposed_sources(), *self._seen}
        home = Path(settings.KHUE_HOME)
        found = set()
        for path in [*home.glob("sources/*/*"), *home.glob("waiting/*/*")]:
            is_waiting = path.parts[-3] == "waiting"
            if path.name in known or path.suffix == ".part":
                continue
            with suppress(FileNotFoundError):
                data = path.read_bytes()
                digest = hashlib.sha256(data).hexdigest()
                books = (read_book(data, name) for name in ([path.name] if is_waiting else KINDS))
                book = next((one for one in books if one is not None), None)
                if not is_waiting if book is None else sought.is_in(book, own=False):
                    found.add(digest)
                self._seen.add(digest)
        return found
