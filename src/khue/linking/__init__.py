"""Candidates to likely duplicates: what may be one thing, why, and how sure that is.

What lives here: names taken apart, blocks of records that share a name and may share a unit, and
the comparison of two of them. All of a file is compared in one pass, each row with its block alone.
What does not: reading records (`pipeline` hands entries in), judgements of people (handed in too),
and deciding: nothing here ever merges.
"""

from khue.linking.comparison import Level, Suggestion
from khue.linking.entries import Entry
from khue.linking.names import Name, last_word, name_of
from khue.linking.suggestions import Found, Judged, suggest

__all__ = [
    "Entry",
    "Found",
    "Judged",
    "Level",
    "Name",
    "Suggestion",
    "last_word",
    "name_of",
    "suggest",
]
