"""JSON: an array of whole public documents, one on each line (RFC 8259, UTF-8 without a mark)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from khue.model.packs import Pack, Type
from khue.model.values import Context
from khue.publish.format import Format


def write(
    documents: Iterable[Mapping[str, Any]],
    type: Type,
    pack: Pack,
    context: Context,
    stream: BinaryIO,
) -> None:
    """Write an array of the documents as they are. Raises `ValueError` for NaN and infinity,
    which JSON does not have."""
    before = b"[\n"
    for document in documents:
        stream.write(before + _encode(document))
        before = b",\n"
    stream.write(b"\n]\n" if before != b"[\n" else b"[]\n")


def _encode(document: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair can only be written as an escape
        return json.dumps(document, allow_nan=False).encode("ascii")


FORMAT = Format("json", "application/json", "json", write)
