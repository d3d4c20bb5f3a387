"""The numbering of Vietnamese documents: which parts a number such as 24/2025/NQ-HĐND has.

Shapes, by Decree 30/2020/NĐ-CP and custom: law `45/2024/QH15`; normative, with the year,
`24/2025/NQ-HĐND`; administrative, without, `1272/QĐ-TTg`; Party, hyphen first, `09-NQ/TU`;
official letter, no type, `3994/UBND-NC`; of old ministries, the office first, `29-VH/QĐ`. The year
is part of the number: 24/NQ-HĐND and 24/2025/NQ-HĐND are two documents. In `2026/QĐ-TTg` 2026 is
the number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from khue.lib import vietnamese
from khue.lib.tables import read_table
from khue.model.values.date_shapes import DateProblem
from khue.model.values.date_words import read_date

_LONGEST = 300  # characters
_LONGEST_NUMBER = 60  # characters of a number with all that follows it
_LEADING = re.compile(r"[0-9]{1,5}[a-zA-Z]?(?=[/-])")
_NAME = r"[^\W\d_]{1,10}[0-9]{0,2}"
_TAIL = rf"(?:[.\-]{_NAME}){{0,3}}"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"/(?P<year>[0-9]{4})/(?P<issuer>(?:QH|UBTVQH)[0-9]{1,2})",
        rf"/(?:(?P<year>[0-9]{{4}})/)?(?P<type>{_NAME})-(?P<issuer>{_NAME}{_TAIL})",
        rf"-(?P<type>{_NAME})/(?P<issuer>{_NAME}{_TAIL})",
    )
)
_CANDIDATE = re.compile(r"(?<![\w/.-])[0-9]{1,5}[a-zA-Z]?[/-][\w./-]*[^\W\d_][\w/-]*")
_DATED = re.compile(r"[\s,(]*(?:(?:ký |ban hành )?ngày|dated|of|on)?\s*(?P<rest>.*)")
_DATE_WORDS = 6  # "28 tháng 12 năm 2001" and "28 December 2001" are shorter
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def read_citation(stated: str) -> tuple[dict[str, Any], str | None]:
    """The citation that `stated` gives, and the type that its words name (*Quyết định*), if any.

    Without a number of a known shape, or with more than one, only `text` is given."""
    text = vietnamese.display(stated)
    if (alone := _parts_of(text)) is not None:
        return _value(alone), None
    plain = (
        re.sub(r"\s*([/-])\s*(?=\S)", r"\1", text.translate(_DASHES))
        if len(text) <= _LONGEST
        else ""
    )
    found = _CANDIDATE.findall(re.sub(r"(?<!\d)\d{1,2}[/-]\d{1,2}[/-]\d{4}(?!\d)", " ", plain))
    parts = _parts_of(found[0]) if len(found) == 1 else None
    if parts is None:
        return {"text": text}, None
    before, _, after = plain.partition(found[0])
    value = _value(parts)
    if day := _date_after(after):
        value["date"] = day
    return value, _type_named(before)


@cache
def types() -> Mapping[str, Mapping[str, str]]:
    """Types of documents: code to name in both languages."""
    found: dict[str, dict[str, str]] = _table()["types"]
    return found


class _Tail(NamedTuple):
    """What follows a number: the year if the number has one, type and issuer as far as stated, and
    all of it in the canonical form."""

    year: int | None
    type: str | None
    issuer: str
    text: str


def _value(parts: tuple[str, _Tail]) -> dict[str, Any]:
    number, tail = parts
    value: dict[str, Any] = {"text": number + tail.text, "number": number}
    if tail.year is not None:
        value["year"] = tail.year
    if tail.type is not None:
        value["type"] = tail.type
    value["issuer"] = tail.issuer
    return value


def _parts_of(number: str) -> tuple[str, _Tail] | None:
    """The number proper and what follows it, or None for a shape that is not known."""
    match = _LEADING.match(number)
    if match is None:
        return None
    tail = _tail_of(number[match.end() :]) if len(number) <= _LONGEST_NUMBER else None
    return None if tail is None else (match[0], tail)


@lru_cache(maxsize=4096)
def _tail_of(stated: str) -> _Tail | None:
    """What follows a number, `/2025/NQ-HĐND`. Thousands of decisions of one office share it."""
    match = next((match for shape in _SHAPES if (match := shape.fullmatch(stated))), None)
    if match is None:
        return None
    parts = match.groupdict()
    stated_type, issuer = parts.get("type"), _issuer(parts["issuer"])
    year = int(parts["year"]) if parts.get("year") else None
    dated = f"/{parts['year']}" if year is not None else ""
    if stated_type is None:
        return _Tail(year, None, issuer, f"{dated}/{issuer}")
    code = _spelling(stated_type, tuple(types()))
    if code is None and stated[0] == "/" and year is None:
        # An official letter: issuer and drafting unit, no type.
        issuer = f"{_issuer(stated_type)}-{issuer}"
        return _Tail(None, None, issuer, f"/{issuer}")
    if code is None:
        return _office_first(stated_type, parts["issuer"]) if stated_type.isupper() else None
    if stated[0] == "-":
        return _Tail(None, code, issuer, f"-{code}/{issuer}")
    return _Tail(year, code, issuer, f"{dated}/{code}-{issuer}")


def _office_first(office: str, rest: str) -> _Tail | None:
    """As ministries wrote from the 1960s to the 1990s: 29-VH/QĐ, and without a type 313-VH/VP."""
    if not rest.isupper():
        return None
    office, code = _issuer(office), _spelling(rest, tuple(types()))
    if code is not None:
        return _Tail(None, code, office, f"-{office}/{code}")
    return _Tail(None, None, f"{office}-{_issuer(rest)}", f"-{office}/{_issuer(rest)}")


def _issuer(stated: str) -> str:
    """The issuer with the canonical spelling of each part, Roman or Arabic tails kept."""
    known = tuple(_table()["issuers"])
    done = []
    for part in re.split(r"([.\-])", stated):
        letters = part.rstrip("0123456789")
        spelled = _spelling(letters, known) if letters.isalpha() else None
        done.append((spelled or letters) + part[len(letters) :])
    return "".join(done)


@lru_cache(maxsize=4096)
def _spelling(stated: str, known: tuple[str, ...]) -> str | None:
    """The known spelling of a code: as it is, in another case, or with D for Đ if only one."""
    if stated in known:
        return stated
    same = [code for code in known if vietnamese.exact(code) == vietnamese.exact(stated)]
    if not same:
        same = [code for code in known if vietnamese.fold(code) == vietnamese.fold(stated)]
    return same[0] if len(same) == 1 else None


def _date_after(text: str) -> str | None:
    """The day that directly follows a number, if a whole day does."""
    match = _DATED.match(text)
    words = match["rest"].split()[:_DATE_WORDS] if match else []
    for count in range(len(words), 0, -1):
        try:
            span = read_date(" ".join(words[:count]).strip(",.;()"))
        except DateProblem:
            continue
        if span.start == span.end and re.fullmatch(r"\d{4}-\d{2}-\d{2}", span.start):
            return span.edtf
    return None


def _type_named(text: str) -> str | None:
    key = vietnamese.exact(text)
    return next((code for code, named in _type_names() if named.search(key)), None)


@cache
def _type_names() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """For each type of document, what finds its name in a text in the exact form."""
    return tuple(
        (code, re.compile("|".join(rf"\b{vietnamese.exact(name)}\b" for name in names.values())))
        for code, names in types().items()
    )


@cache
def _table() -> dict[str, Any]:
    loaded: dict[str, Any] = read_table(__file__, "citations.yaml")
    return loaded
