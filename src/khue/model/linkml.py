"""Reading LinkML files: imports merged, inheritance resolved, mistakes as findings.

Only the part of LinkML that packs use is read: classes with attributes, `is_a`, `mixins` and
`slot_usage`, enums, and types. LinkML's own tools check in CI that it means the same to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from khue.lib.kept import can_be_kept, find_kept, keep
from khue.lib.tables import RepeatedKey, parse_yaml
from khue.model.errors import reason_of
from khue.model.findings import Finding, finding


@dataclass
class Definitions:
    """All definitions of a schema and its imports, with the file each came from."""

    root: dict[str, Any] = field(default_factory=dict)
    classes: dict[str, dict[str, Any]] = field(default_factory=dict)
    enums: dict[str, dict[str, Any]] = field(default_factory=dict)
    types: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """One digest over the names and bytes of all files, independent of their order."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        return digest.hexdigest()

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The class, its mixins and its `is_a` line, nearest first; cycles are cut."""
        seen: list[str] = []
        waiting = [name]
        while waiting:
            current = waiting.pop(0)
            if current in seen or current not in self.classes:
                continue
            seen.append(current)
            raw = self.classes[current]
            waiting += [*names_of(raw.get("mixins")), *names_of([raw.get("is_a")])]
        return tuple(seen)

    def attributes(self, name: str) -> dict[str, dict[str, Any]]:
        """All attributes of a class: inherited first, then its own, with `slot_usage` applied."""
        merged: dict[str, dict[str, Any]] = {}
        for ancestor in reversed(self.ancestors(name)):
            raw = self.classes[ancestor]
            for slot, value in mapping(raw.get("attributes")).items():
                merged[str(slot)] = mapping(value)
            for slot, value in mapping(raw.get("slot_usage")).items():
                merged[slot] = _overlay(merged.get(slot, {}), mapping(value))
        return dict(sorted(merged.items(), key=lambda item: _rank(item[1])))


Parse = Callable[[bytes], Any]

PARSED = "parsed-2"
"""Where the values of YAML files are kept, below `KHUE_HOME/cache`: the format is in the name, the
version of the parser and the folder of the pack name the file."""


def read_definitions(folder: Path, cache: Path | None = None) -> Definitions:
    """Read `pack.yaml` of a folder with everything it imports. Never raises on bad files.

    What the files say is kept in the folder `cache` by their sha256, if there is one: parsing them
    takes a quarter of a second.
    """
    found, parsed = Definitions(), _Parsed(folder, cache)
    _read(folder, folder / "pack.yaml", found, parsed)
    parsed.save()
    return found


class _Parsed:
    """The plain values of YAML texts, as far as they are known from the last time."""

    def __init__(self, folder: Path, cache: Path | None) -> None:
        named = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()
        self._path = cache / PARSED / f"{yaml.__version__}-{named}" if cache else None
        known = find_kept(self._path) if self._path else None
        self._known: dict[str, Any] = known if isinstance(known, dict) else {}
        self._values: dict[str, Any] = {}

    def __call__(self, content: bytes) -> Any:
        """The value of a text. Raises `UnicodeDecodeError`, `yaml.YAMLError`."""
        digest = hashlib.sha256(content).hexdigest()
        known = digest in self._known
        value = self._known[digest] if known else parse_yaml(content.decode("utf-8"))
        if known or can_be_kept(value):
            self._values[digest] = value
        return value

    def save(self) -> None:
        """Keep the values of the texts that were asked for, unless they are what is kept."""
        if self._path and self._values.keys() != self._known.keys():
            keep(self._path, self._values)


def _read(folder: Path, path: Path, found: Definitions, parse: Parse) -> None:
    name = _name_of(path, folder)
    if name in found.files:
        return
    try:
        content = path.read_bytes()
    except OSError as error:
        found.findings.append(finding("pack_file_missing", file=name, reason=reason_of(error)))
        return
    found.files[name] = content
    schema = _parse(name, content, found, parse)
    if schema is None:
        return
    if not found.root:
        found.root = schema
    _collect(name, schema, found)
    imports = schema.get("imports") or []
    for imported in imports if isinstance(imports, list) else []:
        if ":" not in str(imported):
            _read(folder, (path.parent / f"{imported}.yaml").resolve(), found, parse)


def _name_of(path: Path, folder: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _parse(name: str, content: bytes, found: Definitions, parse: Parse) -> dict[str, Any] | None:
    try:
        schema = parse(content)
    except UnicodeDecodeError:
        found.findings.append(finding("pack_not_utf8", file=name))
        return None
    except RepeatedKey as error:
        line, first = error.line, error.first
        told = finding("pack_key_twice", value=error.key, file=name, line=line, first=first)
        found.findings.append(told)
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found.findings.append(
            finding(
                "pack_yaml",
                file=name,
                line=mark.line + 1 if mark else 1,
                reason=getattr(error, "problem", None) or str(error),
            )
        )
        return None
    if not isinstance(schema, dict):
        found.findings.append(finding("pack_shape", file=name, where="/"))
        return None
    return schema


def _collect(name: str, schema: Mapping[str, Any], found: Definitions) -> None:
    for section in ("classes", "enums", "types"):
        known: dict[str, dict[str, Any]] = getattr(found, section)
        block = schema.get(section) or {}
        if not isinstance(block, dict):
            found.findings.append(finding("pack_shape", file=name, where=section))
            continue
        for key, raw in block.items():
            where = f"{section}.{key}"
            if key in known:
                found.findings.append(finding("pack_twice", file=name, where=where))
            found.findings += [
                finding("pack_shape", file=name, where=wrong) for wrong in _misshapen(where, raw)
            ]
            known[str(key)] = mapping(raw)


_BLOCKS = ("attributes", "slot_usage", "permissible_values", "annotations")


def _misshapen(where: str, raw: Any) -> list[str]:
    """Paths where a mapping is due and something else stands."""
    if raw is None:
        return []
    if not isinstance(raw, dict):
        return [where]
    wrong: list[str] = []
    for block in _BLOCKS:
        inner = raw.get(block)
        if inner is not None and not isinstance(inner, dict):
            wrong.append(f"{where}.{block}")
        elif inner and block != "annotations":
            for key, value in inner.items():
                wrong += _misshapen(f"{where}.{block}.{key}", value)
    return wrong


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one: its shape was a finding already."""
    return value if isinstance(value, dict) else {}


def names_of(value: Any) -> list[str]:
    """The members of a list of names as text; anything else is none."""
    return [str(name) for name in value if name] if isinstance(value, list) else []


def _rank(raw: Mapping[str, Any]) -> int:
    """LinkML's `rank` orders slots; those without one stand between the first and the last."""
    rank = raw.get("rank")
    return rank if isinstance(rank, int) else 100


def _overlay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**base, **over}
    notes = {**mapping(base.get("annotations")), **mapping(over.get("annotations"))}
    return {**merged, "annotations": notes} if notes else merged
