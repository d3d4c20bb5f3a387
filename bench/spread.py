"""How times are spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median, the time that 95 of 100 stay below, and the longest, in milliseconds."""
    cuts = statistics.quantiles(milliseconds, n=100)
    return {
        "p50": round(cuts[49], 2),
        "p95": round(cuts[94], 2),
        "max": round(max(milliseconds), 2),
    }
