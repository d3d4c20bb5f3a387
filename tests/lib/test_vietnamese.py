"""Vietnamese text: forms that find, forms that identify, order."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from khue.lib.vietnamese import (
    TONE_LETTERS,
    display,
    exact,
    fold,
    is_vietnamese,
    name_key,
    nfc,
    sort_key,
    unmark,
    words,
)
from tests.work import calls_of

TEXTS = st.text(max_size=40)
VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy AĂÂĐÊÔƠƯáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợ"
    "úùủũụứừửữựýỳỷỹỵÐð-.,'’\u00a0",
    max_size=40,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("thuý", "thúy"),
        ("qúy", "quý"),
        ("Hoè", "hòe"),
        ("Thuỷ", "Thủy"),
        ("gìa", "già"),
        ("khuỷu", "khủyu"),
        ("Đình Hoè", "Ðình Hòe"),
        ("đình", "ðình"),
        ("Văn Miếu - Quốc Tử Giám", "văn miếu, quốc tử giám"),
        ("Kiến trúc\nnghệ thuật", "kiến\u00a0trúc nghệ\u200b thuật"),
        ("ấ", "a\u0301\u0302"),
        ("ệ", "e\u0302\u0323"),
        ("“Làng” – nghề", "làng nghề"),
    ],
)
def test_one_name_written_two_ways(one: str, other: str) -> None:
    assert exact(one) == exact(other)
    assert name_key(one) == name_key(other)
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("chùa", "chưa"),
        ("Hạ", "Hà"),
        ("Hà", "Ha"),
        ("đa", "da"),
        ("cô", "cơ"),
        ("mã", "mả"),
        ("bả", "bar"),
        ("Đồi Ả", "Đồi A1"),
        ("résume", "resumé"),
    ],
)
def test_two_names_that_fold_apart_or_alike_are_never_one(one: str, other: str) -> None:
    assert exact(one) != exact(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đình So", "dinh so"),
        ("Văn Miếu – Quốc Tử Giám", "van mieu quoc tu giam"),
        ("QÐ-UBND", "qd ubnd"),
        ("Lăng đá Mẫu 😀", "lang da mau"),
        ("450 m²", "450 m2"),
        ("Café, Zürich & Привет", "cafe zurich привет"),
        ("", ""),
        ("—", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  đình   thượng\u00a0mẫu ", "đình thượng mẫu"),
        ("Ðình Chữ Ð Sai Mã", "Đình Chữ Đ Sai Mã"),
        ("123/QÐ-UBND, HÐND", "123/QĐ-UBND, HĐND"),
        ("Norðurland, NORÐUR", "Norðurland, NORÐUR"),
        ("Kiến trúc\nnghệ thuật", "Kiến trúc nghệ thuật"),
        ("Ha\u200b Noi\ufeff\x00", "Ha Noi"),
        ("\u200fĐình So\u200e", "Đình So"),
        ("\u202eoS hnìĐ\u202c \u2066x\u2069", "oS hnìĐ x"),
        ("a\u0301\u0302", "ấ"),
        ("“x” – y", "“x” – y"),
        ("\ud800", ""),
    ],
)
def test_display(text: str, shown: str) -> None:
    assert display(text) == shown


def test_words_keep_case_and_drop_punctuation() -> None:
    assert words("Cụm di tích: Đình - Đền (Chùa)") == ("Cụm", "di", "tích", "Đình", "Đền", "Chùa")


def test_unmark_keeps_punctuation() -> None:
    assert unmark("Thế kỷ XVII – Đầu TK 18?") == "the ky xvii – dau tk 18?"


def test_alphabetical_order_is_letters_then_tones_syllable_by_syllable() -> None:
    ordered = [
        *("ba", "ba ba", "bà", "bả", "bã", "bá", "bạ", "ban", "băn", "bân"),
        *("da", "dz", "đa", "e", "ê", "o", "ô", "ơ", "u", "ư", "я"),
    ]
    assert sorted(reversed(ordered), key=sort_key) == ordered
    assert sort_key("Tổ 3") < sort_key("Tổ 12") < sort_key("Tổ 103")
    assert sort_key("hoà") == sort_key("Hòa")


def test_an_exact_form_is_letters_only() -> None:
    """Tokenizers part words at combining marks, so a tone must be a letter."""
    assert all(letter.isalpha() for letter in TONE_LETTERS.values())
    assert exact("hoàng").replace(" ", "").isalpha()


@given(TEXTS | VIETNAMESE)
@example("ẞ ŉ ǰ İ")
@example("Ά\u0301 ᾳ")
@example("ﷺ ½ ㎡ ㍿")
def test_every_form_is_idempotent(text: str) -> None:
    for form in (nfc, fold, exact, display, unmark):
        assert form(form(text)) == form(text)


@given(TEXTS | VIETNAMESE)
def test_normal_forms_do_not_matter(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    for form in (nfc, fold, exact, display, sort_key):
        assert form(composed) == form(decomposed)


@given(TEXTS | VIETNAMESE)
def test_folding_the_exact_form_is_folding(text: str) -> None:
    assert fold(exact(text)) == fold(text)


@given(VIETNAMESE)
def test_case_does_not_matter(text: str) -> None:
    assert exact(text.upper()) == exact(text)
    assert fold(text.upper()) == fold(text)


@given(st.sampled_from(["o{}a", "oa{}", "o{}e", "oe{}", "u{}y", "uy{}"]), st.sampled_from("̣̀́̃̉"))
def test_tone_placement_does_not_matter(vowels: str, tone: str) -> None:
    bare = vowels.replace("{}", "")
    one, other = (f"h{bare[0]}{tone}{bare[1]}", f"h{bare}{tone}")
    assert exact(one) == exact(other) == exact("h" + vowels.format(tone))
    assert exact(one) != exact(f"h{bare}")


@given(VIETNAMESE, VIETNAMESE)
def test_order_agrees_with_the_exact_form(one: str, other: str) -> None:
    if exact(one) == exact(other):
        assert sort_key(one) == sort_key(other)


def test_a_text_is_little_work(shared_data: Path) -> None:
    """Hundreds of thousands of texts pass through: letters by themselves would be too many."""
    rows = json.loads((shared_data / "vietnam-sites.json").read_text(encoding="utf-8"))
    texts = [f"{row['label']} {row['loc']}" for row in rows]
    count = sum(len(text.split()) for text in texts)
    assert calls_of(lambda: [fold(text) for text in texts]) < 3 * count
    assert calls_of(lambda: [exact(text) for text in texts]) < 8 * count


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bộ Văn hóa", True),
        ("BO\u0323\u0302 VH", True),
        ("đình", True),
        ("Sở", True),
        ("Ministry of Culture", False),
        ("École française d'Extrême-Orient", False),
        ("UNESCO", False),
        ("", False),
    ],
)
def test_what_is_surely_vietnamese(text: str, told: bool) -> None:
    assert is_vietnamese(text) is told
