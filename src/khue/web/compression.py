"""Pages are sent compressed to those who accept it: a fifth of their size.

Styles and scripts were compressed when they were built, see `frontend/compressed.ts`; pictures and
workbooks are compressed as they are; what is streamed is left alone, so that its first rows arrive
before its last ones are read.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/html", "application/json", "application/geo+json")


class CompressionMiddleware(GZipMiddleware):
    """Django's gzip, with its guard against guessing secrets by sizes, for `TEXTS` alone."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, compressed where it is a text and the browser accepts that."""
        if response.streaming or not response.get("Content-Type", "").startswith(TEXTS):
            return response
        return super().process_response(request, response)
