"""Taking a whole result away as a file, written by the formats of `publish` while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from khue import publish, search
from khue.pipeline import Publication, house
from khue.web.portal.ask import read_ask
from khue.web.portal.house import query_of
from khue.web.portal.words import current_language


@never_cache  # what is withdrawn tomorrow is in no cache then
@require_safe
def download(request: HttpRequest, format_name: str) -> HttpResponseBase:
    """All that a question finds, however much, as a file of a format of `publish`.

    What cannot be made is an error before the first byte; what breaks later breaks the connection,
    so that nobody takes half of a file for the whole."""
    pack = house().pack
    ask = replace(read_ask(request.GET, pack), page=1)
    format_ = publish.FORMATS[format_name]
    parts: Iterator[bytes] = iter(())
    if request.method == "GET":
        publication = Publication(
            house(),
            search.identifiers(query_of(ask), pack),
            format_,
            type_=pack.types.get(ask.type),
            lang=current_language(),
            address=request.build_absolute_uri("/id/"),
        )
        parts = _begun(iter(publication))
    name = f"khue-{ask.type or 'all'}.{format_.extension}"
    return StreamingHttpResponse(
        parts,
        content_type=format_.media_type,
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same parts, of which the first has been made. Closing them ends the work."""
    return _continued(next(parts, b""), parts)


def _continued(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts
