"""Names as one types."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from khue.lib.numbers import Lang
from khue.model.packs import Pack
from khue.model.rights import OPERATOR, PUBLIC, Actor, scope
from khue.search.following import catch_up
from khue.search.queries import Query
from khue.search.reading import reader_of
from khue.search.suggestions import Suggestion, Suggestions, suggestions_of
from tests.search.conftest import both, told
from tests.search.samples import MemoryLedger, person, place, relic

NATIONAL = [{"rank": "NAT"}]
DOCUMENTS = (
    relic(
        1,
        "Văn Miếu - Quốc Tử Giám",
        en="Temple of Literature",
        place=place("00199", ("00199", "A")),
    ),
    relic(2, "Văn miếu Huế"),
    relic(3, "Bia tiến sĩ Văn Miếu"),
    relic(4, "Đình So", place=place("00001", ("00001", "A"))),
    relic(5, "Đình So", place=place("00002", ("00002", "B"))),
    relic(6, "Đình Số"),
    relic(7, "Đình Son", designations=NATIONAL),
    relic(8, "Cổng đình So", designations=NATIONAL),
    relic(9, "Chùa Láng", alternative_names=[{"vi": "Chiêu Thiền Tự"}], designations=NATIONAL),
    relic(10, "Chùa Lăng"),
    relic(11, "Nhà thờ Hoà Bình"),
    person(12, "Chử Đồng Tử"),
    relic(13, "Khu lưu niệm Chủ tịch Hồ Chí Minh"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Path:
    folder = tmp_path_factory.mktemp("suggestions") / "public"
    catch_up({"public": folder}, MemoryLedger(*DOCUMENTS), pack)
    return folder


def suggest(folder: Path, text: str, limit: int = 8, actor: Actor = PUBLIC) -> Suggestions:
    reader = reader_of(folder)
    assert reader is not None
    return suggestions_of(reader, Query(text), limit, scope(actor, "read_public"))


def labels(suggestions: Suggestions) -> list[str]:
    return [one.label["vi"] for one in suggestions.names]


CASES = {
    # Whole names, then the designated, then beginnings, then words in names.
    "dinh so": ["Đình So", "Đình So", "Đình Số", "Đình Son", "Cổng đình So"],
    "đình so": ["Đình So", "Đình So", "Đình Son", "Cổng đình So", "Đình Số"],
    "đình số": ["Đình Số", "Đình So", "Đình So", "Đình Son", "Cổng đình So"],
    "dinh so ": ["Đình So", "Đình So", "Đình Số", "Cổng đình So"],
    "c": [
        "Chùa Láng", "Cổng đình So", "Chùa Lăng", "Chử Đồng Tử",
        "Khu lưu niệm Chủ tịch Hồ Chí Minh",
    ],
    "ch": ["Chùa Láng", "Chùa Lăng", "Chử Đồng Tử", "Khu lưu niệm Chủ tịch Hồ Chí Minh"],
    "chùa l": ["Chùa Láng", "Chùa Lăng"],
    "chùa lă": ["Chùa Lăng", "Chùa Láng"],
    "CHÙA LĂNG": ["Chùa Lăng", "Chùa Láng"],
    "v": ["Văn miếu Huế", "Văn Miếu - Quốc Tử Giám", "Bia tiến sĩ Văn Miếu"],
    "quoc tu": ["Văn Miếu - Quốc Tử Giám"],
    "temple of l": ["Văn Miếu - Quốc Tử Giám"],
    "chieu th": ["Chùa Láng"],
    "hòa bì": ["Nhà thờ Hoà Bình"],
    "khu luu niem chu tich ho": ["Khu lưu niệm Chủ tịch Hồ Chí Minh"],
    "khu luu niem chu tich bac": [],
    "zz": [],
    "": [],
    " ": [],
    "?!": [],
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_names_as_one_types(text: str, folder: Path) -> None:
    assert labels(suggest(folder, text)) == CASES[text]
    assert labels(suggest(folder, unicodedata.normalize("NFD", text))) == CASES[text]


def test_equals_are_in_the_order_of_the_names_of_the_language(folder: Path) -> None:
    reader = reader_of(folder)
    assert reader is not None
    found = suggestions_of(reader, Query("van mieu", lang="en"), 2)
    assert [one.label["en"] for one in found.names] == ["Temple of Literature", "Văn miếu Huế"]
    assert labels(suggest(folder, "van mieu", limit=2))[0] == "Văn miếu Huế"


def test_the_thing_itself_comes_before_what_tells_of_it(tmp_path: Path, pack: Pack) -> None:
    documents = [
        person(1, "Bát Tràng mở hội"),
        person(2, "Bát Tràng"),
        person(3, "Hội Bát Tràng"),
        relic(4, "Đình Bát Tràng"),
        relic(5, "Đền Bát Tràng", designations=NATIONAL),
    ]
    catch_up({"public": tmp_path}, MemoryLedger(*documents), pack)
    reader = reader_of(tmp_path)
    assert reader is not None
    found = suggestions_of(reader, Query("bat trang", behind=("person",)), 8)
    # A whole name is what was typed, whatever bears it.
    expected = ["Đền Bát Tràng", "Đình Bát Tràng", "Bát Tràng mở hội", "Hội Bát Tràng"]
    assert labels(found) == ["Bát Tràng", *expected]


def test_words_in_one_piece_come_before_words_apart(tmp_path: Path, pack: Pack) -> None:
    documents = [
        relic(1, "Phố Huế, cổng làng", designations=NATIONAL),
        person(2, "Ăn quanh phố cổ"),
        relic(3, "Ngõ phố cổng chùa"),
    ]
    catch_up({"public": tmp_path}, MemoryLedger(*documents), pack)
    reader = reader_of(tmp_path)
    assert reader is not None
    found = suggestions_of(reader, Query("pho co", behind=("person",)), 8)
    assert labels(found) == ["Ngõ phố cổng chùa", "Ăn quanh phố cổ", "Phố Huế, cổng làng"]


def test_every_beginning_of_a_name_finds_it(folder: Path) -> None:
    for document in DOCUMENTS:
        name = document["name"]["vi"]
        for end in range(1, len(name) + 1):
            if name[:end].split()[-1].isalnum():
                found = suggest(folder, name[:end], limit=50).names
                assert document["id"] in [one.id for one in found], name[:end]


def test_a_suggestion_says_what_it_is(folder: Path) -> None:
    first, second = suggest(folder, "đình so", limit=2).names
    assert first.label == second.label
    assert (first.units, second.units) == (("00001", "01"), ("00002", "01"))
    [alternative] = suggest(folder, "chieu th").names
    assert alternative == Suggestion(
        id=DOCUMENTS[8]["id"],
        type="relic",
        label={"vi": "Chùa Láng", "en": "Chùa Láng"},
        name="Chiêu Thiền Tự",
        matched=((0, 5), (6, 8)),
        units=(),
    )
    [english] = suggest(folder, "litera").names
    assert (english.name, english.matched) == ("Temple of Literature", ((10, 16),))


def test_limits(folder: Path) -> None:
    assert len(suggest(folder, "d", limit=3).names) == 3
    for limit in (0, -5):
        assert suggest(folder, "d", limit=limit).names == ()
    assert len(suggest(folder, "d", limit=10**9).names) == 6


def test_a_mistyped_name_is_still_suggested(folder: Path) -> None:
    mistyped = suggest(folder, "văn miếuu")
    assert mistyped.spelling == "Văn miếu"
    assert labels(mistyped)[0] == "Văn miếu Huế"
    assert suggest(folder, "van mieu").spelling is None


def said(folder: Path, actor: Actor = PUBLIC) -> str:
    """All that suggestions tell of a word and of words like it."""
    texts = (
        "z",
        "zy",
        "zyxwkin",
        "zyxwkon",
        "dinh zyx",
        "dinh zyxwkon",
        "đ",
        "dinh",
        "khac",
        "kha",
    )
    return str([suggest(folder, text, 50, actor) for text in texts]).lower()


@pytest.mark.parametrize("way", ["withdrawn", "closed", "renamed", "erased", "merged"])
def test_what_is_no_longer_public_is_suggested_to_nobody(
    way: str, tmp_path: Path, pack: Pack
) -> None:
    folders = both(tmp_path / "public")
    public = folders["public"]
    others = [relic(n, f"Đình Khác {n}") for n in range(2, 6)]
    secret = relic(1, "Đình Zyxwkin", alternative_names=[{"vi": "Zyxwkin Tự"}])
    ledger = MemoryLedger(secret, *others)
    catch_up(folders, ledger, pack)
    assert "zyxwkin" in said(public)
    if way == "withdrawn":
        ledger.withdraw(secret["id"])
    elif way == "closed":
        ledger.commit(secret | {"visibility": "restricted"})
    elif way == "renamed":
        ledger.commit(relic(1, "Đình Khác"))
    elif way == "erased":
        ledger.erase(relic(1, "Đình Khác"))
    else:
        ledger.merge(secret["id"], others[0]["id"])
    catch_up(folders, ledger, pack)
    assert "zyxwkin" not in said(public)
    assert ("zyxwkin" in said(folders["staff"], OPERATOR)) == (way == "closed")
    local = Actor("a", frozenset({"viewer"}), frozenset({"00001"}))
    assert "zyxwkin" not in said(folders["staff"], local)
    if way == "erased":
        assert told(public, "zyxwkin") == told(folders["staff"], "zyxwkin") == []


def test_the_name_is_in_the_language_that_one_reads(tmp_path: Path, pack: Pack) -> None:
    """English names have no marks: who leaves them out still reads Vietnamese."""
    documents = (
        relic(1, "Làng gốm Bát Tràng", en="Bat Trang pottery village"),
        relic(2, "Hồ Hoàn Kiếm", en="Hoan Kiem Lake", alternative_names=[{"vi": "Hồ Gươm"}]),
    )
    catch_up({"public": tmp_path / "public"}, MemoryLedger(*documents), pack)
    reader = reader_of(tmp_path / "public")
    assert reader is not None

    def name(text: str, lang: Lang = "vi") -> str:
        query = Query(text, lang=lang)
        [one] = suggestions_of(reader, query, 8, scope(PUBLIC, "read_public")).names
        return one.name

    assert name("bat trang") == "Làng gốm Bát Tràng"
    assert name("bat trang", "en") == "Bat Trang pottery village"
    assert name("hoan ki") == "Hồ Hoàn Kiếm"
    assert name("hoan kiem lake") == "Hoan Kiem Lake"
    assert name("ho guom") == name("ho guom", "en") == "Hồ Gươm"
    assert name("gốm bat", "en") == "Làng gốm Bát Tràng"
