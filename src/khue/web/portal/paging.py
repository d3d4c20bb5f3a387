"""Page numbers of lists: one way for all pages.

What is no number is the first page, as all that makes no sense in an address is passed over. A page
beyond the last is none (404).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404

LAST_PAGE = 500
"""Search answers its first 10,000 hits page by page; all of them can be downloaded."""

_PAGE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Paging:
    """A page of a list: its `number` from 1, how many `pages` there are, and the addresses of those
    beside it, "" where there is none."""

    number: int
    pages: int
    previous: str
    next: str


def read_page(text: str) -> int:
    """A page number between 1 and `LAST_PAGE`; 1 where there is none."""
    return min(max(int(text), 1), LAST_PAGE) if _PAGE.fullmatch(text) else 1


def page_count(total: int, size: int) -> int:
    """How many pages of this size a list has; at least one, at most `LAST_PAGE`."""
    return min(max(-(-total // size), 1), LAST_PAGE)


def paging(number: int, total: int, size: int, address: Callable[[int], str]) -> Paging:
    """A page of a list of `total` things; `address` gives where a page is. Raises `Http404` for a
    page that there is not."""
    pages = page_count(total, size)
    if number > pages:
        raise Http404
    return Paging(
        number,
        pages,
        address(number - 1) if number > 1 else "",
        address(number + 1) if number < pages else "",
    )
