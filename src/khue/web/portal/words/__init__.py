"""Every word of the interface, in Vietnamese and English: a YAML file for each kind of page.

Key to both languages; {placeholders} are filled in by the page. Where English needs it, `one` and
`other` are chosen by {count}. Plain administrative Vietnamese, plain British English, sentence
case, buttons are verbs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from django.utils.translation import get_language

from khue.lib.numbers import show_number
from khue.lib.tables import read_table

Lang = Literal["vi", "en"]
LANGUAGES: tuple[Lang, ...] = ("vi", "en")


@cache
def catalogue() -> Mapping[str, Mapping[str, Any]]:
    """All entries of the files: key to `{"vi", "en"}`, each a text or `{"one", "other"}`.

    A key that stands in two files raises `ValueError`.
    """
    entries: dict[str, Mapping[str, Any]] = {}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        told = cast(Mapping[str, Mapping[str, Any]], read_table(__file__, path.name))
        if repeated := entries.keys() & told.keys():
            raise ValueError(f"{path.name} repeats {sorted(repeated)}")
        entries.update(told)
    return entries


def say(key: str, lang: Lang, **values: object) -> str:
    """The words of `key`, with `values` in its `{placeholders}`.

    Whole numbers are written the way of the language; where an entry has `one` and
    `other`, the value `count` chooses. An unknown key raises `KeyError`.
    """
    entry = catalogue()[key][lang]
    if isinstance(entry, Mapping):
        entry = entry["one" if values.get("count") == 1 else "other"]
    shown = {
        name: show_number(value, lang) if isinstance(value, int) else value
        for name, value in values.items()
    }
    return str(entry).format_map(shown)


def knows(key: str) -> bool:
    """Whether there is an entry of this key."""
    return key in catalogue()


def current_language() -> Lang:
    """The language of the request being answered; Vietnamese unless it is English."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def other_language(lang: Lang) -> Lang:
    """The other one of the two."""
    return "en" if lang == "vi" else "vi"


def choose(texts: Mapping[str, str] | None, lang: Lang) -> str:
    """The text in `lang`, else in the other language, else nothing."""
    texts = texts or {}
    return texts.get(lang) or texts.get(other_language(lang)) or ""


def spoken(texts: Mapping[str, str] | None, lang: Lang) -> str:
    """The language that `choose` falls back to, or "" where it need not (for `lang=` in HTML)."""
    texts = texts or {}
    other = other_language(lang)
    return other if not texts.get(lang) and texts.get(other) else ""
