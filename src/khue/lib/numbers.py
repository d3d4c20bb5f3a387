"""Numbers as Vietnamese and English texts write them.

Vietnamese has the comma for decimals and the point (or a space) for thousands: 1.250,5. English
has them the other way round: 1,250.5. Both occur in Vietnamese spreadsheets, so one separator with
three digits after it can mean either; such a number is read by the language and marked ambiguous.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal, NamedTuple

Lang = Literal["vi", "en"]

PERCENT_SIGN = "%"

_DECIMAL: dict[Lang, str] = {"vi": ",", "en": "."}
_LONGEST = 40  # characters; longer digit strings are codes, not numbers
_SIGNED = re.compile(r"([+\-\u2212\u2013]?)\s*([0-9][0-9., \u00a0\u2009\u202f]*)")
_SCIENTIFIC = re.compile(r"-?[0-9](\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_PLAIN = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([., ])[0-9]{3})(?:\1[0-9]{3})*")

_ROMAN = ((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


class Number(NamedTuple):
    """A number that was read; `ambiguous` if the other language would read another one."""

    value: int | float
    ambiguous: bool = False


def read_number(text: str, lang: Lang = "vi") -> Number:
    """The number that `text` writes, alone and whole. Raises `ValueError` if it writes none.

    1.250,5 and 1,250.5 are the same in both languages; 1.250 is 1250 in Vietnamese and 1.25 in
    English, and said to be ambiguous; 12,5 and 12.5 are 12.5; 1 250 000 is grouped by spaces.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise ValueError("too long for a number")
    if _PLAIN.fullmatch(text):
        return Number(int(text))
    if _SCIENTIFIC.fullmatch(text):
        return Number(_simplest(float(text)))
    match = _SIGNED.fullmatch(text)
    if match is None:
        raise ValueError(f"not a number: {text}")
    sign = -1 if match[1] not in ("", "+") else 1
    digits = re.sub(r"\s", " ", match[2])
    whole, fraction, ambiguous = _split(digits, lang)
    value = _simplest(float(f"{whole}.{fraction}")) if fraction else int(whole)
    return Number(sign * value, ambiguous)


def show_number(value: int | float, lang: Lang = "vi") -> str:
    """`value` as people read it: 1.250,5 in Vietnamese, 1,250.5 in English."""
    written = f"{Decimal(repr(value)):,f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written.translate(str.maketrans(",.", ".,")) if lang == "vi" else written


def gap_before(unit: str, gap: str = " ") -> str:
    """What stands between a number and its unit: nothing before the sign of per cent (10%), in both
    languages, as Vietnamese official documents write it."""
    return "" if unit == PERCENT_SIGN else gap


def measured(number: str, unit: str, gap: str = " ") -> str:
    """A written number with its unit, if it has one: 10%, 1.250,5 m²."""
    return f"{number}{gap_before(unit, gap)}{unit}" if unit else number


def cell_text(value: int | float) -> str:
    """A number that a file holds as a number, as text that `read_number` reads back unchanged.

    A plain 12.125 would be read as 12125 in Vietnamese; a further zero keeps it a decimal."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    written = f"{Decimal(repr(value)):f}"
    return written + "0" if len(written.partition(".")[2]) == 3 else written


def read_roman(text: str) -> int:
    """The value of a Roman numeral from I to XL (centuries need no more), in either case.
    Raises `ValueError` for anything else, also for forms such as IIII."""
    try:
        return _FROM_ROMAN[text.strip().upper()]
    except KeyError:
        raise ValueError(f"not a Roman numeral from I to XL: {text}") from None


def show_roman(number: int) -> str:
    """The Roman numeral of a number from 1 to 40. Raises `ValueError` outside."""
    if not 1 <= number <= 40:
        raise ValueError(f"no Roman numeral from I to XL: {number}")
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def _split(digits: str, lang: Lang) -> tuple[str, str, bool]:
    """Whole digits, decimals and whether the other language would split otherwise."""
    if _PLAIN.fullmatch(digits):
        return digits, "", False
    used = {separator for separator in ",." if separator in digits}
    if used == {",", "."}:
        decimal = max(used, key=digits.rfind)
        return *_at_decimal(digits, decimal), False
    if not used or digits.count(next(iter(used))) > 1:
        return _ungroup(digits), "", False
    separator = used.pop()
    either = re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", digits) is not None
    if either and separator != _DECIMAL[lang]:
        return _ungroup(digits), "", True
    return *_at_decimal(digits, separator), either


def _at_decimal(digits: str, decimal: str) -> tuple[str, str]:
    whole, _, fraction = digits.rpartition(decimal)
    if not _PLAIN.fullmatch(fraction):
        raise ValueError(f"not a number: {digits}")
    return (whole if _PLAIN.fullmatch(whole) else _ungroup(whole)), fraction


def _ungroup(digits: str) -> str:
    if not _GROUPED.fullmatch(digits):
        raise ValueError(f"digits are not grouped by threes: {digits}")
    return re.sub(r"[., ]", "", digits)


def _simplest(value: float) -> int | float:
    if value in (float("inf"), float("-inf")):
        raise ValueError("too large for a number")
    return int(value) if value.is_integer() else value


_FROM_ROMAN = {show_roman(number): number for number in range(1, 41)}
