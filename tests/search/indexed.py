"""What an index holds, to be compared with what another one holds."""

from __future__ import annotations

import json
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import tantivy

from khue.model.packs import Pack
from khue.search import following
from khue.search.layout import term
from khue.search.reading import forget, reader_of
from khue.search.writing import Ledger

MOST = 10_000

_numbers = count()


def held(folder: Path) -> dict[tuple[str, str], Any]:
    """For each word of each field the records that are found by it, and of each record what is
    stored and the numbers by which one counts and sorts. All fields that the index itself says it
    has."""
    reader = reader_of(folder)
    assert reader is not None
    searcher, result = reader.searcher, {("", "position"): reader.position}
    hits = searcher.search(tantivy.Query.all_query(), MOST).hits
    ids = {(one.segment_ord, one.doc): searcher.doc(one)["id"][0] for _, one in hits}
    for _, address in hits:
        document = searcher.doc(address)
        result["stored", document["id"][0]] = document.to_dict()
    schema = json.loads((reader.generation / "meta.json").read_text(encoding="utf-8"))["schema"]
    for field in schema:
        name, type_ = field["name"], field["type"]
        if type_ == "text":
            for word, _ in searcher.terms_with_prefix(name, ""):
                found = searcher.search(term(reader.schema, name, word), MOST, count=False).hits
                if found:  # not only in what was deleted
                    result[name, word] = sorted(ids[one.segment_ord, one.doc] for _, one in found)
        elif field["options"].get("fast"):
            addresses = [one for _, one in hits]
            values = searcher.fast_field_values(name, addresses)
            result |= {
                (name, ids[one.segment_ord, one.doc]): value
                for one, value in zip(addresses, values, strict=True)
            }
    return result


def assert_equal(folders: following.Folders, ledger: Ledger, pack: Pack, beside: Path) -> None:
    """Each index holds what one holds that is built now from the ledger (in the folder `beside`),
    and says that it has read all."""
    fresh = {sight: beside / str(next(_numbers)) / sight for sight in folders}
    following.rebuild(fresh, ledger, pack)
    try:
        for sight, folder in folders.items():
            found, wanted = held(folder), held(fresh[sight])
            differing = {
                key: (found.get(key), wanted.get(key))
                for key in found.keys() | wanted.keys()
                if found.get(key) != wanted.get(key)
            }
            assert differing == {}, sight
            assert found["", "position"] == ledger.head()
    finally:
        for folder in fresh.values():
            forget(folder)
            shutil.rmtree(folder)
