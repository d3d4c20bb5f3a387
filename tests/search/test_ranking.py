"""What comes first. Each case is a query and the names that must come first, in this order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from khue.search import ranking, results
from khue.search.areas import Position
from khue.search.enumeration import identifiers_of
from khue.search.queries import Query
from khue.search.reading import reader_of
from tests.search.conftest import Search, found
from tests.search.samples import person, place, relic

DOCUMENTS = (
    relic(
        1,
        "Văn Miếu - Quốc Tử Giám",
        en="Temple of Literature",
        alternative_names=[{"vi": "Văn Miếu"}],
        place=place("00199", ("00199", "Phường Văn Miếu - Quốc Tử Giám")),
    ),
    relic(2, "Văn miếu Huế"),
    relic(3, "Y Miếu Thăng Long", place=place("00199", ("00199", "Phường Văn Miếu"))),
    relic(4, "Bia tiến sĩ Văn Miếu"),
    relic(5, "Đình So", description={"vi": "ngôi đình cổ ở Quốc Oai"}),
    relic(6, "Đình Số"),
    relic(7, "Đình Son"),
    relic(8, "Đình Sổ Thượng"),
    relic(9, "Cổng đình So"),
    relic(10, "Chùa Láng"),
    relic(11, "Chùa Lăng"),
    relic(12, "Chùa Láng Thượng"),
    relic(13, "Chùa Mía", place=place("09661", ("09661", "Xã Ba Vì"))),
    relic(14, "Chùa Một", designations=[{"rank": "NAT"}]),
    relic(15, "Chùa Mật", designations=[{"rank": "NONE"}]),
    relic(16, "Nhà thờ Hoà Bình"),
    relic(17, "Phòng Hoả Bình"),
    person(18, "Chử Đồng Tử", description={"vi": "được thờ ở chùa và đình"}),
)

CASES = {
    "van mieu": ["Văn Miếu - Quốc Tử Giám", "Văn miếu Huế", "Bia tiến sĩ Văn Miếu"],
    "văn miếu": ["Văn Miếu - Quốc Tử Giám", "Văn miếu Huế", "Bia tiến sĩ Văn Miếu"],
    "VĂN MIẾU": ["Văn Miếu - Quốc Tử Giám"],
    "văn mieu": ["Văn Miếu - Quốc Tử Giám", "Văn miếu Huế", "Bia tiến sĩ Văn Miếu"],
    "van miếu": ["Văn Miếu - Quốc Tử Giám", "Văn miếu Huế", "Bia tiến sĩ Văn Miếu"],
    "mieu van": ["Văn miếu Huế"],
    "temple of literature": ["Văn Miếu - Quốc Tử Giám"],
    "the temple of literature": ["Văn Miếu - Quốc Tử Giám"],
    "temp": ["Văn Miếu - Quốc Tử Giám"],
    "đình so": ["Đình So", "Cổng đình So", "Đình Số"],
    "đình số": ["Đình Số"],
    "đình sổ": ["Đình Sổ Thượng"],
    "đình so ": ["Đình So", "Cổng đình So", "Đình Số", "Đình Sổ Thượng"],
    "dinh so thu": ["Đình Sổ Thượng"],
    "chùa láng": ["Chùa Láng", "Chùa Láng Thượng", "Chùa Lăng"],
    "chùa lăng": ["Chùa Lăng", "Chùa Láng"],
    "chua lang": ["Chùa Láng", "Chùa Lăng", "Chùa Láng Thượng"],
    "lang thuong": ["Chùa Láng Thượng"],
    "chùa ở Ba Vì": ["Chùa Mía"],
    "chùa m": ["Chùa Một", "Chùa Mật", "Chùa Mía"],
    "m": [],
    "chua mo": ["Chùa Một"],
    "hòa bình": ["Nhà thờ Hoà Bình", "Phòng Hoả Bình"],
    "hoả bình": ["Phòng Hoả Bình", "Nhà thờ Hoà Bình"],
    "hỏa bình": ["Phòng Hoả Bình", "Nhà thờ Hoà Bình"],
    "ngôi đình cổ": ["Đình So"],
    "khong co gi ca": [],
}


@pytest.mark.parametrize("text", CASES)
def test_what_comes_first(text: str, searching: Callable[..., Search]) -> None:
    names = found(searching(*DOCUMENTS)(text))
    expected = CASES[text]
    assert names[: len(expected)] == expected
    if not expected:
        assert names == []


def test_a_half_marked_name_is_not_put_together_from_two_languages(
    searching: Callable[..., Search],
) -> None:
    """*mieu* stands in the English name just as typed, *văn* in the Vietnamese one."""
    centre = "Trung tâm Hoạt động Văn hóa Khoa học Văn Miếu - Quốc Tử Giám"
    search = searching(
        relic(1, "Văn Miếu - Quốc Tử Giám", en="Temple of Literature"),
        relic(2, centre, en="Activities of Van Mieu - Quoc Tu Giam"),
    )
    for text in ("van mieu", "văn mieu", "van miếu", "văn miếu"):
        assert found(search(text)) == ["Văn Miếu - Quốc Tử Giám", centre], text


@pytest.mark.parametrize("text", [*CASES, "đình cổ ", "chùa văn", "được thờ ở chùa"])
def test_every_record_found_has_one_rank(text: str, searching: Callable[..., Search]) -> None:
    found_ = searching(*DOCUMENTS)(text, limit=50)
    assert len({hit.id for hit in found_.hits}) == len(found_.hits) == found_.total


def test_names_come_before_texts(searching: Callable[..., Search]) -> None:
    names = found(searching(*DOCUMENTS)("chùa", limit=50))
    assert names[-1] == "Chử Đồng Tử"


def test_a_name_with_other_marks_comes_after_all_that_has_the_words_as_typed(
    searching: Callable[..., Search],
) -> None:
    """Names with other marks stand before texts with other marks only."""
    search = searching(
        relic(1, "Làng kim hoàn Định Công"),
        relic(2, "Đình Mông Phụ", description={"vi": "ngôi đình làng có tiếng"}),
        relic(3, "Bia đá", description={"vi": "dựng ở làng, trước đình"}),
        relic(4, "Định Lang"),
        relic(5, "Cầu đá", description={"vi": "nơi định cư của lang quân"}),
        relic(6, "Hội đình", description={"vi": "hội của làng"}),
    )
    expected = ["Đình Mông Phụ", "Hội đình", "Bia đá"]
    expected += ["Định Lang", "Làng kim hoàn Định Công", "Cầu đá"]
    for text in ("đình làng", "đình làng "):
        assert found(search(text)) == expected, text
    assert found(search("dinh lang "))[:2] == ["Định Lang", "Làng kim hoàn Định Công"]


def test_a_marked_word_may_go_on_to_one_with_its_marks(searching: Callable[..., Search]) -> None:
    search = searching(relic(1, "Đường Làng"), relic(2, "Đường Lâm"), relic(3, "Dương Lâm"))
    assert found(search("đường lâ")) == ["Đường Lâm", "Đường Làng", "Dương Lâm"]


def test_the_designated_come_slightly_before(searching: Callable[..., Search]) -> None:
    names = found(searching(*DOCUMENTS)("chùa"))
    assert names.index("Chùa Một") < names.index("Chùa Mật")
    # but a better name wins over a designation
    search = searching(relic(1, "Chùa Một Cột", designations=[{"rank": "SPEC"}]), relic(2, "Một"))
    assert found(search("một"))[0] == "Một"


def test_the_thing_itself_comes_before_what_tells_of_it(searching: Callable[..., Search]) -> None:
    search = searching(
        person(1, "Nhà hát Lớn mở cửa"),
        relic(2, "Cổng Nhà hát Lớn Hà Nội"),
        person(3, "Chuyện kể", description={"vi": "ở nhà hát lớn"}),
        relic(4, "Nhà bia", description={"vi": "gần một rạp hát lớn"}),
        person(5, "Nhà thơ", description={"vi": "có dáng người lớn, hay hát"}),
    )
    for text in ("nhà hát lớn", "nha hat lon"):
        names = found(search(text, behind=("person",)))
        assert names[:2] == ["Cổng Nhà hát Lớn Hà Nội", "Nhà hát Lớn mở cửa"], text
        assert found(search(text))[0] == "Nhà hát Lớn mở cửa"
    # but a better name wins
    assert found(search("chuyện kể", behind=("person",)))[0] == "Chuyện kể"
    everything = found(search("nhà", behind=("person",), limit=50))
    assert sorted(everything) == sorted(found(search("nhà", limit=50)))


def test_records_of_the_type_that_is_named_come_first(searching: Callable[..., Search]) -> None:
    documents = [
        relic(1, "Di tích", description={"vi": "một nhân vật"}),
        relic(2, "Nhân vật"),
        person(3, "Chử Đồng Tử"),
        person(4, "An Dương Vương"),
    ]
    search = searching(*documents)
    for text in ("nhân vật", "nhan vat "):
        of_type = search(text, named=("person",))
        assert found(of_type) == ["An Dương Vương", "Chử Đồng Tử", "Nhân vật", "Di tích"], text
        assert of_type.total == search(text).total == 4
        pages = [found(search(text, named=("person",), limit=1, offset=n))[0] for n in range(4)]
        assert pages == found(of_type)


def test_the_kind_is_in_the_name_and_the_place_in_one_piece(
    searching: Callable[..., Search],
) -> None:
    search = searching(
        relic(1, "Miếu Bà", description={"vi": "chùa ở Ba Vì"}),
        relic(2, "Chùa Cao", place=place(None, ("1", "Phường Ba Đình"), ("2", "Xã Vì Xuyên"))),
        relic(3, "Chùa Long Sơn", place=place("09661", ("09661", "Xã Ba Vì"))),
    )
    for text in ("chùa ở Ba Vì", "chua o ba vi", "chùa Ba Vì"):
        assert found(search(text)) == ["Chùa Long Sơn", "Chùa Cao", "Miếu Bà"], text


def test_words_next_to_each_other_come_before_words_far_apart(
    searching: Callable[..., Search], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long text has all words of many queries; a short one is told by none in its name."""
    far = "thần núi và sông; " + "làng xóm " * 40 + "Long Biên, nơi có Đỗ Quang"
    documents = [
        relic(1, "Ao Sen", description={"vi": far}),
        *(relic(n, f"Bạch Mã {n}", description={"vi": "nơi thờ thần Long Đỗ"}) for n in (2, 3)),
    ]
    for text in ("thần Long Đỗ", "than long do"):
        found_ = found(searching(*documents)(text))
        assert found_[-1] == "Ao Sen", text
        assert len(found_) == 3
    # Of too many that is not asked: they stand by name.
    monkeypatch.setattr(ranking, "MUCH_ASKED", 2)
    assert found(searching(*documents)("than long do "))[0] == "Ao Sen"


def test_most_words_are_enough_only_where_few_records_have_all(
    searching: Callable[..., Search],
) -> None:
    documents = [
        relic(1, "Đền Hai Bà Trưng"),
        relic(2, "Đền thờ Hai Bà"),
        relic(3, "Đền Và"),
        relic(4, "Đền Hát Môn", description={"vi": "thờ Hai Bà Trưng"}),
    ]
    search = searching(*documents)
    # Four of five words are enough, two are not; who has all stands first.
    names = found(search("đền thờ Hai Bà Trưng"))
    assert names[0] == "Đền Hát Môn"
    assert sorted(names[1:]) == ["Đền Hai Bà Trưng", "Đền thờ Hai Bà"]
    # What is a name, and two words, mean what they say.
    assert found(search("đền hai bà trưng")) == ["Đền Hai Bà Trưng", "Đền Hát Môn"]
    assert found(search("đền sơn")) == []
    search = searching(*documents, *(relic(n, f"Đền thờ Hai Bà Trưng {n}") for n in (5, 6)))
    assert len(found(search("đền thờ Hai Bà Trưng"))) == 3


def test_what_has_most_words_in_its_name_comes_before_a_long_text_with_all(
    searching: Callable[..., Search],
) -> None:
    """Where most of the words are enough."""
    far = "Đền trong làng, nơi thờ nhiều vị; năm ngoái có hai người kể về bà, nay trưng bày ở chợ"
    search = searching(
        relic(1, "Chuyện kể", description={"vi": far}),
        *(relic(number, f"Đền Hai Bà Trưng {number}") for number in range(2, 6)),
        *(relic(number, f"Chùa {number}") for number in range(10, 60)),
    )
    hits = found(search("đền thờ Hai Bà Trưng"))
    assert len(hits) == 5
    assert hits[-1] == "Chuyện kể"


def test_a_filter_never_shows_more_than_there_is_without_it(
    searching: Callable[..., Search],
) -> None:
    search = searching(
        *(relic(n, f"Đền thờ Hai Bà Trưng {n}") for n in range(3)),
        relic(9, "Đền Hai Bà Trưng", designations=[{"rank": "NAT"}]),
    )
    assert search("đền thờ hai bà trưng").total == 3
    assert search("đền thờ hai bà trưng", facets={"rank": ("NAT",)}).total == 0


def test_a_last_word_goes_on_unless_a_space_closes_it(searching: Callable[..., Search]) -> None:
    search = searching(*DOCUMENTS)
    assert "Đình Son" in found(search("đình so"))
    assert "Đình Son" not in found(search("đình so "))


def test_equals_are_in_order_of_name_on_every_page(searching: Callable[..., Search]) -> None:
    names = [f"Chùa {word}" for word in ("An", "Ân", "Ấn", "Bà", "Dâu", "Đậu", "Tây", "Tháp")]
    # the same name in several records, committed in no order
    search = searching(*(relic(n, names[n * 5 % 8]) for n in range(40)))
    every = search("chùa", limit=40).hits
    assert [hit.label["vi"] for hit in every] == [name for name in names for _ in range(5)]
    pages = [search("chùa", limit=7, offset=start).hits for start in range(0, 40, 7)]
    assert [hit.id for page in pages for hit in page] == [hit.id for hit in every]


def test_each_language_sorts_by_the_names_that_it_shows(
    searching: Callable[..., Search], folder: Path
) -> None:
    """Both in Vietnamese order (đ after d); who has no English name stands by the other, and what
    is exported in one order, whatever the language."""
    named = [("Chùa Một Cột", "One Pillar Pagoda"), ("Đền Ngọc Sơn", "Đảo Ngọc"), ("Bia", ""),
             ("Phố cổ", "Dyers' Street"), ("Phố cổ", ""), ("Nhà", "Âu Cơ")]  # fmt: skip
    search = searching(
        *(relic(n, vi, **({"en": en} if en else {})) for n, (vi, en) in enumerate(named))
    )

    def listed(lang: str, **more: Any) -> list[str]:
        return [hit.label[lang] for hit in search(lang=lang, **more).hits]

    english = ["Âu Cơ", "Bia", "Dyers' Street", "Đảo Ngọc", "One Pillar Pagoda", "Phố cổ"]
    assert listed("en", sort="name") == listed("en") == english
    assert [one for n in range(0, 6, 2) for one in listed("en", limit=2, offset=n)] == english
    assert listed("en", sort="distance", near=Position(105, 21)) == english  # none has a point
    assert listed("vi") == ["Bia", "Chùa Một Cột", "Đền Ngọc Sơn", "Nhà", "Phố cổ", "Phố cổ"]
    reader = reader_of(folder)
    assert reader is not None
    exported = [search(sort="name").hits[n].id for n in range(6)]
    assert list(identifiers_of(reader, Query(sort="name"))) == exported


def test_pages_of_very_many_equals_neither_repeat_nor_lose(
    searching: Callable[..., Search], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "TIES", 10)
    search = searching(*(relic(n, f"Chùa {n % 10}") for n in range(60)), relic(99, "Chùa"))
    for size in (1, 7, 10, 25):
        pages = [search("chùa", limit=size, offset=start).hits for start in range(0, 61, size)]
        assert len({hit.id for page in pages for hit in page}) == 61
        assert pages[0][0].label["vi"] == "Chùa"


@pytest.fixture(scope="module")
def sites(shared_data: Path) -> list[dict[str, Any]]:
    rows = json.loads((shared_data / "vietnam-sites.json").read_text(encoding="utf-8"))
    return [
        relic(
            number,
            row["label"],
            alternative_names=[{"vi": alias} for alias in row["aliases"] or ()],
            description={"vi": f"{row['type'] or ''} {row['description'] or ''}"},
            place={"stated": row["loc"] or "", "code": None, "candidates": []},
        )
        for number, row in enumerate(rows)
    ]


def test_vietnam_sites(sites: list[dict[str, Any]], searching: Callable[..., Search]) -> None:
    search = searching(*sites)
    for text in ("van mieu", "văn miếu", "Văn Miếu - Quốc Tử Giám"):
        assert found(search(text))[0] == "Văn Miếu - Quốc Tử Giám"
    assert found(search("đình so"))[:2] == ["Đình So", "Đình So"]
    assert search().total == len(sites)
