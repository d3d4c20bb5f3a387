"""The overview and the findings: what a leader reads, what contradicts, with who says what."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.measures.compute import Value
from khue.measures.values import keep
from khue.model.rights import OPERATOR
from khue.pipeline import house, indicators_of, withdraw_record
from khue.web.portal import editorial
from khue.web.portal.present import indicators
from khue.web.portal.present.statements import counted, language_of, with_marks
from tests.web.conftest import SECRET, Town, _commit, _edit, _source

HANOI = "Hà Nội"
CODE = "01"


def figure(name: str, value: float | None, **fields: Any) -> dict[str, Any]:
    """An observation about Hà Nội; `quote` are the words of its source."""
    quote = fields.pop("quote", "")
    return {
        "id": new_ulid(),
        "type": "observation",
        "name": {"vi": name},
        **({} if value is None else {"value": value}),
        "place": house().resolve_place(fields.pop("place", HANOI)),
        "citations": [{"title": f"Bài về {name}", "quote": quote, "url": "https://example.org/b"}],
        "sources": [{"name": "danh-muc", "key": f"{name} {value} {new_ulid()}", "stated": {}}],
        "check_note": SECRET,
        **fields,
    }


def target(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": new_ulid(),
        "type": "target",
        "name": {"vi": name},
        "indicator": "festivals",
        "unit": "event",
        "place": house().resolve_place(HANOI),
        "sources": [{"name": "danh-muc", "key": name, "stated": {}}],
        **fields,
    }


def commit(*documents: dict[str, Any]) -> None:
    _commit(*documents, source=_source())
    search.catch_up(house().pack)


def compute(key: str, value: float, position: int) -> None:
    """Keep a value for Hà Nội as if it had been computed at a position of the ledger."""
    every, _ = indicators_of(house().pack)
    one = Value(key, every[key].version, {"place": CODE}, value, int(value))
    told = {"position": position, "period": "2026-01-02", "source": "khue"}
    keep([one], every, **told)


def page(visit: Client, address: str, status: int = 200) -> str:
    """The text of a page, which holds no secret."""
    answer = visit.get(address)
    assert answer.status_code == status, address
    body = unescape(answer.content.decode())
    assert SECRET not in body
    return body.replace("\u00a0", " ")


def card(body: str, code: str) -> str:
    """The finding of a kind on the page of findings."""
    found = re.findall(rf'<article class="finding" id="{code}-.*?</article>', body, re.DOTALL)
    assert len(found) == 1, code
    return str(found[0])


@pytest.fixture
def contradiction(town: Town) -> list[dict[str, Any]]:
    """Two sources on one figure, of which one has said how it knows."""
    told = [
        figure(
            "Khách tham quan",
            1793,
            period="2025",
            unit="visit",
            indicator="visits",
            quote="nearly 1,793 visits <b>in all</b>, not 11793",
            reported_by_name="Bà Trần Thị Thử",
            status="actual",
        ),
        figure("Khách tham quan", 2500, period="2025", unit="visit", indicator="visits"),
    ]
    commit(*told)
    return told


def test_statements_stand_side_by_side(visit: Client, contradiction: list[dict[str, Any]]) -> None:
    for lang, kind in (("", "Các nguồn nêu khác nhau"), ("/en", "Told differently by sources")):
        body = page(visit, f"{lang}/measures/findings")
        told = card(body, "told_differently")
        assert f">{kind}</h3>" in body
        assert "<mark>1,793</mark> visits" in told
        assert "1793</mark>" not in told
        assert "Bà Trần Thị Thử" in told
        assert told.count('<li class="statement">') == 2
        for one in contradiction:
            assert f'href="{lang}/id/{one["id"]}"' in told
        assert re.search(r"1[.,]793 ≠ 2[.,]500", told)
    raw = visit.get("/measures/findings").content.decode()
    assert "&lt;b&gt;in all&lt;/b&gt;" in raw


def test_a_withdrawn_figure_contradicts_nobody(
    visit: Client, contradiction: list[dict[str, Any]]
) -> None:
    assert "told_differently" in page(visit, "/measures/findings")
    withdraw_record(house(), record=contradiction[1]["id"], actor=OPERATOR, why="thử")
    assert "told_differently-" not in page(visit, "/measures/findings")


def test_a_closed_figure_is_not_told(visit: Client, contradiction: list[dict[str, Any]]) -> None:
    _edit(contradiction[1]["id"], visibility="restricted")
    search.catch_up(house().pack)
    for address in ("/measures/findings", "/measures", "/en/measures?q=visits"):
        assert "2.500" not in page(visit, address)
        assert "2,500" not in page(visit, address)


def test_findings_are_sifted(visit: Client, contradiction: list[dict[str, Any]]) -> None:
    commit(
        figure("Tỷ lệ thử", 63.7, period="2025", unit="percent", numerator=1186, denominator=1761)
    )
    assert "1.186/1.761" in card(page(visit, "/measures/findings"), "ratio_wrong")
    body = page(visit, "/en/measures/findings")
    ways = re.findall(
        r'<li><a href="(/en/measures/findings\?[^"]+)".*?<span>(\d+)</span></a>', body
    )
    options = re.findall(r'<option value="([^"]+)">.*? \((\d+)\)</option>', body)
    names = {"01": "place"} | dict.fromkeys(("ratio_wrong", "told_differently"), "kind")
    ways += [
        (f"/en/measures/findings?{names.get(value, 'dimension')}={value}", count)
        for value, count in options
    ]
    assert len(ways) >= 6
    for address, count in ways:
        sifted = page(visit, address)
        assert sifted.count('<article class="finding"') == int(count), address
        assert "noindex" in sifted
    assert "noindex" not in body
    about = page(visit, "/measures/findings?indicator=visits")
    assert "ratio_wrong-" not in about
    assert "Lượt khách tham quan" in about
    # What is no such thing is passed over; a page that there is not is none.
    for nonsense in (
        *("kind=nothing", "severity=x", "indicator=%00", "page=abc", "kind=piece.at"),
        *("dimension=no", "place=00000", "place=<script>"),
    ):
        all_of_them = page(visit, f"/measures/findings?{nonsense}")
        assert all_of_them.count('<article class="finding"') == 2
        assert "noindex" not in all_of_them
        assert ("không khớp phát hiện nào" in all_of_them) == ("page=" not in nonsense)
    assert "không khớp phát hiện nào" not in about
    page(visit, "/measures/findings?page=2", status=404)
    none = page(visit, "/measures/findings?kind=ratio_wrong&severity=note")
    assert "Không có phát hiện nào như vậy." in none


def test_many_findings_are_lines_by_kind_that_open(visit: Client, town: Town) -> None:
    for number in range(24):
        year = str(2000 + number)
        commit(figure("Tỷ lệ", 63.7, period=year, unit="percent", numerator=1186, denominator=1761))
    commit(
        figure("Khách", 1793, period="2025", unit="visit", indicator="visits"),
        figure("Khách", 2500, period="2025", unit="visit", indicator="visits"),
    )
    first = page(visit, "/measures/findings")
    kinds = dict(re.findall(r'<li><a href="([^"]+)"><span>[^<]+</span> <span>(\d+)</span>', first))
    assert first.count('<article class="finding"') == 20
    assert '<details class="finding__fold" open>' not in first
    # A kind that goes on over the page is led to by itself, one that ends on it to where it is.
    assert kinds["/measures/findings?kind=ratio_wrong"] == "24"
    for anchor, count in kinds.items():
        if anchor.startswith("#"):
            group = first[first.index(f'id="{anchor[1:]}"') :].partition("</section>")[0]
            assert group.count("<article") == int(count)
    second = page(visit, "/measures/findings?page=2")
    assert second.count('<article class="finding"') == sum(map(int, kinds.values())) - 20
    # Whoever is led to one finds it open, and few stand open.
    for asked in ("kind=told_differently", "kind=told_differently&indicator=visits"):
        assert '<details class="finding__fold" open>' in page(visit, f"/measures/findings?{asked}")


def test_findings_are_sifted_by_place_and_dimension(
    visit: Client, contradiction: list[dict[str, Any]]
) -> None:
    same = {"period": "2025", "unit": "relic", "indicator": "relics_total"}
    commit(*(figure("Di tích", value, place="Xã Sóc Sơn, Hà Nội", **same) for value in (410, 395)))
    address = "/measures/findings"
    told = {
        asked: set(re.findall(r'<article class="finding" id="(\w+)-', page(visit, address + asked)))
        and page(visit, address + asked).count("<article")
        for asked in ("", "?place=01", "?place=00376", "?place=00376&kind=told_differently")
    }
    assert told == {
        "": 2,
        "?place=01": 1,
        "?place=00376": 1,
        "?place=00376&kind=told_differently": 1,
    }
    there = page(visit, f"{address}?place=00376")
    assert re.search(r'<option value="00376" selected>Xã Sóc Sơn \(1\)', there)
    dimension = indicators_of(house().pack)[0]["relics_total"].dimension
    assert page(visit, f"{address}?dimension={dimension}").count("<article") == 1
    nothing = page(visit, f"{address}?dimension={dimension}&place=01")
    assert "Không có phát hiện nào như vậy." in nothing


def test_the_registry_stands_beside_a_source_that_states_more(visit: Client, town: Town) -> None:
    commit(figure("Di tích", 6489, period="2025", unit="relic", indicator="relics_total"))
    compute("relics_total", 2, 1)
    told = card(page(visit, "/en/measures/findings"), "computed_short")
    assert told.count('<li class="statement">') == 2
    assert "The registry counts" in told
    assert 'href="/en/measures/relics_total"' in told


def test_an_empty_registry_says_so(client: Client, db: None) -> None:
    body = page(client, "/measures")
    assert "Chưa có mục tiêu nào" in body
    assert "Không có số liệu nào sai" in body
    assert "Chưa có chỉ tiêu nào có số của hai thời điểm." in body
    assert "Nothing was found about the figures." in page(client, "/en/measures/findings")


def test_rows_are_made_once_and_anew_after_every_change(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    row_of = indicators.row_of

    def counted(one: Any, *more: Any) -> Any:
        made.append(one.key)
        return row_of(one, *more)

    monkeypatch.setattr(indicators, "row_of", counted)

    def festivals(lang: str = "") -> str:
        body = page(visit, f"{lang}/measures?q=festivals")
        return body[body.index('<ul class="indicator-list">') :]

    told = figure("Lễ hội", 100, period="2024", unit="event", indicator="festivals")
    commit(told)
    assert ">100<" in festivals()
    every = len(made)
    assert every == len(set(made)) > 60
    for question in ("", "?q=di+tich", "?obtained=reported", "?q=l%E1%BB%85+h%E1%BB%99i"):
        page(visit, f"/measures{question}")
    assert len(made) == every, "a question makes none"
    assert "Festivals" in festivals("/en")
    assert len(made) == 2 * every, "each language has its own"
    commit(figure("Lễ hội", 120, period="2025", unit="event", indicator="festivals"))
    assert ">120<" in festivals()
    assert ">120<" in festivals("/en")
    compute("relics_total", 2, 1)
    assert "2" in page(visit, "/measures?q=relics_total")
    assert len(made) == 5 * every, "what was computed counts, too"
    withdraw_record(house(), record=told["id"], actor=OPERATOR, why="thử")
    assert ">120<" in festivals()
    assert len(made) == 6 * every


def test_targets_come_with_the_worst_first(visit: Client, town: Town) -> None:
    commit(
        figure("Lễ hội", 100, period="2020", unit="event", indicator="festivals"),
        figure("Lễ hội", 110, period="2024", unit="event", indicator="festivals"),
        target("Đã tới", value=105, due="2090"),
        target("Không biết", value=5, due="2090", indicator="visits"),
        target("Còn xa", value=900, due="2090", kind="level"),
    )
    body = page(visit, "/measures")
    order = [body.index(f">{name}</a>") for name in ("Còn xa", "Không biết", "Đã tới")]
    assert order == sorted(order)
    glance = re.findall(r'glance__number">(\d+)</span> <span class="state state--(\w+)"', body)
    assert glance[:4] == [("1", "behind"), ("1", "unknown"), ("0", "on_track"), ("1", "achieved")]
    assert "Phải đạt 900 sự kiện" in body
    assert "(110 / 100)^(1 / 4)" in body
    assert 'href="/measures/festivals"' in body


def test_what_changed_is_told_with_its_reason(visit: Client, town: Town) -> None:
    basis = {
        "id": new_ulid(),
        "type": "policy",
        "name": {"vi": "Quyết định danh mục"},
        "citation": {"text": "1559/QĐ-UBND"},
    }
    same = {"unit": "relic", "indicator": "relics_total"}
    commit(
        basis,
        figure("Di tích", 5922, period="2024-12", **same),
        figure("Di tích", 6489, period="2025-03-17", basis=basis["id"], **same),
        figure("Di tích", 6489, period="2026-01", **same),
        figure(
            "Tỷ trọng", 4, period="2023", unit="percent", indicator="cultural_industry_gdp_share"
        ),
        figure(
            "Tỷ trọng", 3.5, period="2024", unit="percent", indicator="cultural_industry_gdp_share"
        ),
        # A month is no change against a year.
        figure("Lượt khách", 120_000, period="2024", unit="visit", indicator="visits"),
        figure("Lượt khách", 9_000, period="2026-01", unit="visit", indicator="visits"),
    )
    body = page(visit, "/en/measures")
    table = body[body.index('<table class="table changes">') :]
    assert "+567 relics (+9.6%)" in table
    assert "17 March 2025" in table
    assert "The list changed; this is no growth" in table
    assert "−0.5 percentage points" in table
    assert "9,000" not in table[: table.index("</table>")]


def test_what_the_registry_counts_otherwise_than_before(visit: Client, town: Town) -> None:
    compute("relics_total", 2, 1)
    assert "In the registry" not in page(visit, "/en/measures")
    compute("relics_total", 3, 2)
    body = page(visit, "/en/measures")
    assert "In the registry, against the run before" in body
    table = body[body.index('<table class="table changes">') :]
    told = " ".join(re.sub(r"<[^>]+>", " ", table).split())
    assert re.search(
        r"Relics 2 relics .*Actual.* position 1 .*3 relics .* position 2 \+1 relic", told
    )


def test_contradicting_newest_figures_stand_beside_each_other(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = {"unit": "percent", "indicator": "cultural_industry_gdp_share", "period": "2024"}
    commit(figure("Đóng góp", 5.82, **same), figure("Đóng góp", 3.61, **same))
    key = page(visit, "/measures").partition('<section class="key"')[2].partition("</section>")[0]
    assert "5,82" in key
    assert "3,61" in key
    assert "4,7" not in key  # never their average


def test_all_indicators_are_listed_and_found(visit: Client, town: Town) -> None:
    every, _ = indicators_of(house().pack)
    body = page(visit, "/en/measures")
    assert {f"/en/measures/{key}" for key in every} <= set(re.findall(r'href="([^"]+)"', body))
    assert f"{len(every)} indicators" in body
    found = page(visit, "/measures?q=lang+nghe")
    assert "/measures/craft_villages_recognised" in found
    assert "/measures/festivals" not in found
    assert "Không có chỉ tiêu nào như vậy." in page(visit, "/measures?q=khongco")
    for way in ("computed", "derived", "reported"):
        asked = page(visit, f"/measures?obtained={way}")
        there = set(re.findall(r'<a href="/measures/(\w+)"', asked)) & every.keys()
        assert there == {key for key, one in every.items() if one.obtained == way}


def test_an_indicator_with_figures_of_a_part_only_is_not_said_to_have_none(
    visit: Client, town: Town
) -> None:
    scoped = {"unit": "course", "indicator": "craft_training_courses", "period": "2024-12"}
    commit(figure("Lớp tập huấn", 40, scope={"vi": "ngành nghề nông thôn"}, **scoped))
    assert "/measures/craft_training_courses" not in page(visit, "/measures?obtained=none")
    row = page(visit, "/measures?q=lop+tap+huan").partition("/measures/craft_training_courses")[2]
    assert "chỉ có số liệu của một phần, hoặc không rõ kỳ" in row
    assert "only figures of a part" in page(visit, "/en/measures?obtained=reported")


def test_culture_2030_has_a_view_of_its_own(visit: Client, town: Town) -> None:
    body = page(visit, "/en/measures?set=culture2030")
    rows = body.count('<div class="indicator-list__name">')
    assert rows == 22
    assert "UNESCO Culture|2030" in body
    assert "22 indicators" in body


def test_the_pack_names_indicators_that_there_are() -> None:
    every, _ = indicators_of(house().pack)
    picked = editorial.key_figures()
    assert len(picked) >= 4
    for group in picked:
        assert set(group.indicators) <= every.keys()
        assert {every[key].dimension for key in group.indicators} == {group.dimension}
    for one in editorial.indicator_sets():
        assert any(key.startswith(one.keys_begin) for key in every)


def test_numbers_in_words_of_a_source() -> None:
    assert "".join(one.text for one in with_marks("1793 and 11793", ["1793"])) == "1793 and 11793"
    assert [one.text for one in with_marks("in 11793", ["1793"]) if one.marked] == []
    assert with_marks("", ["1"]) == ()
    assert language_of("one relic in Hà Nội and Huế, of all that there are") == "en"
    assert language_of("gần 1.793 di sản văn hóa phi vật thể") == "vi"
    assert counted(34.146341, "vi") == "34,1"
    assert counted(0.0903, "en") == "0.09"
    assert counted(4000.0, "vi") == "4.000"
