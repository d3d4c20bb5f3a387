"""Whatever an address holds, the answer is a page."""

from __future__ import annotations

from urllib.parse import quote

from django.test import Client

from tests.web.conftest import SECRET, Town

HOSTILE = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202eđình",
    "\ufeff\u200b",
    "' OR 1=1 --",
    '"; DROP TABLE registry_record; --',
    "(((((",
    "a*b?c~^[]{}:+-&&||!\\/",
    ".*" * 80,
    "name:* AND type:*",
    "../../../etc/passwd",
    "%00%0d%0aSet-Cookie:x",
    "{{ 7*7 }}{% url %}",
    "{0.__class__}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\ud7ff\ue000",
    "😀" * 50,
    "x" * 10_000,
    "ẫ" * 3_000,
    "-1",
    "0",
    "9" * 400,
    "NaN",
    "٣",
    "１２",
    "²",
    "null",
    "true",
    "106,21,105,-99",
    "nan,nan,inf,-inf",
    "1e308,0,0,0",
    "999.9,-999.9",
    "1,2,3,4,5",
]
PARAMETERS = ["q", "type", "place", "rank", "period", "sort", "page", "unknown", "q[]"]
OF_MAPS = ["zoom", "box", "near", "within"]


def test_any_question_gives_a_page(visit: Client, town: Town) -> None:
    for number, value in enumerate(HOSTILE):
        prefix = "/en" if number % 2 else ""
        asked = quote(value)
        addresses = [f"{prefix}/search?{quote(name)}={asked}" for name in PARAMETERS]
        addresses += [f"{prefix}/map.json?{name}={asked}" for name in OF_MAPS]
        addresses += [f"{prefix}/id/{town.dinh_so}?at={asked}", f"{prefix}/place/01?q={asked}"]
        for address in addresses:
            answer = visit.get(address)
            assert answer.status_code in (200, 404), address
            body = answer.content.decode()
            assert "<script>alert" not in body
            assert "<img src=x" not in body
            assert SECRET not in body


def test_any_question_gives_an_answer_to_programs(visit: Client, town: Town) -> None:
    for number, value in enumerate(HOSTILE):
        prefix = "/en" if number % 2 else ""
        asked = "&".join(f"{quote(name)}={quote(value)}" for name in [*PARAMETERS, "count"])
        for address in (
            f"{prefix}/explore.json?{asked}",
            f"{prefix}/explore.json?q={quote(value)}",
        ):
            answer = visit.get(address)
            assert answer.status_code == 200, address
            assert {"total", "hits", "facets"} <= answer.json().keys()
            assert SECRET not in answer.content.decode()


def test_any_address_gives_a_page(visit: Client) -> None:
    for value in HOSTILE:
        for page in ("/id/", "/place/", "/en/place/", "/", "/en/", "/id/x/"):
            address = page + quote(value, safe="")
            assert visit.get(address).status_code in (200, 301, 302, 400, 404), address


def test_many_parameters(visit: Client) -> None:
    many = "&".join(f"rank=R{number}" for number in range(900))
    assert visit.get(f"/search?{many}").status_code == 200
    too_many = "&".join(f"a{number}=1" for number in range(5_000))
    assert visit.get(f"/search?{too_many}").status_code in (200, 400)


def test_broken_encodings(visit: Client) -> None:
    for query in ("q=%ff%fe", "q=%", "q=%zz", "%ff=%ff", "&&&", "=", "q=a;b"):
        assert visit.get(f"/search?{query}").status_code == 200
    assert visit.get("/id/%ff").status_code in (400, 404)


def test_unknown_filters_are_passed_over(visit: Client) -> None:
    everything = visit.get("/search").content.decode()
    assert "5 hồ sơ" in everything
    for query in ("type=nothing", "place=abc", "sort=sideways", "page=-3", "colour=red"):
        assert "5 hồ sơ" in visit.get(f"/search?{query}").content.decode()
