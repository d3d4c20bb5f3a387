"""What follows from numbers that are told about numbers that are not. Pure.

Numbers hang together by equations: a total is the sum of its parts. Of these only the unknown are
looked at, since whatever is told is a constant. One of them is given away exactly where the
equations leave it no freedom (the audit of cell suppression: Hundepool et al., *Statistical
Disclosure Control*, 2012, section 4.4).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

C = TypeVar("C", bound=Hashable)


def given_away(equations: Iterable[Mapping[C, Fraction]]) -> set[C]:
    """The unknown that the equations determine, each given by the coefficients of its unknown.

    The rows are brought into reduced form one after the other; what is determined then stands
    alone in its row.
    """
    rows: dict[C, dict[C, Fraction]] = {}  # by the unknown that each is solved for
    within: dict[C, set[C]] = {}  # the rows that hold an unknown
    for equation in equations:
        row = {name: factor for name, factor in equation.items() if factor}
        for name in [name for name in row if name in rows]:
            _subtract(row, rows[name], row[name])
        if not row:
            continue
        solved = min(row, key=lambda name: len(within.get(name, ())))
        factor = row[solved]
        row = {name: held / factor for name, held in row.items()}
        for other in list(within.get(solved, ())):
            old = rows[other]
            names = old.keys() | row.keys()
            _subtract(old, row, old[solved])
            for name in names:
                holders = within.setdefault(name, set())
                holders.add(other) if name in old else holders.discard(other)
        rows[solved] = row
        for name in row:
            within.setdefault(name, set()).add(solved)
    return {name for name, row in rows.items() if len(row) == 1}


def _subtract(row: dict[C, Fraction], other: Mapping[C, Fraction], times: Fraction) -> None:
    """Take another row from a row, so many times."""
    for name, factor in other.items():
        left = row.get(name, Fraction(0)) - times * factor
        if left:
            row[name] = left
        else:
            row.pop(name, None)
