"""What went wrong, said as pages: what happened, what is safe, what to do. Never a traceback."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_path, override

from khue.web.portal.meant import to_what_was_meant


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the request cannot be understood."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: this may not be done here."""
    return error_page(request, 403)


class Withdrawn(Http404):
    """What stood at this address was public, and has been withdrawn."""


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing the public may know of stands at this address. 410: it did, and is withdrawn.
    An address that was written nearly right leads to the right one."""
    if isinstance(exception, Withdrawn):
        return error_page(request, 410)
    return to_what_was_meant(request) or error_page(request, 404)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without the cookie that was set with it, or from another site."""
    return error_page(request, 403, "form")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own mistake. Reads neither database nor index, which may be what is broken."""
    return error_page(request, 500)


def error_page(request: HttpRequest, status: int, kind: str = "") -> HttpResponse:
    """The page for a status, or for a `kind` of it with words of its own, in the language of the
    address that was asked for."""
    lang = "en" if get_language_from_path(request.path_info) == "en" else "vi"
    with override(lang):
        keys = {part: f"error.{kind or status}.{part}" for part in ("title", "what", "safe")}
        page = {"lang": lang, "status": status, **keys}
        return render(request, "portal/error.html", page, status=status)
