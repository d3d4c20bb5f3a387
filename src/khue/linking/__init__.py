"""Candidates to likely duplicates: what may be one thing, why, and how sure that is.

What lives here: names taken apart, blocks of records that share a name and may share a unit, and
the comparison of two of them. A file is gone through twice, each row is compared with its block
alone, and what is compared or found waits on the disk.
What does not: reading records (`pipeline` hands entries in), judgements of people (handed in too),
and deciding: nothing here ever merges.
"""

from khue.linking.comparison import Level, Suggestion, Verdict
from khue.linking.entries import Entry, Facts, Row, block_of
from khue.linking.names import Name, last_word, name_of
from khue.linking.suggestions import Found, Judged, Named, Told, suggest
from khue.linking.wanted import Wanted

__all__ = [
    "Entry",
    "Facts",
    "Found",
    "Judged",
    "Level",
    "Name",
    "Named",
    "Row",
    "Suggestion",
    "Told",
    "Verdict",
    "Wanted",
    "block_of",
    "last_word",
    "name_of",
    "suggest",
]
