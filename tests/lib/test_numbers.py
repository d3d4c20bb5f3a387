"""Numbers in Vietnamese and English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.numbers import (
    Lang,
    cell_text,
    measured,
    read_number,
    read_roman,
    show_number,
    show_roman,
)

LANGS: tuple[Lang, ...] = ("vi", "en")


@pytest.mark.parametrize(
    ("text", "lang", "value", "ambiguous"),
    [
        ("1.250,5", "vi", 1250.5, False),
        ("1,250.5", "vi", 1250.5, False),
        ("1.250,5", "en", 1250.5, False),
        ("1.250", "vi", 1250, True),
        ("1.250", "en", 1.25, True),
        ("1,250", "vi", 1.25, True),
        ("1,250", "en", 1250, True),
        ("12,5", "vi", 12.5, False),
        ("12.5", "vi", 12.5, False),
        ("0,250", "vi", 0.25, False),
        ("1250.125", "vi", 1250.125, False),
        ("18395", "vi", 18395, False),
        (" 120 ", "vi", 120, False),
        ("-5", "vi", -5, False),
        ("−5,5", "vi", -5.5, False),
        ("1 250 000,5", "vi", 1250000.5, False),
        ("1\u00a0250\u00a0000", "vi", 1250000, False),
        ("1.234.567", "vi", 1234567, False),
        ("1e-05", "vi", 0.00001, False),
    ],
)
def test_read(text: str, lang: Lang, value: float, ambiguous: bool) -> None:
    number = read_number(text, lang)
    assert (number.value, number.ambiguous) == (value, ambiguous)


@pytest.mark.parametrize(
    "text",
    ["", "-", "a", "1,2,3", "1.2.3", "12.34.567", "1..2", "5.", ",5", "5 ha", "9" * 50, "1-2"],
)
def test_what_is_not_a_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        read_number(text)


@given(st.text(max_size=60))
def test_only_value_errors(text: str) -> None:
    for lang in LANGS:
        try:
            read_number(text, lang)
        except ValueError:
            continue


@given(
    st.integers(-(10**12), 10**12)
    | st.decimals(-(10**9), 10**9, places=2, allow_nan=False).map(float)
)
def test_what_is_shown_is_read_back(value: float) -> None:
    for lang in LANGS:
        assert read_number(show_number(value, lang), lang).value == value


@given(st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9).map(lambda x: round(x, 4)))
def test_a_number_of_a_cell_is_never_ambiguous(value: float) -> None:
    number = read_number(cell_text(value))
    assert number.value == value
    assert not number.ambiguous


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1250.5, "1.250,5", "1,250.5"),
        (-5, "-5", "-5"),
        (20000, "20.000", "20,000"),
        (12.0, "12", "12"),
        (0.00001, "0,00001", "0.00001"),
    ],
)
def test_show(value: float, vi: str, en: str) -> None:
    assert (show_number(value, "vi"), show_number(value, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("number", "unit", "shown"),
    [("3,7", "%", "3,7%"), ("1.250", "di tích", "1.250 di tích"), ("87", "", "87")],
)
def test_a_number_with_its_unit(number: str, unit: str, shown: str) -> None:
    assert measured(number, unit) == shown


def test_roman_numerals() -> None:
    assert [show_roman(n) for n in (1, 4, 9, 17, 19, 20, 40)] == [
        *("I", "IV", "IX", "XVII", "XIX", "XX", "XL")
    ]
    assert all(read_roman(show_roman(number).lower()) == number for number in range(1, 41))


@pytest.mark.parametrize("text", ["", "IIII", "VX", "XLI", "17", "A"])
def test_what_is_not_a_roman_numeral(text: str) -> None:
    with pytest.raises(ValueError, match="Roman"):
        read_roman(text)
