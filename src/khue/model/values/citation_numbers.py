"""The numbering of Vietnamese documents: which parts a number such as 24/2025/NQ-HĐND has.

Shapes, by Decree 30/2020/NĐ-CP and custom: law `45/2024/QH15`; normative, with the year,
`24/2025/NQ-HĐND`; administrative, without, `1272/QĐ-TTg`; Party, hyphen first, `09-NQ/TU`;
official letter, no type, `3994/UBND-NC`. The year is part of the number: 24/NQ-HĐND and
24/2025/NQ-HĐND are two documents. In `2026/QĐ-TTg` 2026 is the number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from khue.lib import vietnamese
from khue.model.values.date_shapes import DateProblem
from khue.model.values.date_words import read_date

_LONGEST = 300  # characters
_NUMBER = r"(?P<number>[0-9]{1,5}[a-z]?)"
_NAME = r"[^\W\d_]{1,10}[0-9]{0,2}"
_TAIL = rf"(?:[.\-]{_NAME}){{0,3}}"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"{_NUMBER}/(?P<year>[0-9]{{4}})/(?P<issuer>(?:QH|UBTVQH)[0-9]{{1,2}})",
        rf"{_NUMBER}/(?:(?P<year>[0-9]{{4}})/)?(?P<type>{_NAME})-(?P<issuer>{_NAME}{_TAIL})",
        rf"{_NUMBER}-(?P<type>{_NAME})/(?P<issuer>{_NAME}{_TAIL})",
    )
)
_CANDIDATE = re.compile(r"(?<![\w/.-])[0-9]{1,5}[a-z]?[/-][\w./-]*[^\W\d_][\w/-]*")
_DATED = re.compile(r"[\s,(]*(?:(?:ký |ban hành )?ngày|dated|of|on)?\s*(?P<rest>.*)")
_DATE_WORDS = 6  # "28 tháng 12 năm 2001" and "28 December 2001" are shorter
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def read_citation(stated: str) -> tuple[dict[str, Any], str | None]:
    """The citation that `stated` gives, and the type that its words name (*Quyết định*), if any.

    Without a number of a known shape, or with more than one, only `text` is given."""
    text = vietnamese.display(stated)
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
    value: dict[str, Any] = {"text": parts.pop("text"), "number": parts["number"]}
    if parts["year"]:
        value["year"] = int(parts["year"])
    value |= {key: parts[key] for key in ("type", "issuer") if parts.get(key)}
    if day := _date_after(after):
        value["date"] = day
    return value, _type_named(before)


@cache
def types() -> Mapping[str, Mapping[str, str]]:
    """Types of documents: code to name in both languages."""
    found: dict[str, dict[str, str]] = _table()["types"]
    return found


def _parts_of(number: str) -> dict[str, str] | None:
    match = next((match for shape in _SHAPES if (match := shape.fullmatch(number))), None)
    if match is None:
        return None
    parts = match.groupdict()
    stated_type, issuer = parts.get("type"), _issuer(parts["issuer"])
    if stated_type is None:
        text = f"{parts['number']}/{parts['year']}/{issuer}"
        return {**parts, "issuer": issuer, "text": text}
    code = _spelling(stated_type, tuple(types()))
    year = f"{parts['year']}/" if parts.get("year") else ""
    if code is None and number[len(parts["number"])] == "/" and not year:
        # An official letter: issuer and drafting unit, no type.
        issuer = f"{_issuer(stated_type)}-{issuer}"
        return {
            "number": parts["number"],
            "year": "",
            "issuer": issuer,
            "text": f"{parts['number']}/{issuer}",
        }
    if code is None:
        return None
    if number[len(parts["number"])] == "-":
        text = f"{parts['number']}-{code}/{issuer}"
    else:
        text = f"{parts['number']}/{year}{code}-{issuer}"
    return {**parts, "year": parts.get("year") or "", "type": code, "issuer": issuer, "text": text}


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
    text = Path(__file__).with_name("citations.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
