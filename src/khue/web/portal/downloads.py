"""Taking a whole result away as a file, written by the formats of `publish`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO, cast

from django.http import FileResponse

from khue import publish, search
from khue.lib.chunks import chunked
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.web.portal.ask import Ask
from khue.web.portal.house import Labels, query_of

IN_MEMORY = 8 * 2**20
"""Bytes of a file that are kept in memory; a larger one goes to the disk while it is written."""
CHUNK = 500


def found_types(ask: Ask) -> Mapping[str, int]:
    """How many records of each type a question finds."""
    results = search.find(query_of(ask, limit=0), house().pack)
    return {value.value: value.count for value in results.facets.get("type", ())}


def is_whole(ask: Ask, total: int) -> bool:
    """Whether the file can hold all of a result: search lists its first `search.DEPTH` hits, and
    everything, or everything of a type, comes from the registry itself."""
    return total <= search.DEPTH or not ask.is_filtered


def download(ask: Ask, total: int, format_name: str) -> FileResponse:
    """The file of a result in a format of `publish`. CSV needs the question to name a type."""
    pack = house().pack
    # JSON writes documents as they are and takes any type.
    type_ = pack.types[ask.type or next(iter(pack.types))]
    format_ = publish.FORMATS[format_name]
    context = replace(house().context(), label_of=Labels())
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the answer closes it)
    format_.write(_documents(ask, total), type_, pack, context, cast(BinaryIO, file))
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"khue-{ask.type or 'all'}.{format_.extension}",
        content_type=format_.media_type,
    )


def _documents(ask: Ask, total: int) -> Iterator[Mapping[str, Any]]:
    """All public documents that a question finds: in its order, or everything as it is kept."""
    if total <= search.DEPTH:
        results = search.find(query_of(replace(ask, page=1), limit=search.DEPTH), house().pack)
        ids: Iterator[str] = (hit.id for hit in results.hits)
    else:
        ids = queries.ids(PUBLIC, ask.type or None)
    for names in chunked(ids, CHUNK):
        found = queries.public_documents(names)
        yield from (document for name in names if (document := found[name]) is not None)
