"""Stories: what Markdown may become, and what it may not."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.web.portal.present.markdown import TAGS, blocks, parse, plain

KNOWN = {"01ABC": "/id/01ABC", "00226": "/place/00226", "Đền Ngọc Sơn": "/id/01NGS"}

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<style>body{display:none}</style>",
    '<p style="position:fixed">x</p>',
    "<iframe src=https://evil.example></iframe>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/)",
    "[x](/logout)",
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '[x](https://e.example "title\\" onclick=alert(1)")',
    '[x](record:01ABC"onclick=alert(1))',
    "<https://e.example/><script>",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "[a]: javascript:alert(1)\n\n[a]",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "# <b onmouseover=alert(1)>x</b>",
    "> <script>alert(1)</script>\n>\n> — <img src=x>",
    "[![x](javascript:1)](javascript:2)",
    "\x00<scr\x00ipt>",
    "[" * 500 + "](" * 500,
    "> " * 300 + "x",
    "*" * 3000 + "x" + "_" * 3000,
]


def html(text: str) -> str:
    return "".join(one.html for one in blocks(parse(text), KNOWN))


def is_safe(made: str) -> None:
    for tag in re.findall(r"<[^>]*>", made):
        assert re.fullmatch(r"</?[a-z0-9]+(?: (?:href|rel|start)=\"[^\"<>]*\")*\s*/?>", tag), tag
        assert re.match(r"</?([a-z0-9]+)", tag)[1] in TAGS  # type: ignore[index]
    for href in re.findall(r'href="([^"]*)"', made):
        assert href.startswith(("https://", "http://", "/id/", "/place/")), href


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_out(text: str) -> None:
    is_safe(html(text))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='[]()<>!#>*_`-:/"=&; \nabrecordmapsjvit0159', max_size=80))
def test_whatever_is_written_is_safe(text: str) -> None:
    is_safe(html(text))


def test_prose() -> None:
    made = html("# Mở đầu\n\n**Đậm** và *nghiêng*.\n\n1. một\n2. hai\n\n## Sâu")
    assert "<h2>Mở đầu</h2>" in made
    assert "<strong>Đậm</strong> và <em>nghiêng</em>" in made
    assert "<li>hai</li>" in made
    assert "<h3>Sâu</h3>" in made


@given(st.lists(st.integers(1, 6), min_size=1, max_size=9))
def test_headings_leave_no_level_out(levels: list[int]) -> None:
    """Those of the highest rank stand right below the title of the page, and which is below which
    stays, as deep as headings go."""
    made = html("\n\n".join(f"{'#' * level} Một" for level in levels))
    shown = [*map(int, re.findall(r"<h(\d)>", made))]
    assert len(shown) == len(levels)
    assert all(1 < below <= above + 1 for above, below in pairwise([1, *shown]))
    assert all(two == 2 for one, two in zip(levels, shown, strict=True) if one == min(levels))
    for (one, other), (above, below) in zip(pairwise(levels), pairwise(shown), strict=True):
        assert below == min(above + 1, 4) if other > one else below <= above


def test_links() -> None:
    made = html(
        "Ở [đền](record:01ABC), [Ngọc Sơn](<record:Đền Ngọc Sơn>), [báo](https://e.example)."
    )
    assert '<a href="/id/01ABC">đền</a>' in made
    assert '<a href="/id/01NGS">Ngọc Sơn</a>' in made
    assert '<a href="https://e.example" rel="noopener">báo</a>' in made


def test_what_is_not_known_stays_text() -> None:
    text = "Ở [đền kín](record:01HIDDEN).\n\n[đền kín](record:01HIDDEN)\n\n[bản đồ](map:99999)"
    (only,) = blocks(parse(text), KNOWN)
    assert only.kind == "prose"
    assert only.html == "<p>Ở đền kín.</p>\n<p>đền kín</p>\n<p>bản đồ</p>\n"


def test_cards_and_maps_stand_between_the_prose() -> None:
    text = "Trước.\n\n[Đền](record:01ABC)\n\n[Bản đồ](map:00226)\n\nSau [đền](record:01ABC)."
    found = blocks(parse(text), KNOWN)
    assert [(one.kind, one.target, one.text) for one in found] == [
        ("prose", "", ""),
        ("record", "01ABC", "Đền"),
        ("map", "00226", "Bản đồ"),
        ("prose", "", ""),
    ]


def test_targets_are_told_before() -> None:
    assert parse("[a](record:01ABC) [b](map:00226) [c](<record:Đền Ngọc Sơn>)").targets == (
        "01ABC",
        "00226",
        "Đền Ngọc Sơn",
    )
    many = "\n\n".join(f"[x](record:{number})" for number in range(500))
    assert len(parse(many).targets) == 60


def test_a_quotation_names_its_source() -> None:
    made = html("> Một câu.\n>\n> — Hà Nội Mới, 6/8/2025")
    assert made == (
        "<blockquote>\n<p>Một câu.</p>\n<footer>— Hà Nội Mới, 6/8/2025</footer>\n</blockquote>\n"
    )
    assert "<footer>" not in html("— không phải trích dẫn")


def test_pictures_are_their_words() -> None:
    assert html("![Cổng đền](https://e.example/a.jpg)") == "<p>Cổng đền</p>\n"


def test_plain_is_what_one_reads() -> None:
    text = "Hội *đền* [Sóc](record:01ABC).\n\n[Bản đồ](map:00226)\n\n## Ngày 13\n\n> Một\n> hai"
    assert plain(text) == "Hội đền Sóc. Ngày 13 Một hai"
