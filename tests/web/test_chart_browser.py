"""The island of charts in a browser: that Vega draws under our policy, where points lead, and that
the picture stays where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, Route, expect

from khue.charts.theme import colours
from tests.web.browsers import Windows, chromium, filled, fits, keep_picture, printed

pytestmark = pytest.mark.browser

OVER_TIME = "/measures/visit_revenue"
COMPARED = "/measures/compare?indicator=relics_total"
BY_HAND = """element => {
    const told = getComputedStyle(element).fill.match(/\\d+/g).slice(0, 3);
    return "#" + told.map(one => Number(one).toString(16).padStart(2, "0")).join("");
}"""


@pytest.fixture(scope="module")
def windows(served: str) -> Iterator[Windows]:
    """Of Debian's Chromium."""
    with chromium() as browser:
        yield Windows(browser, served)


def opened(windows: Windows, address: str, **more: Any) -> tuple[Page, list[str]]:
    """A page, and all that the browser complains of while it is open."""
    page = windows.open(**{"width": 1440, "height": 900, **more})
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if one.type != "info" else None)
    page.on("pageerror", lambda one: complaints.append(str(one)))
    page.goto(address)
    return page, complaints


def drawn(page: Page) -> Any:
    """The first chart, once Vega has drawn it."""
    chart = page.locator("[data-island=chart]").first
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".chart__drawing svg")).to_be_visible()
    return chart


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("lang", "width"), [("", 390), ("/en", 1440)])
def test_vega_draws_under_the_policy_in_the_colours_of_the_theme(
    windows: Windows, served: str, theme: Any, lang: str, width: int
) -> None:
    page, complaints = opened(
        windows,
        f"{served}{lang}{COMPARED}",
        theme=theme,
        still=theme == "dark",
        width=width,
    )
    chart = drawn(page)
    assert chart.locator("picture").count() == 0
    bar = chart.locator(".chart__drawing svg path[fill='var(--cham)']").first
    assert bar.evaluate(BY_HAND) == colours(dark=theme == "dark")["cham"]
    assert fits(page)
    assert chart.locator("svg [style]").count() == chart.locator("svg text[style]").count()
    running = page.evaluate("document.getAnimations().length")
    assert running == 0
    keep_picture(page, f"chart-{lang.strip('/') or 'vi'}-{theme}-{width}")
    assert complaints == []
    page.close()


def test_the_theme_changes_without_another_drawing(windows: Windows, served: str) -> None:
    page, complaints = opened(windows, served + COMPARED, theme="light")
    chart = drawn(page)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.emulate_media(color_scheme="dark")
    bar = chart.locator(".chart__drawing svg path[fill='var(--cham)']").first
    assert bar.evaluate(BY_HAND) == colours(dark=True)["cham"]
    assert asked == []
    assert complaints == []
    page.close()


@pytest.mark.parametrize("address", [OVER_TIME, COMPARED])
def test_a_point_leads_to_what_is_behind_its_value(
    windows: Windows, served: str, address: str
) -> None:
    """As its row in the table does, which is the way with a keyboard."""
    page, complaints = opened(windows, served + address)
    chart = drawn(page)
    chart.locator("summary").click()
    rows = chart.locator("tbody a").evaluate_all("all => all.map(one => one.pathname)")
    assert rows
    point = chart.locator(".chart__drawing svg path[opacity='0']").last
    point.hover()
    expect(chart.locator(".chart__tip")).to_be_visible()
    told = chart.locator(".chart__tip").inner_text()
    assert " · " in told
    assert chart.evaluate("one => !!one.querySelector('[style*=\"cursor: pointer\"]')")
    point.click()
    page.wait_for_url(lambda there: there != served + address)
    assert page.url.removeprefix(served).split("?")[0] in rows
    expect(page.locator("h1")).to_be_visible()
    assert complaints == []
    page.close()


def test_a_point_leads_nowhere_else(windows: Windows, served: str) -> None:
    """Whatever a specification says: neither to a script nor to another site."""
    evil = ["javascript:alert(1)", "https://example.org/", "//example.org/", "data:text/html,x"]
    page = windows.open()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))

    def changed(route: Route) -> None:
        text, hrefs = route.fetch().text(), iter(evil * 20)
        route.fulfill(
            body=re.sub(r'"href": ?"/[^"]*"', lambda _: f'"href": "{next(hrefs)}"', text),
            content_type="application/json",
        )

    page.route("**/chart.json*", changed)
    page.goto(served + COMPARED)
    chart = drawn(page)
    points = chart.locator(".chart__drawing svg path[opacity='0']")
    for number in range(len(evil)):
        points.nth(number).click()
    page.wait_for_timeout(300)
    assert page.url == served + COMPARED
    assert [one for one in asked if not one.startswith(served)] == []
    page.close()


def given_up(said: ConsoleMessage) -> bool:
    """Whether the island says that it leaves a chart as it was."""
    return "stays a picture" in said.text


@pytest.mark.parametrize("what", ["no script", "no specification", "no drawing part"])
def test_the_picture_stays_where_vega_does_not_draw(
    windows: Windows, served: str, what: str
) -> None:
    page = windows.open(scripts=what != "no script")
    if what == "no specification":
        page.route("**/chart.json*", lambda route: route.abort())
    if what == "no drawing part":
        page.route(re.compile(r"/draw[^/]*\.js"), lambda route: route.abort())
    with nullcontext() if what == "no script" else page.expect_console_message(given_up):
        page.goto(served + COMPARED)
        picture = page.locator("[data-island=chart] .chart__drawing img").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
    assert page.locator(".chart__drawing svg").count() == 0
    if what != "no script":
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 800
    picture.click()
    page.wait_for_url("**/chart.svg*")
    leads = page.locator("a").first
    address = leads.get_attribute("xlink:href")
    assert str(address).startswith(served)
    leads.locator("path").click(force=True)
    page.wait_for_url(str(address))
    expect(page.locator("h1")).to_be_visible()
    page.close()


def test_a_picture_that_is_not_drawn_in_time_says_so_in_its_place(
    windows: Windows, served: str
) -> None:
    """A browser shows what the answer has, although it is none of success."""
    said = '<svg xmlns="http://www.w3.org/2000/svg" width="333" height="44"></svg>'
    page = windows.open()
    page.route("**/chart.json*", lambda route: route.abort())
    page.route(
        "**/chart.svg*",
        lambda route: route.fulfill(status=503, body=said, content_type="image/svg+xml"),
    )
    page.goto(served + COMPARED)
    picture = page.locator("[data-island=chart] .chart__drawing img").first
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") == 333
    page.close()


@pytest.mark.parametrize("address", [OVER_TIME, COMPARED])
@pytest.mark.parametrize(
    ("theme", "width", "script"),
    [("light", 1440, True), ("dark", 1440, True), ("light", 390, True), ("light", 1440, False)],
)
def test_paper_has_the_chart_whatever_the_screen_has_by_then(
    windows: Windows, served: str, address: str, theme: Any, width: int, script: bool
) -> None:
    """Printed as soon as the page is there: before the chart was seen, or while Vega draws."""
    page = windows.open(theme=theme, width=width, height=300, scripts=script)
    page.goto(served + address)
    early, _ = printed(page)
    assert filled(early, colours()["cham"]) > 0
    if script:
        drawn(page)
        late, _ = printed(page)
        assert filled(late, colours()["cham"]) == filled(early, colours()["cham"])
    page.close()
