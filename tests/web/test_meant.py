"""Addresses that are nearly right lead to the right ones, and to nothing else."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.encoding import escape_uri_path
from hypothesis import given
from hypothesis import strategies as st

from khue.web.portal.meant import address_meant
from tests.web.conftest import Town


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/about/", "/about"),
        ("/search/?q=ch%C3%B9a&type=relic", "/search?q=ch%C3%B9a&type=relic"),
        ("/vi", "/"),
        ("/vi/", "/"),
        ("/vi/places", "/places"),
        ("/vi//places", "/places"),
        ("/VI/data/", "/data"),
        ("/EN/", "/en/"),
        ("/EN/about", "/en/about"),
        ("/en/about/", "/en/about"),
        ("/about).", "/about"),
        ("/stories%E2%80%9D", "/stories"),
    ],
)
def test_pages(typed: str, meant: str, visit: Client, town: Town) -> None:
    answer = visit.get(typed)
    assert (answer.status_code, answer["Location"]) == (301, meant)
    assert visit.get(meant).status_code == 200


def test_an_identifier_that_was_written_down(visit: Client, town: Town) -> None:
    right = f"/id/{town.dinh_so}"
    misread = town.dinh_so.lower().replace("0", "o").replace("1", "l")
    for typed in (f"/id/{town.dinh_so.lower()}", f"/id/{misread}", f"{right}/", f"{right}."):
        answer = visit.get(typed)
        assert (answer.status_code, answer["Location"]) == (301, right), typed
    history = visit.get(f"/en/id/{town.dinh_so.lower()}/history/?page=1")
    assert history["Location"] == f"/en{right}/history?page=1"
    assert visit.get(f"/id/{town.dinh_so.lower()}.json")["Location"] == f"{right}.json"
    # Whether there is such a record, the way there does not tell.
    for hidden in (town.hidden, "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        answer = visit.get(f"/id/{hidden.lower()}", follow=True)
        assert answer.status_code == 404
        assert answer.redirect_chain == [(f"/id/{hidden}", 301)]


@pytest.mark.parametrize(
    "other",
    [
        *("/nothing", "/nothing/", "/place/99999/", "/id/xyz/", "/vi/nothing", "/...", "/))"),
        *("/\\evil.example/about", "/%0d%0aabout/"),
        *("/vi//evil.example", "/vi///evil.example/about/", "/en/en/about", "/id/%2e%2e/about/"),
    ],
)
def test_nothing_else_is_guessed(other: str, visit: Client, town: Town) -> None:
    answer = visit.get(other, follow=True)
    assert answer.status_code == 404
    for to, _ in answer.redirect_chain:
        assert to.startswith("/")
        assert not to.startswith(("//", "/\\"))


@pytest.mark.parametrize(
    "typed",
    [
        *("//evil.example/", "///evil.example/about/", "/vi//evil.example", "/vi///evil.example/"),
        *("/vi//", "/en//evil.example", "//vi//evil.example"),
    ],
)
def test_no_address_leads_out_of_the_house(typed: str) -> None:
    """Whatever addresses the house may have one day."""
    assert re.match(r"/(?![/\\])", address_meant(typed))


@given(
    st.lists(
        st.sampled_from(["/", "//", "\\", "vi", "EN", "en", "id", "source", ".", "o" * 26, "about"])
        | st.text(max_size=6),
        max_size=8,
    )
)
def test_any_address_leads_to_one_of_the_house_and_comes_to_rest(parts: list[str]) -> None:
    path = f"/{''.join(parts)}"
    for _ in range(len(path) + 2):
        if (meant := address_meant(path)) == path:
            return
        assert escape_uri_path(meant)[:2] not in ("//", "/\\")
        path = meant
    raise AssertionError("it goes round")


def test_a_form_is_not_sent_elsewhere(visit: Client) -> None:
    assert visit.post("/suggest/person/").status_code == 404
