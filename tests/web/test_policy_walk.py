"""In a browser: from what is overdue to a target that is behind, its indicator, the place that
holds it back, and the records there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.browsers import Windows, chromium, fits, follow, keep_picture, root

pytestmark = pytest.mark.browser

TARGET = {
    "vi": "Di tích xếp hạng có ghi quyết định (Minh Họa)",
    "en": "Ranked relics with their decision recorded (illustration)",
}
STATE = {"vi": "Chậm", "en": "Behind"}
INDICATOR = {"vi": "Chỉ tiêu:", "en": "Indicator:"}


@pytest.fixture(scope="module")
def windows(served: str) -> Iterator[Windows]:
    with chromium("--disable-3d-apis") as browser:
        yield Windows(browser, served)


@pytest.mark.parametrize(
    ("lang", "width", "theme", "scripts"),
    [("vi", 1440, "light", True), ("en", 390, "dark", False)],
)
def test_from_a_target_that_is_behind_to_the_records(
    windows: Windows, served: str, lang: str, width: int, theme: Any, scripts: bool
) -> None:
    page = windows.open(width=width, height=900, theme=theme, scripts=scripts)
    failed: list[str] = []
    page.on("pageerror", lambda problem: failed.append(str(problem)))
    page.on("response", lambda told: failed.append(told.url) if told.status >= 400 else None)

    def look(name: str) -> None:
        assert fits(page), name
        keep_picture(page, f"policy-{name}-{lang}-{width}", always=True)

    page.goto(f"{root(served, lang)}policies")
    look("list")
    follow(page.locator(".owed__unit").get_by_role("link", name=TARGET[lang]))
    expect(page.locator(".target__state")).to_have_text(STATE[lang])
    look("target")
    follow(page.get_by_role("link", name=re.compile(INDICATOR[lang])))
    expect(page).to_have_url(re.compile(r"/measures/relics_with_decision_share"))
    page.go_back()
    worst = page.locator(".drags tbody tr").first
    ranked = int(re.findall(r"\d+", worst.locator("td").first.inner_text())[-1])
    place = worst.locator("th").inner_text()
    follow(worst.locator("td a"))
    expect(page.get_by_text(place).first).to_be_visible()
    follow(page.locator("a[href*='relics_ranked/records']").first)
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("main tbody tr, main .cards > li").count() == ranked
    look("records")
    page.close()
    assert failed == []
