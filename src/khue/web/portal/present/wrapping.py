"""Where a line may not end: inside the number of a document, a range or a date, before a unit,
before a dash."""

from __future__ import annotations

import calendar
import re
from html import escape

_NUMBER = r"\b\d{1,5}(?:[/–-]\w{1,10}){1,4}\b"
_AMOUNT = r"\d+ (?:k?m[²³]?|ha|%)(?!\w)"
_DATE = rf"\b\d{{1,2}} (?:{'|'.join(calendar.month_name[1:])}) \d{{4}}\b"
"""A day in English; in Vietnamese it has no space."""
_BEFORE_DASH = r"(?<!\S)[^\s<>]{1,20} [–-](?= )"
_WHOLE = re.compile(f"{_DATE}|{_BEFORE_DASH}|{_NUMBER}|{_AMOUNT}")
_BREAKS = re.compile("[ –-]")
"""After these a line might end; not within a date or a fraction (`23/11/2026`)."""
_OPEN, _CLOSE = '<span class="whole">', "</span>"


def whole(text: str) -> str:
    """A text as HTML whose numbers of documents (`24/2025/NQ-HĐND`), ranges (`1484–1780`) and days
    (`28 April 1962`) stay in one line, as a unit does with its number (`54.331 m²`) and a dash with
    the word before it (`Văn Miếu -`). What is copied stays the same."""
    shown, end = [], 0
    for found in _WHOLE.finditer(text):
        if _BREAKS.search(found[0]):
            shown += [escape(text[end : found.start()]), _OPEN, escape(found[0]), _CLOSE]
            end = found.end()
    return "".join([*shown, escape(text[end:])])
