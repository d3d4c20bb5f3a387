"""Where a line may not end."""

from __future__ import annotations

import pytest

from khue.web.portal.present.wrapping import whole


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Nghị quyết 24/2025/NQ-HĐND", "24/2025/NQ-HĐND"),
        ("Quyết định 548/QĐ-TTg", "548/QĐ-TTg"),
        ("Nghị quyết 09-NQ/TU", "09-NQ/TU"),
        ("các khoa 1442–1779", "1442–1779"),
        ("rộng 54.331 m² đất", "331 m²"),
        ("accessed 23 November 2026.", "23 November 2026"),
        ("Văn Miếu - Quốc Tử Giám", "Miếu -"),
        ("12/8/2009 – UNESCO", "12/8/2009 –"),
    ],
)
def test_a_number_a_range_a_unit_stay_in_their_line(text: str, kept: str) -> None:
    shown = whole(text)
    assert f'<span class="whole">{kept}</span>' in shown
    assert shown.replace('<span class="whole">', "").replace("</span>", "") == text


@pytest.mark.parametrize(
    "text",
    ["23/11/2026", "- Quốc Tử Giám", "https://example.org/a-b-c", "5 di tích", "in May 2026"],
)
def test_all_else_may_break(text: str) -> None:
    assert whole(text) == text


def test_what_stands_around_is_escaped() -> None:
    assert whole("<b> & 5/QĐ-X") == '&lt;b&gt; &amp; <span class="whole">5/QĐ-X</span>'
