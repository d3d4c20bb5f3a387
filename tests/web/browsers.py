"""Debian's Chromium, and what tests that drive it look at."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.work import HANG_S

CHROMIUM = "/usr/bin/chromium"
PICTURES = Path(__file__).resolve().parents[2] / ".pytest_cache" / "pictures"
"""Where pictures of walks are kept, unless `KHUE_PICTURES` names another folder."""
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
SOFTWARE = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
"""WebGL without a graphics card, which test machines have not."""

HANG_MS = 1000 * HANG_S
"""How long all that is waited for may take: a machine may be slow, or busy with other tests."""

expect.set_options(timeout=HANG_MS)


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """The browser, with more arguments than the usual ones. Closed at the end of a module at the
    latest: its event loop must not outlive it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *more])
        yield browser
        browser.close()


Theme = Literal["light", "dark"]
UNKEPT = """if (navigator.serviceWorker) {
  navigator.serviceWorker.register = () => new Promise(() => {});
}"""
"""Nothing is kept for reading offline: that has tests of its own, and a service worker would answer
in place of what a test has changed."""


class Windows:
    """Opens windows of a browser on one site, for tests that are about neither beginnings nor the
    service worker.

    To start a browser's process for a site, and to compile in it what pages load, takes as much
    time as most tests. So windows share a context, in which a page stays open that keeps it warm.
    Each finds it without cookies and with empty storage, as it would a context of its own.
    """

    def __init__(self, browser: Browser, site: str) -> None:
        """`site`: its address, without a slash at the end."""
        self._browser, self._site = browser, site
        self._kept: dict[tuple[bool, str], tuple[BrowserContext, Page]] = {}

    def open(
        self,
        *,
        width: int = 1280,
        height: int = 720,
        theme: Theme = "light",
        still: bool = False,
        scripts: bool = True,
        whose: str = "",
    ) -> Page:
        """An empty window, to be closed by who opened it. `still`: with reduced motion. `whose`:
        windows of others have a context of their own."""
        context, kept = self._context(scripts, whose)
        kept.evaluate("localStorage.clear()")
        context.clear_cookies()
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(
            color_scheme=theme, reduced_motion="reduce" if still else "no-preference"
        )
        return page

    def _context(self, scripts: bool, whose: str) -> tuple[BrowserContext, Page]:
        if (scripts, whose) not in self._kept:
            context = self._browser.new_context(java_script_enabled=scripts)
            context.set_default_timeout(HANG_MS)
            context.add_init_script(UNKEPT)
            page = context.new_page()
            page.goto(f"{self._site}/robots.txt")
            self._kept[scripts, whose] = context, page
        return self._kept[scripts, whose]


def keep_picture(page: Page, name: str, *, whole: bool = True, always: bool = False) -> None:
    """Keep a picture of a page in the folder that `KHUE_PICTURES` names; without one those alone
    that are kept `always`: taking them is a third of the time of most tests."""
    folder = os.environ.get("KHUE_PICTURES") or (PICTURES if always else "")
    if folder:
        # Packing a PNG takes twice as long.
        page.screenshot(path=Path(folder) / f"{name}.jpg", type="jpeg", quality=80, full_page=whole)


def root(served: str, lang: str) -> str:
    """The home page of a language."""
    return f"{served}/en/" if lang == "en" else f"{served}/"


def follow(link: Locator) -> None:
    """Go where a link leads. What is there then is the page that it leads to, and all of it: a
    page that is on its way has parts already, and the one before it often has the same ones."""
    page = link.page
    before = page.url
    link.click()
    page.wait_for_url(lambda address: address != before)
    settle(page)


def settle(page: Page) -> None:
    """Wait for what scripts put into a list whose address the browser shows already."""
    expect(page.locator(".search[aria-busy]")).to_have_count(0)


def number(text: str) -> int:
    """The first whole number of a text, written either way."""
    found = re.search(r"\d[\d.,]*", text)
    assert found is not None, text
    return int(re.sub(r"[.,]", "", found[0]))


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def printed(page: Page) -> tuple[str, int]:
    """What the page has on paper: its drawing instructions as text, and how many bitmaps. Printed
    at once: nothing is waited for."""
    paper = page.pdf(format="A4")
    parts = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL):
        # Fonts and bitmaps are packed otherwise.
        with suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return b"\n".join(parts).decode("latin-1"), len(re.findall(rb"/Subtype\s*/Image", paper))


def filled(instructions: str, colour: str) -> int:
    """How often what is printed is filled with a colour (`#2F4B7C`)."""
    values = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    told = " ".join(f"{value:.4f}".rstrip("0").removeprefix("0") for value in values)
    return instructions.count(f"{told} rg")
