"""Addresses as they are typed from paper, or cut out of a text with what stood behind them."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language_from_path, override

from khue.lib.identifiers import read_ulid
from khue.web.portal.words import LANGUAGES

_BEHIND = "/.,;:!?)]}>'\"’”…"
"""Signs at the end of an address that are of the text around it; none of ours ends so."""
_BEFORE = "([{<'\"‘“"
_IDENTIFIED = re.compile(r"(?P<before>(?:^|/)(?:id|graph|policies|source)/)(?P<id>[^/.?#]+)")


def to_what_was_meant(request: HttpRequest) -> HttpResponsePermanentRedirect | None:
    """The way to the page that an address without one was probably meant to be of; None where it
    is no other, or where a form was sent."""
    path = request.path_info
    meant = address_meant(path)
    if request.method not in ("GET", "HEAD") or meant == path or not _is_ours(meant):
        return None
    asked = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(escape_uri_path(meant) + (f"?{asked}" if asked else ""))


def address_meant(path: str) -> str:
    """A path without signs behind it, with its identifier as it is written, and with the prefix of
    its language: none for Vietnamese."""
    first, *others = path.rstrip(_BEHIND).lstrip("/").split("/")
    language = first.lower() if first.lower() in LANGUAGES else ""
    # Two slashes at the beginning would name another host.
    rest = "/".join(others if language else (first, *others)).lstrip("/")
    if not language and not rest:
        return path
    named = _IDENTIFIED.sub(_with_identifier, rest, count=1)
    return f"/en/{named}" if language == "en" else f"/{named}"


def identifier_in(text: str) -> str | None:
    """The identifier that a text is, or that an address in it has; None where there is none."""
    written = text.strip().lstrip(_BEFORE).rstrip(_BEHIND)
    found = _IDENTIFIED.search(written)
    return read_ulid(found["id"] if found else written)


def _with_identifier(found: re.Match[str]) -> str:
    return found["before"] + (read_ulid(found["id"]) or found["id"])


def _is_ours(path: str) -> bool:
    """Whether a page stands at such an address, if not at this one."""
    with override(get_language_from_path(path) or "vi"):
        try:
            resolve(path)
        except Resolver404:
            return False
    return True
