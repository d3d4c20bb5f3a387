"""What a format is: a name, a media type, an ending, and a function that writes documents.

    for part in FORMATS["csv"].write(documents, edition):
        stream.write(part)

A format writes a file in parts, each as soon as it is complete, so that a file of any size goes out
while it is made and is never in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from khue.model.packs import Pack, Type
from khue.model.values import Context

PART = 64 * 1024
"""Bytes that are sent together, at least; a file ends with what is left."""


@dataclass(frozen=True)
class Edition:
    """For whom and of what a file is made.

    `type` is the one type of all its records, None where they may be of several. `lang` is the
    language of labels and headings; values are the same in both. `address` stands before an
    identifier in the persistent address of a record. `context.label_of` must know only names that
    the readers of the file may see; it is asked again for each row that refers to a record.
    """

    context: Context
    type: Type | None = None
    lang: Literal["vi", "en"] = "vi"
    address: str = "/id/"

    @property
    def pack(self) -> Pack:
        """The pack whose types the records have."""
        return self.context.pack


class Write(Protocol):
    """Writes public documents, one after the other, without keeping them."""

    def __call__(self, documents: Iterable[Mapping[str, Any]], edition: Edition) -> Iterator[bytes]:
        """The file of `documents`, part by part. Nothing happens before the first is asked for."""


@dataclass(frozen=True)
class Format:
    """One format of published data. One that `names_others` writes names of those records that a
    document refers to."""

    name: str
    media_type: str
    extension: str
    write: Write
    names_others: bool = False


def in_parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of at least `PART`."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PART:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
