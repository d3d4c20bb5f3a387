"""What a typed text may mean as filters, over the pack and the gazetteer of the demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.packs import Pack, load_pack
from khue.places import Gazetteer, load_gazetteer
from khue.search.offering import as_filters
from khue.search.queries import Query
from khue.search.understanding import understand


@pytest.fixture(scope="module")
def vietnam() -> Pack:
    return load_pack(Path(__file__).parents[2] / "packs" / "vietnam")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("di tích quận Hoàn Kiếm", 'type:"di tích" in:"quận Hoàn Kiếm"'),
        ("chùa ở Ba Vì", 'type:"chùa" in:"Ba Vì"'),
        ("chua o ba vi", 'type:"chua" in:"ba vi"'),
        ("đình thế kỷ 17", 'type:"đình" period:"thế kỷ 17"'),
        ("relics of the 18th century", 'type:"relics" period:"18th century"'),
        ("museum in Hanoi", 'type:"museum" in:"Hanoi"'),
        ("pagodas in Ba Vi", 'type:"pagodas" in:"Ba Vi"'),
        ("phường Hàng Buồm", 'in:"phường Hàng Buồm"'),
        (
            "di tích đặc khu Phú Quốc thế kỷ 17",
            'type:"di tích" in:"đặc khu Phú Quốc" period:"thế kỷ 17"',
        ),
        ("quốc gia đặc biệt", 'rank:"quốc gia đặc biệt"'),
        ("làng nghề ở Thường Tín", 'type:"làng nghề" in:"Thường Tín"'),
    ],
)
def test_a_text_of_names_is_filters(
    vietnam: Pack, gazetteer: Gazetteer, text: str, filters: str
) -> None:
    assert as_filters(text, vietnam, gazetteer) == filters
    # Each of them is understood, and no word is left to be looked for.
    understood = understand(Query(filters), vietnam, gazetteer)
    assert (len(understood.limits), understood.text) == (filters.count(':"'), "")


@pytest.mark.parametrize(
    "text",
    [
        "nhà hát lớn Hà Nội",  # some word is left
        "chùa Một Cột",
        "night tour",
        "lễ hội tháng giêng",
        "làng nghề",  # a type, which comes first by itself
        "museums",
        "chùa",
        "1802 1945",  # bare numbers are no periods
        "type:relic in:Hà Nội",  # typed so
        '"di tích quận Hoàn Kiếm"',
        "chùa ở",
        "di tích di tích",
        "",
    ],
)
def test_what_says_something_else_is_not(vietnam: Pack, gazetteer: Gazetteer, text: str) -> None:
    assert as_filters(text, vietnam, gazetteer) is None


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["chùa", "ở", "in", "Hà Nội", "thế kỷ", "17", "phường", "quận", "di tích", ":", '"']
        )
        | st.text(max_size=8),
        max_size=40,
    )
)
def test_any_text_will_do(vietnam: Pack, gazetteer: Gazetteer, words: list[str]) -> None:
    filters = as_filters(" ".join(words), vietnam, gazetteer)
    assert filters is None or understand(Query(filters), vietnam, gazetteer).limits
