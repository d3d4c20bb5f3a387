"""What a question was taken for, what was probably meant, and the filters beside the pack's own."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

from django.test import Client

from khue import search
from khue.pipeline import house
from tests.web.conftest import Town, _edit
from tests.web.test_pages import text

CHIP = re.compile(
    r'<a class="chip" href="([^"]*)">.*?<span class="quiet">([^<]*)</span> ([^<]*)</span>',
    re.DOTALL,
)


def chips(page: str) -> list[tuple[str, str]]:
    """The filters that a page shows."""
    return [(title, value) for _, title, value in CHIP.findall(page)]


def links(page: str) -> list[str]:
    """Where those lead who take one off."""
    return [href for href, *_ in CHIP.findall(page)]


def test_typed_filters_are_chips_that_come_off(visit: Client, town: Town) -> None:
    asked = quote_plus("hạng:quốc gia so")
    page = text(visit, f"/search?q={asked}")
    assert chips(page) == [("Cấp xếp hạng", "Quốc gia")]
    assert links(page) == ["/search?q=so"]
    assert f"/id/{town.dinh_so}" in page
    assert f"/id/{town.practice}" not in page
    assert chips(text(visit, f"/en/search?q={asked}")) == [("Rank", "National")]
    assert f"/id/{town.practice}" in text(visit, "/search?q=so")


def test_a_wrong_letter_is_told(visit: Client, town: Town) -> None:
    page = text(visit, "/search?q=van+mieuu")
    assert 'Có phải bạn muốn tìm: <a href="/search?q=V%C4%83n+Mi%E1%BA%BFu">Văn Miếu</a>' in page
    assert "<mark>Văn Miếu</mark>" in page
    assert "Did you mean: <a" in text(visit, "/en/search?q=van+mieuu")
    assert "Có phải bạn muốn tìm" not in text(visit, "/search?q=van+mieu")
    told = visit.get("/explore.json?q=van+mieuu&count=").json()
    assert (told["spelling"], told["partial"], told["understood"]) == ("Văn Miếu", False, [])


def test_what_a_word_was_taken_for_is_marked(visit: Client, town: Town) -> None:
    """Where it is found as typed as well, so that nothing is to be corrected."""
    _edit(town.dinh_so, alternative_names=["Nhà Mieuu"])
    search.catch_up(house().pack)
    page = text(visit, "/search?q=mieuu")
    assert "Có phải bạn muốn tìm" not in page
    assert f"/id/{town.van_mieu}" in page
    assert set(re.findall("<mark>([^<]*)</mark>", page)) == {"Mieuu", "Miếu"}


def test_typed_filters_are_meant_but_not_looked_for(visit: Client, town: Town) -> None:
    asked, meant = (
        quote_plus(f"{words} hạng:quốc gia đặc biệt") for words in ("van mieuu", "Văn Miếu")
    )
    page = text(visit, f"/search?q={asked}")
    assert f'<a href="/search?q={meant}">Văn Miếu hạng:quốc gia đặc biệt</a>' in page
    assert set(re.findall("<mark>([^<]*)</mark>", page)) == {"Văn Miếu"}
    told = visit.get(f"/explore.json?q={asked}&count=").json()
    assert told["spelling"] == "Văn Miếu hạng:quốc gia đặc biệt"


def test_a_space_closes_the_last_word(visit: Client, town: Town) -> None:
    assert visit.get("/explore.json?q=dinh+s&count=").json()["total"] == 2
    assert visit.get("/explore.json?q=dinh+s+&count=").json()["total"] == 0
    opened, closed = (text(visit, f"/search?q=chu+van{end}") for end in ("", "+"))
    assert 'value="chu van "' in closed
    assert 'href="/search?q=chu+van+&amp;sort=name"' in closed
    same = closed.replace('value="chu van "', 'value="chu van"').replace("q=chu+van+", "q=chu+van")
    assert same == opened
    typed = quote_plus("so hạng:quốc gia")
    assert links(text(visit, f"/search?q={typed}")) == ["/search?q=so+"]


def test_a_page_says_that_most_words_were_enough(visit: Client, town: Town) -> None:
    asked = quote_plus("đình so khong-co")
    for prefix, said in (("", "phần lớn các từ"), ("/en", "most of them")):
        page = text(visit, f"{prefix}/search?q={asked}")
        assert said in page
        assert f"/id/{town.dinh_so}" in page
        assert said not in text(visit, f"{prefix}/search?q=so")


def test_sources_and_certainty_filter(visit: Client, town: Town) -> None:
    page = text(visit, "/search?source=danh-muc")
    assert chips(page) == [("Nguồn", "Danh mục di tích &lt;b&gt;thử&lt;/b&gt;")]
    assert chips(text(visit, "/en/search?source=danh-muc")) == [("Source", "List of relics")]
    assert chips(text(visit, "/search?source=khong-co")) == [("Nguồn", "khong-co")]
    chosen = text(visit, "/en/search?source=danh-muc").partition('id="facet-source"')[2]
    assert "<span>List of relics<span" in chosen
    assert f"/id/{town.van_mieu}" in page
    assert f"/id/{town.event}" not in page
    assert f"/id/{town.van_mieu}" not in text(visit, "/search?source=nhan-vat")
    everywhere = visit.get("/explore.json?count=place,present&place=01").json()["facets"]
    certain = {one["value"] for one in everywhere["present"]}
    unsure = [one["value"] for one in everywhere["place"] if one["value"] not in certain]
    assert unsure
    assert f"/id/{town.van_mieu}" in text(visit, f"/search?place={unsure[0]}")
    assert 'href="/id/' not in text(visit, f"/search?place={unsure[0]}&certain=1")
    assert chips(text(visit, "/search?place=01&certain=1"))[-1] == (
        "Mức chắc chắn",
        "Chắc chắn ở đây",
    )
    assert 'href="/search?place=01&amp;certain=1"' in text(visit, "/search?place=01")


def test_lists_by_date(visit: Client, town: Town) -> None:
    earliest, latest = (
        re.findall(r'/id/(\w+)"', text(visit, f"/search?sort={sort}"))
        for sort in ("date", "newest")
    )
    assert set(earliest) == set(latest)
    assert 'href="/search?sort=newest"' in text(visit, "/search?sort=date")
