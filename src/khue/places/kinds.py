"""Kinds of administrative unit: their levels, English words and written forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from khue.lib.vietnamese import exact, fold

Level = Literal["province", "district", "commune"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its word, the levels it names, its English word, abbreviations that people write.

    Quận, Huyện, Thị xã and Thị trấn ended on 1/7/2025; Đặc khu began then.
    """

    name: str
    english: str
    levels: frozenset[Level]
    written: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("Tỉnh", "Province", frozenset({"province"}), ("t",)),
        Kind("Thành phố", "City", frozenset({"province", "district"}), ("tp", "t p", "thủ đô")),
        Kind("Quận", "District", frozenset({"district"}), ("q",)),
        Kind("Huyện", "District", frozenset({"district"}), ("h", "huyện đảo")),
        Kind("Thị xã", "Town", frozenset({"district"}), ("tx", "t x")),
        Kind("Thị trấn", "Township", frozenset({"commune"}), ("tt", "t t")),
        Kind("Phường", "Ward", frozenset({"commune"}), ("p", "f")),
        Kind("Xã", "Commune", frozenset({"commune"}), ("x",)),
        Kind("Đặc khu", "Special Zone", frozenset({"commune"}), ("đk",)),
    )
}


def _written_forms() -> dict[str, tuple[str, bool]]:
    """Each form that may stand before a name -> (kind, whether it is written with its marks)."""
    forms: dict[str, tuple[str, bool]] = {}
    for kind in KINDS.values():
        for written in (kind.name, *kind.written):
            forms.setdefault(fold(written), (kind.name, False))
            forms[exact(written)] = (kind.name, True)
    return forms


FORMS = _written_forms()

AFTER: Mapping[str, tuple[str, ...]] = {
    english: tuple(kind.name for kind in KINDS.values() if kind.english.lower() == english)
    for english in ("province", "city", "district", "town", "township", "ward", "commune")
}
"""English words for kinds, which stand after a name (Hoan Kiem Ward), and the kinds they mean."""
_STARTS = [(f"{name.casefold()} ", name) for name in KINDS]


def split_kind(full_name: str) -> tuple[str, str]:
    """The kind of a unit and its bare name: "Thị Xã Buôn Hồ" -> ("Thị xã", "Buôn Hồ").

    Raises ValueError where the name does not begin with a kind.
    """
    said = full_name.casefold()
    for start, name in _STARTS:
        if said.startswith(start):
            return name, full_name[len(name) + 1 :]
    raise ValueError(f"no kind of unit at the start of {full_name!r}")


def english_name(full_name: str) -> str:
    """The name with the kind in English, the rest with its marks: "Láng Ward", "District 1"."""
    kind, bare = split_kind(full_name)
    english = KINDS[kind].english
    return f"{english} {bare}" if bare.isdigit() else f"{bare} {english}"
