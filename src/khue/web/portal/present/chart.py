"""A chart as a page shows it: picture, table, and where to take them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from khue.charts import (
    NARROW,
    WIDE,
    Chart,
    Column,
    Figure,
    Mark,
    Subject,
    Table,
    marks_of,
    size_of,
    status_of,
    table_of,
)
from khue.lib.dates import Day
from khue.lib.numbers import PERCENT_SIGN, measured
from khue.measures.figures import Observation, factor_of, measure_of
from khue.measures.indicators import Indicator
from khue.measures.periods import ends_of
from khue.measures.values import ValueView
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import Amount
from khue.web.portal.present.told import UNITS, Told, told_observation, told_value
from khue.web.portal.words import choose


@dataclass(frozen=True)
class Row:
    """A row of the table: its first cell heads it, and leads down where `href` is not empty."""

    head: str
    href: str
    cells: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class ChartPiece:
    """What `portal/_chart.html` takes as `chart`.

    `key` is its own on the page. `svg`, `spec` and `csv` are addresses; those of the pictures are
    of the light theme and, with `_dark`, of the dark one. Sizes are in px.
    """

    key: str
    title: str
    subtitle: str
    source: str
    marks: tuple[Mark, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    wide: str
    wide_dark: str
    narrow: str
    narrow_dark: str
    wide_size: tuple[int, int]
    narrow_size: tuple[int, int]
    spec: str
    csv: str


def piece_of(
    chart: Chart, address: str, asked: Mapping[str, str | Sequence[str]], key: str = "chart"
) -> ChartPiece:
    """The chart that `address` + `.svg`, `.json` and `.csv` give when they are `asked` (parameters
    beside those of the drawing)."""
    table = table_of(chart)

    def at(kind: str, **more: str) -> str:
        question = urlencode({**asked, **more}, doseq=True)
        return f"{address}.{kind}{'?' if question else ''}{question}"

    return ChartPiece(
        key=key,
        title=chart.frame.title,
        subtitle=chart.frame.subtitle,
        source=chart.frame.source,
        marks=marks_of(chart),
        columns=table.columns,
        rows=rows_of(table),
        wide=at("svg"),
        wide_dark=at("svg", theme="dark"),
        narrow=at("svg", size="narrow"),
        narrow_dark=at("svg", size="narrow", theme="dark"),
        wide_size=size_of(chart, WIDE),
        narrow_size=size_of(chart, NARROW),
        spec=at("json"),
        csv=at("csv"),
    )


def rows_of(table: Table) -> tuple[Row, ...]:
    """The rows of a table with their heads, for a template."""
    numbers = [column.number for column in table.columns]
    return tuple(
        Row(cells[0], href, tuple(zip(cells[1:], numbers[1:], strict=True)))
        for cells, href in zip(table.rows, table.hrefs, strict=True)
    )


def figure_of_value(value: ValueView, indicator: Indicator, reader: Reader) -> Figure | None:
    """A value that Khuê computed, for a chart; None where it may not be told."""
    first, last = ends_of(value.period)
    if value.value is None or first is None or last is None:
        return None
    told = told_value(value, indicator, reader)
    return _figure(told, value.value, first, last, subject_of(told, indicator, reader))


def figure_of(
    one: Observation, indicator: Indicator, reader: Reader, unit: str = ""
) -> Figure | None:
    """A figure that somebody reports, for a chart in a unit, by default that of its indicator; what
    is stated in another one of the measure says so. None where it has no number, no period, or is
    of another measure."""
    unit = unit or indicator.unit
    if one.value is None or one.first is None or one.last is None:
        return None
    told = told_observation(one, indicator, reader)
    value = one.amount
    if one.unit and one.unit != unit:
        if measure_of(one.unit) != measure_of(unit):
            return None
        value = one.base / factor_of(unit)
        amount = Amount("", told.number, reader.concept_label(UNITS, unit))
        told = replace(told, amount=amount, unit_code=unit)
    about = subject_of(told, indicator, reader)
    return _figure(told, float(value), one.first, one.last, about)


def subject_of(told: Told, indicator: Indicator, reader: Reader) -> Subject:
    """What a value is of, for the table of a chart."""
    return Subject(
        indicator=choose(indicator.name, reader.lang),
        indicator_key=indicator.key,
        place=told.place,
        place_code=told.place_code,
        unit=told.unit,
        unit_code=told.unit_code,
    )


def with_sign(told: Told) -> str:
    """The number as it stands at its point: with the sign of per cent, else without its unit."""
    return measured(told.value, told.unit) if told.unit == PERCENT_SIGN else told.value


def _figure(told: Told, value: float, first: Day, last: Day, about: Subject) -> Figure:
    return Figure(
        value=value,
        told=with_sign(told),
        period=told.period,
        first=first,
        last=last,
        status=status_of(told.status_code),
        source=told.source,
        note=told.note,
        href=told.href,
        about=about,
    )
