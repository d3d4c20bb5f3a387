"""Stories and tours: read at their records' addresses, with nothing in them that is not public."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.pipeline import house
from khue.web.portal import reading
from tests.web.conftest import SECRET, Town, _commit, _edit, _source
from tests.web.test_hostile import HOSTILE
from tests.web.test_pages import text


def put(type_: str, name: str, **fields: Any) -> str:
    document = {"id": new_ulid(), "type": type_, "name": {"vi": name, "en": f"{name} en"}}
    _commit(document | fields, source=_source(f"bai-{type_}"))
    search.catch_up(house().pack)
    return str(document["id"])


@pytest.fixture
def story(visit: Client, town: Town) -> str:
    body = (
        f"Mở đầu ở [Văn Miếu](record:{town.van_mieu}).\n\n"
        "[Đình So](<record:Đình So>)\n\n"
        f"[Chuyện kín](record:{town.hidden})\n\n"
        f"[Hồ sơ](<record:Hồ sơ kín {SECRET}>)\n\n".replace(SECRET, "BI" + "MAT")
        + "[Quanh đây](map:00226)\n\n"
        "> Hiền tài là nguyên khí.\n>\n> — Thân Nhân Trung\n\n"
        "<script>alert(1)</script> [x](javascript:alert(1))"
    )
    lead = {"vi": "Lời dẫn thử."}
    return put(
        "story",
        "Chuyện thử",
        body={"vi": body},
        description=lead,
        byline="Khuê",
        published="2026-02-01",
        about=[town.dinh_so, town.hidden],
        editor_note=SECRET,
        consent=SECRET,
    )


def test_a_story_is_read_at_its_record(visit: Client, town: Town, story: str) -> None:
    page = text(visit, f"/id/{story}")
    for expected in (
        f'<a href="/id/{town.van_mieu}">Văn Miếu</a>',
        "Lời dẫn thử.",
        "1/2/2026",
        "<footer>— Thân Nhân Trung</footer>",
        f'href="/id/{town.dinh_so}"',
        'data-source="/map.json?place=00226"',
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<p>Chuyện kín</p>",
    ):
        assert expected in page, expected
    assert town.hidden not in page
    assert "javascript:" not in page.replace("[x](javascript:alert(1))", "")
    assert "<aside" in page


def test_a_map_of_a_record(visit: Client, town: Town) -> None:
    point = {"lon": 105.8355, "lat": 21.0293, "precision_m": 50}
    museum = put("museum", "Bảo tàng thử", point=point)
    body = f"[Ở đây](map:{museum})\n\n[Không rõ](map:{town.person})"
    page = text(visit, f"/id/{put('story', 'Có bản đồ', body={'vi': body})}")
    assert "&quot;lon&quot;: 105.8355" in page
    assert page.count('data-island="map"') == 1
    assert "Chu Văn An" in page


def test_a_story_in_one_language_says_so(visit: Client, story: str) -> None:
    page = text(visit, f"/en/id/{story}")
    assert "in Vietnamese only" in page
    assert '<div class="story__body" lang="vi">' in page
    assert "chỉ có" not in text(visit, f"/id/{story}")


def test_it_is_still_a_record(visit: Client, town: Town, story: str) -> None:
    record = text(visit, f"/id/{story}?view=record")
    assert "Căn cứ của thông tin" in record
    assert "Căn cứ của thông tin" not in text(visit, f"/id/{story}")
    assert "Căn cứ của thông tin" in text(visit, f"/id/{town.dinh_so}?view=record")
    text(visit, f"/id/{story}/history")
    text(visit, f"/id/{story}?at=2999-12-31")


def test_a_closed_story_is_gone_at_once(visit: Client, story: str) -> None:
    assert "Chuyện thử" in text(visit, "/stories")
    _edit(story, visibility="restricted")
    text(visit, f"/id/{story}", 404)
    assert "Chuyện thử" not in text(visit, "/stories")


def test_lists_of_nothing_say_so(visit: Client, town: Town) -> None:
    assert "Chưa có câu chuyện nào" in text(visit, "/stories")
    assert "No tour is recorded yet" in text(visit, "/en/tours")
    for page in ("stories", "tours"):
        text(visit, f"/{page}?page=2", 404)


def test_a_name_of_several_leads_nowhere(visit: Client, town: Town) -> None:
    _commit(
        {"id": new_ulid(), "type": "person", "name": {"vi": "Đình So"}}, source=_source("trung")
    )
    story = put("story", "Trùng tên", body={"vi": "Đến [đình](<record:Đình So>)."})
    assert "<p>Đến đình.</p>" in text(visit, f"/id/{story}")


@pytest.fixture
def route(visit: Client, town: Town) -> str:
    points = [(105.8355, 21.0293), (105.8524, 21.0307)]
    named = [
        put("museum", f"Nơi {n}", point={"lon": lon, "lat": lat, "precision_m": 50})
        for n, (lon, lat) in enumerate(points)
    ]
    stops = [
        {"number": 2, "stop": named[1], "minutes": 30, "note": {"vi": "Xem <b>bia</b>."}},
        {"number": 1, "stop": named[0]},
        {"number": 3, "name": "Quán nước"},
        {"number": 4, "stop": town.hidden},
        {"number": 5, "stop": town.person},
    ]
    return put("tour", "Tuyến thử", stops=stops, minutes=90, cost_plan=SECRET)


def test_a_tour_tells_its_stops_in_order(visit: Client, town: Town, route: str) -> None:
    page = text(visit, f"/id/{route}")
    assert page.index("Nơi 0") < page.index("Nơi 1") < page.index("Quán nước")
    for expected in (
        "1,8 km đường thẳng từ điểm trước",
        "Dừng 30 phút",
        "Xem &lt;b&gt;bia&lt;/b&gt;.",
        "chưa có hồ sơ",
        "Không nguồn nào cho tọa độ",
        "4 điểm dừng",
    ):
        assert expected in page, expected
    assert town.hidden not in page
    assert "Tổng cộng" not in page  # not every way is known
    assert "1.8 km in a straight line" in text(visit, f"/en/id/{route}")
    assert "4 điểm dừng" in text(visit, "/tours")


def test_the_way_past_a_hidden_stop_is_not_told(visit: Client, town: Town) -> None:
    points = [(105.8355, 21.0293), (105.8524, 21.0307)]
    first, second = (
        put("museum", f"Nơi {n}", point={"lon": lon, "lat": lat, "precision_m": 50})
        for n, (lon, lat) in enumerate(points)
    )
    stops = [{"stop": first}, {"stop": second}]
    page = text(visit, f"/id/{put('tour', 'Cả hai', stops=stops)}")
    assert "đường thẳng từ điểm trước" in page
    assert "Tổng cộng khoảng 1,8 km" in page
    stops.insert(1, {"stop": town.hidden})
    page = text(visit, f"/id/{put('tour', 'Qua chỗ kín', stops=stops)}")
    assert "2 điểm dừng" in page
    assert "đường thẳng" not in page
    hidden = put("tour", "Vẽ qua chỗ kín", stops=stops)
    assert visit.get(f"/id/{hidden}/stops.json").json()["lines"] == []
    before = [{"stop": town.hidden}, *stops[::2]]
    page = text(visit, f"/id/{put('tour', 'Từ chỗ kín', stops=before)}")
    assert "đường thẳng từ điểm trước" in page
    assert "Tổng cộng" not in page


def test_a_map_that_stands_often_is_looked_up_once(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    find = reading.ask_house.find

    def counting(ask: Any, *others: Any) -> Any:
        asked.append(ask.place)
        return find(ask, *others)

    monkeypatch.setattr(reading.ask_house, "find", counting)
    body = "".join(f"[Lần {n}](map:00226)\n\n" for n in range(reading.MOST_EMBEDDED + 9))
    page = text(visit, f"/id/{put('story', 'Lặp lại', body={'vi': body})}")
    assert asked == ["00226"]
    assert page.count('data-island="map"') == reading.MOST_EMBEDDED
    assert "<h2>Lần 1</h2>" in page
    assert f"<p>Lần {reading.MOST_EMBEDDED}</p>" in page


def test_what_is_open_of_a_tour_is_marked_in_a_list_too(visit: Client, town: Town) -> None:
    could_be = [{"code": code, "name": code, "source": "thử"} for code in ("00070", "00082")]
    stated = {"stated": "P. Hàng Trống", "candidates": could_be}
    tour = put("tour", "Tour phố cũ", place=stated)
    said = '<span class="value--open">P. Hàng Trống</span> <em class="openword">chưa rõ</em>'
    assert said in text(visit, "/tours")
    page = text(visit, f"/en/id/{tour}")
    assert 'in Vietnamese</small>, <em class="openword">open</em>' in page


def test_a_tour_at_one_place(visit: Client, town: Town) -> None:
    tour = put("tour", "Tour đêm", held_at=[town.van_mieu, town.hidden])
    page = text(visit, f"/id/{tour}")
    assert "Tổ chức tại" in page
    assert "Quốc Tử Giám" in page
    assert "Nguồn chưa ghi các điểm dừng" in page
    assert "Nguồn chưa ghi các điểm dừng" in text(visit, f"/id/{put('tour', 'Tour trống')}")


def test_stops_as_a_map_takes_them(visit: Client, town: Town, route: str) -> None:
    told = visit.get(f"/id/{route}/stops.json").json()
    assert [one["properties"]["label"] for one in told["features"]] == ["Nơi 0", "Nơi 1"]
    assert [one["properties"]["stops"] for one in told["features"]] == [[1], [2]]
    assert told["without_point"] == 1
    assert told["lines"] == [[[105.8355, 21.0293], [105.8524, 21.0307]]]
    for address in (town.dinh_so, town.hidden, "x", new_ulid()):
        text(visit, f"/id/{address}/stops.json", 404)


def test_any_text_gives_a_page(visit: Client, town: Town) -> None:
    body = "\n\n".join(f"[x](record:{quote(one)}) [y](<map:{one}>) {one}" for one in HOSTILE)
    clean = "".join(one for one in body if one.isprintable() or one == "\n")
    story = put("story", "Bài dữ", body={"vi": clean})
    page = text(visit, f"/id/{story}")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    tour = put("tour", "Tour trống")
    for value in HOSTILE:
        assert visit.get(f"/stories?page={quote(value)}").status_code in (200, 404)
        assert visit.get(f"/id/{tour}?view={quote(value)}").status_code == 200
