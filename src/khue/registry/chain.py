"""Canonical text and the chain of hashes over the ledger. Pure.

The hash of a change covers every column of the change, every column of its batch and of the
batch's source, and the hash before it. It is taken over text exactly as stored, so whatever is
altered in the database afterwards no longer fits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

GENESIS = "0" * 64

CHANGE_COLUMNS = ("seq", "batch_id", "record", "version", "action", "document", "actor", "at")
BATCH_COLUMNS = ("id", "kind", "actor", "at", "why", "source_id", "undoes_id")
SOURCE_COLUMNS = (
    "id", "sha256", "size", "filename", "name", "title", "publisher", "licence", "date", "url",
)  # fmt: skip

Row = Mapping[str, Any]


def canonical(value: Any) -> str:
    """JSON text with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def batch_digest(batch: Row, source: Row | None) -> str:
    """SHA-256 over the columns of a batch and of its source, hexadecimal."""
    return _sha256(
        canonical(
            [
                [_text(batch[name]) for name in BATCH_COLUMNS],
                None if source is None else [_text(source[name]) for name in SOURCE_COLUMNS],
            ]
        )
    )


def change_hash(previous: str, digest: str, values: Sequence[Any]) -> str:
    """The hash of a change: `values` in the order of `CHANGE_COLUMNS`, after `previous`."""
    return _sha256(canonical([previous, digest, [_text(value) for value in values]]))


def find_breaks(
    changes: Iterable[Row], batches: Mapping[str, Row], sources: Mapping[str, Row]
) -> Iterator[tuple[int, str]]:
    """Walk the ledger in order; yield `(seq, reason)` for each change that does not fit.

    `reason` is a finding code: `chain_batch_missing`, `chain_sequence_broken`, `chain_hash_wrong`.
    """
    previous, expected = GENESIS, 1
    digests: dict[str, str | None] = {}
    for change in changes:
        key = change["batch_id"]
        if key not in digests:
            digests[key] = _digest_of(batches.get(key), sources)
        digest = digests[key]
        if change["seq"] != expected:
            yield change["seq"], "chain_sequence_broken"
        if digest is None:
            yield change["seq"], "chain_batch_missing"
        elif change["hash"] != change_hash(
            previous, digest, [change[name] for name in CHANGE_COLUMNS]
        ):
            yield change["seq"], "chain_hash_wrong"
        # The stored hash goes on, so that one altered change is named, not all that follow it.
        previous = str(change["hash"])
        expected = int(change["seq"]) + 1


def _digest_of(batch: Row | None, sources: Mapping[str, Row]) -> str | None:
    if batch is None:
        return None
    if batch["source_id"] is None:
        return batch_digest(batch, None)
    source = sources.get(batch["source_id"])
    return None if source is None else batch_digest(batch, source)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
