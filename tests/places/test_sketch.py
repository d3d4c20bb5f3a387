"""Lines between units from their middles alone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.places.sketch import joined, sketch

GRID = {f"{x}{y}": (105 + x / 10, 21 + y / 10) for x in range(4) for y in range(4)}

middles = st.dictionaries(
    st.text("0123456789", min_size=5, max_size=5),
    st.tuples(st.floats(100, 120), st.floats(5, 25)),
    max_size=30,
)


def test_a_line_is_between_the_two_nearest() -> None:
    lines = {frozenset((line.one, line.other)): line.ends for line in sketch(GRID)}
    (west, south), (east, north) = sorted(lines[frozenset(("11", "21"))])
    assert west == pytest.approx(105.15, abs=1e-3) == east
    assert sorted((south, north)) == pytest.approx([21.05, 21.15], abs=1e-3)
    assert frozenset(("00", "33")) not in lines


def test_lines_end_where_no_middle_is_near() -> None:
    """At the edge a line goes on about as far as middles are apart, and none goes to an island."""
    found = sketch({**GRID, "island": (114.0, 10.0)})
    assert not [line for line in found if "island" in line]
    for line in found:
        for lon, lat in line.ends:
            assert 104.8 < lon < 105.5
            assert 20.8 < lat < 21.5


@given(middles)
def test_whatever_the_middles_are(given: dict[str, tuple[float, float]]) -> None:
    for line in sketch(given):
        for lon, lat in line.ends:
            away = [math.hypot(lon - x, lat - y) for x, y in given.values()]
            near = [math.hypot(lon - given[one][0], lat - given[one][1]) for one in line[:2]]
            assert math.isfinite(lon)
            assert math.isfinite(lat)
            # Nothing is nearer than the two that it is between; maps stretch a little.
            assert min(near) <= min(away) * 1.15 + 0.01


def test_lines_that_meet_are_joined() -> None:
    [around] = joined(line for line in sketch(GRID) if "11" in line[:2])
    assert around[0] == around[-1]
    assert len(set(around)) == 4
    assert joined([]) == []
