"""Public documents to publish."""

from __future__ import annotations

from typing import Any

from khue.model.packs import Pack
from khue.model.values import Context

SECOND = "01J00000000000000000000002"
RELICS: list[dict[str, Any]] = [
    {
        "id": "01J00000000000000000000001",
        "type": "relic",
        "name": {"vi": "Văn Miếu - Quốc Tử Giám", "en": "Temple of Literature"},
        "alternative_names": ["Văn Miếu", "Nhà Thái Học"],
        "designations": [
            {"rank": "NAT", "date": "1962-04-28"},
            {"rank": "SPEC", "decision": {"text": "548/QĐ-TTg"}},
        ],
        "place": {
            "stated": "Văn Miếu, Đống Đa",
            "code": "00199",
            "candidates": [
                {"code": "00199", "name": "Phường Văn Miếu", "source": "s"},
                {"code": "00200", "name": "Phường Khác", "source": "s"},
            ],
            "within": "01",
            "why": {"vi": "", "en": ""},
        },
        "identifiers": [
            {"scheme": "wikidata", "value": "Q1202019"},
            {"scheme": "vietnam-sites", "value": "17"},
        ],
        "related": [SECOND],
    },
    {"id": SECOND, "type": "relic", "name": {"vi": "Đình So"}},
]


def context_of(pack: Pack) -> Context:
    labels = {SECOND: {"vi": 'Quốc Tử Giám, "Huế"\nhai dòng', "en": ""}}
    return Context(pack, lambda stated: {"stated": stated}, labels.get)
