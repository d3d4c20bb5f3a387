"""The demonstration: the spreadsheets of a pack, imported one by one through the real intake."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from khue.lib.tables import parse_yaml
from khue.model.errors import Refused
from khue.model.rights import OPERATOR
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


@cache
def _batches(folder: Path) -> list[Mapping[str, Any]]:
    """What `demo.yaml` lists, in order."""
    listed: list[Mapping[str, Any]]
    listed = parse_yaml((folder / MANIFEST).read_text(encoding="utf-8"))["batches"]
    return listed


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
