"""What was visited can be read without a network; what was not says so, in the page's language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from khue.web.portal import built
from tests.web.browsers import HANG_MS, chromium

CONTROLLED = """() => navigator.serviceWorker.ready.then(() => new Promise((done) => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) done(true);
  else serviceWorker.addEventListener("controllerchange", () => done(true));
}))"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      found.push(new URL(request.url).pathname);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def reader(browser: Browser, served: str) -> Iterator[Page]:
    """A page that was read and is looked after by the service worker."""
    context = browser.new_context(base_url=served)
    context.set_default_timeout(HANG_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text))
    page.on("pageerror", lambda one: complaints.append(str(one)))
    page.goto("/about")
    assert page.evaluate(CONTROLLED)
    assert complaints == []
    yield page
    context.close()


@pytest.mark.browser
def test_visited_pages_can_be_read_again_offline(reader: Page) -> None:
    reader.goto("/en/search?q=den")
    reader.evaluate("fetch('/suggest.json?q=den')")
    title = reader.title()
    reader.wait_for_function(f"({KEPT})().then((all) => all.includes('/en/search'))")
    reader.context.set_offline(True)

    reader.goto("/en/search?q=den")
    assert reader.title() == title
    copy = reader.locator("[data-kept]")
    expect(copy).to_be_visible()
    assert re.search(r"20\d\d", copy.inner_text())
    assert reader.evaluate("getComputedStyle(document.querySelector('.head')).borderBottomWidth")

    # The page that was read before the service worker was there, too; what was not is said to be.
    reader.goto("/about")
    expect(reader.locator("h1")).not_to_have_text("Chưa có kết nối mạng")
    reader.goto("/places")
    expect(reader.locator("h1")).to_have_text("Chưa có kết nối mạng")
    expect(reader.locator("[data-island=offline] li")).to_have_count(2)
    reader.goto("/en/places")
    expect(reader.locator("h1")).to_have_text("There is no connection")

    kept = reader.evaluate(KEPT)
    assert "/about" in kept
    answers = [path for path in kept if path.endswith(".json")]
    assert [path for path in answers if not path.startswith("/static/")] == []


@pytest.mark.browser
def test_what_is_gone_and_what_is_old_is_not_kept(reader: Page) -> None:
    reader.evaluate("caches.open('khue-pages-old').then((old) => old.add('/about'))")
    reader.goto("/nothing-here")
    assert "/nothing-here" not in reader.evaluate(KEPT)
    # A new version is installed beside the old one, takes over and removes what that had kept.
    reader.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.unregister())")
    reader.goto("/about")
    assert reader.evaluate(CONTROLLED)
    reader.wait_for_function("caches.has('khue-pages-old').then((is) => !is)")


@pytest.mark.django_db(databases="__all__")
def test_the_worker_belongs_to_this_build(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")
    first, script = answer.content.decode().split("\n", 1)
    build = json.loads(first.removeprefix("self.khue = ").removesuffix(";"))
    assert build["version"] == built.version()
    assert build["offline"] == {"vi": "/offline", "en": "/en/offline"}
    assert script == built.worker()
    for address in (*build["files"], *build["offline"].values()):
        page = client.get(address)
        assert page.status_code == 200, address
        page.close()


@pytest.mark.django_db(databases="__all__")
def test_the_app_manifest(client: Client) -> None:
    for prefix, lang in (("", "vi"), ("/en", "en")):
        told = client.get(f"{prefix}/manifest.webmanifest")
        assert told["Content-Type"] == "application/manifest+json"
        manifest = told.json()
        assert manifest["lang"] == lang
        assert manifest["start_url"] == f"{prefix}/"
        assert client.get(manifest["icons"][0]["src"]).status_code == 200
        assert (
            f'href="{prefix}/manifest.webmanifest"'
            in client.get(f"{prefix}/offline").content.decode()
        )
