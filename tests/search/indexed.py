"""What an index holds, to be compared with what another one holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tantivy

from khue.search.layout import term
from khue.search.reading import reader_of
from tests.search.conftest import FIELDS

MOST = 10_000


def held(folder: Path) -> dict[tuple[str, str], Any]:
    """For each word of each field the records that are found by it, and what is stored of each."""
    reader = reader_of(folder)
    assert reader is not None
    searcher, result = reader.searcher, {("", "position"): reader.position}

    def ids(query: tantivy.Query) -> list[str]:
        hits = searcher.search(query, MOST).hits
        return sorted(searcher.doc(address)["id"][0] for _, address in hits)

    for name in FIELDS:
        for word, _ in searcher.terms_with_prefix(name, ""):
            if there := ids(term(reader.schema, name, word)):  # not only in what was deleted
                result[name, word] = there
    for _, address in searcher.search(tantivy.Query.all_query(), MOST).hits:
        document = searcher.doc(address)
        result["stored", document["id"][0]] = document.to_dict()
    return result
