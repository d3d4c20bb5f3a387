"""The header of a table: which rows name its columns, and what each column is called.

It is found at the row whose cells are known as headings of the type most often. Rows above and
below belong to it where cells are merged over them, or, in files that know no merged cells, where
they fill the gaps of a row that groups columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise, takewhile, zip_longest

from khue.intake.book import Row, Sheet, texts_of
from khue.lib.vietnamese import display, exact

WITHIN = 40
"""Rows in which a header is looked for: departments write long titles."""

DEEPEST = 4
"""Rows that a header may have; forms of ministries go to four."""

LONGEST = 200
"""Characters of a cell that may be a heading."""

COUNTING = frozenset(exact(text) for text in ("stt", "tt", "số tt", "số thứ tự"))
"""What a column is called that counts its rows, and nothing else is."""

ORDINALS = COUNTING | {"no", exact("mục")}
"""What it may be called."""


@dataclass(frozen=True)
class Header:
    """The rows of a header, 0-based: the first, and the first one below it; and what they say:
    `headings` has the header cells of each column, top to bottom, `ordinal` is the column that
    only counts."""

    first: int
    end: int
    headings: tuple[tuple[str, ...], ...]
    ordinal: int | None

    def is_of(self, known: frozenset[str]) -> bool:
        """Whether any of its columns is known."""
        return any(exact(part) in known for parts in self.headings for part in parts)

    def repeats(self, other: Header) -> bool:
        """Whether it is another header again, or the upper rows of that alone."""
        pairs = list(zip_longest(self.headings, other.headings, fillvalue=()))
        alike = all(parts == of[: len(parts)] for parts, of in pairs)
        return alike and all(parts or len(of) != 1 for parts, of in pairs)


def find_headers(sheet: Sheet, known: frozenset[str]) -> list[Header]:
    """The header of a sheet, the row of which most cells are headings; and before it the first one
    of the tables above, where there are some. `known` are headings in the exact form."""
    if sheet.header_rows is not None:
        return [_header(sheet, 0, sheet.header_rows)]
    best, best_score = None, (0, False)
    for index, row in enumerate(sheet.rows[:WITHIN]):
        score = _score(row, known), _filled(row) > 1  # a title may be a heading, too
        if score[0] and score > best_score:
            best, best_score = index, score
    if best is None:
        return []
    found = header_at(sheet, known, best)
    first = _first_above(sheet, found.first, known)
    return [found] if first is None else [header_at(sheet, known, first), found]


def _first_above(sheet: Sheet, end: int, known: frozenset[str]) -> int | None:
    """The first row above row `end` that is the header of a table with rows of its own."""
    for index, row in enumerate(sheet.rows[:end]):
        texts, below = texts_of(row), sheet.rows[index + 1 : end]
        is_one = texts and (is_header(texts, known) or is_counting(texts))
        if is_one and any(is_data(texts_of(one), texts) for one in below):
            return index
    return None


def is_data(texts: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether the cells of a row fill half of a table with such headings, and begin with a number
    where the first of these counts."""
    if len(texts) < max(2, len(headings) / 2):
        return False
    return not is_counting(headings) or texts[0].rstrip(".)").isdigit()


def header_at(sheet: Sheet, known: frozenset[str], row: int, *, after: int = 0) -> Header:
    """The whole header that a row belongs to; it does not reach above row `after`."""
    top = _top(sheet, row, known, after)
    return _header(sheet, top, _bottom(sheet, max(top, row), known, top) + 1)


def is_header(texts: Sequence[str], known: frozenset[str]) -> bool:
    """Whether the filled cells of a row below a table look like the header of another one: at least
    two of them, and half, are headings. The first is looked at first: most rows fail there."""
    first = texts[0]
    if len(first) > LONGEST or first[-1].isdigit():
        return False
    form = exact(first)
    if form not in known and form not in ORDINALS:
        return False
    score = _score(texts, known)
    return score >= 2 and 2 * score >= len(texts)


def is_counting(texts: Sequence[str]) -> bool:
    """Whether the filled cells of a row begin a table as forms do, with a column that counts its
    rows, whatever its other columns are."""
    first = texts[0]
    is_short = len(first) < 12 and not first[-1].isdigit()  # most rows end here
    return is_short and len(texts) > 1 and exact(first) in COUNTING


def is_numbering(row: Row) -> bool:
    """Whether a row below a header only numbers the columns: 1, 2, 3 or (1), (2), (3); letters may
    come before the numbers (A, B, 1, 2)."""
    texts = [text.strip("()") for text in texts_of(row)]
    letters = list(takewhile(lambda text: len(text) == 1 and text.isalpha(), texts))
    numbers = texts[len(letters) :]
    counted = all(text == str(n) for text, n in zip(numbers, count(1), strict=False))
    return len(texts) >= 3 and len(numbers) >= 2 and len(letters) <= 3 and counted


def _score(row: Sequence[str], known: frozenset[str]) -> int:
    return len({form for cell in row if len(cell) <= LONGEST and (form := exact(cell)) in known})


def _top(sheet: Sheet, row: int, known: frozenset[str], after: int) -> int:
    top = row
    while top > after and row - top < DEEPEST - 1:
        reaching = [m[0] for m in sheet.merged if after <= m[0] < top <= m[2]]
        above = min(reaching, default=top)
        if above < top and row - above < DEEPEST and _filled(sheet.rows[above]) > 1:
            top = above
        elif _continues(sheet, top - 1, known):
            top -= 1
        else:
            break
    return top


def _bottom(sheet: Sheet, row: int, known: frozenset[str], top: int) -> int:
    bottom = row
    while bottom - top < DEEPEST - 1 and bottom + 1 < len(sheet.rows):
        reached = max((m[2] for m in sheet.merged if top <= m[0] <= bottom < m[2]), default=bottom)
        if bottom < reached < min(top + DEEPEST, len(sheet.rows)):
            bottom = reached
        elif _continues(sheet, bottom, known):
            bottom += 1
        else:
            break
    return bottom


def _continues(sheet: Sheet, first: int, known: frozenset[str]) -> bool:
    """Whether the row below `first` belongs to the same header.

    It does if cells are merged sideways in `first` over all filled cells below; where nothing is
    merged, if headings below fill the gaps of `first`.
    """
    if first + 1 >= len(sheet.rows):
        return False
    top, below = sheet.rows[first], sheet.rows[first + 1]
    filled = [i for i, cell in enumerate(below) if cell.strip()]
    if not filled or not _filled(top):
        return False
    spans = [m for m in sheet.merged if m[0] == m[2] == first and m[3] > m[1]]
    if not spans:
        return _fills_gaps(top, below, filled, known)
    spanned = {i for m in spans for i in range(m[1], m[3] + 1)}
    titles = len(spans) == 1 and len(spanned) >= max(len(top), len(below)) - 1
    return not titles and all(i in spanned for i in filled)


def _fills_gaps(top: Row, below: Row, filled: list[int], known: frozenset[str]) -> bool:
    """Whether headings below stand only under groups of `top`, a group being a filled cell and the
    empty ones after it, while another heading of `top` has nothing below it."""
    groups = _groups(top, len(below))
    alone = [i for i, cell in enumerate(top) if cell.strip() and i not in groups]
    if len(filled) < 2 or any(i not in groups for i in filled):
        return False
    if not any(_is_heading(top[i], known) for i in alone):
        return False
    told = [i for i in filled if _is_heading(below[i], known | ORDINALS)]
    joined = [i for i in filled if _is_heading(f"{top[groups[i]]} {below[i]}", known)]
    return len({*told, *joined}) >= max(2, len(filled) / 2)


def _is_heading(cell: str, known: frozenset[str]) -> bool:
    return len(cell) <= LONGEST and ((form := exact(cell)) in known or form in ORDINALS)


def _groups(top: Row, width: int) -> dict[int, int]:
    """The columns of each group of a row to the column where the group begins."""
    found: dict[int, int] = {}
    start: int | None = None
    for i in range(width):
        if i < len(top) and top[i].strip():
            start = i
        elif start is not None:
            found[start] = found[i] = start
    return found


def _filled(row: Row) -> int:
    return len(texts_of(row))


def _header(sheet: Sheet, first: int, end: int) -> Header:
    width = max((len(row) for row in sheet.rows[first:end]), default=0)
    headings = _headings(sheet, first, end, width)
    counting = (i for i, parts in enumerate(headings) if parts and exact(parts[-1]) in ORDINALS)
    return Header(first, end, headings, next(counting, None))


def _headings(sheet: Sheet, first: int, end: int, width: int) -> tuple[tuple[str, ...], ...]:
    grid = [[*row, *[""] * (width - len(row))] for row in sheet.rows[first:end]]
    merged = [m for m in sheet.merged if first <= m[0] < end]
    for top, left, bottom, right in merged:
        for i in range(left, min(right, width - 1) + 1):
            grid[top - first][i] = grid[top - first][left]
        for row in range(top + 1, min(bottom, end - 1) + 1):
            for i in range(left, min(right, width - 1) + 1):
                grid[row - first][i] = ""
    if not merged:
        _spread(grid)
    return tuple(tuple(display(line[i]) for line in grid if line[i].strip()) for i in range(width))


def _spread(grid: Sequence[Row]) -> None:
    """Write the name of a group over all its columns, in place, where a file knows no merging."""
    for line, below in pairwise(grid):
        for i, start in _groups(line, len(line)).items():
            if below[i].strip():
                line[i] = line[start]
