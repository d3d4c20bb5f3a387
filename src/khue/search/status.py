"""How the indexes are: how far they have followed, what they hold, who writes, what is wrong."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from khue.model.packs import Pack
from khue.search import generations
from khue.search.following import layout_for, position_in
from khue.search.layout import Sight
from khue.search.reading import Reader, reader_of
from khue.search.writing import Ledger

MAGIC = 1337
"""The last four bytes of each file that Tantivy has finished (`FOOTER_MAGIC_NUMBER` of its
`directory/footer.rs`), before them the length of the footer, before that the footer as JSON."""

PIECE = 1 << 20
"""Bytes that are read at once."""

Fault = Literal["missing", "unreadable", "layout", "position", "ahead", "damaged"]
"""What may be wrong with an index: there is none; it cannot be opened; it was made for another pack
or version; it has no position, since it must be rebuilt or is just being; it was made from another
ledger; files are not as they were written. The next one to write mends all but the last."""


@dataclass(frozen=True)
class IndexStatus:
    """How one index is. `size` is that of its folder in bytes, `writer` the process that writes it
    now, `damaged` the names of files whose checksum is wrong."""

    sight: Sight
    generation: str
    position: int
    head: int
    entries: int
    size: int
    writer: int | None
    faults: tuple[Fault, ...]
    damaged: tuple[str, ...]

    @property
    def behind(self) -> int:
        """How many changes it has not followed yet."""
        return max(self.head - self.position, 0)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong, and it is at the head unless someone is bringing it there."""
        return not self.faults and (not self.behind or self.writer is not None)


def status_of(sight: Sight, folder: Path, ledger: Ledger, pack: Pack) -> IndexStatus:
    """How an index is. Reads all of its files, and disturbs nobody who writes or searches."""
    while True:
        generation = generations.current(folder)
        try:
            damaged = () if generation is None else tuple(damaged_files(generation))
        except FileNotFoundError:  # it has just been swept
            continue
        reader = reader_of(folder)
        if generations.current(folder) == generation:  # else another has just been made current
            break
    # The head after the position: others write, and index, while we look.
    position, head = position_in(reader), ledger.head()
    faults = _faults_of(reader, generation, position, head, layout_for(pack, sight).name)
    return IndexStatus(
        sight=sight,
        generation=generation.name if generation else "",
        position=position or 0,
        head=head,
        entries=0 if reader is None else reader.searcher.num_docs - (position is not None),
        size=sum(_sizes(folder)),
        writer=generations.holder(folder),
        faults=(*faults, "damaged") if damaged else faults,
        damaged=damaged,
    )


def damaged_files(generation: Path) -> list[str]:
    """The files of the last commit that are not as Tantivy wrote them, by its own checksums; the
    one that names them, if that cannot be read."""
    meta = generation / "meta.json"
    while True:
        try:
            told = meta.read_bytes()
            segments = {one["segment_id"].replace("-", "") for one in json.loads(told)["segments"]}
        except (OSError, ValueError, KeyError, TypeError):
            return [meta.name]
        found = [
            path.name
            for path in sorted(generation.iterdir())
            if path.name.partition(".")[0] in segments and not _is_whole(path)
        ]
        if not found or meta.read_bytes() == told:  # else some were merged away meanwhile
            return found


def _faults_of(
    reader: Reader | None, generation: Path | None, position: int | None, head: int, layout: str
) -> tuple[Fault, ...]:
    if generation is None:
        return ("missing",)
    if reader is None:
        return ("unreadable",)
    if reader.layout != layout:
        return ("layout",)
    if position is None:
        return ("position",)
    return ("ahead",) if position > head else ()


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            end = file.seek(-8, os.SEEK_END)
            length, magic = struct.unpack("<II", file.read(8))
            file.seek(end - length)
            footer = json.loads(file.read(length))
            file.seek(0)
            left, crc = end - length, 0
            while left and (read := file.read(min(left, PIECE))):
                left -= len(read)
                crc = zlib.crc32(read, crc)
            return bool(magic == MAGIC and crc == footer["crc"])
    except (OSError, ValueError, TypeError, KeyError, struct.error):
        return False


def _sizes(folder: Path) -> Iterator[int]:
    for path in folder.rglob("*"):
        try:
            yield path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # merged away, or swept
            continue
