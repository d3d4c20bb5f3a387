"""Records that were merged, split or withdrawn, as visitors meet them."""

from __future__ import annotations

import pytest
from django.test import Client

from khue import search
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from tests.web.conftest import SECRET, Town, _edit

BOTH = pytest.mark.parametrize("prefix", ["", "/en"])


def act(name: str, **arguments: str) -> None:
    """An action on records by the department, for a reason that is nobody else's matter."""
    getattr(actions, name)(actor=OPERATOR, why=SECRET, pack=house().pack, **arguments)
    search.catch_up(house().pack)


def text(visit: Client, address: str, status: int = 200) -> str:
    answer = visit.get(address)
    assert answer.status_code == status, address
    body = answer.content.decode()
    assert SECRET not in body
    return body


@BOTH
def test_a_withdrawn_record_says_that_it_is_gone(visit: Client, town: Town, prefix: str) -> None:
    act("withdraw", record=town.dinh_so)
    for address in (
        f"/id/{town.dinh_so}",
        f"/id/{town.dinh_so}/history",
        f"/id/{town.dinh_so}?at=3",
    ):
        page = text(visit, prefix + address, 410)
        assert ("Hồ sơ này đã được rút" if not prefix else "has been withdrawn") in page
        assert "Đình So" not in page
        assert 'name="robots" content="noindex"' in page
    assert visit.head(f"{prefix}/id/{town.dinh_so}").status_code == 410
    text(visit, f"/id/{town.dinh_so}.json", 410)
    assert town.dinh_so not in text(visit, f"{prefix}/search?q=dinh+so")
    act("restore", record=town.dinh_so)
    page = text(visit, f"{prefix}/id/{town.dinh_so}/history")
    assert page.index("Đưa hồ sơ trở lại" if not prefix else "Brought back") < page.index(
        "Rút hồ sơ" if not prefix else "Taken out"
    )


@BOTH
def test_what_was_never_public_was_never_there(visit: Client, town: Town, prefix: str) -> None:
    act("withdraw", record=town.hidden)
    text(visit, f"{prefix}/id/{town.hidden}", 404)
    # Nor is what was closed before it was withdrawn.
    _edit(town.van_mieu, visibility="staff")
    act("withdraw", record=town.van_mieu)
    text(visit, f"{prefix}/id/{town.van_mieu}", 404)
    text(visit, f"{prefix}/id/01ARZ3NDEKTSV4RRFFQ69G5FAV", 404)


@BOTH
def test_a_merged_record_leads_on_and_comes_back(visit: Client, town: Town, prefix: str) -> None:
    act("merge", winner=town.van_mieu, loser=town.dinh_so)
    for part in ("", "/history"):
        answer = visit.get(f"{prefix}/id/{town.dinh_so}{part}")
        assert (answer.status_code, answer["Location"]) == (
            301,
            f"{prefix}/id/{town.van_mieu}{part}",
        )
    assert visit.get(f"/id/{town.dinh_so}.json").status_code == 301
    merged, split, gone = (
        ("Gộp hồ sơ", "Tách hồ sơ", "được gộp vào một hồ sơ khác")
        if not prefix
        else ("Merged", "Split", "merged into another one")
    )
    assert merged in text(visit, f"{prefix}/id/{town.van_mieu}/history")
    act("split", record=town.dinh_so)
    assert split in text(visit, f"{prefix}/id/{town.van_mieu}/history")
    page = text(visit, f"{prefix}/id/{town.dinh_so}/history")
    assert page.index(split) < page.index(gone)
    assert "Đình So" in text(visit, f"{prefix}/id/{town.dinh_so}")


def test_an_accepted_proposal_tells_nobody_who_made_it(visit: Client, town: Town) -> None:
    record = town.practice
    draft = actions.Draft(
        record, 1, before(record), before(record) | {"description": {"vi": "hội"}}
    )
    proposal = actions.propose(
        actor=OPERATOR,
        why=SECRET,
        kind="edit",
        items=[actions.ProposedItem(draft)],
        pack=house().pack,
    )
    act("accept", proposal=proposal)
    page = text(visit, f"/id/{record}/history")
    assert "hội" in page
    for told in (proposal, "operator"):
        assert told not in page


def before(record: str) -> dict[str, object]:
    from khue.registry import drafting

    document = drafting.heads([record])[record][1]
    assert document is not None
    return document
