"""The address under which people see the portal, where a proxy stands between."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client

from khue import settings as own
from khue.model.errors import WrongUse
from tests.conftest import ROOT
from tests.web.conftest import Town

SITE = "https://khue.example.vn:8443"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("", ""),
        ("https://khue.example.vn", "https://khue.example.vn"),
        ("https://Khue.Example.vn:443/", "https://khue.example.vn"),
        ("http://10.0.0.1:80", "http://10.0.0.1"),
        (SITE, SITE),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_a_site_is_written_as_browsers_send_it(address: str, origin: str) -> None:
    assert own._site(address) == origin


@pytest.mark.parametrize(
    "address",
    [
        *("khue.example.vn", "//khue.example.vn", "ftp://khue.example.vn", "https://"),
        *("https://a.vn/khue", "https://a.vn?x", "https://a.vn#x", "https://me@a.vn"),
        *("https://a.vn:port", "https://a.vn:99999", "https://*.a.vn", "https://a b.vn"),
    ],
)
def test_anything_else_is_no_site(address: str) -> None:
    with pytest.raises(WrongUse) as refused:
        own._site(address)
    assert "KHUE_SITE" in refused.value.message["vi"]


def test_absolute_addresses_are_those_of_the_site(visit: Client, town: Town, settings: Any) -> None:
    pages = (f"/id/{town.dinh_so}", f"/en/id/{town.dinh_so}", "/robots.txt", "/sitemap.xml")
    pages += ("/sitemap-1.xml", "/data")
    before = {page: visit.get(page) for page in pages}
    settings.KHUE_SITE = SITE
    for page, answer in before.items():
        body = visit.get(page).content.decode()
        assert "http://testserver" not in body, page
        assert body == answer.content.decode().replace("http://testserver", SITE), page
    assert b"http://testserver" not in b"".join(visit.get("/events.ics"))
    seen = [page for page, one in before.items() if b"http://testserver" in one.content]
    assert {"/robots.txt", "/sitemap.xml", pages[0]} <= set(seen)


def test_forms_of_the_site_are_taken_and_their_cookie_is_bound_to_tls(
    town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the settings make of `KHUE_SITE`, at the view that asks for it."""
    settings.KHUE_SITE = SITE
    # A view keeps the origins that it trusted first.
    monkeypatch.setattr(CsrfViewMiddleware, "allowed_origins_exact", property(lambda _: {SITE}))
    settings.CSRF_COOKIE_SECURE = True
    client = Client(enforce_csrf_checks=True)
    address = "/suggest/creative_space"
    page = client.get(address)
    assert page.cookies["khue-form"]["secure"]
    (token,) = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    for origin, status in ((SITE, 400), ("https://khue.example.vn", 403), ("https://b.vn", 403)):
        answer = client.post(
            address,
            f"csrfmiddlewaretoken={token}",
            "application/x-www-form-urlencoded",
            HTTP_ORIGIN=origin,
        )
        assert answer.status_code == status, origin


def test_the_settings_follow_from_the_site() -> None:
    told = (
        "from khue import settings as s;"
        "print(s.KHUE_SITE, s.ALLOWED_HOSTS, s.CSRF_COOKIE_SECURE, s.CSRF_TRUSTED_ORIGINS[-1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", told],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "KHUE_SITE": SITE, "KHUE_HOSTS": "a.vn"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == f"{SITE} ['a.vn', 'khue.example.vn'] True {SITE}"
