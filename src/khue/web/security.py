"""Headers that every answer carries, whatever made it: pages, files, errors, styles and fonts.

This is their one place: the middleware stands before all others in the settings, and no setting of
Django's, no view and no server sets one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def origins(basemap: str) -> tuple[str, ...]:
    """The other servers that maps are drawn on, each once (`https://tiles.example.org`)."""
    parts = (urlsplit(address) for address in basemap.split())
    return tuple(dict.fromkeys(f"{one.scheme}://{one.netloc}" for one in parts if one.netloc))


def policy(basemap: str = "") -> str:
    """The content security policy: nothing inline, nothing evaluated, no frames, and nothing from
    elsewhere but what maps are drawn on, if whoever runs this has set it (`KHUE_BASEMAP`, addresses
    with spaces between)."""
    elsewhere = "".join(f" {origin}" for origin in origins(basemap))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            f"connect-src 'self'{elsewhere}",
            "manifest-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            # The icons of MapLibre's controls stand in its style sheet.
            f"img-src 'self' data:{elsewhere}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


STORED = "/files/"
STORED_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""What people have sent in stands below this address: nothing in it may run, load or be framed."""

HEADERS = {
    "Content-Security-Policy": policy(settings.KHUE_BASEMAP),
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
