"""Files of records, for those who may see a record that shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry.models import File, RecordFile
from khue.registry.queries.records import get_many


@dataclass(frozen=True)
class FileView:
    """Bytes that records refer to: what they are, and who refers to them: `(record, entry)`."""

    sha256: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    entries: tuple[tuple[str, dict[str, Any]], ...]


def file(actor: Actor, sha256: str, pack: Pack) -> FileView | None:
    """A file, if a record that `actor` may see shows it to them and its bytes were not erased."""
    row = File.objects.filter(sha256=sha256, erased=None).first()
    if row is None:
        return None
    holding = RecordFile.objects.filter(sha256=sha256).values_list("record", flat=True)
    entries = tuple(
        (view.id, one)
        for view in get_many(actor, holding, pack).values()
        for one in view.document.get("files", ())
        if one["sha256"] == sha256
    )
    if not entries:
        return None
    return FileView(row.sha256, row.media_type, row.size, row.width, row.height, entries)
