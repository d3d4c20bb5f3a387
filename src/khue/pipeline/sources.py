"""Files that data comes from: what is known of them, and how the ledger keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from khue.pipeline.files import Data, keep_source
from khue.registry import actions


@dataclass(frozen=True)
class SourceNote:
    """What is known of a source besides its bytes. `name` is the public name of the data set."""

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    publisher: str = ""
    licence: str = ""
    date: str = ""
    url: str = ""


def data_set_name(path: Path) -> str:
    """The name of a data set from its file: the stem, in lower case, words joined by hyphens."""
    packed = path.suffix.lower() == ".gz"
    stem = Path(path.stem).stem if packed else path.stem
    return re.sub(r"[\s_]+", "-", stem.strip()).lower() or "data"


def describe_source(note: SourceNote, data: Data, filename: str) -> actions.SourceDescription:
    """Keep the bytes of a source, and describe them for the ledger."""
    return actions.SourceDescription(
        sha256=keep_source(data),
        size=len(data),
        filename=filename,
        name=note.name,
        title=note.title,
        publisher=note.publisher,
        licence=note.licence,
        date=note.date,
        url=note.url,
    )
