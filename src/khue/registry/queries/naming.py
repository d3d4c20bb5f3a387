"""What sources wrote for the records that a record names, as far as the public may read it.

A reference is stated by a name, and whose name it is may be closed: no rule that looks at a
document alone can tell. So public documents have none of these texts, and they are told here one
record at a time: those that say nothing but names of public records that it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from khue.intake import split
from khue.lib.vietnamese import name_key
from khue.model.packs import Pack, Type
from khue.model.rights import PUBLIC
from khue.registry import tables
from khue.registry.fold import Document, derive
from khue.registry.queries.records import labels
from khue.registry.queries.rows import whole

Cells = dict[str, str]
"""What a source wrote, by column path."""


def stated_names(record: str, pack: Pack) -> dict[str, Cells]:
    """For each source of a public record what it wrote for references, where that is public."""
    row = whole([record]).get(record)
    type_ = pack.types.get(row.type) if row else None
    public: Document | None = tables.parse(row.shown) if row else None
    if row is None or type_ is None or public is None:
        return {}
    names = _names(public, type_, pack)
    found: dict[str, Cells] = {}
    for source in (tables.parse(row.document) or {}).get("sources", ()):
        cells = {
            path: text
            for path, text in source["stated"].items()
            if path in names and _says_only(text, names[path])
        }
        if cells:
            found.setdefault(source["name"], {}).update(cells)
    return found


def with_stated_names(document: Mapping[str, Any], names: Mapping[str, Cells]) -> Document:
    """The public document with `stated_names` among what its sources state."""
    return {
        **document,
        "sources": [
            source | {"stated": source["stated"] | names.get(source["name"], {})}
            for source in document.get("sources", ())
        ],
    }


def _names(public: Document, type_: Type, pack: Pack) -> dict[str, frozenset[str]]:
    """By path of a reference the keys of all names of those public records that it leads to."""
    references = derive(public, type_).references
    known = labels(PUBLIC, {record for _, record in references}, pack)
    found: dict[str, frozenset[str]] = {}
    for path, record in references:
        label = known.get(record, {})
        keys = {name_key(label[lang]) for lang in ("vi", "en") if label.get(lang)}
        found[path] = found.get(path, frozenset()) | keys
    return found


def _says_only(text: str, keys: Iterable[str]) -> bool:
    """Whether a text is a name, or a list of names, of those with these keys."""
    parts = [text] if name_key(text) in keys else split(text)
    return bool(parts) and all(name_key(one) in keys for one in parts)
