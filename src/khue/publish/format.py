"""What a format is: a name, a media type, an ending, and a function that writes documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from khue.model.packs import Pack, Type
from khue.model.values import Context


class Write(Protocol):
    """Writes public documents, one after the other, without keeping them."""

    def __call__(
        self,
        documents: Iterable[Mapping[str, Any]],
        type: Type,
        pack: Pack,
        context: Context,
        stream: BinaryIO,
    ) -> None:
        """Write `documents`, all of `type`, to `stream`, which stays open.

        `context.label_of` must know only labels that the readers of the file may see.
        """


@dataclass(frozen=True)
class Format:
    """One format of published data."""

    name: str
    media_type: str
    extension: str
    write: Write
