"""Tags that templates speak with: words, numbers and dates in the language of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape
from typing import Literal

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_from_path

from khue.lib.numbers import gap_before, show_number
from khue.search.highlights import Piece, mark
from khue.search.words import Words
from khue.web.portal import built, figures, words
from khue.web.portal.addresses import absolute
from khue.web.portal.city import city
from khue.web.portal.present.results import Choice
from khue.web.portal.present.wrapping import whole

register = template.Library()

CHOICE = (
    '<li><a{id} href="{href}"{current} rel="nofollow">'
    '<span class="facet__tick" aria-hidden="true"></span>'
    "<span>{label}{said}</span><span>{count}</span></a></li>"
)


@register.simple_tag
def word(key: str, **values: object) -> str:
    """`{% word "search.results" count=n %}`: words of the interface (escaped by the engine)."""
    return words.say(key, words.current_language(), **values)


@register.simple_block_tag
def kept(content: str) -> str:
    """`{% kept as page_title %}…{% endkept %}`: what stands inside, to be said more than once."""
    return content


@register.simple_tag
def keeper() -> str:
    """`{% keeper as told %}`: who keeps this portal; "" where nobody has said so."""
    return words.choose(city().keeper, words.current_language())


@register.simple_tag
def styles() -> SafeString:
    """`{% styles %}`: the look of every page, its script, and the first fonts."""
    fonts = '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>'
    return format_html("{}{}", _each(fonts, built.first_fonts()), _linked(built.island(built.SITE)))


@register.simple_tag
def island(name: str) -> SafeString:
    """`{% island "map" %}` in the head: the script `frontend/src/map.ts` with what it needs."""
    return _linked(built.island(name))


def _linked(one: built.Island) -> SafeString:
    return format_html(
        '{}<script type="module" src="{}"></script>{}',
        _each('<link rel="stylesheet" href="{}">', one.styles),
        one.script,
        _each('<link rel="modulepreload" href="{}">', one.imports),
    )


def _each(shape: str, addresses: Iterable[str]) -> SafeString:
    return format_html_join("", shape + "\n", ((one,) for one in addresses))


@register.simple_tag
def basemap(part: Literal["address", "credit"]) -> str:
    """`{% basemap "address" %}`: what maps are drawn on, or whose it is; "" where it is ours."""
    first, *_ = settings.KHUE_BASEMAP.split() or [""]
    return first if part == "address" else str(settings.KHUE_BASEMAP_CREDIT)


@register.simple_tag
def choices(values: Iterable[Choice], key: str) -> SafeString:
    """Values of the facet `key` as items of a list. Hundreds stand in a page: as a template they
    would take longer than the search. Each has a name of its own, by which it is found again in the
    next page."""
    lang = words.current_language()
    said = escape(words.say("search.is_chosen", lang))
    return mark_safe(  # noqa: S308 (all that is put in is escaped)
        "".join(
            CHOICE.format(
                id=f' id="choice-{key}-{escape(one.value)}"' if one.value else "",
                href=escape(one.href),
                current=' aria-current="true"' if one.chosen else "",
                label=escape(one.label),
                said=f'<span class="sr"> {said}</span>' if one.chosen else "",
                count=show_number(one.count, lang),
            )
            for one in values
        )
    )


@register.simple_tag
def tongue(lang: str) -> SafeString:
    """`{% tongue card.title_lang %}` after a text: the small word that says in which language it
    stands, where it has no translation; nothing where `lang` is empty."""
    if not lang:
        return SafeString("")
    here = words.current_language()
    said = words.say(f"fallback.{lang}", here)
    return format_html(' <small class="tongue-note" lang="{}">{}</small>', here, said)


@register.simple_tag(takes_context=True)
def marked(context: template.Context, text: str) -> SafeString:
    """`{% marked card.title %}`: a text, escaped, in which the words that the page was asked for
    (`words`) are marked."""
    asked = context.get("words")
    return pieces(mark(text, asked) if isinstance(asked, Words) else (Piece(text),))


@register.filter
def pieces(parts: Iterable[Piece]) -> SafeString:
    """The pieces of a text, escaped, with their marks."""
    shown = (f"<mark>{whole(one.text)}</mark>" if one.marked else whole(one.text) for one in parts)
    return mark_safe("".join(shown))  # noqa: S308 (all that is put in is escaped)


@register.filter
def unbroken(text: str) -> SafeString:
    """`{{ heading.title|unbroken }}`: a text, escaped, in which numbers of documents stay whole."""
    return mark_safe(whole(text))  # noqa: S308 (escaped there)


@register.filter
def number(value: float) -> str:
    """A number as the language of the page writes it."""
    return show_number(value, words.current_language())


@register.filter
def gap(unit: str) -> str:
    """`{{ told.unit|gap }}`: what stands between a number and this unit; no line breaks there."""
    return gap_before(unit, "\u00a0")


@register.filter
def ratio(value: float) -> str:
    """A ratio with one decimal, cut off: 4.48 is not yet 4.5."""
    written = f"{int(value * 10) / 10:.1f}"
    return written.replace(".", ",") if words.current_language() == "vi" else written


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


@register.simple_tag(takes_context=True)
def absolute_in(context: template.Context, lang: str) -> str:
    """The same with host and scheme, as other machines need it."""
    path = address_in(context, lang)
    request = context.get("request")
    return absolute(request, path) if isinstance(request, HttpRequest) else path
