"""A real browser at a real server: walks as visitors would, runs axe-core.

It takes pictures of what it sees if `KHUE_PICTURES` names a folder for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files

import pytest
from playwright.sync_api import Page, expect

from khue.web.portal.present.wrapping import whole
from tests.web.browsers import Windows, chromium, fits, follow, keep_picture, root, settle

pytestmark = pytest.mark.browser

WIDTHS = (390, 1440)
LANGUAGES = ("vi", "en")
OF_COLOUR = ("color-contrast", "link-in-text-block")
"""The rules of axe-core whose answer depends on the theme: nothing else does."""
SERIOUS = ("moderate", "serious", "critical")
TOUCH = 44
TOUCHED = (
    ".button, .menu a, .tongue, .brand, .contents a, .units a, .chip, .pages a,"
    " .facet a, summary, .foot li a, .ask input[type=search]"
)


@pytest.fixture(scope="module")
def windows(served: str) -> Iterator[Windows]:
    """Of Debian's Chromium."""
    with chromium() as browser:
        yield Windows(browser, served)


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def every_page(windows: Windows, served: str) -> list[str]:
    """One address of each kind of page, without the language."""
    # Only what the server says is read here.
    page = windows.open(scripts=False)
    page.goto(f"{served}/search?q=van+mieu")
    record = page.locator(".cards h2 a").first.get_attribute("href")
    page.goto(f"{served}/places")
    place = page.locator(".units a").first.get_attribute("href")
    page.goto(f"{served}{record}")
    source = page.locator(".source__title a").first.get_attribute("href")
    page.goto(f"{served}/policies")
    policy = page.locator(".policies h3 a").first.get_attribute("href")
    page.goto(f"{served}/stories")
    story = page.locator("main h2 a, main h3 a").first.get_attribute("href")
    page.goto(f"{served}/tours")
    tour = page.locator("main h2 a, main h3 a").first.get_attribute("href")
    page.goto(f"{served}/suggest")
    form = page.locator("main a[href^='/suggest/']").first.get_attribute("href")
    page.goto(f"{served}/search?type=observation")
    figure = page.locator(".cards h2 a").first.get_attribute("href")
    page.close()
    return [
        "/",
        "/search?q=chua&type=relic&rank=NAT",
        "/search?q=khongcogi",
        "/search?type=relic&view=table",
        "/search?q=chua&view=map",
        str(record),
        f"{record}/history",
        str(source),
        f"{record}?at=999999",
        f"{record}/report",
        str(record).replace("/id/", "/graph/"),
        "/graph",
        str(place),
        "/place/01",
        "/place/former/00190",
        "/places",
        "/measures",
        "/measures/findings",
        "/measures/findings?kind=told_differently",
        "/measures/compare?indicator=relics_total",
        "/measures/relics_total",
        "/measures/relics_total/records",
        "/policies",
        str(policy),
        "/about",
        "/data",
        "/events",
        "/stories",
        str(story),
        "/tours",
        str(tour),
        "/suggest",
        str(form),
        "/search?type=observation&view=table",
        str(figure),
        "/design",
        "/offline",
        "/nothing-here",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_everyone_can_use_every_page(
    windows: Windows, served: str, every_page: list[str], axe: str, width: int, lang: str
) -> None:
    """axe-core finds nothing serious, by day and by night; nothing is wider than the window; on a
    phone, what is to be touched is large enough, and nothing has to be scrolled sideways in large
    text either. Each page is seen on a phone in one language and on a desk in the other."""
    # Without motion the colours of the night are there at once.
    page = windows.open(width=width, height=900, still=True)
    page.add_init_script(axe)
    found: list[str] = []
    for number_, address in enumerate(every_page):
        if width != WIDTHS[(lang == "en") == bool(number_ % 2)]:
            continue
        page.emulate_media(color_scheme="light")
        page.goto(served + ("/en" if lang == "en" else "") + address)
        told: list[str] = []
        if width == min(WIDTHS):
            told += [*too_small_to_touch(page), *too_wide_in_large_text(page)]
            page.set_viewport_size({"width": width, "height": 900})
            if page.locator(".filters").count():
                page.evaluate("document.querySelector('.filters').open = true")
        keep_picture(page, f"axe-{number_:02d}-{lang}-light-{width}")
        told += found_by_axe(page)
        if not fits(page):
            told.append("wider than the window")
        page.emulate_media(color_scheme="dark")
        keep_picture(page, f"axe-{number_:02d}-{lang}-dark-{width}")
        told += [f"by night: {one}" for one in found_by_axe(page, OF_COLOUR)]
        found += [f"{address} {width}: {one}" for one in told]
    page.close()
    assert found == []


def found_by_axe(page: Page, rules: Sequence[str] = ()) -> Iterator[str]:
    """What some rules of axe, which is in the page, find wrong; all unless some are named."""
    chosen = {"runOnly": list(rules)} if rules else {}
    # Only what they found wrong is told at length and sent over.
    violations = page.evaluate(
        "asked => axe.run(asked).then(found => found.violations)",
        {"resultTypes": ["violations"], **chosen},
    )
    for rule in violations:
        if rule["impact"] in SERIOUS:
            for node in rule["nodes"][:3]:
                yield f"{rule['id']} ({rule['impact']}): {node['html'][:120]}"


def too_small_to_touch(page: Page) -> Iterator[str]:
    """What stands by itself to be touched is 44 px high on a phone."""
    boxes = page.locator(TOUCHED).evaluate_all(
        "all => all.map(one => [one.innerText, one.getBoundingClientRect().height])"
    )
    for text, height in boxes:
        if 0 < height < TOUCH - 0.5:  # 0: folded away
            yield f"{height} px high: {text}"


def too_wide_in_large_text(page: Page) -> Iterator[str]:
    """200 % zoom of 640 px is 320 px: nothing needs scrolling sideways (WCAG 1.4.10)."""
    page.set_viewport_size({"width": 320, "height": 640})
    if not fits(page):
        yield "wider than 320 px"


def test_the_number_of_a_document_in_a_heading_fits_a_small_phone(
    windows: Windows, served: str
) -> None:
    page = windows.open()
    page.goto(f"{served}/about")
    for tag in ("h1", "h1 class=title", "h2", "h3"):
        told = f"Nghị quyết {whole('1234/2025/NQ-HĐND-UBND')}"
        page.locator("main").evaluate(f"main => main.innerHTML = `<{tag}>{told}</{tag[:2]}>`")
        assert list(too_wide_in_large_text(page)) == [], tag
        page.set_viewport_size({"width": 1440, "height": 640})
        assert page.locator(".whole").evaluate("one => one.getClientRects().length") == 1
    page.close()


ALONE = """all => all.filter(mark => {
  const line = mark.closest("dd, li, p, div"), words = [];
  const all = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  while (all.nextNode() && !mark.contains(all.currentNode))
    if (/[^\\s\\u2060]/.test(all.currentNode.data)) words.push(all.currentNode);
  if (!words.length) return false;
  const text = words.at(-1), range = document.createRange();
  const end = text.data.replace(/[\\s\\u2060]+$/, "").length;
  range.setStart(text, end - 1);
  range.setEnd(text, end);
  const sup = mark.querySelector("sup").getBoundingClientRect();
  return sup.left < range.getBoundingClientRect().left;
}).map(mark => mark.parentElement.innerText)"""
"""The marks that stand left of the letter before them: at the beginning of a line."""


def test_a_mark_stands_in_the_line_of_what_it_is_about(
    windows: Windows, served: str, every_page: list[str]
) -> None:
    page = windows.open()
    page.goto(served + next(one for one in every_page if one.startswith("/id/")))
    assert page.locator(".how").count()
    for width in range(320, 480, 4):  # wherever the last word may stand
        page.set_viewport_size({"width": width, "height": 640})
        assert page.locator(".how").evaluate_all(ALONE) == [], width
    page.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keyboard_alone(windows: Windows, served: str, lang: str) -> None:
    """Skip link, search, facet, record, its decision, the history of that, the other language: with
    Tab and Enter, the focus visible at every step."""
    page = windows.open(width=1440, height=900)
    page.goto(root(served, lang))

    def focused(what: str) -> str:
        return str(page.evaluate(f"document.activeElement.{what}"))

    def tab_to(selector: str, most: int = 80) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            ring, there = page.evaluate(
                """selector => [getComputedStyle(document.activeElement).outlineStyle,
                                document.activeElement.matches(selector)]""",
                selector,
            )
            assert ring == "solid", focused("outerHTML")
            if there:
                return
        raise AssertionError(f"{selector} cannot be reached")

    page.keyboard.press("Tab")
    assert focused("className") == "skip"
    keep_picture(page, f"keyboard-skip-{lang}", whole=False)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab_to("input[type=search]", most=3)
    page.keyboard.type("van mieu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=van+mieu**")
    tab_to(".facet a[href*='type=relic']")
    keep_picture(page, f"keyboard-facet-{lang}", whole=False)
    page.keyboard.press("Enter")
    page.wait_for_url("**type=**")
    settle(page)
    tab_to(".cards h2 a", most=160)
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/**")
    tab_to(".fact .how summary")
    page.keyboard.press("Enter")
    expect(page.locator(".fact .how[open] > summary:focus")).to_be_visible()
    record = page.url
    tab_to("#f-designations a[href*='/id/']", most=160)
    decision = focused("innerText")
    keep_picture(page, f"keyboard-decision-{lang}", whole=False)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: address != record)
    expect(page.locator("main")).to_contain_text(decision)
    tab_to(".actions a[href$='/history']", most=160)
    page.keyboard.press("Enter")
    page.wait_for_url("**/history")
    expect(page.locator(".versions > li").first).to_be_visible()
    tab_to(".tongue")
    keep_picture(page, f"keyboard-tongue-{lang}", whole=False)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "vi" if lang == "en" else "en")
    expect(page).to_have_url(re.compile("/history$"))
    page.close()


def test_through_the_versions_with_the_keyboard(windows: Windows, served: str) -> None:
    """The slider: it says which version, shows it in place, keeps the focus, and comes back."""
    page = windows.open(width=1440, height=900)
    page.goto(f"{served}/search?q=van+mieu")
    follow(page.locator(".cards h2 a").first)
    slider = page.get_by_role("slider", name="Hồ sơ tại thời điểm")
    expect(page.locator(".stood output")).to_contain_text("Hiện nay")
    expect(page.locator(".stood select")).to_be_hidden()
    address = page.url
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("#stood-body > .notice").first).to_contain_text("phiên bản 1")
    expect(page.locator(".stood output")).to_contain_text("phiên bản 1")
    expect(page).to_have_url(re.compile(r"\?at="))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("phiên bản 1"))
    expect(slider).to_be_focused()
    keep_picture(page, "stood-slider")
    page.keyboard.press("End")
    expect(page.locator("#stood-body > .notice")).to_have_count(0)
    expect(page).to_have_url(address)
    page.close()
