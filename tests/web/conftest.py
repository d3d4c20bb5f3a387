"""A small registry as the portal's tests see it: a few records, their history, one secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions, drafting
from khue.web.portal import built

SECRET = "BIMATKHONGDUOCLO"
"""Stands in everything of the registry that the public may not see."""


@dataclass(frozen=True)
class Town:
    """The identifiers of the records."""

    van_mieu: str
    dinh_so: str
    person: str
    practice: str
    event: str
    hidden: str


def _source(name: str = "danh-muc") -> actions.SourceDescription:
    return actions.SourceDescription(
        sha256="0" * 64,
        size=1,
        filename=f"{SECRET}.xlsx",
        name=name,
        title={"vi": "Danh mục di tích <b>thử</b>", "en": "List of relics"},
        publisher="Sở Văn hóa và Thể thao",
        licence="CC BY 4.0",
        date="2025-03-17",
        url="https://example.org/danh-muc",
    )


def _commit(*documents: dict[str, Any], source: actions.SourceDescription | None = None) -> None:
    drafts = [actions.Draft(document["id"], 0, None, document) for document in documents]
    actions.commit(
        actor=OPERATOR, why=SECRET, kind="import", drafts=drafts, pack=house().pack, source=source
    )


def _edit(record: str, **changes: Any) -> None:
    version = drafting.heads([record])[record][0]
    actions.edit(
        actor=OPERATOR,
        why=SECRET,
        record=record,
        base=version,
        changes={path.replace("__", "."): value for path, value in changes.items()},
        pack=house().pack,
    )


def _relic(
    name: str, place: str, rank: str, stated: dict[str, str], **fields: Any
) -> dict[str, Any]:
    return {
        "id": new_ulid(),
        "type": "relic",
        "name": {"vi": name},
        "place": house().resolve_place(place),
        "designations": [{"rank": rank, "date": "1962-04-28"}],
        "sources": [{"name": "danh-muc", "key": f"{SECRET} {name}", "stated": stated}],
        "other": {"Cột lạ": SECRET},
        "contact_name": SECRET,
        "internal_note": SECRET,
        **fields,
    }


def found_town() -> Town:
    """Commit the records to the database in use and index them."""
    person = {"id": new_ulid(), "type": "person", "name": {"vi": "Chu Văn An"}}
    van_mieu = _relic(
        "Văn Miếu – Quốc Tử Giám",
        "phường Văn Miếu - Quốc Tử Giám, Hà Nội",
        "SPEC",
        {"name.vi": "Văn Miếu – Quốc Tử Giám", "built": "đời vua nọ"},
        worshipped_persons=[person["id"]],
        website="https://vanmieu.gov.vn/",
    )
    dinh_so = _relic(
        "Đình So",
        "xã Cộng Hòa, huyện Quốc Oai, thành phố Hà Nội",
        "NAT",
        {
            "name.vi": "Đình So",
            "place": "xã Cộng Hòa, huyện Quốc Oai",
            "designations.rank": "Quốc gia",
            "contact_name": SECRET,
        },
        kind="ARCH_ART",
        built="16XX",
        missing=[{"field": "area", "reason": "NOT_SURVEYED"}],
    )
    practice = {
        "id": new_ulid(),
        "type": "practice",
        "name": {"vi": "Hội đình So <script>alert(1)</script>", "en": "So festival"},
        "invented": True,
    }
    event = {
        "id": new_ulid(),
        "type": "event",
        "name": {"vi": "Lễ hội thử", "en": "Trial festival"},
    }
    hidden = _relic("Hồ sơ kín " + SECRET, "Hà Nội", "NAT", {}, visibility="restricted")
    _commit(person, source=_source("nhan-vat"))
    _commit(van_mieu, dinh_so, hidden, source=_source())
    _commit(practice, event)
    ids = Town(
        van_mieu["id"], dinh_so["id"], person["id"], practice["id"], event["id"], hidden["id"]
    )
    _edit(ids.dinh_so, name__en="So Communal House")
    _edit(ids.dinh_so, built="1650/1700", related=[ids.practice, ids.hidden])
    search.catch_up(house().pack)
    return ids


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    """No page without the front end: says so at once where it has not been built."""
    built.manifest()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Each test begins in Vietnamese, whatever page the one before asked for last."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture
def town(db: None) -> Town:
    """The records, in this test's own database and index."""
    return found_town()


@pytest.fixture
def visit(town: Town) -> Client:
    """A visitor of the portal with the records in it. A server error fails the test."""
    return Client()
