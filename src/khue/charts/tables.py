"""The rows of a chart as a table: what it says to those who do not see it, and what they can take
away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from khue.charts.model import (
    Bar,
    Bars,
    Bullet,
    Bullets,
    Chart,
    Figure,
    Lang,
    Lines,
    Panels,
    Rule,
    Status,
    Subject,
    breaks_of,
    statuses_of,
)
from khue.lib.tables import read_table

Cell = str | float | None
"""Of a row for programs; None where nothing is known."""

_Cells = Mapping[str, tuple[str, Cell]]

_NUMBERS = frozenset({"value", "target"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a stable English `key` for programs, its title in the chart's language, and whether
    it holds numbers (they stand on the right)."""

    key: str
    title: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text as people read it; `raw` are the same rows for programs: numbers as
    numbers, states as codes. Columns that no row has anything in are left out. `hrefs` lead down
    from each row; "" leads nowhere."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    raw: tuple[tuple[Cell, ...], ...]
    hrefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How a chart draws figures of a status, in words; `shape` is a point or a bar, or a break of a
    line, which has no status."""

    shape: str
    status: Status | None
    told: str


def marks_of(chart: Chart) -> tuple[Mark, ...]:
    """What the shapes of a chart stand for; none where all that it shows is what happened, and no
    line is broken."""
    lang = chart.frame.lang
    shape = "point" if isinstance(chart, Lines | Panels) else "bar"
    found = statuses_of(chart)
    marks = [Mark(shape, one, word(f"{shape}.{one}", lang)) for one in found]
    broken = word("break", lang)
    return (
        *(() if found == ("actual",) else marks),
        *(Mark("break", None, broken.format(why=why)) for why in breaks_of(chart)),
    )


def table_of(chart: Chart) -> Table:
    """The table of a chart."""
    lang = chart.frame.lang
    match chart:
        case Lines(lines=lines):
            several = len(lines) > 1
            named = [(line.name if several else "", line.figures) for line in lines]
            cells = [_of_figure(one, name, lang) for name, figures in named for one in figures]
            return _table(cells, [one.href for _, some in named for one in some], lang)
        case Panels(of=of, panels=panels):
            cells = [
                _of_figure(one, panel.label, lang, panel.rules)
                for panel in panels
                for one in panel.figures
            ]
            return _table(cells, [one.href for each in panels for one in each.figures], lang, of)
        case Bars(of=of, bars=bars):
            cells = [_of_figure(one, one.label, lang, one.rules) for one in bars]
            return _table(cells, [one.href for one in bars], lang, of)
        case Bullets(bullets=bullets):
            cells = [_of_bullet(one, lang) for one in bullets]
            return _table(cells, [one.href for one in bullets], lang, word("goal", lang))


def word(key: str, lang: Lang) -> str:
    """A word that charts themselves say."""
    text: str = _words()[key][lang]
    return text


def _table(cells: Sequence[_Cells], hrefs: Sequence[str], lang: Lang, name: str = "") -> Table:
    keys = [key for key in cells[0] if any(one[key][0] for one in cells)] if cells else []
    titles = {"name": name or word("name", lang)}
    return Table(
        columns=tuple(
            Column(key, titles.get(key) or word(key, lang), key in _NUMBERS) for key in keys
        ),
        rows=tuple(tuple(one[key][0] for key in keys) for one in cells),
        raw=tuple(tuple(one[key][1] for key in keys) for one in cells),
        hrefs=tuple(hrefs),
    )


def _of_figure(one: Figure | Bar, name: str, lang: Lang, rules: Sequence[Rule] = ()) -> _Cells:
    asked = "; ".join(rule.told or rule.label for rule in rules)
    return {
        "name": (name, name),
        **_of_subject(one.about),
        "period": (one.period, one.period),
        "value": (one.told, one.value),
        "unit": (one.about.unit, one.about.unit_code or None),
        "target": (asked, rules[0].value if len(rules) == 1 else asked),
        "status": (word(one.status, lang), one.status),
        "note": (_noted(one), _noted(one)),
        "source": (one.source, one.source),
    }


def _noted(one: Figure | Bar) -> str:
    why = one.broken if isinstance(one, Figure) else ""
    return "; ".join(part for part in (why, one.note) if part)


def _of_bullet(one: Bullet, lang: Lang) -> _Cells:
    known = one.value is not None
    return {
        "name": (one.label, one.label),
        **_of_subject(one.about),
        "value": (one.told, one.value),
        "unit": (one.about.unit, one.about.unit_code or None),
        "status": (word(one.status, lang) if known else "", one.status if known else None),
        "target": (one.target_told, one.target),
        "due": (one.due, one.due),
        "state": (one.state_told, one.state),
        "source": (one.source, one.source),
    }


def _of_subject(one: Subject) -> dict[str, tuple[str, Cell]]:
    return {
        "indicator": (one.indicator, one.indicator_key or None),
        "place": (one.place, one.place_code or None),
    }


@cache
def _words() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = read_table(__file__, "words.yaml")
    return loaded
