"""Laws that hold for any text."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from khue.places import Gazetteer, Resolution

NAMES = st.sampled_from(
    [
        *("Hà Nội", "Hoàn Kiếm", "Hàng Bạc", "Ba Vì", "Quốc Oai", "Tân Thành", "Huế", "Nam Định"),
        *("Lý Sơn", "Đống Đa", "Văn Miếu", "Hà Giang", "Tuyên Quang", "5", "1", "Không Có", "Sơn"),
        *("Bà Rịa-Vũng Tàu", "Văn Miếu - Quốc Tử Giám", "Thôn Đoài", "Tổ 3", "Đăk Lăk", "HCM"),
    ]
)
KINDS = st.sampled_from(
    ["", "P. ", "Phường ", "Q.", "quận ", "H. ", "huyện ", "X.", "xã ", "TT ", "TP.", "Tỉnh ", "P"]
)
MARKS = st.sampled_from([", ", ",", "; ", " - ", " & ", " và ", " (", ") ", "\n", " "])
PLACES = st.lists(st.tuples(KINDS, NAMES, MARKS), max_size=6).map(
    lambda parts: "".join(kind + name + mark for kind, name, mark in parts)
)
TEXTS = st.one_of(PLACES, st.text(max_size=60))


def _hold(gazetteer: Gazetteer, resolution: Resolution) -> None:
    codes = [one.code for one in resolution.candidates]
    assert codes == sorted(set(codes))
    assert all(gazetteer.unit(code) for code in codes)
    if resolution.code is not None:
        assert codes == [resolution.code]
        assert gazetteer.within(resolution.code) == gazetteer.unit(resolution.within or "")
    elif resolution.within is not None:
        assert {gazetteer.within(code) for code in codes} <= {gazetteer.unit(resolution.within)}
    provinces = {now.code for code in codes if (now := gazetteer.within(code))}
    assert set(resolution.possibly_within) == (set() if resolution.within else provinces)
    for text in resolution.why.values():
        assert text.endswith(".")


@given(text=TEXTS)
def test_any_text_resolves(gazetteer: Gazetteer, text: str) -> None:
    resolution = gazetteer.resolve(text)
    assert resolution.stated == text
    _hold(gazetteer, resolution)


@given(text=PLACES)
def test_spaces_and_normal_forms_do_not_matter(gazetteer: Gazetteer, text: str) -> None:
    plain = gazetteer.resolve(text)
    decomposed = unicodedata.normalize("NFD", text)
    for other in (decomposed, text.replace(" ", "  "), f"  {text}\u00a0", text.replace(",", " , ")):
        resolution = gazetteer.resolve(other)
        assert (resolution.code, resolution.candidates, resolution.within) == (
            *(plain.code, plain.candidates, plain.within),
        )


@given(text=TEXTS)
def test_resolving_twice_is_the_same(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.resolve(text) == gazetteer.resolve(text)


@given(text=PLACES)
def test_without_marks_nothing_is_certain_that_was_not(gazetteer: Gazetteer, text: str) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    resolution = gazetteer.resolve(bare.replace("đ", "d").replace("Đ", "D"))
    if resolution.code is not None:
        # Names that have no marks to lose (HCM) stay what they are.
        assert resolution.code == gazetteer.resolve(text).code
