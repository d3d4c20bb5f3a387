"""What a visitor's browser fetches for a page, before maps and pictures: at most 200 kB as sent."""

from __future__ import annotations

import gzip
import os
import re
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from khue.web.portal import built
from tests.web.browsers import chromium
from tests.web.conftest import Town

LIMIT = 200_000
"""Bytes as sent: the page and the styles, scripts and fonts that it names."""
FACES = re.compile(r"(?:be-vietnam-pro|literata)-(?:latin|vietnamese)-(?:400|500|600)-normal\.")
"""All faces of Vietnamese and English text. A page may need fewer."""
ASSET = re.compile(r'(?:href|src)="(/static/portal/built/[^"]+\.(?:css|js))"')
LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)')
FILES = ("search_", "picture", "paper", "record_json", "events_ics")
"""Names of addresses that are no pages."""


@dataclass(frozen=True)
class Weight:
    """Bytes of a page as sent, compressed where the server does so."""

    page: int
    styles: int
    scripts: int
    fonts: int

    @property
    def total(self) -> int:
        return self.page + self.styles + self.scripts + self.fonts


def fetch(address: str) -> tuple[bytes, str]:
    """The body as sent to a browser, and the text that it stands for ("" if it is brotli)."""
    headers = {"Accept-Encoding": "gzip, br"}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 (our own server)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer:
        body: bytes = answer.read()
        encoding = answer.headers["Content-Encoding"]
    if encoding == "gzip":
        return body, gzip.decompress(body).decode()
    return body, "" if encoding else body.decode(errors="replace")


@cache
def size(address: str) -> int:
    """Bytes of a file as sent."""
    return len(fetch(address)[0])


def kinds_of_page(served: str) -> Iterator[tuple[str, bytes, str]]:
    """One page of each kind that is linked from others: address, body as sent, text."""
    waiting, seen = ["/", "/design", "/offline"], set()
    while waiting:
        path = waiting.pop(0)
        try:
            kind = resolve(path.partition("?")[0]).url_name or ""
        except Resolver404:
            continue
        if kind in seen or kind.startswith(FILES) or path.startswith("/en/"):
            continue
        if path.partition("?")[0].endswith(".svg"):
            continue  # a picture
        seen.add(kind)
        body, text = fetch(served + path)
        yield path, body, text
        waiting += [unescape(link) for link in LINK.findall(text)]


def weigh(served: str, body: bytes, text: str, fonts: int) -> Weight:
    """What a browser fetches for a page that has seen nothing of the site yet."""
    assets = set(ASSET.findall(text))
    styles = sum(size(served + one) for one in assets if one.endswith(".css"))
    scripts = sum(size(served + one) for one in assets if one.endswith(".js"))
    return Weight(len(body), styles, scripts, fonts)


def test_pages_stay_under_the_limit(served: str) -> None:
    fonts = sum(
        size(f"{served}/static/portal/built/{chunk['file']}")
        for source, chunk in built.manifest().items()
        if FACES.search(source)
    )
    assert fonts > 100_000
    weights = {path: weigh(served, body, text, fonts) for path, body, text in kinds_of_page(served)}
    if os.environ.get("KHUE_WEIGHTS"):
        print(*(f"{path} {weight} {weight.total}" for path, weight in weights.items()), sep="\n")
    assert len(weights) >= 9
    assert {path: one for path, one in weights.items() if one.total > LIMIT} == {}


@pytest.mark.browser
def test_a_page_fetches_no_other_fonts(served: str) -> None:
    with chromium() as browser:
        page = browser.new_page(service_workers="block")
        page.goto(f"{served}/search?q=chua")
        page.evaluate("document.fonts.ready.then(() => true)")
        names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    fonts = [name for name in names if name.endswith(".woff2")]
    assert fonts
    assert [name for name in fonts if not FACES.search(name)] == []


def test_pages_are_sent_compressed(visit: Client, town: Town) -> None:
    plain = visit.get(f"/id/{town.dinh_so}")
    packed = visit.get(f"/id/{town.dinh_so}", headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert gzip.decompress(packed.content) == plain.content


def test_what_is_streamed_is_not_held_back(visit: Client) -> None:
    answer = visit.get("/search.csv", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answer
    assert b"".join(answer)
