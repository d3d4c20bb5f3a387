"""The demonstration: the spreadsheets of a pack, imported one by one through the real intake, and
the files of some records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from khue.lib.tables import parse_yaml
from khue.lib.vietnamese import name_key
from khue.model.errors import Refused
from khue.model.rights import OPERATOR
from khue.pipeline.attachments import Attached, FileNote, attach_file
from khue.pipeline.house import House
from khue.pipeline.imports import ImportReport, import_file
from khue.pipeline.planning import Progress
from khue.pipeline.sources import SourceNote
from khue.registry import drafting

MANIFEST = "demo.yaml"


def load_demonstration(
    house: House, folder: Path, progress: Progress
) -> Iterator[tuple[str, ImportReport]]:
    """Import every file that `demo.yaml` lists, in order; yields each file's name and report.

    A file that is in the registry already is left out: a data set may come in several states, and
    an older one must not be stated again. Raises `Refused` if a file could not be imported as a
    whole: demonstration data has no errors.
    """
    for entry in _batches(folder):
        if drafting.has_imported(entry["source"], _digest(folder / entry["file"])):
            continue
        mapping = entry.get("mapping")
        report = import_file(
            house,
            folder / entry["file"],
            type_name=entry["type"],
            actor=OPERATOR,
            why=entry["why"]["vi"],
            commit=True,
            note=SourceNote(
                name=entry["source"],
                title=entry["title"],
                publisher=entry.get("publisher", ""),
                licence=entry.get("licence", ""),
                date=str(entry.get("date", "")),
                url=entry.get("url", ""),
            ),
            mapping=folder / mapping if mapping else None,
            use_saved_mapping=False,
            progress=progress,
        )
        if report.refused:
            raise Refused(
                f"Tệp minh họa {entry['file']} có dòng không nhập được.",
                f"The demonstration file {entry['file']} has rows that cannot be imported.",
                findings=[one for one in report.findings if one.level == "error"],
            )
        yield entry["file"], report


def attach_demonstration(house: House, folder: Path) -> Iterator[tuple[str, Attached]]:
    """Attach every file that `demo.yaml` lists to the record of its type and name; yields each
    file's path and what came of it.

    A file that was kept here before is left out: somebody may have taken it off its record. Raises
    `Refused` if there is not exactly one such record, or something is missing.
    """
    for entry in _manifest(folder).get("files", ()):
        path = folder / entry["file"]
        if drafting.has_kept(_digest(path)):
            continue
        note = FileNote(
            title=entry["title"],
            creator=entry["creator"],
            licence=entry["licence"],
            visibility="public",
            kind=entry.get("kind", ""),
            date=str(entry.get("date", "")),
        )
        record = _record_of(entry)
        why = entry["why"]["vi"]
        yield entry["file"], attach_file(house, record, path, note, actor=OPERATOR, why=why)


def _record_of(entry: Mapping[str, Any]) -> str:
    """The record whose file an entry of `demo.yaml` is."""
    key = name_key(entry["record"])
    found = drafting.named([entry["type"]], [key]).get(key, [])
    if len(found) != 1:
        raise Refused(
            f"Tệp minh họa {entry['file']} cần đúng một hồ sơ tên “{entry['record']}”.",
            f"The demonstration file {entry['file']} needs exactly one record named"
            f" “{entry['record']}”.",
        )
    return found[0]


def is_demonstration(folder: Path) -> bool:
    """Whether a file that the `demo.yaml` of this folder lists stands in the registry; False
    without such a file."""
    if not (folder / MANIFEST).exists():
        return False
    listed: dict[str, list[Path]] = {}
    for one in _batches(folder):
        listed.setdefault(one["source"], []).append(folder / one["file"])
    return any(
        sha256 in map(_digest, listed[source]) for source, sha256 in drafting.imported(listed)
    )


def _batches(folder: Path) -> list[Mapping[str, Any]]:
    """The batches that `demo.yaml` lists, in order."""
    listed: list[Mapping[str, Any]] = _manifest(folder)["batches"]
    return listed


@cache
def _manifest(folder: Path) -> Mapping[str, Any]:
    manifest: Mapping[str, Any] = parse_yaml((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
