"""Proving the registry and making its read models anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from khue import search
from khue.model.findings import Finding, finding
from khue.pipeline.files import file_path, source_path
from khue.pipeline.house import House
from khue.registry import actions, drafting, queries, verification
from khue.registry.database import one_view

TOLD = 100
"""Findings of one kind that are told; a ledger that was rewritten has one for every change."""


@dataclass(frozen=True)
class Verification:
    """What `verify` looked at. All is well if there are no findings."""

    changes: int
    records: int
    head: str
    findings: tuple[Finding, ...]


def verify(house: House, *, head: str = "") -> Verification:
    """Walk both chains of hashes, compare the records with the fold of the ledger, personal values
    with their commitments, and kept bytes with their sha256.

    `head` is a hash that was printed before: the ledger must have gone on from it. All of it is
    looked at as it stands at one moment, while others go on writing.
    """
    with verification.any_bytes(), one_view():
        findings = [*_check_head(head), *_check_ledger(), *_check_bytes()]
        if not findings:
            findings = _check_records(house)
        return Verification(
            changes=queries.head(),
            records=queries.count_records(),
            head=queries.head_hash(),
            findings=tuple(findings),
        )


def check_tables(house: House) -> list[Finding]:
    """What is wrong with the tables, whatever bytes are kept."""
    return _check_ledger() or _check_records(house)


def _check_ledger() -> list[Finding]:
    breaks = islice(verification.find_chain_breaks(), TOLD)
    uncovered = verification.find_uncovered_batches()
    unused = verification.find_unused_sources()
    return [
        *(finding(code, value=str(seq)) for seq, code in breaks),
        *(finding("batch_without_change", value=name) for name in uncovered),
        *(finding("source_without_batch", value=name) for name in unused),
    ]


def _check_records(house: House) -> list[Finding]:
    """Only where the ledger is whole: records cannot be folded from what was altered."""
    differing = islice(verification.find_differences(house.pack), TOLD)
    rows = islice(verification.find_row_differences(), TOLD)
    personal = islice(verification.find_personal_trouble(), TOLD)
    return [
        *(finding(code, value=name) for code, name in personal),
        *(finding("record_differs", value=name) for name in differing),
        *(finding("row_differs", value=key) for key in rows),
    ]


def _check_head(head: str) -> list[Finding]:
    if not head or verification.contains_hash(head.strip().lower()):
        return []
    return [finding("head_not_in_ledger", value=head.strip())]


def _check_bytes() -> list[Finding]:
    return [
        *_check_kept(drafting.source_digests(), source_path, "source"),
        *_check_kept(drafting.file_digests(), file_path, "file"),
    ]


def _check_kept(
    digests: Sequence[str], path_of: Callable[[str], Path], what: str
) -> Iterator[Finding]:
    for digest in digests:
        path = path_of(digest)
        if not path.is_file():
            yield finding(f"{what}_missing", value=digest)
        elif _digest_of(path) != digest:
            yield finding(f"{what}_altered", value=digest)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:  # up to 1 GB, not all at once
        return hashlib.file_digest(file, "sha256").hexdigest()


def rebuild(house: House) -> int:
    """Refold the ledger and make the search index anew; returns how many records there are."""
    records = actions.rebuild(pack=house.pack)
    search.rebuild(house.pack)
    return records
