"""Whether a target is achieved, on track, behind or unknown, with the rule and the arithmetic.

Rules, in this order: what is not known is unknown; a level that a figure has certainly reached is
achieved; after the due date only a figure of that date or later can say behind; before it, the
change a year so far is compared with the change a year that is still needed, compound where all
values are positive, else linear (a count that begins at 0).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from khue.lib.dates import Day
from khue.lib.numbers import PERCENT_SIGN, measured
from khue.lib.tables import read_table
from khue.measures.evidence import (
    baseline,
    contradicted,
    figures_for,
    implied_target,
    overtaken,
    standing_of,
    told_of,
)
from khue.measures.figures import (
    PERCENT,
    IndicatorInfo,
    Observation,
    Target,
    Text,
    factor_of,
    measure_of,
)
from khue.measures.findings import (
    LANGUAGES,
    joined,
    shown,
    shown_period,
    shown_value,
    value_at,
    value_stood,
)
from khue.measures.periods import ends_of, years_between
from khue.measures.rates import (
    compound_rate,
    linear_rate,
    shown_rate,
    shown_steps,
    shown_years,
)

State = Literal["achieved", "on_track", "behind", "unknown"]

AT_MOST = frozenset({"under", "at_most"})


@dataclass(frozen=True, slots=True)
class Trajectory:
    """How a target stands. `rule` is a key of `trajectories.yaml`; `why` says it with the numbers,
    `arithmetic` shows the sum. `value` is the level to reach, in the target's unit (`implied` where
    it was derived); `so_far` and `needed` are changes a year, in per cent or (linear) in the unit.
    `observations` are the figures that it rests on; `counted` where there are none, and the
    registry's own count stands in for them."""

    state: State
    rule: str
    why: Text = field(hash=False)
    value: Fraction | None = None
    implied: bool = False
    so_far: float | None = None
    needed: float | None = None
    observations: tuple[str, ...] = ()
    arithmetic: Text = field(default_factory=dict, hash=False)
    counted: bool = False

    @property
    def label(self) -> dict[str, str]:
        """The state in words, in both languages."""
        return dict(_texts()[f"state.{self.state}"])


def assess(
    target: Target,
    figures: Iterable[Observation],
    today: Day,
    info: IndicatorInfo | None = None,
    counts: Iterable[Observation] = (),
) -> Trajectory:
    """How a target stands on a day, by the figures of its indicator, place, subject and part.

    Others are left out, as are plans, figures of later periods and those with a scope of their own.
    An actual figure stands instead of the estimates of its period, and the arithmetic says so where
    they differ. Where nobody reports a figure, `counts` of the registry itself stand in, and it
    says so; not for a target of the whole country, of which a registry knows only its own part.
    That, and a count of a later day, is told and not judged by.
    """
    known = [one for one in figures_for(target, figures) if one.last and one.last <= today]
    told = _with_overtaken(_assessed(target, standing_of(known), today, info), known)
    if known or target.value is None:
        return told
    everything = figures_for(target, counts)
    counted = [one for one in everything if one.last and one.last <= today]
    if counted and target.place:
        told = _assessed(target, counted, today, info)
        why = joined((told.why, _texts()["counted"]), " ")
        return replace(told, why=why, counted=True, observations=())
    if told.rule not in ("no_figure", "no_country"):
        return told
    others = [one for one in told_of(target, figures) if one.last and one.last <= today]
    if others:
        return _unknown("other_length", target, current=value_stood(others[-1]))
    if counted:
        return _unknown("no_national_figure", target, counted=value_at(counted[-1]))
    if everything and target.place:
        day, first = shown_period(today.isoformat()), shown_period(everything[0].period)
        return _unknown("counted_later", target, day=day, counted=first)
    return told


def _with_overtaken(told: Trajectory, known: Sequence[Observation]) -> Trajectory:
    """How a target stands, with the estimates that differed from the figures that it rests on."""
    lines = [
        _filled("overtaken", {"actual": value_at(one), "estimate": value_at(other)})
        for one in known
        if one.id in told.observations
        for other in overtaken(one, known)
        if other.bounds != one.bounds
    ]
    shown_lines = [told.arithmetic] if told.arithmetic else []
    return replace(told, arithmetic=joined((*shown_lines, *lines))) if lines else told


def _assessed(
    target: Target, known: Sequence[Observation], today: Day, info: IndicatorInfo | None
) -> Trajectory:
    due = ends_of(target.due)[1]
    if target.value is None:
        return _implied(target, known)
    if due is None:
        return _unknown("no_due", target)
    if not known:
        country = not (target.place or target.subject)
        return _unknown("no_country" if country else "no_figure", target)
    if contradicted(known[-1], known):
        told = joined(value_stood(one) for one in known if one.last == known[-1].last)
        return _unknown("contradicting", target, values=told)
    if target.kind != "level" and info and info.over_100 and known[-1].unit == PERCENT:
        return _stated_growth(target, known[-1], _Case(target, due, today, info))
    alike = [one for one in known if one.measure == known[-1].measure]
    if target.kind == "yearly_growth":
        return _yearly_growth(target, alike, _Case(target, due, today, info))
    if target.kind == "total_growth":
        return _total_growth(target, alike, _Case(target, due, today, info))
    fitting = [one for one in known if measure_of(target.unit) in ("", one.measure)]
    if not fitting:
        return _unknown("other_unit", target, current=value_stood(known[-1]))
    return _level(target, fitting, _Case(target, due, today, info))


@dataclass(frozen=True, slots=True)
class _Case:
    """What rules share: the last day, today, and whether less is better."""

    target: Target
    due: Day
    today: Day
    info: IndicatorInfo | None

    @property
    def down(self) -> bool:
        """Whether the target is to come down to, or to stay under, a level."""
        falling = self.info is not None and self.info.direction == "down"
        return falling or self.target.precision in AT_MOST

    @property
    def is_over(self) -> bool:
        """Whether the due date has passed."""
        return self.today > self.due

    def good(self, value: float | Fraction, asked: float | Fraction) -> bool:
        """Whether a value is at least as good as another; rates are equal to nine digits."""
        if isinstance(value, float) and math.isclose(value, asked):
            return True
        return value <= asked if self.down else value >= asked

    def reached(self, one: Observation, level: Fraction) -> bool:
        """Whether a figure has certainly reached a level (in base units)."""
        low, high = one.bounds
        value = one.base
        if one.precision in ("exact", "at_least", "at_most"):
            return self.good(value, level) and (high if self.down else low) is not None
        edge = high if self.down else low
        return edge is not None and self.good(edge, level)


def _level(target: Target, known: Sequence[Observation], case: _Case) -> Trajectory:
    """A level that must be reached by a date; of a range, its first value."""
    current, factor = known[-1], factor_of(target.unit)
    level = target.level * factor
    said = {
        "target": _shown_target(target),
        "due": shown_period(target.due),
        "current": value_stood(current),
    }
    base = {"value": target.value, "observations": (current.id,)}
    if case.reached(current, level):
        return _told(
            "achieved", "reached", said, **base, arithmetic=_relation(current, target, case)
        )
    if case.is_over:
        if current.ended < case.due:
            return _told("unknown", "due_without_figure", said, **base)
        return _told(
            "behind", "due_passed", said, **base, arithmetic=_relation(current, target, case)
        )
    before = baseline(target, known)
    if before is None:
        return _told("unknown", "one_figure", said, **base)
    return _pace(target, before, current, case, said)


def _pace(
    target: Target, before: Observation, current: Observation, case: _Case, said: Mapping[str, Any]
) -> Trajectory:
    """The change a year so far against the change a year that is still needed."""
    factor = factor_of(target.unit)
    old, new = _in_unit(before, factor), _in_unit(current, factor)
    since, left = years_between(before.ended, current.ended), years_between(current.ended, case.due)
    if left <= 0:
        return _told("unknown", "due_without_figure", said, value=target.value)
    compound = min(old, new, target.level) > 0
    if compound:
        so_far, needed = compound_rate(old, new, since), compound_rate(new, target.level, left)
        steps = (
            f"({{new}} / {{old}})^(1 / {shown_years(since)}) − 1 = {{so_far}}%",
            f"({{goal}} / {{new}})^(1 / {shown_years(left)}) − 1 = {{needed}}%",
        )
    else:
        so_far, needed = linear_rate(new - old, since), linear_rate(target.level - new, left)
        steps = (
            f"({{new}} − {{old}}) / {shown_years(since)} = {{so_far}}",
            f"({{goal}} − {{new}}) / {shown_years(left)} = {{needed}}",
        )
    rates = {"so_far": shown_rate(so_far), "needed": shown_rate(needed)}
    numbers = {"old": shown(old), "new": shown(new), "goal": shown(target.level), **rates}
    told = _told(
        "on_track" if case.good(so_far, needed) else "behind",
        "compound" if compound else "linear",
        {**said, "before": value_stood(before), **rates},
        value=target.value,
        so_far=so_far,
        needed=needed,
        observations=_ids(before, current),
        arithmetic=shown_steps(steps, numbers),
    )
    if current.unit != PERCENT:
        return told
    # Of a share one has to say whether its changes are of itself or of the whole.
    change = _texts()["share_compound" if compound else "share_linear"]
    return replace(told, why=joined((told.why, change), " "))


def _yearly_growth(target: Target, known: Sequence[Observation], case: _Case) -> Trajectory:
    """Growth of so many per cent a year, compound from the baseline to the newest figure."""
    current, before = known[-1], baseline(replace(target, unit=known[-1].unit), known)
    said = {"current": value_stood(current), "due": shown_period(target.due)}
    if before is None or min(before.base, current.base) <= 0:
        return _told("unknown", "no_growth", said, value=target.value, observations=(current.id,))
    since = years_between(before.ended, current.ended)
    so_far = compound_rate(before.base, current.base, since)
    rates = {"so_far": shown_rate(so_far), "needed": shown_rate(float(target.level))}
    old = shown_value(before)
    if before.factor != current.factor:
        old = shown(_in_unit(before, current.factor))
    numbers = {"old": old, "new": shown_value(current), **rates}
    return _told(
        _state_of_rate(so_far, current, case),
        "growth",
        {**said, "before": value_stood(before), **rates},
        value=target.value,
        so_far=so_far,
        needed=float(target.level),
        observations=_ids(before, current),
        arithmetic=shown_steps(
            (f"({{new}} / {{old}})^(1 / {shown_years(since)}) − 1 = {{so_far}}%",), numbers
        ),
    )


def _stated_growth(target: Target, current: Observation, case: _Case) -> Trajectory:
    """Growth of so many per cent a year, where the indicator itself is a rate."""
    needed = shown_rate(float(target.level))
    return _told(
        _state_of_rate(float(current.amount), current, case),
        "growth_stated",
        {"current": value_stood(current), "due": shown_period(target.due), "needed": needed},
        value=target.value,
        so_far=float(current.amount),
        needed=float(target.level),
        observations=(current.id,),
    )


def _total_growth(target: Target, known: Sequence[Observation], case: _Case) -> Trajectory:
    """Growth over the whole period: a level, reckoned from the baseline."""
    before = baseline(replace(target, unit=known[-1].unit), known)
    if before is None:
        said = {"current": value_stood(known[-1])}
        return _told("unknown", "no_growth", said, value=target.value)
    level = before.amount * (1 + target.level / 100)
    return _level(replace(target, value=level, value_to=None, unit=before.unit), known, case)


def _implied(target: Target, known: Sequence[Observation]) -> Trajectory:
    """A target of which only the difference is stated: 582 medals, 182 above target."""
    figure = implied_target(target, known)
    if figure is None or target.exceeded_by is None:
        return _unknown("no_value", target)
    value = figure.amount - target.exceeded_by
    said = {
        "current": value_stood(figure),
        "exceeded": shown(target.exceeded_by),
        "target": shown(value),
    }
    stated = shown_value(figure)
    line = {
        lang: f"{stated[lang]} − {said['exceeded'][lang]} = {said['target'][lang]}"
        for lang in LANGUAGES
    }
    return _told(
        "achieved" if target.exceeded_by >= 0 else "behind",
        "implied",
        said,
        value=value,
        implied=True,
        observations=(figure.id,),
        arithmetic=line,
    )


def _state_of_rate(rate: float, current: Observation, case: _Case) -> State:
    """A rate holds or not; whether it held to the end only a figure of the end can say."""
    good = case.good(rate, float(case.target.level))
    ended = current.ended >= case.due
    if case.is_over and not ended:
        return "unknown"
    if ended:
        return "achieved" if good else "behind"
    return "on_track" if good else "behind"


def _in_unit(one: Observation, factor: Fraction) -> Fraction:
    return one.base / factor


def _shown_target(target: Target) -> dict[str, str]:
    ends = [target.level] if target.value_to is None else [target.level, target.value_to]
    sign = PERCENT_SIGN if target.unit == PERCENT else ""
    return {lang: measured(text, sign) for lang, text in joined(map(shown, ends), "–").items()}


def _relation(one: Observation, target: Target, case: _Case) -> dict[str, str]:
    reached = case.reached(one, target.level * factor_of(target.unit))
    sign = ("≤" if reached else ">") if case.down else ("≥" if reached else "<")
    value, asked = shown_value(one), shown(target.level)
    return {lang: f"{value[lang]} {sign} {asked[lang]}" for lang in LANGUAGES}


def _ids(*figures: Observation) -> tuple[str, ...]:
    return tuple(one.id for one in figures if one.id)


def _unknown(rule: str, target: Target, **said: Any) -> Trajectory:
    return _told("unknown", rule, said, value=target.value)


def _told(state: State, rule: str, said: Mapping[str, Any], **more: Any) -> Trajectory:
    return Trajectory(state, rule, _filled(rule, said), **more)


def _filled(key: str, said: Mapping[str, Any]) -> dict[str, str]:
    texts = _texts()[key]
    return {
        lang: texts[lang].format_map({name: text[lang] for name, text in said.items()})
        for lang in LANGUAGES
    }


@cache
def _texts() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = read_table(__file__, "trajectories.yaml")
    return loaded
