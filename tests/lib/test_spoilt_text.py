"""Text that was spoilt is known by its letters, and right text never is."""

from __future__ import annotations

import pytest
from hypothesis import given

from khue.lib.spoilt_text import find_spoilt, may_be_spoilt
from tests.lib.test_vietnamese import VIETNAMESE


def garbled(text: str, encoding: str) -> str:
    """A text whose UTF-8 a program has read as another encoding."""
    return "".join(
        bytes([one]).decode(encoding, errors="ignore") or chr(one) for one in text.encode("utf-8")
    )


@pytest.mark.parametrize(
    "text",
    ["H\ufffd Nội", "Hà N?i", "Đền ?", "Đình So?", "https://x.vn/à?b=1", "a?b", "«há»", "QĐ"],
)
def test_lost_letters(text: str) -> None:
    lost = text in ("H\ufffd Nội", "Hà N?i")
    assert (find_spoilt(text) is not None) == lost
    assert may_be_spoilt(text) or not lost


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("text", ["Hà Nội", "Địa điểm", "Chùa Thầy", "xã Cộng Hòa, “Đoài”"])
def test_utf_8_that_was_read_as_something_else(text: str, encoding: str) -> None:
    spoilt = garbled(text, encoding)
    assert may_be_spoilt(spoilt)
    assert find_spoilt(spoilt) == (spoilt, text)


@given(VIETNAMESE)
def test_right_text_is_never_taken_for_spoilt(text: str) -> None:
    assert find_spoilt(text) is None
    if find_spoilt(garbled(text, "cp1252")) is not None:
        assert find_spoilt(garbled(text, "cp1252")) == (garbled(text, "cp1252"), text)
