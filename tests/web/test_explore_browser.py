"""The explore page with scripts: list, facets and map follow one address. WebGL is Chromium's own
software (SwiftShader), since test machines have no graphics card."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.browsers import (
    SOFTWARE,
    Windows,
    chromium,
    follow,
    keep_picture,
    number,
    printed,
    settle,
)

pytestmark = pytest.mark.browser

DRAWN = ".search:not([aria-busy]) [data-island=map].map--drawn:not([aria-busy])"


@pytest.fixture(scope="module")
def windows(served: str) -> Iterator[Windows]:
    """Of Debian's Chromium with WebGL."""
    with chromium(*SOFTWARE) as browser:
        yield Windows(browser, served)


def opened(windows: Windows, address: str, width: int = 1210, scripts: bool = True) -> Page:
    """A page in a window of its own. What goes wrong in it fails the test."""
    # Each pixel of a map is painted by software here.
    page = windows.open(width=width, height=640, still=True, scripts=scripts)
    page.on("pageerror", lambda problem: pytest.fail(str(problem)))
    page.on("console", lambda said: said.type == "error" and pytest.fail(said.text))
    page.goto(address)
    return page


def asked_for(there: Locator) -> Locator:
    """A map that only goes with a page, drawn at once: not when nothing was done for a while."""
    there.hover()
    there.and_(there.page.locator(".map--drawn:not([aria-busy])")).wait_for()
    return there


def total(page: Page) -> int:
    return number(page.locator("h1").inner_text())


def test_one_address_drives_list_facets_and_map(windows: Windows, served: str) -> None:
    page = opened(windows, f"{served}/search")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.resource_type))
    page.locator(DRAWN).wait_for()
    everything = total(page)

    # A facet: the same document, another list, another map, and the focus where it was.
    with page.expect_response(re.compile(r"/map\.json\?.*type=")):
        follow(page.locator("#facet-type").locator("xpath=..").get_by_role("link").nth(1))
    expect(page).to_have_url(re.compile("type="))
    expect(page.locator(".chip")).to_have_count(1)
    assert 0 < total(page) < everything
    assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    assert total(page) == everything
    page.locator(DRAWN).wait_for()

    # The map, moved by keys: the list has what is in sight.
    page.locator(".map__canvas canvas").focus()
    page.keyboard.press("+")
    page.wait_for_url("**box=**")
    expect(page.locator(".chip")).to_have_count(1)
    first = page.url
    near = total(page)
    assert near < everything
    page.locator(DRAWN).wait_for()
    page.keyboard.press("+")
    page.wait_for_url(lambda url: url != first and "box=" in url)
    page.locator(DRAWN).wait_for()
    keep_picture(page, "explore-moved", whole=False)
    assert "document" not in asked

    # Elsewhere the address shows the same, also to whom has no scripts.
    shared, there = page.url, total(page)
    other = opened(windows, shared, scripts=False)
    assert total(other) == there
    other.close()

    # Moves are one step back, however many they were.
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    assert total(page) == everything
    assert "box=" not in page.url
    page.close()


def test_typing_and_views_keep_what_is_chosen(windows: Windows, served: str) -> None:
    page = opened(windows, f"{served}/en/search?type=relic", width=390)
    assert not page.locator(".map__frame").is_visible()
    page.locator(".search__bar input[name=q]").fill("chua")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=chua**")
    assert "type=relic" in page.url
    expect(page.locator("h1")).to_contain_text("chua")
    expect(page.locator(".search__said")).to_contain_text("chua")
    page.locator(".views").get_by_role("link", name="Map").click()
    page.locator(DRAWN).wait_for()
    keep_picture(page, "explore-map-390", whole=False)
    assert "type=relic" in page.url
    follow(page.locator(".views").get_by_role("link", name="Table"))
    expect(page.locator("table tbody tr").first).to_be_visible()
    assert not page.locator(".map__frame").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # The choice of columns holds for the next list, and for the next visit.
    page.locator("details[data-columns] summary").click()
    page.get_by_role("checkbox", name="Place").uncheck()
    unit = page.locator("th[data-column=unit]")
    expect(unit).to_be_hidden()
    assert (
        page.locator("tbody td:visible").count() == page.locator("tbody td:not([hidden])").count()
    )
    assert page.locator("tbody td[hidden]").count() == page.locator("tbody tr").count()
    follow(page.locator(".sorts a").first)
    expect(page).to_have_url(re.compile("sort="))
    expect(unit).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Place")).not_to_be_checked()
    page.reload()
    expect(unit).to_be_hidden()
    page.locator("details[data-columns] summary").click()
    page.get_by_role("checkbox", name="Place").check()
    expect(unit).to_be_visible()
    page.close()


LATE = """() => {
  const ask = window.fetch;
  window.fetch = (address, how) => {
    if (!window.late) return ask(address, how);
    window.late = false;
    const then = () => ask(address, {headers: how.headers});
    return new Promise((done) => setTimeout(done, 700)).then(then);
  };
}"""
"""The next answer comes late, and although nobody waits for it any more."""


def test_answers_that_come_late_or_never(windows: Windows, served: str) -> None:
    page = windows.open(width=1000, height=640, still=True)
    page.on("pageerror", lambda problem: pytest.fail(str(problem)))
    page.goto(f"{served}/search?view=table")
    choices = page.locator("[id^=choice-rank]:visible")
    expect(choices.first).to_have_attribute("data-htmx-powered", "true")
    everything = total(page)

    # The focus is where it was, also after going back; the list stands where it stood.
    choices.first.focus()
    name, there = page.evaluate("[document.activeElement.id, scrollY]")
    assert there > 0
    page.keyboard.press("Enter")
    page.wait_for_url("**rank=**")
    expect(page.locator(f"#{name}")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"#{name}")).to_be_focused()
    language = page.locator("a.tongue").get_attribute("href")
    assert language is not None
    assert "rank=" in language
    page.evaluate("scrollTo(0, 0)")
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(f"#{name}")).to_be_focused()
    page.wait_for_function("there => scrollY === there", arg=there)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == there

    # A later question takes the place of an earlier one; so does going back.
    page.evaluate(LATE)
    late = "window.late = true; document.querySelector('.sorts a').click();"
    page.evaluate(f"name => {{ {late} document.getElementById(name).click() }}", name)
    page.wait_for_url("**rank=**")
    page.wait_for_timeout(1000)
    assert "sort=" not in page.url
    expect(page.locator(".chip")).to_have_count(1)
    page.evaluate(f"() => {{ {late} history.back() }}")
    expect(page.locator(".chip")).to_have_count(0)
    page.wait_for_timeout(1000)
    assert "sort=" not in page.url
    assert total(page) == everything
    settle(page)

    # Without an answer all stays as it is, and one may try again.
    page.route("**/search?*", lambda route: route.abort())
    choices.first.click()
    expect(page.get_by_role("alert")).to_contain_text("Thử lại")
    assert total(page) == everything
    assert "rank=" not in page.url
    page.unroute("**/search?*")
    page.get_by_role("link", name="Thử lại").click()
    page.wait_for_url("**rank=**")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("h1")).to_be_focused()
    page.close()


def test_an_answer_that_is_another_page_is_shown_as_itself(windows: Windows, served: str) -> None:
    page = windows.open(width=1000, height=640)
    page.goto(f"{served}/search?view=table")
    choice = page.locator("#facet-type").locator("xpath=..").get_by_role("link").nth(1)
    expect(choice).to_have_attribute("data-htmx-powered", "true")
    page.evaluate("address => document.querySelector('.facet a').href = address", "/about")
    page.locator(".facet a").first.click()
    page.wait_for_url("**/about")
    expect(page.locator(".search")).to_have_count(0)
    assert page.locator("h1").is_visible()
    page.close()


def test_until_a_map_is_drawn_its_place_is_marked(windows: Windows, served: str) -> None:
    page = windows.open(width=390, height=800)
    held: list[Route] = []
    page.route(re.compile(r"/chunks/draw"), lambda route: held.append(route))
    page.goto(f"{served}/search?q=khue+van+cac")
    address = page.locator(".cards h2 a").first.get_attribute("href")
    still = page.locator(".spot .map__still")
    with page.expect_request(re.compile(r"/chunks/draw")):
        page.goto(f"{served}{address}")
        page.locator(".spot .map").hover()
    expect(still.locator("circle")).to_be_visible()
    keep_picture(page, "map-not-drawn-yet", whole=False)

    page.emulate_media(media="print")
    expect(page.locator(".spot .map")).to_be_hidden()
    expect(page.locator(".spot__text")).to_be_visible()
    page.emulate_media(media="screen")

    for one in held:
        one.continue_()
    page.locator(".spot .map--drawn").wait_for()
    expect(still).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".spot .map")).to_be_hidden()
    page.close()


def test_paper_has_no_map(windows: Windows, served: str) -> None:
    """Not even one that was drawn: on the screen's terms it is a bitmap in the same file."""
    page = windows.open()
    page.goto(f"{served}/measures/relics_total")
    there = page.locator("[data-island=map]")
    there.hover()
    expect(there.locator("canvas")).to_be_visible()
    assert printed(page)[1] == 0
    page.emulate_media(media="screen")
    assert printed(page)[1] > 0
    page.close()


def test_a_map_without_boundaries_says_that_its_lines_are_rough(
    windows: Windows, served: str
) -> None:
    for lang, words in (("", "Ranh giới xấp xỉ theo tâm"), ("/en", "Boundaries approximate")):
        page = opened(windows, f"{served}{lang}/search?view=map&box=105.7,20.9,106,21.1")
        page.locator(DRAWN).wait_for()
        expect(page.locator(".map__credit").filter(has_text=words)).to_be_visible()
        page.locator(".map__key summary").click()
        expect(page.locator(".map__key .map__mark--rough")).to_be_visible()
        keep_picture(page, f"map-rough{lang.replace('/', '-')}", whole=False)
        page.close()


def test_a_map_with_all_boundaries_in_sight_does_not_say_that_its_lines_are_rough(
    windows: Windows, served: str
) -> None:
    """Those of other provinces say nothing of a ward."""

    def bounded(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        if "in=01" in route.request.url or "unit=" in route.request.url:
            told.pop("between", None)
        assert told.get("between") or "?" in route.request.url  # there are some elsewhere
        route.fulfill(response=answer, json=told)

    for is_bounded in (False, True):
        page = windows.open(still=True)
        if is_bounded:
            page.route(re.compile(r"/units\.json"), bounded)
        page.goto(f"{served}/place/00070")
        there = asked_for(page.locator("[data-island=map]").first)
        words = there.locator(".map__credit").filter(has_text="Ranh giới xấp xỉ")
        expect(words).to_be_visible(visible=not is_bounded)
        page.close()


def test_a_record_known_to_its_commune_has_a_map(windows: Windows, served: str) -> None:
    """Of the commune as a whole, in rough lines, and the words say that no more is known."""
    page = windows.open(width=390, height=800)
    page.goto(f"{served}/search?q=cum+di+tich+den+thuong+den+trung+den+ha&type=relic")
    follow(page.locator(".cards h2 a").first)
    expect(page.locator(".spot .map__still rect")).to_be_attached()
    asked_for(page.locator(".spot .map"))
    expect(page.locator(".spot__text")).to_contain_text("Chỉ biết đến đơn vị hành chính")
    expect(page.locator(".spot .map__credit").first).to_contain_text("Ranh giới xấp xỉ")
    keep_picture(page, "map-of-a-commune", whole=False)
    page.close()


def test_the_ways_in_lead_out_of_a_search_that_found_nothing(windows: Windows, served: str) -> None:
    """To pages that are no search too, which do not take the place of its results."""
    page = opened(windows, f"{served}/search?q=zzzqqx")
    follow(page.locator('.empty a[href="/measures"]'))
    expect(page).to_have_url(f"{served}/measures")
    expect(page.locator("#explore")).to_have_count(0)
    page.close()


def test_a_map_that_only_goes_with_a_page_waits_for_whoever_writes(
    windows: Windows, served: str
) -> None:
    """Drawing in software answers no key for seconds: the search box of the home page is first."""
    page = windows.open(width=1440, height=900)
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    held: list[Route] = []
    # However slow a machine is, somebody is in the box before the map begins to wait.
    page.route(re.compile(r"/built/map\."), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/built/map\.")):
        page.goto(f"{served}/", wait_until="commit")
    box = page.get_by_role("search").locator("input[type=search]").first
    box.focus()
    held.pop().continue_()
    page.wait_for_load_state()
    box.press_sequentially("chùa")
    page.get_by_role("option").first.wait_for()
    page.clock.run_for(10_000)
    page.wait_for_timeout(500)
    assert [one for one in asked if re.search(r"/chunks/(told|draw)\.", one)] == []
    canvas = page.locator("[data-island=map] canvas")
    assert canvas.count() == 0
    page.keyboard.press("Escape")
    page.locator("[data-island=map]").hover()
    canvas.wait_for()
    page.close()


def test_a_map_begins_where_nobody_does_anything(windows: Windows, served: str) -> None:
    page = windows.open(width=1440, height=900)
    page.goto(f"{served}/")
    page.locator("[data-island=map] canvas").wait_for()
    page.close()
