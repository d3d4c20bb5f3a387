"""Proving the registry and making its read models anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice

from khue import search
from khue.model.findings import Finding, finding
from khue.pipeline.files import path_of
from khue.pipeline.house import House
from khue.registry import actions, drafting, queries, verification

TOLD = 100
"""Findings of one kind that are told; a ledger that was rewritten has one for every change."""


@dataclass(frozen=True)
class Verification:
    """What `verify` looked at. All is well if there are no findings."""

    changes: int
    records: int
    head: str
    findings: tuple[Finding, ...]


def verify(house: House) -> Verification:
    """Walk the chain of hashes, compare the records with the fold of the ledger and the kept
    source bytes with their sha256."""
    with verification.any_bytes():
        findings = [*_check_ledger(), *_check_sources()]
        if not findings:
            findings = _check_records(house)
        return Verification(
            changes=queries.head(),
            records=queries.count_records(),
            head=queries.head_hash(),
            findings=tuple(findings),
        )


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
    return [
        *(finding("record_differs", value=name) for name in differing),
        *(finding("row_differs", value=key) for key in rows),
    ]


def _check_sources() -> list[Finding]:
    findings = []
    for digest in drafting.source_digests():
        path = path_of(digest)
        if not path.is_file():
            findings.append(finding("source_missing", value=digest))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            findings.append(finding("source_altered", value=digest))
    return findings


def rebuild(house: House) -> int:
    """Refold the ledger and make the search index anew; returns how many records there are."""
    records = actions.rebuild(pack=house.pack)
    search.rebuild(house.pack)
    return records
