"""Totals of a table of figures against the rows that they are of.

A total is no row of its own, and is not imported; but where it differs from what it is the sum of,
a row is missing or a number is wrong, and whoever imports the rows should know.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from khue.intake.periods import Across
from khue.intake.tables import Table
from khue.lib.numbers import read_number
from khue.model.findings import Finding, finding
from khue.model.values.missing import is_missing
from khue.model.values.number import shown_both

FEWEST_PARTS = 2
"""Rows of which a total can be told to be the sum."""

RATES = "%"
"""In a heading, in a line above the table or in a cell: what is no sum."""


@dataclass(frozen=True)
class _Sums:
    """What rows of a column come to: each number, at most how far each may be off by rounding, and
    whether some cell says nothing that can be added."""

    numbers: tuple[Decimal, ...]
    open: bool

    @property
    def total(self) -> Decimal:
        return sum(self.numbers, Decimal(0))

    def fits(self, stated: Decimal) -> bool:
        """Whether the rows add up to what is stated, as exactly as it is written. Whole numbers are
        counts, which are not rounded."""
        digits = max((-_exponent(one) for one in (stated, *self.numbers)), default=0)
        off = Decimal(len(self.numbers) + 1) / 2 * Decimal(10) ** -digits if digits > 0 else 0
        return abs(self.total - stated) <= off or (self.open and stated > self.total)


def check_totals(table: Table, across: Sequence[Across]) -> Iterator[Finding]:
    """Totals under periods that are not what the rows come to, by whichever rows they may mean:
    those since the last total or section, those below, all, or the totals before."""
    if any(RATES in line for _, line in table.above):
        return
    for one in across:
        if RATES not in one.heading:
            yield from _in_column(table, one)


def _in_column(table: Table, one: Across) -> Iterator[Finding]:
    cells = [
        (number, _cell(row, one.index)) for number, row in table.rows if number not in table.parents
    ]
    if any(RATES in text for _, text in cells):
        return
    numbers = [number for number, _ in cells]
    ends = [0, *(number for number, _ in table.totals)]
    heads = [section.row for section in table.sections]
    for at, (row, total) in enumerate(table.totals):
        stated = _number(_cell(total, one.index))
        if stated is None:
            continue
        here = bisect_left(numbers, row)
        begins = [ends[at], *(head for head in heads if ends[at] < head < row)]
        until = bisect_left(numbers, ends[at + 2]) if at + 2 < len(ends) else len(cells)
        above = [cells[bisect_left(numbers, begin) : here] for begin in begins]
        earlier = [(number, _cell(each, one.index)) for number, each in table.totals[:at]]
        ways = [*above, cells[here:until], cells[:here], cells, earlier, [*earlier, *above[0]]]
        sums = [_sums(way) for way in ways]
        likely = next((each for each in sums if len(each.numbers) >= FEWEST_PARTS), None)
        if likely is None or any(each.numbers and each.fits(stated) for each in sums):
            continue
        said = finding(
            "total_differs",
            value=_cell(total, one.index),
            n=len(likely.numbers),
            sum=shown_both(_plain(likely.total)),
        )
        yield said.at(sheet=table.sheet, row=row, column=one.heading)


def _sums(cells: Sequence[tuple[int, str]]) -> _Sums:
    filled = [text for _, text in cells if text]
    numbers = tuple(found for text in filled if (found := _number(text)) is not None)
    return _Sums(numbers, any(_number(text) is None for text in filled))


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


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""
