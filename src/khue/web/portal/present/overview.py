"""What a leader reads in a minute: key figures, targets with the worst first, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.urls import reverse

from khue.lib.numbers import measured
from khue.measures.figures import PERCENT, Observation, Target
from khue.measures.findings import Finding, round_half_up, shown, shown_period
from khue.measures.trajectories import Trajectory
from khue.measures.values import ValueView
from khue.pipeline import Figures
from khue.web.portal.editorial import KeyFigures
from khue.web.portal.present import indicators, statements
from khue.web.portal.present.indicators import Newest
from khue.web.portal.present.progress import rests_on
from khue.web.portal.present.quality import Sift, anchor_of, indicator_address
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.told import Told, told_observation, told_value
from khue.web.portal.words import choose, spoken

STATES = ("behind", "unknown", "on_track", "achieved")
"""How targets stand, the worst first."""
OVERDUE = "due_without_figure"
"""The rule by which a target that was due is unknown: nobody has told how it ended."""
FIRST = 4
"""Targets that stand in the open; the others are a click away."""
CHANGED = 6
"""Changes that are told, the latest."""
EXPLAIN = ("list_changed", "method_changed", "jump_reform", "jump", "not_comparable")
"""Kinds of findings that say of a difference what it is."""


@dataclass(frozen=True)
class KeyFigure:
    """An indicator with its newest figures, and what the registry counts beside them."""

    name: str
    href: str
    told: tuple[Told, ...]
    beside: Told | None


@dataclass(frozen=True)
class KeyGroup:
    """Key figures of a dimension."""

    title: str
    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Asked:
    """A target and how it stands: `heading` tells it from others in a list, `level` is what is to
    be reached, `line` by when, where, who, `figures` what the verdict rests on."""

    id: str
    href: str
    name: str
    name_lang: str
    heading: str
    heading_lang: str
    level: str
    line: tuple[str, ...]
    policy: str
    policy_lang: str
    policy_href: str
    state: str
    state_label: str
    why: str
    arithmetic: str
    indicator_href: str
    implied: bool
    invented: bool
    figures: tuple[Told, ...]


@dataclass(frozen=True)
class Stand:
    """How many targets stand so."""

    state: str
    label: str
    count: int


@dataclass(frozen=True)
class Changed:
    """A figure that differs from the one before: of which place and part, both figures, by how
    much, and what a check says of the difference."""

    name: str
    href: str
    place: str
    part: str
    before: Told
    after: Told
    difference: str
    note: str
    note_href: str


def key_groups(
    picked: Iterable[KeyFigures],
    figures: Figures,
    newest: Mapping[str, Newest],
    city: str,
    reader: Reader,
) -> tuple[KeyGroup, ...]:
    """The key figures of which something is known, by dimension."""
    found = []
    for group in picked:
        keys = [key for key in group.indicators if key in figures.indicators]
        known = [key for key in keys if newest[key].is_known]
        if known:
            title = reader.say(f"measures.dimension.{group.dimension}")
            shown_ = tuple(_key_figure(key, figures, newest[key], city, reader) for key in known)
            found.append(KeyGroup(title, shown_))
    return tuple(found)


def _key_figure(key: str, figures: Figures, newest: Newest, city: str, reader: Reader) -> KeyFigure:
    one = figures.indicators[key]
    counted = indicators.computed_of(figures.computed.get(key, ()), city)
    beside = None
    if newest.told and counted is not None and counted.value is not None:
        beside = told_value(counted, one, reader).at(city)
    told = indicators.told(newest, one, city, reader)
    return KeyFigure(choose(one.name, reader.lang), indicator_address(key), told, beside)


def stands(trajectories: Iterable[Trajectory], reader: Reader) -> tuple[Stand, ...]:
    """How many targets stand how, the worst first."""
    counts = Counter[str](one.state for one in trajectories)
    return tuple(
        Stand(state, reader.say(f"measures.state.{state}"), counts[state]) for state in STATES
    )


def asked(figures: Figures, reader: Reader, indicator: str = "") -> tuple[Asked, ...]:
    """All targets, or those of an indicator, the worst first: behind, overdue without a figure,
    unknown, on track, achieved; among equals what was due first."""
    order = sorted(
        figures.targets.values(),
        key=lambda one: (_badness(figures.trajectories[one.id]), one.due or "~", one.id),
    )
    return tuple(
        _of_one_indicator(told, one, reader) if indicator else told
        for one in order
        if indicator in ("", one.indicator)
        for told in [
            _asked(one, figures.trajectories[one.id], figures.documents[one.id], figures, reader)
        ]
    )


def _of_one_indicator(told: Asked, one: Target, reader: Reader) -> Asked:
    """A target among those of its indicator, headed by whose it is: all have the same name."""
    place, due = _place_and_due(one, reader)
    heading = ", ".join(filter(None, (told.policy or told.name, place, due)))
    line = tuple(said for said in told.line if said not in (place, due))
    own = choose(one.name, reader.lang) if one.name.get(reader.lang) and told.policy else ""
    line = (own, *line) if own else line
    return replace(told, heading=heading, heading_lang=told.policy_lang, line=line)


def _place_and_due(one: Target, reader: Reader) -> tuple[str, str]:
    place = choose(one.place_name, reader.lang) or one.place
    if reader.gazetteer.unit(one.place):
        place = reader.unit_short(one.place)
    due = shown_period(one.due)[reader.lang] if one.due else ""
    return place, reader.say("measures.due", due=due) if due else reader.say("measures.no_due")


def first_of(some: Sequence[Asked]) -> int:
    """How many of the targets stand in the open: all that are behind, and a few at least."""
    return max(FIRST, sum(one.state == "behind" for one in some))


def _badness(one: Trajectory) -> tuple[int, int]:
    overdue = one.state == "unknown" and one.rule == OVERDUE
    return STATES.index(one.state), 0 if overdue else 1


def _asked(
    one: Target,
    trajectory: Trajectory,
    document: Mapping[str, Any],
    figures: Figures,
    reader: Reader,
) -> Asked:
    known = figures.indicators.get(one.indicator)
    own = dict(one.name)
    # A name in the reader's language, be it that of the indicator.
    name = own if own.get(reader.lang) or known is None else known.name
    policy = _label(document.get("policy"), reader)
    responsible = choose(_label(document.get("responsible"), reader), reader.lang)
    place, due = _place_and_due(one, reader)
    line = (
        due,
        place,
        responsible or str(document.get("responsible_name") or ""),
    )
    return Asked(
        id=one.id,
        href=reverse("record", args=[one.id]),
        name=choose(name, reader.lang),
        name_lang=spoken(name, reader.lang),
        heading=choose(name, reader.lang),
        heading_lang=spoken(name, reader.lang),
        level=level_of(one, trajectory, reader),
        line=tuple(filter(None, line)),
        policy=choose(policy, reader.lang),
        policy_lang=spoken(policy, reader.lang),
        policy_href=reverse("policy", args=[document["policy"]]) if policy else "",
        state=trajectory.state,
        state_label=reader.say(f"measures.state.{trajectory.state}"),
        why=trajectory.why[reader.lang],
        arithmetic=trajectory.arithmetic.get(reader.lang, ""),
        indicator_href=indicator_address(known.key) if known else "",
        implied=trajectory.implied,
        invented=bool(document.get("invented")),
        figures=rests_on(one.id, figures, reader),
    )


def level_of(one: Target, trajectory: Trajectory, reader: Reader) -> str:
    """The level or the growth that a target asks for, with its unit; "" where none is known."""
    ends = [end for end in (one.value, one.value_to) if end is not None]
    if not ends and trajectory.value is not None:
        ends = [trajectory.value]
    if not ends:
        return ""
    value = "–".join(shown(end)[reader.lang] for end in ends)
    said = measured(
        value, statements.unit_of(ends[0] if len(ends) == 1 else None, one.unit, reader)
    )
    if one.kind == "yearly_growth":
        return reader.say("measures.yearly_growth", value=said)
    return reader.say("measures.total_growth", value=said) if one.kind == "total_growth" else said


def _label(record: Any, reader: Reader) -> Mapping[str, str]:
    """The name of a record that the public may know of."""
    return (reader.context.label_of(str(record)) or {}) if record else {}


def changes(figures: Figures, city: str, reader: Reader) -> tuple[Changed, ...]:
    """Where the newest figure of an indicator differs from the one before it, the latest first.
    Figures of one period that contradict each other are no change, nor are those of other units, or
    of periods of other lengths."""
    series: dict[tuple[Any, ...], list[Observation]] = {}
    for one in figures.observations.values():
        if one.value is not None and one.last and one.status != "plan" and not one.subject:
            about = (one.known_as, one.place, one.breakdowns, one.scope, one.unit, one.span)
            series.setdefault(about, []).append(one)
    pairs = [pair for known in series.values() if (pair := _last_two(known))]
    pairs.sort(key=lambda pair: (pair[1].ended, pair[1].id), reverse=True)
    return tuple(_changed(*pair, figures, city, reader) for pair in pairs[:CHANGED])


def _last_two(known: Iterable[Observation]) -> tuple[Observation, Observation] | None:
    """When the newest number was first told, and the number before it; of periods of which all
    figures agree. None where there has been one number only."""
    by_period: dict[Any, list[Observation]] = {}
    for one in known:
        by_period.setdefault(one.ended, []).append(one)
    agreed = [
        min(by_period[end], key=lambda one: one.id)
        for end in sorted(by_period, reverse=True)
        if len({one.value for one in by_period[end]}) == 1
    ]
    after = next(iter(agreed), None)
    for one in agreed[1:]:
        if after is not None and one.value != after.value:
            return one, after
        after = one
    return None


def _changed(
    before: Observation, after: Observation, figures: Figures, city: str, reader: Reader
) -> Changed:
    known = figures.indicators.get(after.indicator)
    told = _explanation((before.id, after.id), figures.findings)
    name = known.name if known else after.name
    old, new = (told_observation(one, known, reader) for one in (before, after))
    return Changed(
        name=choose(name, reader.lang),
        href=indicator_address(known.key) if known else reverse("record", args=[after.id]),
        place=new.at(city).place,
        part=new.part,
        before=_of_row(old),
        after=_of_row(new),
        difference=_difference(before.amount, after.amount, new, reader),
        note=reader.say(f"measures.explained.{told.code}") if told else "",
        note_href=f"{Sift(kind=told.code, indicator=told.indicator).address()}#{anchor_of(told)}"
        if told
        else "",
    )


def _of_row(one: Told) -> Told:
    """A value in a row that says of which place and part it is."""
    return replace(one, place="", part="")


def _difference(before: Fraction, after: Fraction, new: Told, reader: Reader) -> str:
    """By how much, with its sign and unit; in per cent too where that has a meaning."""
    by = after - before
    sign = "+" if by > 0 else "−"
    said = sign + shown(abs(by))[reader.lang]
    if new.unit_code == PERCENT:
        return reader.say("measures.points", value=said)
    said = measured(said, statements.unit_of(abs(by), new.unit_code, reader))
    if before <= 0:
        return said
    share = shown(round_half_up(abs(by) / before * 100, 1))[reader.lang]
    return reader.say("measures.difference", value=said, share=sign + share)


def _explanation(ids: tuple[str, str], findings: Iterable[Finding]) -> Finding | None:
    """The finding that says of this difference what it is."""
    about = set(ids)
    found = [one for one in findings if one.code in EXPLAIN and about <= set(one.observations)]
    return min(found, key=lambda one: EXPLAIN.index(one.code), default=None)


def recounted(
    figures: Figures, before: Mapping[str, Sequence[ValueView]], city: str, reader: Reader
) -> tuple[Changed, ...]:
    """What the registry counts otherwise than at the run before: `before` are its values then."""
    found = []
    for key, earlier in before.items():
        old = indicators.computed_of(earlier, city)
        new = indicators.computed_of(figures.computed.get(key, ()), city)
        if old is None or new is None or None in (old.value, new.value) or old.value == new.value:
            continue
        found.append(_recounted(key, old, new, figures, reader))
    return tuple(found)


def _recounted(
    key: str, old: ValueView, new: ValueView, figures: Figures, reader: Reader
) -> Changed:
    known = figures.indicators[key]
    before, after = (told_value(one, known, reader) for one in (old, new))
    by = Fraction(repr(new.value)) - Fraction(repr(old.value))
    said = f"{'+' if by > 0 else '−'}{statements.counted(abs(float(by)), reader.lang)}"
    points = reader.say("measures.points", value=said)
    return Changed(
        name=choose(known.name, reader.lang),
        href=indicator_address(key),
        place="",
        part="",
        before=_of_row(before),
        after=_of_row(after),
        difference=points
        if known.unit == PERCENT
        else measured(said, statements.unit_of(abs(by), known.unit, reader)),
        note="",
        note_href="",
    )
