"""Series across the reform of 1/7/2025: what figures of former units say of a present one.

A figure is carried over only where one former unit became one present unit and nothing else went
into that. Where a former unit was split, or several were merged, it is refused with the reason: to
share a number out by area or population would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from khue.lib.dates import Day
from khue.lib.tables import read_table
from khue.measures.figures import Observation, Target, Text
from khue.measures.findings import shown_value
from khue.places import FormerUnit, Gazetteer, Unit

REFORM = Day(2025, 7, 1)
"""Since this day there are two levels of units (Law 72/2025/QH15; Hà Nội: 1656/NQ-UBTVQH15)."""

Reason = Literal["same_unit", "carried", "split", "merged", "contested", "unclear", "no_period"]


OF_ANY_TIME: tuple[Reason, ...] = ("unclear", "no_period")
"""Reasons why it is open which unit a figure is of, be there one former unit of that name only."""


@dataclass(frozen=True, slots=True)
class Reform:
    """That the territory of a present unit is not that of one former unit: since which day, and the
    former units that went into it, wholly or in part, as a list in both languages."""

    day: Day
    names: Text = field(hash=False)


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure and whether it is one of the present unit, why, and of which former unit it is."""

    observation: Observation
    serves: bool
    reason: Reason
    why: Text = field(hash=False)
    former: FormerUnit | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """The figures that are of a present unit, by period, and those that were refused."""

    place: str
    points: tuple[Placed, ...]
    refused: tuple[Placed, ...]


def series_of(place: str, figures: Iterable[Observation], gazetteer: Gazetteer) -> Series:
    """The series of a present unit out of figures that name it, or a former unit of which some or
    all went to it. Figures that have nothing to do with it are left out.

    Raises `KeyError` for a code that is no present unit.
    """
    unit = gazetteer.unit(place)
    if unit is None:
        raise KeyError(place)
    placed = [
        one
        for figure in sorted(figures, key=lambda each: (each.last or (0, 0, 0), each.id))
        if (one := _place(figure, unit, gazetteer))
    ]
    return Series(
        place,
        tuple(one for one in placed if one.serves),
        tuple(one for one in placed if not one.serves),
    )


def under_own_name(figure: Observation, gazetteer: Gazetteer) -> Observation:
    """A figure under the unit that it is of. What `series_of` refuses the present unit to which its
    place leads is a figure of the former unit, by whose name it goes (as stated, where several may
    be meant); `present` keeps the code. What is carried over stays, and says from which unit."""
    named = gazetteer.named(figure.place_stated) if figure.place_stated else ()
    before = [one for one in named if isinstance(one, FormerUnit)]
    if not before or (figure.first and figure.first >= REFORM):
        return figure
    unit = gazetteer.unit(figure.place)
    if unit is None:
        return _renamed(figure, before[0], gazetteer) if len(named) == 1 else figure
    placed = _place(figure, unit, gazetteer)
    if placed is None or placed.former is None or not placed.serves:
        former = placed.former if placed and placed.reason not in OF_ANY_TIME else None
        if former is None:
            return replace(figure, place=figure.place_stated, place_name={}, present=unit.code)
        return replace(_renamed(figure, former, gazetteer), present=unit.code)
    if _full(placed.former, gazetteer) == unit.name:
        return figure
    return replace(figure, former=placed.former.code, carried=placed.why)


def target_under_own_name(target: Target, stated: str, gazetteer: Gazetteer) -> Target:
    """A target under the unit that it is of, its place as `stated`: one that was due before the
    reform is of the territory of then, like the figures by which it is assessed."""
    asked = Observation(id="", place=target.place, place_stated=stated, period=target.due)
    if asked.last is None or asked.last >= REFORM:
        return target
    own = under_own_name(asked, gazetteer)
    if own.place == target.place:
        return target
    return replace(target, place=own.place, place_name=own.place_name)


def _renamed(figure: Observation, former: FormerUnit, gazetteer: Gazetteer) -> Observation:
    """A figure of a former unit: its place is the name of then, with the province, so that two of
    one name are not one."""
    above = gazetteer.former(former.district_code) if former.level == "commune" else None
    was = _text("former", unit=former.name)
    name = _joined([was, above.name]) if above else was
    province = gazetteer.former(former.province_code)
    whole = [name["vi"]] + ([province.name["vi"]] if province and province != former else [])
    return replace(figure, place=", ".join(whole), place_name=name, former=former.code)


def reform_of(place: str, gazetteer: Gazetteer) -> Reform | None:
    """How the territory of a present unit changed with the reform; None where it is that of one
    former unit, or the unit is not known."""
    unit = gazetteer.unit(place)
    if unit is None:
        return None
    former = gazetteer.predecessors(place)
    if not former or (len(former) == 1 and _became(former[0], gazetteer) == {place}):
        return None
    return Reform(REFORM, _listed(former, gazetteer))


def _place(figure: Observation, unit: Unit, gazetteer: Gazetteer) -> Placed | None:
    """Whether a figure is one of the unit; None where it is about another one."""
    named = gazetteer.named(figure.place_stated) if figure.place_stated else ()
    now = [one for one in named if isinstance(one, Unit)]
    before = [one for one in named if isinstance(one, FormerUnit)]
    related = {one.code for one in before if unit.code in _became(one, gazetteer)}
    if unit not in now and not related and figure.place != unit.code:
        return None
    if not before or (figure.first and figure.first >= REFORM):
        return _today(figure, unit, now, related)
    if unit in now and len(before) == 1 and _is_kept(before[0], unit, gazetteer):
        return _placed(figure, unit, gazetteer, "carried", before)
    if figure.last is None:
        # The name alone does not tell whether the present or a former unit of that name is meant.
        return _placed(figure, unit, gazetteer, "no_period", before)
    if figure.last >= REFORM and now:
        return _placed(figure, unit, gazetteer, "unclear", before)
    if len(before) > 1:
        return _placed(figure, unit, gazetteer, "unclear", before) if related else None
    return _carry(figure, unit, before[0], gazetteer) if related else None


def _is_kept(former: FormerUnit, unit: Unit, gazetteer: Gazetteer) -> bool:
    """Whether a province is the same before and after, so that no period is needed to know it."""
    same = former.level == "province" and _became(former, gazetteer) == {unit.code}
    return same and gazetteer.predecessors(unit.code) == (former,)


def _today(figure: Observation, unit: Unit, now: list[Unit], related: set[str]) -> Placed | None:
    """A figure of a time since the reform, or of a name that only a present unit bears."""
    if figure.place == unit.code or now == [unit]:
        return Placed(figure, True, "same_unit", _text("same_unit"))
    return None


def _carry(
    figure: Observation, unit: Unit, former: FormerUnit, gazetteer: Gazetteer
) -> Placed | None:
    became, made_of = _became(former, gazetteer), gazetteer.predecessors(unit.code)
    if became != {unit.code}:
        return _placed(figure, unit, gazetteer, "split", [former])
    if [one.code for one in made_of] != [former.code]:
        return _placed(figure, unit, gazetteer, "merged", [former])
    if former.level == "commune" and gazetteer.resolve(_address(former, gazetteer)).code is None:
        return _placed(figure, unit, gazetteer, "contested", [former])
    return _placed(figure, unit, gazetteer, "carried", [former])


def _placed(
    figure: Observation,
    unit: Unit,
    gazetteer: Gazetteer,
    reason: Reason,
    former: list[FormerUnit],
) -> Placed:
    units: Text = _listed(former, gazetteer)
    if reason in ("split", "contested"):
        after = [gazetteer.unit(code) for code in sorted(_became(former[0], gazetteer))]
        units = _joined([one.name for one in after if one])
    elif reason == "merged":
        units = _listed(gazetteer.predecessors(unit.code), gazetteer)
    said = {
        "former": _full(former[0], gazetteer),
        "present": unit.name,
        "units": units,
        "stated": figure.place_stated,
        "value": figure.stated if figure.value is None else shown_value(figure),
    }
    one_former = former[0] if len(former) == 1 else None
    kept = reason == "carried" and said["former"] == unit.name
    words = _text("carried_kept" if kept else reason, **said)
    return Placed(figure, reason == "carried", reason, words, one_former)


def _became(former: FormerUnit, gazetteer: Gazetteer) -> set[str]:
    return {one.code for one in gazetteer.successors(former.code)}


def _listed(former: Iterable[FormerUnit], gazetteer: Gazetteer) -> Text:
    return _joined([_full(one, gazetteer) for one in former])


def _full(former: FormerUnit, gazetteer: Gazetteer) -> Text:
    """A former unit with its district, where it has one."""
    above = gazetteer.former(former.district_code) if former.level == "commune" else None
    if above is None:
        return former.name
    return {lang: f"{former.name[lang]} ({above.name[lang]})" for lang in ("vi", "en")}


def _address(former: FormerUnit, gazetteer: Gazetteer) -> str:
    """A former commune as documents state it, with all that it was in."""
    above = [gazetteer.former(code) for code in (former.district_code, former.province_code)]
    return ", ".join([former.name["vi"], *(one.name["vi"] for one in above if one)])


def _joined(names: list[Text]) -> Text:
    return {lang: ", ".join(name[lang] for name in names) for lang in ("vi", "en")}


def _text(reason: str, **values: Any) -> dict[str, str]:
    texts = _texts()[reason]
    return {
        lang: texts[lang].format_map(
            {key: one[lang] if isinstance(one, Mapping) else one for key, one in values.items()}
        )
        for lang in ("vi", "en")
    }


@cache
def _texts() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = read_table(__file__, "territory.yaml")
    return loaded
