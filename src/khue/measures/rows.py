"""Values and reported figures as rows for programs: one shape, whoever gives them out."""

from __future__ import annotations

from typing import Any

from khue.measures.figures import Observation
from khue.measures.indicators import Indicator
from khue.measures.values import ValueView

COLUMNS = (
    *("indicator", "place", "period", "part", "value", "unit", "status", "obtained"),
    *("source", "position", "version", "records", "suppressed", "computed_at", "record", "quote"),
    *("former", "terms"),
)
"""Of a row, in their order."""


def row_of_value(value: ValueView, indicator: Indicator) -> dict[str, Any]:
    """A computed value; `suppressed` with no value where it may not be told."""
    return _row(
        indicator=indicator.key,
        place=value.place or None,
        period=value.period,
        part=dict(value.part),
        value=value.value,
        unit=indicator.unit,
        status=value.status,
        obtained=indicator.obtained,
        source=value.source,
        position=value.position,
        version=value.version,
        records=value.records,
        suppressed=value.suppressed,
        computed_at=value.at,
    )


def row_of_figure(figure: Observation, indicator: Indicator) -> dict[str, Any]:
    """A reported figure of an indicator; `record` is its identifier, `quote` the words of the
    source. One that follows from others has `terms` instead, their identifiers. `former` is the
    code of a former unit that it is of: where `place` is a code, it was carried over to that
    present unit; else `place` is the name of then."""
    return _row(
        indicator=indicator.key,
        place=figure.place or None,
        period=figure.period,
        part=dict(figure.breakdowns),
        value=None if figure.value is None else float(figure.value),
        unit=figure.unit,
        status=figure.status,
        obtained="derived" if figure.terms else "reported",
        source=figure.source,
        record=None if figure.terms else figure.id,
        quote=figure.quote or None,
        former=figure.former or None,
        terms=list(figure.terms) or None,
    )


def _row(**held: Any) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS), "suppressed": False, **held}
