"""Walking from record to record: both ways, with the way so far, and never to what is hidden."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import quote

import pytest
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.pipeline import house
from tests.web.conftest import SECRET, Town, _commit, _source
from tests.web.test_hostile import HOSTILE
from tests.web.test_pages import text


@pytest.fixture
def chain(visit: Client, town: Town) -> list[str]:
    """A policy, a centre under it, a space of that, an event there, and who is honoured in it."""
    policy, centre, space, event = (new_ulid() for _ in range(4))
    documents = [
        {"id": policy, "type": "policy", "name": {"vi": "Nghị quyết 24"}},
        {
            "id": centre,
            "type": "centre",
            "name": {"vi": "Trung tâm thử"},
            "governed_by": [policy],
            "spaces": [space, town.hidden],
        },
        {"id": space, "type": "creative_space", "name": {"vi": "Không gian thử"}},
        {
            "id": event,
            "type": "event",
            "name": {"vi": "Sự kiện thử"},
            "held_at": [space],
            "honoured_persons": [town.person],
        },
    ]
    _commit(*documents, source=_source("chuoi"))
    search.catch_up(house().pack)
    return [policy, centre, space, event, town.person]


def test_a_walk_from_policy_to_person(visit: Client, town: Town, chain: list[str]) -> None:
    assert f'href="/graph/{chain[0]}"' in text(visit, "/graph")
    way: list[str] = []
    for here, following in pairwise(chain):
        page = text(visit, f"/graph/{here}" + (f"?from={','.join(way)}" if way else ""))
        assert town.hidden not in page
        way.append(here)
        assert f'href="/graph/{following}?from={",".join(way)}"' in page
    last = text(visit, f"/graph/{chain[-1]}?from={','.join(way)}")
    names = ["Nghị quyết 24", "Trung tâm thử", "Không gian thử", "Sự kiện thử"]
    path = last[last.index('id="way"') : last.index("</nav>", last.index('id="way"'))]
    assert [path.index(name) for name in names] == sorted(path.index(name) for name in names)
    assert f'href="/graph/{chain[1]}?from={chain[0]}"' in path
    assert f'href="/graph/{chain[0]}"' in path


def test_relations_are_said_in_words(visit: Client, chain: list[str]) -> None:
    assert "Chịu sự điều chỉnh của" in text(visit, f"/graph/{chain[1]}")
    assert "Governs" in text(visit, f"/en/graph/{chain[0]}")


def test_going_back_shortens_the_way(visit: Client, chain: list[str]) -> None:
    page = text(visit, f"/graph/{chain[1]}?from={chain[0]}")
    assert f'href="/graph/{chain[0]}"' in page
    assert "đã qua" in page


def test_the_way_tells_nothing_hidden(visit: Client, town: Town, chain: list[str]) -> None:
    long = ",".join([town.hidden, new_ulid(), "x", *chain * 5])
    page = text(visit, f"/graph/{town.van_mieu}?from={long}")
    assert page.count('<li><a href="/graph/') >= len(chain)
    text(visit, f"/graph/{town.hidden}", 404)
    text(visit, f"/en/graph/{town.hidden}?from={chain[0]}", 404)


def test_a_record_alone_says_so(visit: Client, town: Town) -> None:
    assert "chưa ghi mối liên hệ nào" in text(visit, f"/graph/{town.event}")
    assert "chưa có văn bản nào" in text(visit, "/graph").lower()


def test_any_way_gives_a_page(visit: Client, town: Town) -> None:
    for number, value in enumerate(HOSTILE):
        prefix = "/en" if number % 2 else ""
        page = text(visit, f"{prefix}/graph/{town.dinh_so}?from={quote(value)}")
        assert "<script>alert" not in page
        answer = visit.get(f"{prefix}/graph/{quote(value, safe='')}")
        assert answer.status_code in (200, 301, 302, 400, 404)
        assert SECRET not in answer.content.decode()
