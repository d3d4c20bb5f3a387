"""The home page: ways in that lead to what they count, figures from the registry, and no haste."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.pipeline import house, load_demonstration, undo_batch
from khue.places import Unit
from khue.registry import actions, queries
from khue.web.portal import editorial, opening
from khue.web.portal import house as ask_house
from khue.web.portal.ask import Ask, read_ask
from khue.web.portal.kept import Kept, State
from khue.web.portal.present import still
from khue.web.portal.present.opening import beginning
from tests.web.conftest import SECRET, Town, _commit, _edit, _source

CITY = """
heading: {vi: Thử, en: Trial}
figures:
  - title: {vi: Hai con số, en: Two counts}
    note: {vi: đếm hai danh sách, en: these count two lists}
    of:
      - {source: danh-muc, name: Tổng số di tích, counts: {vi: di tích, en: relics inventoried}}
      - {source: danh-muc, name: Theo quyết định, counts: {vi: di tích, en: relics approved}}
      - {source: danh-muc, name: Không có, counts: {vi: không, en: none}}
"""


def observation(name: str, value: float, **fields: Any) -> dict[str, Any]:
    return {
        "id": new_ulid(),
        "type": "observation",
        "name": {"vi": name},
        "value": value,
        "sources": [{"name": "danh-muc", "key": f"{name} {value}", "stated": {}}],
        "check_note": SECRET,
        **fields,
    }


def page(visit: Client, address: str = "/") -> str:
    body = visit.get(address).content.decode()
    assert SECRET not in body
    return body


def test_every_group_leads_to_as_many_as_it_counts(visit: Client, town: Town) -> None:
    found = re.findall(
        r'<a href="(/en/search\?group=\w+)"><span class="ways__name">[^<]+</span><span>(\d+)<',
        page(visit, "/en/"),
    )
    assert len(found) >= 3
    for address, count in found:
        assert f"{count} record" in visit.get(address).content.decode(), address
        asked = read_ask(QueryDict(address.partition("?")[2]), house().pack)
        assert asked.group
        told = visit.get(address.replace("/search", "/explore.json")).json()
        assert told["total"] == int(count)
        assert told["understood"] == []
    assert read_ask(QueryDict("group=nothing"), house().pack) == Ask()


def test_ways_and_types_agree_with_the_pack() -> None:
    grouped = [name for types in editorial.groups().values() for name in types]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= set(house().pack.types)
    assert set(house().pack.types) - set(grouped) == {"story"}


def test_a_group_is_a_filter_like_any_other(visit: Client, town: Town) -> None:
    asked = Ask(text="so", group="heritage")
    assert read_ask(QueryDict(asked.address().partition("?")[2]), house().pack) == asked
    assert asked.without("group", "heritage") == Ask(text="so")
    body = page(visit, "/search?group=heritage")
    assert "Đình So" in body
    assert "Hội đình So" not in body
    assert 'href="/search"' in body  # the chip takes it off


@pytest.fixture
def city(settings: Any, tmp_path: Path) -> None:
    (tmp_path / editorial.FILE).write_text(CITY, encoding="utf-8")
    settings.KHUE_CITY = tmp_path


def test_figures_are_those_of_the_registry(visit: Client, town: Town, city: None) -> None:
    first = observation(
        "Tổng số di tích",
        5922,
        unit="relic",
        period="2024-12",
        status="actual",
        precision="nearly",
        citations=[{"title": "Bài <b>thử</b>"}],
    )
    second = observation("Theo quyết định", 6489, unit="relic", period="2025-03-17")
    _commit(first, second, source=_source())
    search.catch_up(house().pack)
    body = page(visit, "/en/")
    for told in ("5,922", "6,489", "nearly", "December 2024", "Actual", "17 March 2025"):
        assert told in body
    assert "relics inventoried" in body
    assert "Bài &lt;b&gt;thử&lt;/b&gt;" in body
    assert f'href="/en/id/{first["id"]}"' in body
    # A note on all of them would be wrong of some of them.
    assert "these count two lists" not in body
    # Two of the same name: nothing says which is meant.
    _commit(observation("Theo quyết định", 7000), source=_source())
    search.catch_up(house().pack)
    assert "6,489" not in page(visit, "/en/")


def test_a_registry_is_no_demonstration_by_itself(
    visit: Client, settings: Any, tmp_path: Path
) -> None:
    for settings.KHUE_CITY in (None, tmp_path / "nowhere"):
        body = page(visit)
        assert "Sổ đăng ký mở về di sản" in body
        assert "figure-group" not in body
        for address in ("/", "/about"):
            assert "bản trình diễn" not in page(visit, address)


def test_where_the_demonstration_was_loaded_it_says_so(
    visit: Client, settings: Any, tmp_path: Path
) -> None:
    settings.KHUE_DEMO = tmp_path
    (tmp_path / "mot.csv").write_text("Tên\nChùa Thử\n", encoding="utf-8")
    (tmp_path / "demo.yaml").write_text(
        "batches:\n- {file: mot.csv, type: relic, source: thu, title: {vi: Thử, en: Trial},"
        " why: {vi: thử, en: trial}}\n",
        encoding="utf-8",
    )
    told = "Đây là bản trình diễn."
    (tmp_path / editorial.FILE).write_text(f"keeper: {{vi: {told}, en: trial}}", encoding="utf-8")
    assert told not in page(visit, "/about")
    [(_, report)] = load_demonstration(house(), tmp_path, lambda what, done, total: None)
    assert told in page(visit, "/about")
    undo_batch(house(), batch=str(report.batch), actor=OPERATOR, why="thử")
    assert told not in page(visit, "/about")


def test_a_story_opens_with_whole_sentences(visit: Client, town: Town) -> None:
    told = {
        "id": new_ulid(),
        "type": "story",
        "name": {"vi": "Chuyện thử", "en": "Trial story"},
        "description": {"vi": "Lời dẫn."},
        "body": {"vi": "# Đề mục\n\nCâu đầu. Câu sau."},
        "published": "2026-02-01",
    }
    _commit(told, {**told, "id": new_ulid(), "name": {"vi": "Cũ"}, "published": "2025-01-01"})
    search.catch_up(house().pack)
    body = page(visit, "/en/")
    assert "Trial story" in body
    assert '<p class="story-teaser__text" lang="vi">Câu đầu. Câu sau.</p>' in body
    assert "This story is in Vietnamese only." in body
    assert beginning("Một câu. " * 80, 30) == "Một câu. Một câu. Một câu."
    assert beginning("một " * 80, 9) == "một một…"
    assert beginning("", 9) == ""


def test_the_beginning_of_a_story_has_no_marks_of_markdown() -> None:
    body = (
        "## Đầu đề\n\n[Đình So](record:X)\n\n> Lời người khác.\n\n- một\n\n"
        "**Hồ** *Gươm* ở [giữa phố](<record:Hồ>),\nxưa là ![ảnh](a.png) `Lục Thủy` \\*.\n\nHai."
    )
    assert beginning(body, 200) == "Hồ Gươm ở giữa phố, xưa là ảnh Lục Thủy *."
    assert beginning("“Trích” mở đầu.", 200) == "“Trích” mở đầu."


def test_the_city_is_drawn_before_any_program_runs(visit: Client) -> None:
    counted = {
        one.code: ask_house.contents()[1].get(one.code, 0)
        for one in house().gazetteer.communes("01")
    }
    drawing = page(visit, "/en/").partition('<svg class="map__still"')[2].partition("</svg>")[0]
    circles = re.findall(
        r'<circle class="map__still-mark" cx="(\d+)" cy="(\d+)" r="(\d+)"', drawing
    )
    assert len(circles) == sum(map(bool, counted.values())) > 1
    assert re.search(r'<path class="map__still-lines" d="M\d+ \d+L[^"]{200,}"', drawing)
    assert "Boundaries approximate" in page(visit, "/en/").partition("map__rough")[2][:200]


def unit(code: str, lon: float | None, lat: float | None) -> Unit:
    name = {"vi": code, "en": code}
    return Unit(code, name, code, "Xã", "commune", "01", lat, lon)


def test_a_drawing_has_north_above_and_more_records_larger() -> None:
    units = [unit("B", 105.5, 21.5), unit("N", 105.0, 21.0), unit("T", 106.0, 20.5)]
    units += [unit("?", None, None)]
    counted = {"B": 400, "N": 100, "T": 1, "?": 9}
    made = still.still([[(105.0, 22.0), (106.5, 21.0)]], units, counted, rough=False)
    assert made is not None
    north, west, south = made.circles
    assert (north.r, west.r, south.r) == (still.LARGEST, still.LARGEST // 2, still.SMALLEST)
    assert north.y < west.y < south.y
    assert west.x < north.x < south.x
    assert made.path == f"M0 0L{round(1000 * math.cos(math.radians(21.25)))} 667"
    left, top, width, height = map(int, made.box.split())
    for one in made.circles:
        assert left <= one.x - one.r <= one.x + one.r <= left + width
        assert top <= one.y - one.r <= one.y + one.r <= top + height


def test_of_one_place_nothing_is_drawn() -> None:
    assert still.still([], [unit("B", 105.5, 21.5), unit("C", 105.5, 21.5)], {}, rough=True) is None
    empty = still.still([], [unit("B", 105.5, 21.5), unit("C", 105.5, 21.0)], {}, rough=True)
    assert empty is not None
    assert empty.circles == ()


def test_kept_until_the_ledger_moves(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(state: State) -> Any:
        made.append(state.lang)
        return opening._make(state)

    monkeypatch.setattr(opening, "_contents", Kept(make, daily=True))
    for address in ("/", "/", "/en/", "/en/", "/"):
        page(visit, address)
    assert made == ["vi", "en"]
    _edit(town.dinh_so, name__en="Another name")
    # While the index is behind, nothing is kept.
    monkeypatch.setattr(ask_house, "followed", lambda: None)
    assert "Another name" in page(visit, "/en/")
    page(visit, "/en/")
    assert made == ["vi", "en", "en", "en"]
    monkeypatch.undo()
    search.catch_up(house().pack)
    assert "Another name" in page(visit, "/en/")


def test_what_is_withdrawn_is_gone_at_once(visit: Client, town: Town) -> None:
    assert "Lễ hội thử" in page(visit)
    actions.withdraw(actor=OPERATOR, why="thử", record=town.event, pack=house().pack)
    assert "Lễ hội thử" not in page(visit)


def test_latest_looks_at_no_more_than_it_must(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from khue.model.rights import PUBLIC
    from khue.registry.queries import versions

    looked: list[str] = []

    def history(actor: Any, record: str, pack: Any) -> Any:
        looked.append(record)
        return known(actor, record, pack)

    known = versions.history
    every = queries.latest(PUBLIC, 50, house().pack)
    monkeypatch.setattr(versions, "history", history)
    newest = queries.latest(PUBLIC, 2, house().pack)
    assert newest == every[:2]
    assert [one.seq for one in every] == sorted((one.seq for one in every), reverse=True)
    assert len(looked) < len(every)
    assert town.hidden not in {one.record for one in every}
