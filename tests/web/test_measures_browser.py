"""Walks through the measures in a browser: from what is wrong to who says it, to the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Khue, serving
from tests.web.browsers import Windows, chromium, fits, follow

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Maps have tests of their own."""
    with chromium("--disable-3d-apis") as browser:
        yield browser


@pytest.fixture(scope="module")
def windows(browser: Browser, served: str) -> Windows:
    """Of the browser, on the demonstration."""
    return Windows(browser, served)


def test_from_a_contradiction_to_its_statements_to_a_record(windows: Windows, served: str) -> None:
    # By hand, and where no script runs.
    for lang, scripts, width in (("", True, 390), ("/en", False, 1440)):
        page = windows.open(width=width, height=900, scripts=scripts)
        page.goto(f"{served}{lang}/measures")
        if scripts:
            assert fits(page)
        told = page.locator(".contradictions > li").filter(has_text=re.compile("5[.,]82"))
        follow(told.get_by_role("link"))
        expect(page).to_have_url(re.compile(r"/measures/findings\?.*#told_differently-"))
        finding = page.locator("article.finding:target")
        expect(finding).to_be_visible()
        numbers = finding.locator(".statement .figure__number").all_inner_texts()
        assert [one.replace(",", ".") for one in numbers] == ["5.82", "3.61"]
        boxes = [one.bounding_box() for one in finding.locator(".statement").all()]
        beside = boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"]
        assert beside == (width == 1440)
        if scripts:
            assert fits(page)
        follow(finding.locator(".statement__ways a").first)
        expect(page.locator("h1")).to_be_visible()
        assert f"{lang}/id/" in page.url
        page.close()


def test_from_an_indicator_to_a_place_to_the_records_behind_its_value(
    windows: Windows, served: str
) -> None:
    for lang, scripts in (("", False), ("/en", True)):
        page = windows.open(width=390, height=900, scripts=scripts)
        page.goto(f"{served}{lang}/measures/relics_total")
        assert fits(page)
        units = page.locator("section[aria-labelledby=units]")
        units.locator("summary").first.click()
        follow(units.locator("tbody a").first)
        expect(page).to_have_url(re.compile(r"\?place=\d{5}$"))
        value = page.locator("section[aria-labelledby=now] .figure").first
        number = value.locator(".figure__number").inner_text()
        follow(value.locator(".figure__down a"))
        rows = page.locator("[aria-labelledby=rows] tbody tr")
        expect(rows).to_have_count(int(number))
        follow(rows.first.get_by_role("link"))
        expect(page.locator("h1")).to_be_visible()
        assert f"{lang}/id/" in page.url
        page.close()


def test_an_import_that_contradicts_its_parts_shows_the_finding(
    browser: Browser, khue: Khue, tmp_path: Path
) -> None:
    file = tmp_path / "huy-chuong.csv"
    file.write_text(
        "Mã chỉ tiêu;Chỉ tiêu;Địa phương;Kỳ;Phân tổ theo;Nhóm;Giá trị;ĐVT\n"
        "medals;Huy chương;TP Huế;2024;;;100;HC\n"
        "medals;Huy chương;TP Huế;2024;Màu huy chương;vàng;60;HC\n"
        "medals;Huy chương;TP Huế;2024;Màu huy chương;bạc;60;HC\n",
        encoding="utf-8",
    )
    khue("import", file, "--type", "observation", "--commit")
    home: Path = khue.home  # type: ignore[attr-defined]
    with serving(home) as address:
        page = Windows(browser, address).open()
        for lang, said in (("", "lớn hơn tổng 100"), ("/en", "more than the total 100")):
            page.goto(f"{address}{lang}/measures/findings")
            finding = page.locator("article.finding").filter(has_text=said)
            expect(finding).to_have_count(1)
            expect(finding.locator(".arithmetic")).to_contain_text("60 + 60 > 100")
            numbers = finding.locator(".statement .figure__number").all_inner_texts()
            assert sorted(numbers) == ["100", "60", "60"]
            follow(finding.locator(".finding__rest a"))
            expect(page).to_have_url(f"{address}{lang}/measures/medals")
            shown = page.locator("section[aria-labelledby=said] article.finding")
            expect(shown).to_contain_text(said)
            follow(shown.locator(".statement__ways a").first)
            expect(page.locator("h1")).to_be_visible()
            assert f"{lang}/id/" in page.url
        page.context.close()
