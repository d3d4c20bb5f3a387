"""Addresses on the web."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from khue.lib import vietnamese
from khue.model.findings import Finding
from khue.model.values.base import Context, Flat, Kind, Reading, as_error, say, unread

if TYPE_CHECKING:
    from khue.model.packs import Field

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def is_web_address(text: str) -> bool:
    """Whether `text` is a whole http, https or mailto address: what may safely become a link."""
    if re.search(r"[\s<>\"\\^`{|}]", text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return _MAIL.fullmatch(parts.path) is not None
    return parts.scheme in ("http", "https") and bool(host)


class Url(Kind):
    """An http, https or mailto address; anything else could do harm as a link."""

    name = "url"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        text = vietnamese.display(stated)
        if is_web_address(text):
            return Reading(text)
        return unread("url_not_web", stated, field)

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        if is_web_address(str(value)):
            return ()
        return (as_error(say("url_not_web", str(value), field)),)

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        return str(value)

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        return Flat(columns={"": str(value)})
