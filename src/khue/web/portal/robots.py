"""What is made for machines that go from page to page: `robots.txt`, the sitemap, the old icon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from khue.lib.chunks import chunked
from khue.model.rights import PUBLIC
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.addresses import absolute
from khue.web.portal.kept import Kept, State
from khue.web.portal.words import LANGUAGES, Lang

PER_PART = 10_000
"""Records in a part of the sitemap, each with two addresses. Sitemaps may hold 50,000 addresses
(sitemaps.org, protocol 0.9)."""
CLOSED = ("search", "explore", "map.json", "suggest.json", "suggest/", "graph/", "id/*/report")
"""What has an address for each question, way or form: no end of them."""
PAGES = (
    "home",
    "places",
    "events",
    "stories",
    "measures",
    "compare",
    "policies",
    "findings",
    "about",
    "data",
)
EITHER: Lang = "vi"
"""Records have both languages, so what is told of them is of neither."""
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read: every page, but not every combination of filters or every way from
    record to record."""
    closed = [f"Disallow: {prefix}/{name}" for prefix in ("", "/en") for name in CLOSED]
    whole = absolute(request, reverse("sitemap"))
    lines = ("User-agent: *", *closed, "", f"Sitemap: {whole}", "")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponseBase:
    """The mark, for browsers that ask at the old address."""
    return redirect(static("portal/mark.svg"), permanent=True)


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts of the sitemap: that of pages and places, then those of records."""
    numbers = range(len(_starts(EITHER)) + 1)
    addresses = (reverse("sitemap_part", args=[number]) for number in numbers)
    return _xml(request, "sitemapindex", "sitemap", addresses)


@require_safe
def sitemap(request: HttpRequest, number: int) -> HttpResponse:
    """A part of the sitemap, each page in both languages; 404 beyond the last one."""
    if number == 0:
        return _xml(request, "urlset", "url", _pages())
    starts = _starts(EITHER)
    if number > len(starts):
        raise Http404
    names = islice(queries.ids(PUBLIC, after=starts[number - 1]), PER_PART)
    return _xml(request, "urlset", "url", _in_both(("record", (name,)) for name in names))


def _parts(_: State) -> tuple[str, ...]:
    """The identifier after which each part of the records begins: to find them takes a look at each
    record."""
    ends = [part[-1] for part in chunked(queries.ids(PUBLIC), PER_PART)]
    return ("", *ends[:-1]) if ends else ()


_starts = Kept(_parts, indexed=False)


def _pages() -> Iterator[str]:
    _, units = ask_house.contents()
    yield from _in_both((name, ()) for name in PAGES)
    yield from _in_both(("place", (code,)) for code in sorted(units))


def _in_both(pages: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    """The addresses of pages in both languages. Those of a page that thousands share are made from
    one of them: to work out an address takes longer than to find the record."""
    shapes: dict[tuple[str, str], str] = {}
    for name, arguments in pages:
        for lang in LANGUAGES:
            if not arguments:
                yield _address(name, lang, ())
                continue
            if (name, lang) not in shapes:
                shapes[name, lang] = _address(name, lang, arguments).removesuffix(arguments[-1])
            yield shapes[name, lang] + arguments[-1]


def _address(name: str, lang: str, arguments: tuple[str, ...]) -> str:
    with override(lang):
        return reverse(name, args=arguments)


def _xml(request: HttpRequest, root: str, item: str, paths: Iterable[str]) -> HttpResponse:
    here = absolute(request, "/").removesuffix("/")
    lines = (f"<{item}><loc>{escape(here + path)}</loc></{item}>" for path in paths)
    text = "\n".join(
        ('<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}">', *lines)
    )
    return HttpResponse(f"{text}\n</{root}>\n", content_type="application/xml; charset=utf-8")
