"""Vietnamese text that a program has spoilt: letters lost, or UTF-8 read as another encoding.

*H\u00e0 N?i* has lost a letter for good. *H\u00c3\u00a0 N\u00e1\u00bb\u2122i* has not: its
characters are the bytes of UTF-8, one by one, as Windows-1252 shows them. All functions are pure.
"""

from __future__ import annotations

import re

LOST = "\ufffd"
"""What stands for a letter that could not be decoded."""

_ASKED = re.compile(r"[^\W\d_]\?[^\W\d_]")
_LEAD = ("\u00e1\u00ba", "\u00e1\u00bb")
"""The first two bytes of most Vietnamese letters with two marks (U+1E80 to U+1EFF)."""


def may_be_spoilt(text: str) -> bool:
    """Whether it is worth while to look at the cells that a text is made of. Fast."""
    return LOST in text or "?" in text or any(lead in text for lead in _LEAD)


def find_spoilt(text: str) -> tuple[str, str] | None:
    """A text that was spoilt, and how it should read where that can be known (else empty); None for
    one that is right. A question mark within an address of the web is none within a word."""
    if any(lead in text for lead in _LEAD) and (read := _read_again(text)):
        return text, read
    lost = LOST in text or ("://" not in text and not text.isascii() and _ASKED.search(text))
    return (text, "") if lost else None


def _read_again(text: str) -> str:
    """What the characters say as the bytes of UTF-8 that they were; empty if they are none."""
    data = bytearray()
    for one in text:
        try:
            data += one.encode("cp1252")
        except UnicodeEncodeError:
            if ord(one) > 0xFF:
                return ""
            data.append(ord(one))  # bytes that Windows-1252 has no character for
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
