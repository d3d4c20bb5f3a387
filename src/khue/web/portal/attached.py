"""Files of records, served: thumbnails of pictures, and PDFs. Always as the public.

What the public may not have answers as what does not exist. The right is asked for each time, so
no cache may keep a file for longer than `FRESH_S`.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from khue.lib.vietnamese import fold
from khue.model.rights import PUBLIC
from khue.pipeline import find_document, find_picture, house

FRESH_S = 60
"""Seconds for which a browser or proxy need not ask again; so long does a withdrawal take."""
LONGEST_NAME = 60


@require_safe
def picture(request: HttpRequest, sha256: str, at: str) -> HttpResponseBase:
    """A picture at one of the widths of thumbnails. The original is never served."""
    path = find_picture(house(), sha256, int(at), actor=PUBLIC)
    if path is None:
        raise Http404
    return _answer(request, path, f"{sha256}-{at}", "image/webp")


@require_safe
def paper(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A PDF, to be saved: no reader of it runs in a page of ours."""
    found = find_document(house(), sha256, actor=PUBLIC)
    if found is None:
        raise Http404
    path, view = found
    title = view.entries[0][1].get("title") or {}
    name = re.sub(r"[^a-z0-9]+", "-", fold(title.get("vi") or title.get("en") or ""))
    name = name[:LONGEST_NAME].strip("-") or sha256[:12]
    return _answer(request, path, sha256, view.media_type, filename=f"{name}.pdf")


def _answer(
    request: HttpRequest, path: Path, tag: str, content_type: str, filename: str = ""
) -> HttpResponseBase:
    """The file, or that it has not changed."""
    etag = f'"{tag}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            file = path.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        answer = FileResponse(
            file, as_attachment=bool(filename), filename=filename, content_type=content_type
        )
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={FRESH_S}, must-revalidate"
    return answer
