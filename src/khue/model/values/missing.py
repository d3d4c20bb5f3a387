"""Words that say that a value is missing, or the same as above, so that they are not taken for
values."""

from __future__ import annotations

from khue.lib import vietnamese

_MARKS = frozenset("-–—−?.…_/*~ ")

_WORDS = (
    "không",
    "không có",
    "không rõ",
    "không biết",
    "không xác định",
    "không có thông tin",
    "chưa",
    "chưa có",
    "chưa rõ",
    "chưa biết",
    "chưa xác định",
    "chưa xác định được",
    "chưa có thông tin",
    "chưa cập nhật",
    "đang cập nhật",
    "n/a",
    "none",
    "null",
    "nil",
    "nan",
    "unknown",
    "not known",
    "not available",
)
_EXACT = frozenset(vietnamese.exact(word) for word in _WORDS)
# A long description need not be folded to see that it says something; room for odd spacing.
_LONGEST = 2 * max(len(word) for word in _WORDS)
_FOLDED = frozenset(vietnamese.fold(word) for word in _WORDS)
# What they begin with: most cells need not be folded to see that they say something.
_LETTERS = {form[0] for form in (*_EXACT, *_FOLDED)}
_INITIALS = frozenset(_LETTERS | {letter.upper() for letter in _LETTERS})


_DITTO = frozenset(
    (
        "nt",
        "n.t",
        "n.t.",
        "như trên",
        "nhu tren",
        "//",
        '"',
        "''",
        "”",
        "“",
        "〃",
        "ditto",
        "như dòng trên",
    )
)
"""*Như trên*, and the marks that lists write for it, alone or between dashes or brackets."""


def is_ditto(text: str) -> bool:
    """Whether `text` only says that the value is that of the row above: *nt*, *-//-*."""
    return len(text) < 20 and text.strip("-–—() .").lower() in _DITTO


def is_missing(text: str) -> bool:
    """Whether `text` only says that there is no value: a dash, a question mark, *chưa rõ*, N/A.

    Words typed wholly without marks count too (*chua ro*); other marks do not (*khống*)."""
    first = text[:1]
    if not first or (first in _MARKS and _MARKS.issuperset(text)):
        return "//" not in text  # which says that there is one, in the row above
    if len(text) > _LONGEST or (first.isalnum() and first not in _INITIALS):
        return False
    key = vietnamese.exact(text)
    return key in _EXACT or (text.isascii() and key in _FOLDED)
