"""What the changes of the ledger add up to. Pure.

A *path* names what can be edited, compared and blamed by itself: a top-level field, one language of
a language text (`name.vi`), or one file (`files.<sha256>`). Lists and all other values are atomic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from khue.lib.vietnamese import name_key
from khue.model.packs import Field, Type

Document = dict[str, Any]

LANGUAGES = frozenset({"vi", "en"})
NOT_FIELDS = frozenset({"id", "type", "sources"})


class Derived(NamedTuple):
    """What the tables beside `Record` hold of one document."""

    units: frozenset[str]
    references: frozenset[tuple[str, str]]  # (field path, record id)
    rows: frozenset[tuple[str, str]]  # (source name, row key)
    files: frozenset[str]  # sha256
    name_key: str


def paths(document: Mapping[str, Any] | None) -> dict[str, Any]:
    """The document as path to value, without `id`, `type` and `sources`."""
    flat: dict[str, Any] = {}
    for name, value in (document or {}).items():
        if name in NOT_FIELDS:
            continue
        if name == "files":
            flat |= {f"files.{file['sha256']}": file for file in value}
            continue
        # `other` holds headings of foreign files, and one of them may be called "en".
        if name != "other" and isinstance(value, dict) and value and value.keys() <= LANGUAGES:
            flat |= {f"{name}.{lang}": text for lang, text in value.items()}
        else:
            flat[name] = value
    return flat


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> dict[str, tuple[Any, Any]]:
    """Path to `(before, after)` for every path whose value differs; None means absent."""
    old, new = paths(before), paths(after)
    return {
        path: (old.get(path), new.get(path))
        for path in [*new, *(path for path in old if path not in new)]
        if old.get(path) != new.get(path)
    }


def patch(document: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """The document with each path set to its value; None takes the path away."""
    result = dict(document)
    for path, value in changes.items():
        name, _, part = path.partition(".")
        if name == "files":
            new: Any = _with_file(result.get(name) or [], part, value)
        elif part in LANGUAGES:
            texts = {key: text for key, text in (result.get(name) or {}).items() if key != part}
            new = texts if value is None else texts | {part: value}
        else:
            new = value
        if new is None or new == {} or new == []:
            result.pop(name, None)
        else:
            result[name] = new
    return result


def _with_file(files: Sequence[Document], sha256: str, entry: Document | None) -> list[Document]:
    """The files of a record with one set anew in its place, added, or (None) taken away."""
    others = [file if file["sha256"] != sha256 else entry for file in files]
    if entry is not None and entry not in others:
        others.append(entry)
    return [file for file in others if file is not None]


def blame(documents: Sequence[Document | None]) -> dict[str, int]:
    """For each path of the last document, the index of the version that set its value.

    `documents` are all versions of one record, oldest first.
    """
    setters: dict[str, int] = {}
    previous: Document | None = None
    for index, document in enumerate(documents):
        for path in differences(previous, document):
            setters[path] = index
        previous = document
    present = paths(documents[-1] if documents else None)
    return {path: setters[path] for path in present}


def derive(document: Document | None, type_: Type | None) -> Derived:
    """What can be looked up about a document: units, references, source rows, name."""
    if document is None:
        return Derived(frozenset(), frozenset(), frozenset(), frozenset(), "")
    units: set[str] = set()
    references: set[tuple[str, str]] = set()
    linking = type_.linking if type_ else {}
    for field, value in () if linking.keys().isdisjoint(document) else leaves(document, linking):
        if field.kind == "place":
            for candidate in value.get("candidates", ()):
                units.add(candidate["code"])
            for part in ("code", "within"):
                if value.get(part):
                    units.add(value[part])
            units.update(value.get("possibly_within", ()))
        elif field.kind == "reference":
            references.add((field.path, value))
    return Derived(
        units=frozenset(units),
        references=frozenset(references),
        # The public form of a record has no row keys.
        rows=frozenset(
            [
                (source["name"], source["key"])
                for source in document.get("sources", ())
                if "key" in source
            ]
        ),
        files=frozenset([file["sha256"] for file in document.get("files", ())]),
        name_key=key_of(document),
    )


def leaves(document: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterable[tuple[Field, Any]]:
    """Every single value with its field, through lists and dated statements."""
    for name, field in fields.items():
        value = document.get(name)
        if value is None:
            continue
        for item in value if isinstance(value, list) else [value]:
            if field.kind == "statement":
                yield from leaves(item, field.members)
            else:
                yield field, item


def key_of(document: Mapping[str, Any]) -> str:
    """The Vietnamese name in its exact form, by which records are found and compared."""
    return _key_of_name(label(document)["vi"])


# Whoever needs the key of a document needs it more than once, and registers repeat names.
_key_of_name = lru_cache(10_000)(name_key)


def label(document: Mapping[str, Any]) -> dict[str, str]:
    """The name in both languages; each falls back to the other."""
    name = names_given(document)
    return {"vi": name["vi"] or name["en"], "en": name["en"] or name["vi"]}


def names_given(document: Mapping[str, Any]) -> dict[str, str]:
    """The name in both languages, "" in one that it is not given in."""
    name = document.get("name") or {}
    if not isinstance(name, dict):
        name = {"vi": str(name)}
    return {"vi": name.get("vi") or "", "en": name.get("en") or ""}
