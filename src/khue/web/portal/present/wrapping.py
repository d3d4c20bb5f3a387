"""Where a line may not end: inside the number of a document, inside a range, before a unit."""

from __future__ import annotations

import re
from html import escape

_NUMBER = r"\b\d{1,5}(?:[/–-]\w{1,10}){1,4}\b"
_AMOUNT = r"\d+ (?:k?m[²³]?|ha|%)(?!\w)"
_WHOLE = re.compile(f"{_NUMBER}|{_AMOUNT}")
_BREAKS = re.compile("[ –-]")
"""After these a line might end; not within a date or a fraction (`23/11/2026`)."""
_OPEN, _CLOSE = '<span class="whole">', "</span>"


def whole(text: str) -> str:
    """A text as HTML whose numbers of documents (`24/2025/NQ-HĐND`) and ranges (`1484–1780`) stay
    in one line, as a unit does with its number (`54.331 m²`). What is copied stays the same."""
    shown, end = [], 0
    for found in _WHOLE.finditer(text):
        if _BREAKS.search(found[0]):
            shown += [escape(text[end : found.start()]), _OPEN, escape(found[0]), _CLOSE]
            end = found.end()
    return "".join([*shown, escape(text[end:])])
