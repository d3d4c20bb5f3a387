"""The public record at an address."""

from __future__ import annotations

from django.http import Http404

from khue.lib.identifiers import is_ulid
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.registry.queries import RecordView
from khue.web.portal.errors import Withdrawn


def find_record(record_id: str) -> RecordView:
    """The public record at an address, or 404; 410 for one that was public and was withdrawn. A
    merged one gives the one it was merged into."""
    view = queries.get(PUBLIC, record_id, house().pack) if is_ulid(record_id) else None
    if view is None and is_ulid(record_id) and queries.was_withdrawn(record_id, house().pack):
        raise Withdrawn
    if view is None or view.type not in house().pack.types:
        raise Http404
    return view
