"""Judged queries: which records answer them, and how well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from khue.lib.tables import parse_yaml
from khue.lib.vietnamese import exact

FILE = Path(__file__).with_name("judged.yaml")

Answer = str | Mapping[str, str]


@dataclass(frozen=True)
class Judged:
    """A query, the group to which it belongs, and its answers by grade (see judged.yaml)."""

    text: str
    group: str
    answers: Mapping[int, Sequence[Answer]]


def read_judged() -> list[Judged]:
    """The judged queries of judged.yaml."""
    groups = parse_yaml(FILE.read_text(encoding="utf-8"))
    return [
        Judged(str(text), group, answers)
        for group, queries in groups.items()
        for text, answers in queries.items()
    ]


def grades_of(judged: Judged, documents: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The grade of each record that answers a query, by identifier. Raises `ValueError` for an
    answer that is no record."""
    grades: dict[str, int] = {}
    for grade in sorted(judged.answers):
        for answer in judged.answers[grade]:
            found = [one["id"] for one in documents if is_answer(one, answer)]
            if not found:
                raise ValueError(f"{judged.text}: no record is {answer}")
            grades |= dict.fromkeys(found, grade)
    return grades


def is_answer(document: Mapping[str, Any], answer: Answer) -> bool:
    """Whether a record is what an answer describes."""
    asked = {"label": answer} if isinstance(answer, str) else answer
    return all(_CHECKS[key](document, value) for key, value in asked.items())


def names_of(document: Mapping[str, Any]) -> Iterator[str]:
    """All names of a record, the Vietnamese one first."""
    for name in (document["name"], *document.get("alternative_names", ())):
        yield from ([name] if isinstance(name, str) else name.values())


def _has_words(text: str, words: str) -> bool:
    return _spaced(words) in _spaced(text)


@cache
def _spaced(text: str) -> str:
    return f" {exact(text)} "


def _is_named(document: Mapping[str, Any], words: str) -> bool:
    return any(_has_words(name, words) for name in names_of(document))


def _lies_in(document: Mapping[str, Any], words: str) -> bool:
    return _is_named(document, words) or _has_words(
        document.get("place", {}).get("stated") or "", words
    )


def _lies_now_in(document: Mapping[str, Any], words: str) -> bool:
    units = document.get("place", {}).get("candidates", ())
    return any(_has_words(unit["name"], words) for unit in units)


def _holds(value: Any, code: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(each, code) for key, each in value.items() if key != "sources")
    if isinstance(value, list):
        return any(_holds(each, code) for each in value)
    return bool(value == code)


_CHECKS = {
    "label": lambda document, label: document["name"]["vi"] == label,
    "name": _is_named,
    "place": _lies_in,
    "unit": _lies_now_in,
    "kind": _holds,
    "type": lambda document, name: document["type"] == name,
}
