"""Totals of a table of figures against the rows that they are of.

A total is no row of its own, and is not imported; but where it differs from what it is the sum of,
a row is missing or a number is wrong, and whoever imports the rows should know.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

from khue.intake.periods import Across
from khue.intake.tables import Table
from khue.lib.numbers import read_number
from khue.lib.vietnamese import nfc
from khue.model.findings import Finding, finding
from khue.model.values.missing import is_missing
from khue.model.values.number import shown_both

FEWEST_PARTS = 2
"""Rows of which a total can be told to be the sum."""

RATES = "%"
"""In a heading, in a line above the table or in a cell: what is no sum."""

_OF_ANOTHER = re.compile(r"\W*(?:trong đó|of (?:which|whom)|including)\b", re.IGNORECASE)
FIRST = 3
"""How a row begins that is a part of the row above it, and in how many cells that is looked for."""

_EXACT = Context(prec=700)
"""Adds whatever numbers there are, from 1e308 to 1e-308, without rounding."""


@dataclass(frozen=True)
class _Sums:
    """What cells of a column come to: `total` of so many numbers (`count`) with at most so many
    decimals; `open` where some cell says nothing that can be added."""

    total: Decimal = Decimal(0)
    count: int = 0
    decimals: int = 0
    open: bool = False

    def fits(self, stated: Decimal) -> bool:
        """Whether the cells add up to what is stated, as exactly as it is written. Whole numbers
        are counts, which are not rounded."""
        digits = max(self.decimals, -_exponent(stated))
        off = Decimal(self.count + 1) / 2 * Decimal(10) ** -digits if digits > 0 else 0
        return abs(self.total - stated) <= off or (self.open and stated > self.total)

    def with_(self, other: _Sums) -> _Sums:
        """What both come to together."""
        return _Sums(
            _EXACT.add(self.total, other.total),
            self.count + other.count,
            max(self.decimals, other.decimals),
            self.open or other.open,
        )


class _Column:
    """Cells from top to bottom, summed up as they are read: any part of them is one subtraction,
    however many totals a table has."""

    def __init__(self, cells: Iterable[str]) -> None:
        self._totals, self._counts, self._opens = [Decimal(0)], [0], [0]
        self._decimals = 0
        for text in cells:
            number = _number(text)
            self._totals.append(_EXACT.add(self._totals[-1], number or Decimal(0)))
            self._counts.append(self._counts[-1] + (number is not None))
            self._opens.append(self._opens[-1] + (number is None and bool(text)))
            if number is not None:
                self._decimals = max(self._decimals, -_exponent(number))

    def sums(self, first: int = 0, end: int | None = None) -> _Sums:
        """What the cells from one to another come to; decimals are those of the whole column."""
        until = len(self._totals) - 1 if end is None else max(first, end)
        return _Sums(
            _EXACT.subtract(self._totals[until], self._totals[first]),
            self._counts[until] - self._counts[first],
            self._decimals,
            self._opens[until] > self._opens[first],
        )


def check_totals(table: Table, across: Sequence[Across]) -> Iterator[Finding]:
    """Totals under periods that are not what the rows come to, by whichever rows they may mean:
    those since the last total or section, those below, all, or the totals before."""
    if not table.totals or any(RATES in line for _, line in table.above):
        return
    for one in across:
        if RATES not in one.heading:
            yield from _in_column(table, one)


def _in_column(table: Table, one: Across) -> Iterator[Finding]:
    rows = [
        (number, row)
        for number, row in table.rows
        if number not in table.parents and not _is_of_another(row)
    ]
    cells = [_cell(row, one.index) for _, row in rows]
    if any(RATES in text for text in cells):
        return
    numbers = [number for number, _ in rows]
    column = _Column(cells)
    totals = _Column(_cell(row, one.index) for _, row in table.totals)
    ends = [0, *(number for number, _ in table.totals)]
    heads = [section.row for section in table.sections]
    for at, (row, total) in enumerate(table.totals):
        stated = _number(_cell(total, one.index))
        if stated is None:
            continue
        here = bisect_left(numbers, row)
        within = heads[bisect_right(heads, ends[at]) : bisect_left(heads, row)]
        begins = [bisect_left(numbers, begin) for begin in (ends[at], *within)]
        until = bisect_left(numbers, ends[at + 2]) if at + 2 < len(ends) else len(cells)
        above, earlier = [column.sums(begin, here) for begin in begins], totals.sums(0, at)
        ways = [
            *(*above, column.sums(here, until), column.sums(0, here), column.sums()),
            *(earlier, earlier.with_(above[0])),
        ]
        likely = next((each for each in ways if each.count >= FEWEST_PARTS), None)
        if likely is None or any(each.count and each.fits(stated) for each in ways):
            continue
        said = finding(
            "total_differs",
            value=_cell(total, one.index),
            n=likely.count,
            sum=shown_both(_plain(likely.total)),
        )
        yield said.at(sheet=table.sheet, row=row, column=one.heading)


def _number(text: str) -> Decimal | None:
    if not text or is_missing(text):
        return None
    try:
        return Decimal(repr(read_number(text).value))
    except (ValueError, InvalidOperation):
        return None


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _is_of_another(row: Sequence[str]) -> bool:
    return any(_OF_ANOTHER.match(nfc(cell)) for cell in row[:FIRST])


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""
