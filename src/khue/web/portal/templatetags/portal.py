"""Tags that templates speak with: words, numbers and dates in the language of the page."""

from __future__ import annotations

import datetime as dt

from django import template
from django.http import HttpRequest
from django.utils.translation import get_language_from_path

from khue.lib.numbers import show_number
from khue.web.portal import figures, words

register = template.Library()


@register.simple_tag
def word(key: str, **values: object) -> str:
    """`{% word "search.results" count=n %}`: words of the interface (escaped by the engine)."""
    return words.say(key, words.current_language(), **values)


@register.filter
def number(value: float) -> str:
    """A number as the language of the page writes it."""
    return show_number(value, words.current_language())


@register.filter
def day(value: dt.date) -> str:
    """A date as the language of the page writes it."""
    return figures.show_date(value, words.current_language())


@register.filter
def moment(value: dt.datetime) -> str:
    """A date with the time of day."""
    return figures.show_moment(value, words.current_language())


@register.simple_tag(takes_context=True)
def address_in(context: template.Context, lang: str) -> str:
    """The address of this very page in a language, question and all; always one of this host."""
    request = context.get("request")
    path = request.get_full_path() if isinstance(request, HttpRequest) else "/"
    if get_language_from_path(path) == "en":
        # A browser takes an address that begins with two slashes for that of another host.
        path = "/" + path.removeprefix("/en").lstrip("/")
    return f"/en{path}" if lang == "en" else path
