"""JSON: an array of whole public documents, one on each line (RFC 8259, UTF-8 without a mark)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from khue.publish.format import Edition, Format, in_parts

_FINITE = (str, int, bool, type(None))


def write(documents: Iterable[Mapping[str, Any]], edition: Edition) -> Iterator[bytes]:
    """An array of the documents as they are, of one type or of several. Raises `ValueError` for NaN
    and infinity, which JSON does not have."""
    return in_parts(_pieces(documents))


def encoded(value: Any) -> bytes:
    """A value as JSON on one line. Raises `ValueError` as `write` does."""
    try:
        text = orjson.dumps(value)
    except TypeError:  # half a surrogate pair, or a number beyond 64 bits
        return json.dumps(value, allow_nan=False).encode("ascii")
    # orjson writes null for what is no number.
    if b"null" in text and not _is_finite(value):
        raise ValueError("JSON has no NaN and no infinity")
    return text


def _pieces(documents: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    before = b"[\n"
    for document in documents:
        yield before + encoded(document)
        before = b",\n"
    yield b"\n]\n" if before != b"[\n" else b"[]\n"


def _is_finite(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all([_is_finite(one) for one in value.values() if type(one) not in _FINITE])
    if kind is list:
        return all([_is_finite(one) for one in value if type(one) not in _FINITE])
    return kind is not float or math.isfinite(value)


FORMAT = Format("json", "application/json", "json", write)
