"""Canonical text and the two chains of hashes over the ledger. Pure.

The *whole* chain: the hash of a change covers every column of the change, every column of its batch
and of the batch's source, and the hash before it. It is taken over what is stored, so whatever is
altered in the database afterwards no longer fits.

The *public* chain is for those who follow from outside and see only public forms: each link covers
the link before, the position, and the digest of what the public may know of the change.

Entries written before there was a public chain (they have no `public_hash`) are hashed by their own
rule, over the columns that there were then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

GENESIS = "0" * 64

CHANGE_COLUMNS = (
    "seq", "batch_id", "record", "version", "action", "document", "actor", "at", "target", "field",
    "public_digest", "public_hash",
)  # fmt: skip
BATCH_COLUMNS = (
    "id", "kind", "actor", "at", "why", "source_id", "undoes_id", "proposal", "proposer",
)  # fmt: skip
SOURCE_COLUMNS = (
    "id", "sha256", "size", "filename", "name", "title", "publisher", "licence", "date", "url",
)  # fmt: skip

ENTRY_COLUMNS = ("record", "version", "action", "target", "field", "public_digest")

EARLIER_CHANGE_COLUMNS = CHANGE_COLUMNS[:8]
EARLIER_BATCH_COLUMNS = BATCH_COLUMNS[:7]
"""What there was before the public chain."""

HIDDEN = hashlib.sha256(b"null").hexdigest()
"""The public digest of a change of which the public may know nothing, not even the record."""

CLOSED = hashlib.sha256(b"closed").hexdigest()
"""The public digest of a change after which the public no longer sees a record that it saw."""

Row = Mapping[str, Any]

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """JSON text with sorted keys and no spaces: equal values give equal text.

    What is stored stays as it was written: earlier versions wrote a few numbers in another way, see
    `is_canonical`.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # an integer of over 64 bits, or what is no UTF-8
        return _encode(value)


def canonical_bytes(value: Any) -> bytes:
    """The same text in UTF-8, as it is hashed and stored."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return _encode(value).encode()


def is_canonical(text: str | None, expected: str | None) -> bool:
    """Whether a stored text is the canonical text of the same value as `expected`, as this or an
    earlier version writes it: numbers under 0.0001 and from 10^16 on were written otherwise."""
    return text == expected or (
        text is not None and expected is not None and text == _encode(json.loads(expected))
    )


def is_digest(digest: str, text: str) -> bool:
    """Whether a stored digest is that of a canonical text, as this or an earlier version writes
    it."""
    return digest == digest_of(text) or digest == digest_of(_encode(json.loads(text)))


def digest_of(text: str | bytes | None) -> str:
    """SHA-256 of a text, hexadecimal; of nothing, the digest of `null`."""
    if isinstance(text, bytes):
        return hashlib.sha256(text).hexdigest()
    return _sha256("null" if text is None else text)


def batch_digest(batch: Row, source: Row | None) -> str:
    """SHA-256 over the columns of a batch and of its source, hexadecimal."""
    return _digest(batch, source, BATCH_COLUMNS)


def entry_digest(known: Iterable[Any], document_digest: str) -> str:
    """SHA-256 over the `ENTRY_COLUMNS` of a change, which are known before it has a number, and the
    digest of its document; hexadecimal. (The actor and the time are those of its batch.)"""
    return _sha256(canonical([*map(_text, known), document_digest]))


def change_hash(previous: str, batch: str, seq: int, public: str, entry: str) -> str:
    """The hash of a change after `previous`: over the digest of its batch, its number, its link in
    the public chain and its entry's digest. Short, since it is made while the ledger is locked."""
    return _sha256(f"{previous}:{batch}:{seq}:{public}:{entry}")


def public_hash(previous: str, seq: int, record: str, at: str, digest: str) -> str:
    """The link of a change in the public chain. Where `digest` is `HIDDEN`, neither the record nor
    the time is told."""
    told = ":" if digest == HIDDEN else f"{record}:{at}"
    return _sha256(f"{previous}:{seq}:{told}:{digest}")


def find_breaks(
    changes: Iterable[Row], batches: Mapping[str, Row], sources: Mapping[str, Row]
) -> Iterator[tuple[int, str]]:
    """Walk the ledger in order; yield `(seq, reason)` for each change that does not fit.

    `reason` is a finding code: `chain_batch_missing`, `chain_sequence_broken`, `chain_hash_wrong`,
    `public_chain_wrong`. Of the batches only that of the present change is asked for, so they need
    not all be there at once.
    """
    previous, public, expected = GENESIS, GENESIS, 1
    known: tuple[str, bool] | None = None
    digest: str | None = None
    for change in changes:
        # Whoever takes the public link away changes the rule, and the hash no longer fits.
        earlier = change["public_hash"] is None
        key = (change["batch_id"], earlier)
        if key != known:
            known, digest = key, _digest_of(batches.get(key[0]), sources, earlier)
        if change["seq"] != expected:
            yield change["seq"], "chain_sequence_broken"
        if digest is None:
            yield change["seq"], "chain_batch_missing"
        elif not _agrees(change, batches[key[0]]) or change["hash"] != _expected_hash(
            previous, digest, change, earlier
        ):
            yield change["seq"], "chain_hash_wrong"
        # The stored hash goes on, so that one altered change is named, not all that follow it.
        previous = str(change["hash"])
        expected = int(change["seq"]) + 1
        if not earlier:
            link = public_hash(
                public, change["seq"], change["record"], change["at"], change["public_digest"]
            )
            if change["public_hash"] != link:
                yield change["seq"], "public_chain_wrong"
            public = str(change["public_hash"])


def _agrees(change: Row, batch: Row) -> bool:
    """Whether a change says the same actor and time as its batch, whose digest covers them."""
    return all(change[name] == batch[name] for name in ("actor", "at"))


def _expected_hash(previous: str, digest: str, change: Row, earlier: bool) -> str:
    if not earlier:
        known = [change[name] for name in ENTRY_COLUMNS]
        entry = entry_digest(known, digest_of(change["document"]))
        return change_hash(previous, digest, change["seq"], change["public_hash"], entry)
    values = [_text(change[name]) for name in EARLIER_CHANGE_COLUMNS]
    return _sha256(_encode([previous, digest, values]))


def _digest_of(batch: Row | None, sources: Mapping[str, Row], earlier: bool) -> str | None:
    if batch is None:
        return None
    columns = EARLIER_BATCH_COLUMNS if earlier else BATCH_COLUMNS
    if batch["source_id"] is None:
        return _digest(batch, None, columns)
    source = sources.get(batch["source_id"])
    return None if source is None else _digest(batch, source, columns)


def _digest(batch: Row, source: Row | None, columns: Iterable[str]) -> str:
    return _sha256(
        _encode(
            [
                [_text(batch[name]) for name in columns],
                None if source is None else [_text(source[name]) for name in SOURCE_COLUMNS],
            ]
        )
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _sha256(text: str) -> str:
    try:
        data = text.encode()
    except UnicodeEncodeError:  # what verification reads may be no text any more
        data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()
