"""One indicator in several places: what is known of each, side by side, and what is not comparable.

Nothing is averaged and nothing shared out: a place has the figures that are its own, and those of a
former unit only where that became this place and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse

from khue.charts import MOST_BARS, Bar, Bars, Chart, Figure, Frame, Panel, Panels, Rule
from khue.lib.numbers import PERCENT_SIGN, measured
from khue.lib.vietnamese import sort_key
from khue.measures.breaks import breaks_of
from khue.measures.compute import name_of
from khue.measures.figures import PERCENT, Observation, Text, measure_of
from khue.measures.findings import shown_period
from khue.measures.indicators import Indicator
from khue.measures.territory import series_of
from khue.measures.values import PLACE
from khue.pipeline import Figures
from khue.web.portal.present.chart import figure_of, figure_of_value
from khue.web.portal.present.indicator import Carried, carried
from khue.web.portal.present.indicator_chart import Standing, rule_of, stands_of
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.told import UNITS, Told, told_observation, told_value
from khue.web.portal.words import choose

if TYPE_CHECKING:
    from khue.web.portal.measured import About

MOST_PLACES = 24
"""Places that can be chosen to be compared; more cannot be told apart."""
MOST_OFFERED = 160
"""Places that are offered to choose from: more than there are communes in a province."""
MOST_SOURCES = 3
SORTS = ("value", "name")
"""The greatest first, or by name."""
LEAST = 2
"""Places that make a comparison."""


@dataclass(frozen=True)
class Asked:
    """The indicator and the places that are asked for; no places are those that have most. `sort`
    is one of `SORTS`, or "" for the first of them."""

    indicator: str = ""
    places: tuple[str, ...] = ()
    sort: str = ""

    def parameters(self) -> dict[str, str | Sequence[str]]:
        """The question, as an address has it."""
        more: dict[str, str | Sequence[str]] = {"places": self.places, "sort": self.sort}
        return {"indicator": self.indicator, **{name: one for name, one in more.items() if one}}

    def address(self, name: str = "compare") -> str:
        """Where it is answered."""
        return f"{reverse(name)}?{urlencode(self.parameters(), doseq=True)}"


@dataclass(frozen=True)
class Row:
    """A value of a place; `figure` is the same for a chart, None where it cannot be drawn."""

    told: Told
    figure: Figure | None


@dataclass(frozen=True)
class Place:
    """A place with its values, the computed first, the figures that are refused it, and what is
    asked of it."""

    code: str
    label: str
    href: str
    rows: tuple[Row, ...]
    refused: tuple[Carried, ...]
    goals: tuple[Goal, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What a chart can show."""
        return tuple(one.figure for one in self.rows if one.figure)


@dataclass(frozen=True)
class Goal:
    """A target of a place, as a chart draws it; `href` leads to its record."""

    rule: Rule
    href: str


@dataclass(frozen=True)
class Order:
    """A way to the places in another order."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class Option:
    """A place to choose."""

    code: str
    label: str
    chosen: bool


def options(about: About, asked: Asked, reader: Reader) -> tuple[Option, ...]:
    """The places that have something of an indicator, by name; with those that are chosen."""
    level = _level(about, reader)
    codes = dict.fromkeys((*asked.places, *level[:MOST_OFFERED]))
    found = [Option(code, reader.unit_short(code), code in asked.places) for code in codes]
    return tuple(sorted(found, key=lambda one: sort_key(one.label)))


def orders(asked: Asked, reader: Reader) -> tuple[Order, ...]:
    """The orders in which places can stand."""
    now = asked.sort or SORTS[0]
    labels = {"value": reader.say("compare.sort_value"), "name": reader.say("compare.sort_name")}
    return tuple(
        Order(labels[one], replace(asked, sort=one).address(), one == now) for one in SORTS
    )


def places(about: About, figures: Figures, asked: Asked, reader: Reader) -> tuple[Place, ...]:
    """The places with what is known of them: those chosen, else the greatest of one level of
    administration; in the order that is asked for."""
    stands = stands_of(about, figures, reader)
    every = [
        _place(about, code, stands.values(), reader)
        for code in asked.places or _level(about, reader)
    ]
    compared = {place.code: replace(place, rows=_of_one_way(place, every)) for place in every}
    every.sort(key=lambda one: (-_greatest(compared[one.code]), sort_key(one.label)))
    some = every[:MOST_BARS]
    return tuple(
        sorted(some, key=lambda one: sort_key(one.label)) if asked.sort == "name" else some
    )


def _greatest(place: Place) -> float:
    """The greatest figure of the last period of a place."""
    last = max((one.last for one in place.figures), default=None)
    return max((one.value for one in place.figures if one.last == last), default=float("-inf"))


def _level(about: About, reader: Reader) -> tuple[str, ...]:
    """The provinces that have values, where several do; else the communes of the province in which
    most have one."""
    known = {code for code in about.by_place if name_of({PLACE: code}) in about.by_part}
    # Also places whose figures are refused them: what cannot be compared is said.
    known |= {
        one.present or one.place
        for one in about.observations
        if not one.breakdowns and not one.subject
    }
    provinces = [one.code for one in reader.gazetteer.provinces() if one.code in known]
    if len(provinces) >= LEAST:
        return tuple(provinces)
    communes: dict[str, list[str]] = {}
    for code in sorted(known):
        unit = reader.gazetteer.unit(code)
        if unit and unit.level == "commune":
            communes.setdefault(unit.province_code, []).append(code)
    if not communes:
        return tuple(provinces)
    most = max(communes.values(), key=len)
    return tuple(most)


def _place(about: About, code: str, stands: Iterable[Standing], reader: Reader) -> Place:
    one = about.indicator
    own = about.by_part.get(name_of({PLACE: code}))
    series = series_of(
        code,
        (each for each in about.observations if not each.breakdowns and not each.subject),
        reader.gazetteer,
    )
    stated = [placed.observation for placed in series.points]
    apart = breaks_of(about.findings, stated)
    rows = [Row(told_value(own, one, reader), figure_of_value(own, one, reader))] if own else []
    rows += [
        Row(told_observation(each, one, reader), _drawn(each, one, apart.get(each.id), reader))
        for each in stated
    ]
    return Place(
        code,
        reader.unit_short(code),
        f"{reverse('measure', args=[one.key])}?place={code}",
        tuple(rows),
        carried(series.refused, one, reader),
        tuple(_goals(one, code, stands, reader)),
    )


def _drawn(each: Observation, one: Indicator, why: Text | None, reader: Reader) -> Figure | None:
    """A figure of a chart; `why` it does not go on from the one before it, if it does not."""
    figure = figure_of(each, one, reader)
    return replace(figure, broken=choose(why, reader.lang)) if figure else None


def _goals(one: Indicator, code: str, stands: Iterable[Standing], reader: Reader) -> Iterator[Goal]:
    """What is asked of a place, the whole of the indicator, in its measure."""
    for target, way, policy in stands:
        whole = not target.breakdowns and not target.subject
        fits = measure_of(target.unit) == measure_of(one.unit)
        if target.place == code and whole and fits and way.value is not None:
            rule = rule_of(target, way, policy, 0, reader, one.unit)
            due = choose(shown_period(target.due), reader.lang) if target.due else ""
            told = reader.say("compare.goal", value=rule.told) + (f" ({due})" if due else "")
            label = ", ".join(part for part in (told, policy) if part)
            yield Goal(replace(rule, told=told, label=label), reverse("record", args=[target.id]))


def chart_of(some: Sequence[Place], one: Indicator, reader: Reader) -> Chart | None:
    """The chart of a comparison: small multiples where several periods are known of a place, else
    bars; None where nothing can be drawn."""
    drawn = [replace(place, rows=_of_one_way(place, some)) for place in some]
    if not any(place.figures for place in drawn):
        return None
    frame = Frame(
        _finding(drawn, one, reader),
        _measure(drawn, one, reader),
        _sources(drawn, reader),
        reader.lang,
        PERCENT_SIGN if one.unit == PERCENT else "",
    )
    of = reader.say("indicator.place")
    if any(len({each.period for each in place.figures}) > 1 for place in drawn):
        panels = tuple(
            Panel(place.label, place.figures, rules=tuple(goal.rule for goal in place.goals))
            for place in drawn[:MOST_PLACES]
        )
        return Panels(frame, of, panels)
    bars = [bar for place in drawn for bar in _bars(place, _differ(drawn))]
    return Bars(frame, of, tuple(bars[:MOST_BARS]))


def _of_one_way(place: Place, some: Iterable[Place]) -> tuple[Row, ...]:
    """What was computed is compared with what was computed, what is reported with what is
    reported: the way in which most places have a value."""
    count = {True: 0, False: 0}
    for each in some:
        for way in {row.told.way == "reported" for row in each.rows if row.figure}:
            count[way] += 1
    reported = count[True] > count[False]
    return tuple(row for row in place.rows if (row.told.way == "reported") == reported)


def _bars(place: Place, differ: bool) -> list[Bar]:
    """A bar for each figure of a place: sources that contradict each other have one each."""
    bars = []
    for one in place.figures:
        named = [place.label, one.period if differ else ""]
        named.append(one.source if len(place.figures) > 1 else "")
        bars.append(
            Bar(
                label=", ".join(part for part in named if part),
                value=one.value,
                told=one.told,
                status=one.status,
                period=one.period,
                source=one.source,
                note=one.note,
                href=one.href,
                rules=tuple(goal.rule for goal in place.goals),
                about=one.about,
            )
        )
    return bars


def _differ(some: Iterable[Place]) -> bool:
    """Whether figures are of different periods, so that their bars have to say of which."""
    return len({one.period for place in some for one in place.figures}) > 1


def _finding(some: Sequence[Place], one: Indicator, reader: Reader) -> str:
    """What the comparison shows: the greatest and the least, where all are of one period and none
    is contradicted; else no more than what is compared."""
    name = choose(one.name, reader.lang)
    told = [place for place in some if place.figures]
    values = [place.figures[0].value for place in told]
    most = [place for place in told if place.figures[0].value == max(values)]
    least = [place for place in told if place.figures[0].value == min(values)]
    sure = all(len(place.figures) == 1 for place in told) and not _differ(told)
    said: dict[str, object] = {
        "name": name,
        "value": _with_unit(most[0].figures[0].told, one, reader),
    }
    if not sure or len(told) < LEAST or LEAST < len(most) < len(told):
        return reader.say("compare.plain", name=name, count=len(told))
    if len(most) == len(told):
        return reader.say("compare.equal", count=len(told), **said)
    said["most"] = reader.say("compare.and").join(place.label for place in most)
    if len(most) > 1 or len(least) > 1:
        return reader.say("compare.most", count=len(most), **said)
    return reader.say("compare.rank", **said, least=least[0].label, other=least[0].figures[0].told)


def _with_unit(told: str, one: Indicator, reader: Reader) -> str:
    return (
        told
        if told.endswith(PERCENT_SIGN)
        else measured(told, reader.concept_label(UNITS, one.unit))
    )


def _measure(some: Iterable[Place], one: Indicator, reader: Reader) -> str:
    """What is compared, its unit, and its period where all have one."""
    unit = choose(one.counting_unit, reader.lang) or reader.concept_label(UNITS, one.unit)
    periods = {figure.period for place in some for figure in place.figures}
    said = f"{choose(one.name, reader.lang)} ({unit})"
    return f"{said}; {periods.pop()}" if len(periods) == 1 else said


def _sources(some: Iterable[Place], reader: Reader) -> str:
    named = dict.fromkeys(figure.source for place in some for figure in place.figures)
    listed = [one for one in named if one]
    more = len(listed) - MOST_SOURCES
    said = "; ".join(listed[:MOST_SOURCES])
    if more > 0:
        said += reader.say("compare.more_sources", count=more)
    return reader.say("compare.source", source=said)


def cells_of(some: Iterable[Place]) -> list[Mapping[str, str | float | None]]:
    """Rows for programs: every value of every place, also those that no chart can show."""
    return [
        {
            "place": place.code,
            "name": place.label,
            "period": row.told.period,
            "value": row.told.exact,
            "told": row.told.value,
            "unit": row.told.unit,
            "status": row.told.status,
            "way": "derived" if row.told.follows else row.told.way,
            "source": row.told.source,
            "note": row.told.note,
        }
        for place in some
        for row in place.rows
    ]
