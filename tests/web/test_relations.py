"""Sentences, their drawing, what differs word for word, how to cite: what pages make of records."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.registry.models import Source
from khue.registry.queries import RecordView, ReferringView
from khue.web.portal.present.citing import citation
from khue.web.portal.present.differences import compare, text_of
from khue.web.portal.present.relations import MOST_NODES, graph, sentences
from khue.web.portal.present.values import Shown
from khue.web.portal.templatetags import records
from khue.web.portal.words import Lang
from tests.web.conftest import SECRET, Town, _commit, _edit
from tests.web.test_pages import text
from tests.web.test_present import ID, OTHER, reader, relic
from tests.work import calls_of


def parts(count: int) -> ReferringView:
    """So many relics that are components of the one, of which at most three are told."""
    told = tuple(
        RecordView(f"R{n}", "relic", 0, 0, {"name": {"vi": f"Gian {n}"}}) for n in range(3)
    )
    return ReferringView("relic", "part_of", count, told[:count])


@pytest.mark.parametrize(
    ("lang", "own", "of_others"),
    [
        ("vi", "Thờ", "Có 5 thành phần:"),
        ("en", "Is dedicated to", "Its components (5) are"),
    ],
)
def test_relations_are_sentences_both_ways(lang: Lang, own: str, of_others: str) -> None:
    document = relic(worshipped_persons=[OTHER, ID])  # of the second the public knows nothing
    said = sentences(document, {}, [parts(5)], reader(lang))
    assert [one.phrase for one in said] == [own, of_others]
    assert [record.id for record in said[0].records] == [OTHER]
    assert (len(said[1].records), said[1].more) == (3, 2)


def test_where_not_all_were_looked_at_a_sentence_says_at_least() -> None:
    many = replace(parts(1_500), is_least=True)
    (said,) = sentences(relic(), {}, [many], reader("vi"))
    assert said.phrase == "Có ít nhất 1.500 thành phần:"
    assert "ít nhất 1.497 hồ sơ khác" in records.sentences([said])


def test_what_a_source_wrote_for_a_record_is_told_where_that_is_public(
    visit: Client, town: Town
) -> None:
    """Only where the words are nothing but names of public records that it leads to: not with the
    name of a closed one among them, nor where a name means a record that it does not lead to."""
    closed = f"Hồ sơ kín {SECRET}"
    stated = {
        "danh-muc": {"worshipped_persons": "CHU VĂN AN", "related": f"Lễ hội thử; {closed}"},
        "sach": {"related": "Lễ hội thử;\u00a0Đình So", "worshipped_persons": "Cụ Chu"},
        "bao": {"related": "Trial Festival", "managers.manager": "Lễ hội thử"},
    }
    relic = {
        "id": new_ulid(),
        "type": "relic",
        "name": {"vi": "Đền thử"},
        "worshipped_persons": [town.person],
        "related": [town.event, town.dinh_so, town.hidden],
        "sources": [{"name": one, "key": "1", "stated": cells} for one, cells in stated.items()],
    }
    _commit(relic)
    told = queries.stated_names(relic["id"], house().pack)
    assert told == {
        "danh-muc": {"worshipped_persons": "CHU VĂN AN"},
        "sach": {"related": stated["sach"]["related"]},
        "bao": {"related": "Trial Festival"},
    }
    page = text(visit, f"/id/{relic['id']}")
    assert "CHU VĂN AN" in page
    assert "Trial Festival" in page
    assert SECRET not in page
    assert "Cụ Chu" not in page
    assert SECRET not in repr(queries.public_documents([relic["id"]]))
    _edit(town.person, visibility="restricted")
    assert "CHU VĂN AN" not in text(visit, f"/id/{relic['id']}")
    assert queries.stated_names(town.hidden, house().pack) == {}


def test_what_both_say_is_said_once() -> None:
    mutual = ReferringView("event", "related", 1, (RecordView(OTHER, "event", 0, 0, {"name": {}}),))
    said = sentences(relic(), {}, [mutual, mutual], reader())
    assert [[record.id for record in one.records] for one in said] == [[OTHER]]


def test_a_drawing_has_some_of_each_and_few_have_none() -> None:
    assert graph(sentences(relic(), {}, [parts(2)], reader())) is None
    drawn = graph(sentences(relic(worshipped_persons=[OTHER]), {}, [parts(3)], reader()))
    assert drawn is not None
    assert len(drawn.nodes) == 4 <= MOST_NODES
    assert len({node.y for node in drawn.nodes}) == 4
    assert drawn.nodes[0].record.id == OTHER


def test_names_in_a_drawing_are_told_apart() -> None:
    """Where the beginnings read the same, by their ends, or by where they differ."""
    held = "Trung tâm công nghiệp văn hóa"
    far = "ở phía bên kia của con sông lớn"
    names = [f"{held} Minh Họa 1", f"{held} Minh Họa 2", f"{held} Cửa Nam {far}"]
    told = tuple(
        RecordView(f"R{n}", "relic", 0, 0, {"name": {"vi": name}}) for n, name in enumerate(names)
    )
    drawn = graph(sentences(relic(), {}, [ReferringView("relic", "part_of", 3, told)], reader()))
    assert drawn is not None
    assert [node.text for node in drawn.nodes] == [
        "Trung tâm… Minh Họa 1",
        "Trung tâm… Minh Họa 2",
        "Trung tâm… Cửa Nam ở…",
    ]


WORDS = st.lists(st.sampled_from(["đình", "chùa", "năm", "1962", "tu", "bổ"]), max_size=8)


@given(WORDS, WORDS)
def test_marked_words_make_both_texts(before: list[str], after: list[str]) -> None:
    """The pieces of a state are its text, and what is not marked is the same in both."""
    one, other = Shown(" ".join(before)), Shown(" ".join(after))
    (left,), (right,) = compare((one,), (other,))
    assert left.changed == right.changed == (before != after)
    for shown, side in ((one, left), (other, right)):
        assert not side.pieces or "".join(p.text for p in side.pieces) == text_of(shown)
    kept = [[p.text for p in side.pieces if not p.marked] for side in (left, right)]
    assert kept[0] == kept[1]


def test_a_comma_after_a_word_does_not_mark_the_word() -> None:
    (left,), (right,) = compare((Shown("tọa độ gần đúng"),), (Shown("tọa độ gần đúng, mô tả"),))
    assert [one.text for one in left.pieces if one.marked] == []
    assert [one.text for one in right.pieces if one.marked] == [", mô tả"]


def test_long_texts_are_compared_sentence_by_sentence() -> None:
    """Of sentences far apart only the other words are marked; what has no sentences, or too many,
    is no more work than its words."""
    whole = [f"Câu {n} có tám chữ và một dấu." for n in range(200)]
    edited = [one.replace("tám", "chín") if n in (3, 190) else one for n, one in enumerate(whole)]
    (left,), (right,) = compare((Shown(" ".join(whole)),), (Shown(" ".join(edited)),))
    assert [one.text for one in left.pieces if one.marked] == ["tám", "tám"]
    assert "".join(one.text for one in right.pieces) == " ".join(edited)

    def compare_long(times: int, end: str) -> None:
        long = [f"a{end} b{end} " * times, f"b{end} a{end} " * times]
        compare((Shown(long[0]),), (Shown(long[1]),))

    for end in ("", "."):
        some, many = (calls_of(lambda n=n, end=end: compare_long(n, end)) for n in (600, 6_000))
        assert many < 11 * some


def test_only_the_items_that_went_or_came_are_marked() -> None:
    same, gone, come = Shown("An"), Shown("Bình"), Shown("Cúc")
    before, after = compare((same, gone), (come, same))
    assert [one.changed for one in before] == [False, True]
    assert [one.changed for one in after] == [True, False]


def test_a_citation_names_the_version_and_the_day() -> None:
    at = dt.datetime(2025, 3, 17, 3, tzinfo=dt.UTC)
    name = {"vi": "Đình {So}", "en": "So House"}
    cited = citation(ID, name, 2, at, "https://a.example/id/X", dt.date(2026, 1, 2))
    vi, en = (told for _, told in cited.texts)
    assert all(part in vi for part in ("Đình {So}", "phiên bản 2 (17/3/2025)", "2/1/2026"))
    assert all(part in en for part in ("So House", "version 2 (17 March 2025)", "2 January 2026"))
    assert "title = {Đình So}," in cited.bibtex
    assert "urldate = {2026-01-02}" in cited.bibtex
    late = citation(ID, name, 2, at.replace(hour=18), "https://a.example/id/X", at.date())
    assert "18/3/2025" in late.texts[0][1]  # the day in Việt Nam
    assert " date = {2025-03-18}," in late.bibtex


def test_a_source_tells_what_came_from_it(visit: Client, town: Town) -> None:
    source = Source.objects.get(name="danh-muc").id
    page = text(visit, f"/source/{source}")
    for expected in ("Danh mục di tích &lt;b&gt;", "CC BY 4.0", "17/3/2025", "0" * 64, "Đình So"):
        assert expected in page, expected
    assert "2 lần ghi" in page  # the closed record is neither told nor counted
    assert "List of relics" in text(visit, f"/en/source/{source}")
    assert "Đình So" in text(visit, f"/source/{source}?page=x")
    for nothing in (f"{source}?page=2", "01J8Z3N9V5W6X7Y8Z9A0B1C2D3", "x"):
        text(visit, f"/source/{nothing}", 404)


def test_of_a_source_nothing_is_told_when_nothing_it_brought_may_be_seen(
    visit: Client, town: Town
) -> None:
    pack = house().pack
    name = Source.objects.get(name="nhan-vat").id
    assert queries.source(PUBLIC, name, pack) is not None
    told: list[Any] = queries.changes_of_source(PUBLIC, name, pack, offset=0, limit=9)
    assert [change.record for change in told] == [town.person]
    assert SECRET not in repr((told, queries.source(PUBLIC, name, pack)))
    _edit(town.person, visibility="restricted")
    assert queries.source(PUBLIC, name, pack) is None
    text(visit, f"/source/{name}", 404)


def test_one_goes_through_the_versions_without_a_script(visit: Client, town: Town) -> None:
    page = text(visit, f"/id/{town.dinh_so}")
    choices = re.findall(r'<option value="(\d*)"( selected)?>([^<]+)</option>', page)
    assert [bool(chosen) for _, chosen, _ in choices] == [True, False, False]
    assert choices[0][0] == ""
    then = text(visit, f"/id/{town.dinh_so}?at={choices[-1][0]}")
    assert f'<option value="{choices[-1][0]}" selected>' in then
    assert "<option value=" not in text(visit, f"/id/{town.person}")


def test_cited_documents_are_looked_up_together(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    cited = [f"{number}/QĐ-TTg" for number in (1271, 1272, 1273)]
    policies = {
        text: {"id": new_ulid(), "type": "policy", "name": {"vi": text}, "citation": {"text": text}}
        for text in cited[:2]
    }
    relic = {
        "id": new_ulid(),
        "type": "relic",
        "name": {"vi": "Đình thử"},
        "designations": [{"rank": "NAT", "decision": {"text": text}} for text in cited],
    }
    _commit(*policies.values(), relic)
    search.catch_up(house().pack)
    asked: list[int] = []

    def labels(*given: Any, **how: Any) -> Any:
        asked.append(1)
        return known(*given, **how)

    known = queries.labels
    monkeypatch.setattr(queries, "labels", labels)
    page = text(visit, f"/id/{relic['id']}")
    assert all(f'href="/id/{one["id"]}"' in page for one in policies.values())
    assert len(asked) == 2  # of names that it refers to, and of what it cites
