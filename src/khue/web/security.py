"""Headers that every answer carries, whatever made it: pages, files, errors, styles and fonts.

This is their one place: the middleware stands before all others in the settings, and no setting of
Django's, no view and no server sets one of them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Nothing inline, nothing evaluated, nothing from elsewhere, no frames.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        # The icons of MapLibre's controls stand in its style sheet.
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

STORED = "/files/"
STORED_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What people have sent in stands below this address: nothing in it may run, load or be framed."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}


class SecurityHeadersMiddleware:
    """Sets `HEADERS` on every answer. Stands first, before what answers without a view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of the rest of the stack, with the headers."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response[name] = value
        page = response.get("Content-Type", "").startswith("text/html")
        if request.path_info.startswith(STORED) and not page:
            response["Content-Security-Policy"] = STORED_POLICY
        return response
