"""Addresses as other machines need them, with scheme and host."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def absolute(request: HttpRequest, path: str) -> str:
    """The address of a path of the portal: on the site that people see (`KHUE_SITE`), which the
    server behind a proxy cannot know, else as this request came."""
    site = str(settings.KHUE_SITE)
    return site + path if site else request.build_absolute_uri(path)
