"""Figures of ranked answers. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def is_hit(ranked: Sequence[str], right: Collection[str], depth: int) -> bool:
    """Whether one of the right records is among the first `depth`."""
    return any(record in right for record in ranked[:depth])


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain at `depth`, 0 to 1, with the gain 2^grade - 1 of
    Burges et al., “Learning to rank using gradient descent” (2005); 0 if nothing is right.

    A record that comes twice counts once.
    """
    once = list(dict.fromkeys(ranked))
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(record, 0) for record in once[:depth]]) / ideal if ideal else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
