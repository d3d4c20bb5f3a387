"""The identity of a row, and what it changes. Pure.

A row is the same row if the source gives it the same identifier, else if its key columns (by
default name and place) are the same and it is the n-th of its kind. It is compared with what this
source last stated for it, never with the current record:

- nothing stated anew: nothing happens, whatever has been edited since;
- a cell stated anew: only its field changes;
- a field stated anew that someone has edited since: a conflict, told and not written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from khue.intake.candidates import Candidate
from khue.lib.identifiers import bounded_key
from khue.lib.vietnamese import display
from khue.model.packs import Type

Document = dict[str, Any]
Paths = Callable[[Mapping[str, Any] | None], dict[str, Any]]
Versions = Callable[[], Sequence[tuple[Document | None, str]]]
"""Fetches the versions of a record, oldest first: the document and the name of the source that it
was imported from, empty if it was edited or undone."""

Outcome = Literal["create", "update", "unchanged"]


@dataclass(frozen=True)
class Conflict:
    """A field that the row states anew and that someone has edited since: the path, the cells that
    state it, the value it has now."""

    path: str
    stated: tuple[str, ...]
    now: Any


class Plan(NamedTuple):
    """What a row does to its record; `document` is the record after it."""

    outcome: Outcome
    document: Document
    conflicts: tuple[Conflict, ...] = ()
    emptied: tuple[str, ...] = ()


def base_key(candidate: Candidate, type_: Type, key: Sequence[str]) -> str:
    """What identifies a row within its source, but for its occurrence (see `RowKeys`).

    It begins with the type, since one data set may number its relics and its dishes alike.
    """
    if candidate.identifier:
        # Doubled, so that the number "7#2" is not taken for the second "7".
        return bounded_key(f"{type_.name}/id:{candidate.identifier.replace('#', '##')}")
    cells = [display(_cell(candidate, path)) for path in key]
    # Parts are often called alike (*- Hậu cung*); what they are listed under is not.
    cells += [display(one.text) for one in candidate.pending if one.row is not None]
    return bounded_key(f"{type_.name}/row:{json.dumps(cells, ensure_ascii=False)}")


class RowKeys:
    """The keys of the rows of one file, stable under reordering of other rows: rows of equal key
    columns are told apart by their order (`#2` for the second). Of a key only its digest is kept,
    since there may be millions."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._times: dict[int, int] = {}

    def add(self, base: str) -> str:
        """The key of the next row, by its `base_key`."""
        digest = _digest(base)
        if digest not in self._seen:
            self._seen.add(digest)
            return base
        self._times[digest] = self._times.get(digest, 1) + 1
        key = f"{base}#{self._times[digest]}"
        self._seen.add(_digest(key))
        return key

    def __contains__(self, key: str) -> bool:
        """Whether a row of the file has this key."""
        return _digest(key) in self._seen


def _digest(key: str) -> int:
    data = key.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=16).digest(), "big")


def _cell(candidate: Candidate, path: str) -> str:
    """A key cell; a name that is stated in English alone is a name too."""
    text = candidate.stated.get(path, "")
    return text or candidate.stated.get("name.en", "") if path == "name.vi" else text


def occurrence(key: str) -> int:
    """The how-manieth of its kind a row is, by its key: 1 unless an equal row stands above it."""
    found = re.search(r"(?<!#)(?:##)*#(\d+)$", key) if "#" in key else None
    return int(found[1]) if found else 1


def shown_key(key: str) -> str:
    """A row as people know it, by its key: its identifier or the cells of its key columns, and the
    how-manieth of its kind it is where that is not the first."""
    number = occurrence(key)
    kind, _, told = (key.removesuffix(f"#{number}") if number > 1 else key).partition(":")
    if kind.endswith("/id"):
        told = told.replace("##", "#")
    else:
        with suppress(ValueError):  # one that was too long is no list any more
            told = ", ".join(filter(None, json.loads(told)))
    return told if number == 1 else f"{told} ({number})"


def plan_row(
    candidate: Candidate,
    *,
    record: str,
    type_: Type,
    source: str,
    key: str,
    before: Document | None,
    versions: Versions,
    fold: Fold,
) -> Plan:
    """What the row changes in its record.

    `before` is the record as it is now (None: new, or taken back by an undo); `versions` fetches
    all its versions only when it is needed.
    """
    entry = {"name": source, "key": key, "stated": candidate.stated}
    if before is None:
        document = {"id": record, "type": type_.name, **candidate.fields, "sources": [entry]}
        return Plan("create", document)
    last = stated_by(before, source, key)
    current, said = fold.paths(before), fold.paths(candidate.fields)
    restated = _restated(last, candidate.stated)
    groups = {edit_path(path, type_) for path in restated}
    history = _History(versions, source, key, type_, fold)
    # A reference that could not be resolved when it was stated may be resolvable now.
    groups |= {
        group
        for group in {edit_path(path, type_) for path in candidate.stated} - groups
        if group not in current and group in said and history.value(group) is None
    }
    changes: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    stated = dict(candidate.stated)
    for group in sorted(groups):
        new, now = said.get(group), current.get(group)
        if new == now or says_the_same(now, history.value(group)):
            changes[group] = new
            continue
        cells = sorted(path for path in {*stated, *last} if edit_path(path, type_) == group)
        anew = [candidate.stated.get(path, "") for path in cells if path in restated]
        conflicts.append(Conflict(group, tuple(anew), now))
        # What was not taken over counts as not yet stated, so that the conflict is told again.
        for path in cells:
            stated.pop(path, None)
            if path in last:
                stated[path] = last[path]
    emptied = tuple(
        path for path in sorted(changes) if changes[path] is None and current.get(path) is not None
    )
    after = fold.patch(before, changes)
    after["sources"] = _with_entry(before, entry | {"stated": stated})
    if after == before:
        return Plan("unchanged", before, tuple(conflicts))
    return Plan("update", after, tuple(conflicts), emptied)


def says_the_same(now: Any, then: Any) -> bool:
    """Whether a value says what it said. A place that was only resolved again, by what has been
    loaded since, is the same statement."""
    if now == then:
        return True
    both = isinstance(now, dict) and isinstance(then, dict) and "stated" in now
    return both and now["stated"] == then.get("stated")


@dataclass(frozen=True)
class Fold:
    """The registry's pure functions on documents that planning needs, handed in from above."""

    paths: Paths
    patch: Callable[[Mapping[str, Any], Mapping[str, Any]], Document]


class _History:
    """What a source last stated for each path, read from the versions of the record."""

    def __init__(
        self,
        versions: Versions,
        source: str,
        key: str,
        type_: Type,
        fold: Fold,
    ) -> None:
        self._versions, self._source, self._key = versions, source, key
        self._type, self._fold = type_, fold
        self._values: dict[str, Any] | None = None

    def value(self, group: str) -> Any:
        """The value of the path right after this source last stated it."""
        if self._values is None:
            self._values = self._read()
        return self._values.get(group)

    def _read(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        last: Mapping[str, str] = {}
        before: Mapping[str, Any] = {}
        passed: list[tuple[Document | None, dict[str, Any]]] = []
        for document, by in self._versions():
            stated = {} if document is None else stated_by(document, self._source, self._key)
            now = self._fold.paths(document)
            if by == self._source:
                groups = {edit_path(path, self._type) for path in _restated(last, stated)}
                if self._is_only_row(document):
                    # Also a reference that was stated long ago and could be resolved only now.
                    groups |= {one for one in {*before, *now} if before.get(one) != now.get(one)}
                values |= {group: now.get(group) for group in groups}
            else:
                # An undo brings back an earlier version, with what had been stated by then.
                earlier = (then for one, then in reversed(passed) if one == document)
                values = {} if document is None else dict(next(earlier, values))
            passed.append((document, dict(values)))
            last, before = stated, now
        return values

    def _is_only_row(self, document: Document | None) -> bool:
        """Whether no other row of the source speaks of the record: two may, after a merge."""
        entries = () if document is None else document.get("sources", ())
        return len([one for one in entries if one["name"] == self._source]) == 1


def edit_path(column_path: str, type_: Type) -> str:
    """The path that is edited and blamed for a column: its field, or one language of its text."""
    name, _, rest = column_path.partition(".")
    field = type_.fields.get(name)
    return column_path if field is not None and field.by_language and rest else name


def stated_by(document: Mapping[str, Any], source: str, key: str) -> dict[str, str]:
    """The cells that a source last stated in a row, by column path; empty if it never did."""
    for entry in document.get("sources", ()):
        if entry["name"] == source and entry["key"] == key:
            stated: dict[str, str] = entry["stated"]
            return stated
    return {}


def _restated(last: Mapping[str, str], stated: Mapping[str, str]) -> set[str]:
    """Column paths whose cell is new, gone or different; spacing and Unicode form do not count."""
    return {
        path
        for path in {*last, *stated}
        if (path in last) != (path in stated) or display(last[path]) != display(stated[path])
    }


def _with_entry(document: Mapping[str, Any], entry: dict[str, Any]) -> list[dict[str, Any]]:
    entries = list(document.get("sources", ()))
    for index, old in enumerate(entries):
        if (old["name"], old["key"]) == (entry["name"], entry["key"]):
            if not _restated(old["stated"], entry["stated"]):
                return entries
            entries[index] = entry
            return entries
    return [*entries, entry]
