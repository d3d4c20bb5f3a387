"""Taking a whole result away as a file, written by the formats of `publish` while it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from khue import publish, search
from khue.pipeline import Publication, house
from khue.web.portal.addresses import absolute
from khue.web.portal.ask import Ask, read_ask
from khue.web.portal.errors import error_page
from khue.web.portal.house import query_of
from khue.web.portal.words import current_language

AT_ONCE = 2
"""Files that one process sends at the same time. Each keeps a thread for as long as its reader
takes, and whoever reads pages needs those that are left (`blocking_threads` in `khue serve`)."""

_free = threading.BoundedSemaphore(AT_ONCE)


@never_cache  # what is withdrawn tomorrow is in no cache then
@require_safe
def download(request: HttpRequest, format_name: str) -> HttpResponseBase:
    """All that a question finds, however much, as a file of a format of `publish`.

    What cannot be made is an error before the first byte; what breaks later breaks the connection,
    so that nobody takes half of a file for the whole. 503 while enough others are being sent."""
    ask = replace(read_ask(request.GET, house().pack), page=1)
    format_ = publish.FORMATS[format_name]
    parts: Iterator[bytes] = iter(())
    if request.method == "GET":
        address = absolute(request, "/id/")
        if not _free.acquire(blocking=False):
            busy = error_page(request, 503)
            busy["Retry-After"] = "60"
            return busy
        parts = _begun(_sent(lambda: _publication(ask, format_, address)))
    name = f"khue-{ask.type or 'all'}.{format_.extension}"
    return StreamingHttpResponse(
        parts,
        content_type=format_.media_type,
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )


def _publication(ask: Ask, format_: publish.Format, address: str) -> Publication:
    pack = house().pack
    found = search.identifiers(query_of(ask), pack)
    type_, lang = pack.types.get(ask.type), current_language()
    return Publication(house(), found, format_, type_=type_, lang=lang, address=address)


def _sent(begin: Callable[[], Iterable[bytes]]) -> Iterator[bytes]:
    """The parts of a file; at their end, or when nobody wants more of them, another file may be
    sent."""
    try:
        yield from begin()
    finally:
        _free.release()


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The same parts, of which the first has been made. Closing them ends the work."""
    return _continued(next(parts, b""), parts)


def _continued(first: bytes, parts: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from parts
