"""Records of any type, full of what spreadsheets and cells are bad at."""

from __future__ import annotations

from random import Random
from typing import Any

from khue.lib.identifiers import new_ulid
from khue.model.packs import Field, Pack, Type

TEXTS = (
    "Đình So",
    '=HYPERLINK("https://example.org","x")',
    "+84 24 3825 0000",
    "@SUM(1)",
    "dòng một\ndòng hai",
    "a | b; c",
    "–",
    "0012",
    "28/4/1962",
    "trích […]",
    "Tổng cộng",
    "_x000D_ 'x'",
    "x [01J00000000000000000000001]",
    "mã: 7⏎8",
)
DATES = ("1962", "1962-04-28", "16XX", "1990/2000", "1802~", "1975-05", "2005/..")
NUMBERS = (1, 7, 12)  # months, days of the moon: some fields have limits
DECIMALS = (0.5, 50.5, 12.125, 95, 0.1)
AMOUNTS = (0.5, 1250.5, 12.125, 183_950, 2_000_000_000)


def sample(pack: Pack, type_: Type, random: Random, targets: dict[str, list[str]]) -> Any:
    """A record of a type in which each field is filled more often than not. References name
    `targets`, by type."""
    made: dict[str, Any] = {"id": new_ulid(), "type": type_.name}
    for field in type_.fields.values():
        if not field.required and random.random() < 0.2:
            continue
        value = _values(pack, field, random, targets)
        if value not in (None, [], {}):
            made[field.name] = value
    return made


def _values(pack: Pack, field: Field, random: Random, targets: dict[str, list[str]]) -> Any:
    if not field.multivalued:
        return _one(pack, field, random, targets)
    found = [_one(pack, field, random, targets) for _ in range(random.randint(1, 3))]
    return [one for one in found if one not in (None, {})]


def _one(pack: Pack, field: Field, random: Random, targets: dict[str, list[str]]) -> Any:
    match field.kind:
        case "statement":
            chosen = [one for one in field.fields if random.random() < 0.7] or [field.fields[0]]
            found = {one.name: _values(pack, one, random, targets) for one in chosen}
            return {name: value for name, value in found.items() if value not in (None, [], {})}
        case "language_text":
            langs = random.choice((("vi",), ("vi", "en"), ("vi", "en")))
            return {lang: random.choice(TEXTS) for lang in langs}
        case "text":
            return None if field.pattern else random.choice(TEXTS)
        case "edtf":
            return random.choice(DATES)
        case "code":
            return random.choice([*pack.vocabularies[field.vocabulary or ""].concepts])
        case "place":
            return {"stated": random.choice(TEXTS), "code": None, "candidates": []}
        case "point":
            lon, lat = random.choice(((105.8342, 21.0278), (105.8412345, 21.0)))
            return {"lon": lon, "lat": lat, "precision_m": 1500, "datum": "WGS84"}
        case "quantity":
            return {"value": random.choice(AMOUNTS), "unit": field.unit or "m2"}
        case "citation":
            return random.choice(
                (
                    {"text": "313/VH-VP"},
                    {"text": "1272/QĐ-TTg", "number": "1272", "type": "QĐ", "date": "2009-08-12"},
                )
            )
        case "reference":
            known = [one for name in field.targets or targets for one in targets.get(name, ())]
            return random.choice(known) if known else None
        case "identifier":
            scheme = random.choice(("wikidata", "nguồn-lạ", "inventory", "kiểm:kê"))
            return {"scheme": scheme, "value": f"Q{random.randint(1, 99)}"}
        case "url":
            return "https://example.org/=x?a=1&b='2'"
        case "integer":
            return random.choice(NUMBERS)
        case "number":
            return random.choice(DECIMALS)
        case "boolean":
            return random.random() < 0.5
    raise KeyError(field.kind)
