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
    """The address of this very page in a language, question and all."""
    request = context.get("request")
    path = request.get_full_path() if isinstance(request, HttpRequest) else "/"
    if get_language_from_path(path) == "en":
        path = path.removeprefix("/en") or "/"
    return f"/en{path}" if lang == "en" else path
