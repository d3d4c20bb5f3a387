"""Head and foot of every page, open data, and what machines read: sitemap, robots, alternates."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from khue.registry import queries
from khue.web.portal import robots
from khue.web.portal.kept import Kept
from tests.web.conftest import SECRET, Town

SPACE = {"s": robots.NAMESPACE}
HOST = "http://testserver"


def body_of(visit: Client, address: str) -> str:
    answer = visit.get(address)
    assert answer.status_code == 200, address
    body = answer.content.decode()
    assert SECRET not in body
    return body


@pytest.mark.parametrize("path", ["/", "/search?q=dinh", "/places", "/about", "/data"])
def test_alternates_are_absolute(visit: Client, path: str) -> None:
    for prefix, lang in (("", "vi"), ("/en", "en")):
        head = body_of(visit, prefix + path).partition("</head>")[0]
        found = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', head))
        english = f"{HOST}/en{path}"
        assert found == {"vi": HOST + path, "en": english, "x-default": HOST + path}
        assert f'rel="canonical" href="{found[lang]}"' in head
        assert f'property="og:url" content="{found[lang]}"' in head
        title = re.findall(r"<title>(.+) · Khuê</title>", head)
        assert [f'<meta property="og:title" content="{title[0]}">' in head] == [True]


@pytest.mark.parametrize(
    ("path", "label"),
    [("/search", "Khám phá"), ("/places", "Địa bàn"), ("/data", "Dữ liệu mở")],
)
def test_the_menu_says_where_one_is(visit: Client, path: str, label: str) -> None:
    current = re.findall(r'aria-current="page">([^<]+)</a>', body_of(visit, path))
    assert label in current


def test_a_search_field_on_every_page(visit: Client, town: Town) -> None:
    for path in ("/", "/search", "/about", "/data", "/places", f"/id/{town.van_mieu}"):
        assert len(re.findall(r'type="search"', body_of(visit, path))) == 1, path


def test_open_data_names_files_terms_and_head(visit: Client, town: Town) -> None:
    body = body_of(visit, "/en/data")
    assert queries.public_head_hash() in body
    assert f"ledger position {queries.head()}" in body
    for name in ("csv", "xlsx", "geojson", "json"):
        assert f'href="/en/search.{name}"' in body
        assert f'href="/en/search.{name}?type=relic"' in body
    for address in re.findall(r"<code>(/en/[^<]+)</code>", body):
        assert visit.get(address.replace("&amp;", "&")).status_code == 200, address


def addresses(visit: Client, path: str) -> list[str]:
    tree = ET.fromstring(body_of(visit, path))  # noqa: S314 (our own answer)
    found = [str(one.text) for one in tree.findall("*/s:loc", SPACE)]
    assert all(one.startswith(f"{HOST}/") for one in found)
    return [one.removeprefix(HOST) for one in found]


def test_sitemap_has_every_public_page(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "PER_PART", 2)
    monkeypatch.setattr(robots, "_starts", Kept(robots._parts, indexed=False))
    parts = addresses(visit, "/sitemap.xml")
    assert parts == [f"/sitemap-{number}.xml" for number in range(4)]
    pages = [address for part in parts for address in addresses(visit, part)]
    assert len(pages) == len(set(pages))
    records = {town.van_mieu, town.dinh_so, town.person, town.practice, town.event}
    told = {one.rpartition("/")[2] for one in pages if "/id/" in one}
    assert told == records
    for address in ("/", "/en/", "/data", "/en/place/00226", f"/en/id/{town.person}"):
        assert address in pages
    for address in pages:
        assert visit.get(address).status_code == 200, address
    assert visit.get("/sitemap-4.xml").status_code == 404
    assert f"Sitemap: {HOST}/sitemap.xml" in body_of(visit, "/robots.txt")


def test_robots_do_not_walk_for_ever(visit: Client, town: Town) -> None:
    rules = body_of(visit, "/robots.txt").split()
    for prefix in ("", "/en"):
        for closed in ("graph/", "suggest/", "id/*/report"):
            assert f"{prefix}/{closed}" in rules
    assert "/graph" not in rules
    page = body_of(visit, f"/graph/{town.dinh_so}?from={town.person}")
    steps = re.findall(r'<a href="/graph/[^>]*>', page)
    assert len(steps) > 1
    assert all('rel="nofollow"' in one for one in steps)
