"""Visitors walk through the portal: in both languages, on a phone and at a desk, by day and night,
with scripts and without. Pictures are kept in `.pytest_cache/pictures`, or where `KHUE_PICTURES`
says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import postgres
from tests.conftest import run_khue, serving
from tests.web.browsers import (
    SOFTWARE,
    Windows,
    chromium,
    fits,
    follow,
    keep_picture,
    number,
    root,
)

pytestmark = pytest.mark.browser

FLAT = ["--disable-3d-apis"]
PAGODA = "Chùa Láng"
HOUSE = "Đình Chu Quyến"
"""A national relic whose decision is a record too."""
CITY, WARD = "01", "09619"
EDITS = ("built=11XX", "built=1138/1175")
"""Made of the pagoda after the demonstration was loaded, so that it has a past."""
FESTIVAL = "Hội thử"
"""Held in each lunar month, and on two days of each solar one, since by custom nothing is held in a
leap month: so there is one in the next lunar month, whatever day it is."""


@dataclass(frozen=True)
class Visitor:
    """Who walks: language, width of the window, theme, and whether scripts run."""

    lang: str
    width: int
    theme: Any
    scripts: bool

    def __str__(self) -> str:
        scripts = "scripts" if self.scripts else "plain"
        return f"{self.lang}-{self.width}-{self.theme}-{scripts}"


VISITORS = [
    Visitor("vi", 1440, "light", scripts=True),
    Visitor("vi", 390, "dark", scripts=True),
    Visitor("en", 390, "light", scripts=True),
    Visitor("en", 1440, "dark", scripts=True),
    Visitor("vi", 390, "light", scripts=False),
    Visitor("en", 1440, "light", scripts=False),
]
"""With scripts every language at every width, in every theme, and every width in every theme."""


@pytest.fixture(scope="module")
def edited(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, served, after two edits of the pagoda, with festivals in every month."""
    home = tmp_path_factory.mktemp("walks") / "home"
    postgres.copy_home(demo_home, home)
    hits = run_khue(home, "search", PAGODA, "--json").json["results"]
    record = next(hit["id"] for hit in hits if hit["label"]["vi"] == PAGODA)
    for edit in EDITS:
        run_khue(home, "edit", record, edit, "--why", "Sửa niên đại")
    days = [("Âm lịch", 15), ("Dương lịch", 1), ("Dương lịch", 15)]
    rows = [
        f"{FESTIVAL} {day}/{month} {kind},{kind},{month},{day}"
        for kind, day in days
        for month in range(1, 13)
    ]
    file = home.with_name("hoi-thu.csv")
    file.write_text("\n".join(["Tên lễ hội,Loại lịch,Tháng,Ngày bắt đầu", *rows]), "utf-8")
    run_khue(home, "import", file, "--type", "event", "--commit")
    with serving(home) as address:
        yield address


@pytest.fixture(scope="module")
def windows(edited: str) -> Iterator[Windows]:
    """Of Debian's Chromium. Maps have tests of their own: they are drawn here for pictures only,
    since a machine without a graphics card takes seconds for each."""
    with chromium(*(SOFTWARE if "KHUE_PICTURES" in os.environ else FLAT)) as browser:
        yield Windows(browser, edited)


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What goes wrong in pages; anything fails the test."""
    found: list[str] = []
    yield found
    assert found == []


Open = Callable[..., Page]


@pytest.fixture
def open_as(windows: Windows, troubles: list[str]) -> Iterator[Open]:
    """Open a page as a visitor would; visitors share nothing that a browser keeps of pages."""
    pages = []

    def opened(visitor: Visitor, address: str) -> Page:
        page = windows.open(
            width=visitor.width,
            height=900,
            theme=visitor.theme,
            still=True,
            scripts=visitor.scripts,
            # There are at most two at a time.
            whose="another" if pages else "",
        )
        pages.append(page)
        page.on("pageerror", lambda problem: troubles.append(str(problem)))
        page.on(
            "response",
            lambda answer: troubles.append(answer.url) if answer.status >= 400 else None,
        )
        page.goto(address)
        return page

    yield opened
    for page in pages:
        page.close()


def look(page: Page, visitor: Visitor, name: str) -> None:
    assert fits(page), name
    keep_picture(page, f"walk-{name}-{visitor}", always=True)


def unfold(page: Page, fold: str) -> None:
    """Open what is folded on a phone."""
    summary = page.locator(f"{fold} > summary")
    if summary.is_visible():
        summary.click()


def find_a_temple(page: Page, visitor: Visitor) -> None:
    """Typed without marks: with scripts from the suggestions, without from the list."""
    field = page.locator("input[type=search]").first
    field.click()
    field.press_sequentially("chua lang")
    if visitor.scripts:
        option = page.locator("[role=option]", has_text=PAGODA).first
        expect(option).to_be_visible()
        # The answer to all that was typed: it takes the place of earlier ones, and of a choice.
        expect(page.locator("[role=option]").last).to_contain_text("“chua lang”")
        expect(field).to_have_attribute("aria-expanded", "true")
        keep_picture(page, f"walk-typing-{visitor}", whole=False, always=True)
        for _ in page.locator("[role=option]").all():
            if option.get_attribute("aria-selected") != "true":
                field.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    field.press("Enter")
    if not visitor.scripts:
        follow(page.locator(".cards h2 a").first)
    page.wait_for_url("**/id/**")
    expect(page.locator(".opening-record")).to_contain_text(PAGODA)
    look(page, visitor, "temple")


def see_where_a_date_came_from(page: Page, visitor: Visitor) -> None:
    note = page.locator("#f-designations details.how").first
    note.locator("summary").click()
    expect(note.locator(".stated").first).to_be_visible()
    look(page, visitor, "how")


def see_two_edits_ago(page: Page, visitor: Visitor) -> None:
    follow(page.locator(".actions a[href$='/history']"))
    expect(page.locator(".versions > li").nth(len(EDITS))).to_be_visible()
    look(page, visitor, "history")
    follow(page.locator(".versions > li").nth(len(EDITS)).locator(".version-link"))
    expect(page.locator(".notice:visible").first).to_be_visible()
    expect(page.locator("#f-built")).to_have_count(0)
    look(page, visitor, "stood")


def narrow(page: Page, visitor: Visitor, home: str) -> int:
    """From the first way in to national rank in one ward of the city; how many there are."""
    page.goto(home)
    follow(page.locator(".ways .contents a").first)
    for wanted in ("rank=NAT", f"place={CITY}", f"place={WARD}"):
        unfold(page, ".filters:not([open])")
        link: Locator = page.locator(f".facet a[href*='{wanted}']").first
        if wanted.endswith(CITY) and page.locator(f".facet a[href*='place={WARD}']").count():
            continue  # where all is in one city, its wards are offered at once
        promised = number(link.locator("span").last.inner_text())
        follow(link)
        assert wanted in page.url
        expect(page.locator(".chip").nth(1)).to_be_visible()
        expect(page.locator("h1")).to_contain_text(str(promised))
    look(page, visitor, "narrowed")
    return number(page.locator("h1").inner_text())


def switch_language(page: Page, visitor: Visitor, total: int) -> None:
    """The page stays, filters and all; then back."""
    for lang in ("en" if visitor.lang == "vi" else "vi", visitor.lang):
        follow(page.locator(".tongue"))
        expect(page.locator("html")).to_have_attribute("lang", lang)
        assert f"place={WARD}" in page.url
        assert number(page.locator("h1").inner_text()) == total


def follow_to_its_decision(page: Page, visitor: Visitor) -> None:
    follow(page.locator(".cards article", has_text=HOUSE).locator("h2 a"))
    expect(page.locator(".opening-record")).to_contain_text(HOUSE)
    look(page, visitor, "house")
    decision = page.locator("#f-designations a[href*='/id/']").last
    named = decision.inner_text()
    follow(decision)
    expect(page.locator(".opening-record__kind")).to_be_visible()
    expect(page.locator("main")).to_contain_text(named)
    look(page, visitor, "decision")


def find_what_is_on_next_lunar_month(page: Page, visitor: Visitor) -> None:
    unfold(page, ".menu:not([open])")
    follow(page.locator(".menu nav a[href$='/events']"))
    follow(page.locator(".month-ways a[href*='lunar=']").last)
    festival = page.locator(".agenda .cards a", has_text=FESTIVAL).first
    expect(festival).to_be_visible()
    look(page, visitor, "lunar")
    named = festival.inner_text()
    follow(festival)
    expect(page.locator(".opening-record")).to_contain_text(named)
    expect(page.locator(".opening-record__next")).to_be_visible()
    look(page, visitor, "event")


def test_every_two_of_language_width_and_theme_are_walked_together() -> None:
    """With scripts; and without them in either language and at either width."""
    scripted = [one for one in VISITORS if one.scripts]
    assert len({(one.lang, one.width) for one in scripted}) == 4
    assert len({(one.lang, one.theme) for one in scripted}) == 4
    assert len({(one.width, one.theme) for one in scripted}) == 4
    assert len({(one.lang, one.width) for one in VISITORS if not one.scripts}) == 2


@pytest.mark.parametrize("visitor", VISITORS, ids=str)
def test_a_walk(open_as: Open, edited: str, visitor: Visitor) -> None:
    home = root(edited, visitor.lang)
    page = open_as(visitor, home)
    look(page, visitor, "home")
    find_a_temple(page, visitor)
    see_where_a_date_came_from(page, visitor)
    see_two_edits_ago(page, visitor)
    total = narrow(page, visitor, home)
    shared, chips = page.url, page.locator(".chip").count()
    switch_language(page, visitor, total)
    follow_to_its_decision(page, visitor)
    find_what_is_on_next_lunar_month(page, visitor)
    # Somebody else opens the address, elsewhere.
    other = open_as(VISITORS[VISITORS.index(visitor) - 1], shared)
    assert number(other.locator("h1").inner_text()) == total
    expect(other.locator(".chip")).to_have_count(chips)
