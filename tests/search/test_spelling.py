"""Words with one wrong letter: when they are forgiven, what comes first, what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.vietnamese import fold
from khue.model.packs import Pack
from khue.model.rights import OPERATOR, Actor
from khue.search.following import catch_up
from khue.search.results import Results
from khue.search.typos import edits
from tests.search.conftest import Search, both, found, search
from tests.search.samples import MemoryLedger, person, place, relic

DOCUMENTS = (
    relic(1, "Văn Miếu - Quốc Tử Giám", en="Temple of Literature", place=place("00199")),
    relic(2, "Đình Thanh Hà", designations=[{"rank": "NAT"}]),
    relic(3, "Đình Thành Hà", designations=[{"rank": "NAT"}]),
    relic(4, "Chùa Láng", alternative_names=[{"vi": "Chiêu Thiền Tự"}]),
    relic(5, "Chùa Lang Thang"),
    relic(6, "Bia 1945", description={"vi": "kỷ niệm nghuyễn năm 1954"}),
    relic(7, "Đền Trấn Vũ"),
    person(8, "Nguyễn Trãi"),
    person(9, "Nguyễn Du"),
    person(10, "Nguyễn Huệ"),
)


@pytest.mark.parametrize(
    ("text", "first", "spelling"),
    [
        ("van mieuu", "Văn Miếu - Quốc Tử Giám", "Văn Miếu"),
        ("văn miếuu", "Văn Miếu - Quốc Tử Giám", "Văn Miếu"),
        ("van imeu ", "Văn Miếu - Quốc Tử Giám", "Văn Miếu"),
        ("va\u0306n mie\u0302\u0301uu", "Văn Miếu - Quốc Tử Giám", "Văn Miếu"),
        ("QUOOC TU GIAM", "Văn Miếu - Quốc Tử Giám", "Quốc Tử Giám"),
        ("the temple of litrature", "Văn Miếu - Quốc Tử Giám", "the Temple of Literature"),
        ("chùa lnág", "Chùa Láng", "Chùa Láng"),
        ("chiêuu thiền", "Chùa Láng", "Chiêu Thiền"),
        ("chieu thienn", "Chùa Láng", "Chiêu Thiền"),
        ("tran vuu", None, None),  # words of three letters stand as typed
        ("bia 1946", None, None),  # another year is no typing error
        ('"van mieuu"', None, None),  # in quotes nothing is forgiven
        ("văn miếu", "Văn Miếu - Quốc Tử Giám", None),
        ("chua lang", "Chùa Láng", None),
    ],
)
def test_one_wrong_letter(
    text: str, first: str | None, spelling: str | None, searching: Callable[..., Search]
) -> None:
    results = searching(*DOCUMENTS)(text)
    assert (found(results) or [None])[0] == first
    assert results.spelling == spelling


def test_what_is_found_exactly_comes_first_and_is_enough(searching: Callable[..., Search]) -> None:
    search = searching(*DOCUMENTS)
    assert found(search("nguyễn")) == ["Nguyễn Du", "Nguyễn Huệ", "Nguyễn Trãi"]  # three are enough
    exact_first = search("nghuyen")
    assert found(exact_first)[0] == "Bia 1945"
    assert set(found(exact_first)) == {"Bia 1945", "Nguyễn Du", "Nguyễn Huệ", "Nguyễn Trãi"}
    assert exact_first.spelling is None


def test_hits_facets_totals_and_filters_agree(searching: Callable[..., Search]) -> None:
    search = searching(*DOCUMENTS)

    def ranks(results: Results) -> dict[str, int]:
        return {one.value: one.count for one in results.facets["rank"]}

    everything = search("thannh")
    assert everything.total == len(everything.hits) == 2
    assert ranks(everything) == {"NAT": 2}
    assert search("thannh", facets={"rank": ("NAT",)}).total == 2
    assert [search("thannh", offset=n, limit=1).hits[0].id for n in (0, 1)] == [
        hit.id for hit in everything.hits
    ]
    assert search("thannh", limit=0).total == 2
    # Found in many records, so nothing is forgiven where a filter leaves few of them.
    assert search("nguyen", facets={"rank": ("NAT",)}).total == 0
    assert search("thannh", sort="name").total == 2


def test_typed_filters_hold_and_are_not_corrected(searching: Callable[..., Search]) -> None:
    from khue.search.queries import Limit

    limits = (Limit("type:di tích", (("type", "relic"),)),)
    results = searching(*DOCUMENTS)("lamg thang", limits=limits)
    assert (found(results), results.spelling) == (
        ["Chùa Lang Thang"],
        "Lang Thang",
    )


def test_deleted_words_are_meant_by_nothing(folder: Path, pack: Pack) -> None:
    """They stay in the term dictionary until segments are merged."""
    ledger = MemoryLedger(relic(1, "Đình Zyxwkin"), *(relic(n, f"Đình {n}") for n in range(2, 9)))
    catch_up({"public": folder}, ledger, pack)
    assert search(folder, "zyxwkon").spelling == "Zyxwkin"
    ledger.commit(relic(1, "Đình Khác"))
    catch_up({"public": folder}, ledger, pack)
    results = search(folder, "zyxwkon")
    assert (results.total, results.spelling) == (0, None)


def test_words_beyond_ones_scope_change_nothing(folder: Path, pack: Pack) -> None:
    """A word that a closed record of another unit has is a mistyped one to who may not read it."""
    seen = [relic(n, f"Chùa Thanh Xuân {n}", place=place("00001")) for n in range(2)]
    viewer = Actor("a", frozenset({"viewer"}), units=frozenset({"00001"}))
    told = []
    for number, more in enumerate(([], [relic(9, "Đình", note="thanhz", place=place("00002"))])):
        ledger, folders = MemoryLedger(*seen, *more), both(folder.with_name(f"{number}"))
        catch_up(folders, ledger, pack)
        asked = search(folders["staff"], "thanhz xuanz ", actor=viewer)
        told.append((found(asked), asked.spelling))
    assert told[0] == told[1] == (["Chùa Thanh Xuân 0", "Chùa Thanh Xuân 1"], "Thanh Xuân")


def test_nobody_is_told_words_that_they_may_not_find(folder: Path, pack: Pack) -> None:
    closed = relic(1, "Đình Zyxwkin", place=place("00001"), visibility="staff")
    noted = relic(2, "Chùa Láng", place=place("00001"), note="quabnkin")
    folders = both(folder)
    catch_up(folders, MemoryLedger(closed, noted), pack)
    local = Actor("a", frozenset({"viewer"}), frozenset({"00001"}))
    other = Actor("a", frozenset({"viewer"}), frozenset({"00002"}))
    for actor, told in ((OPERATOR, "Zyxwkin"), (local, "Zyxwkin"), (other, None)):
        assert search(folders["staff"], "zyxwkon", actor=actor).spelling == told
        noted_found = search(folders["staff"], "quabnkon", actor=actor)
        assert noted_found.total == (1 if told else 0)
    assert search(folder, "zyxwkon").spelling is None
    assert search(folder, "quabnkon").total == 0


@given(st.text("abcdeinu", min_size=1, max_size=6), st.data())
def test_edits_are_those_of_one_letter_and_go_both_ways(word: str, data: st.DataObject) -> None:
    every = edits(word)
    assert word not in every
    assert all(abs(len(one) - len(word)) <= 1 for one in every)
    other = data.draw(st.sampled_from(sorted(every)))
    assert word in edits(other) or not other
    assert fold(other) == other
