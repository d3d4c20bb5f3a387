"""What charts are made of. Texts are in the one language of the chart and are shown as given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from khue.lib.dates import Day

Lang = Literal["vi", "en"]
Status = Literal["actual", "estimate", "plan", "unstated"]
"""`unstated` where the source does not say: drawn and told as that, never as what happened."""
STATUSES: tuple[Status, ...] = ("actual", "estimate", "plan", "unstated")
Role = Literal["cham", "ngoc", "nghe", "man", "da"]
"""Colours of data by what they are for: indigo is the subject, slate what it is compared with."""
State = Literal["achieved", "on_track", "behind", "unknown"]

WIDE, NARROW = 800, 358
"""Widths in px for which charts are laid out: a column of text, and a phone of 390 px."""

MOST_BARS = 40
"""More bars than this are a table, not a chart; who makes a chart chooses which to leave out."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a chart: the `title` says the finding, the `subtitle` the measure and its
    unit, `source` is the line below, and `lang` how numbers are written. `unit` is put behind
    numbers of the axis where it is short (`%`)."""

    title: str
    subtitle: str
    source: str
    lang: Lang
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is of: indicator, place and unit, each as people call it and by its code."""

    indicator: str = ""
    indicator_key: str = ""
    place: str = ""
    place_code: str = ""
    unit: str = ""
    unit_code: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value as one source has it. `told` is how it is written beside the point (*gần 10%*),
    `period` the same in words; `first` and `last` are the days that the period spans (of a count of
    what there is, the day). `note` says what else must be said, `href` leads down. `broken` is why
    the figure does not go on from the one before it, if so: no line joins the two."""

    value: float
    told: str
    period: str
    first: Day
    last: Day
    status: Status = "unstated"
    source: str = ""
    note: str = ""
    href: str = ""
    about: Subject = Subject()
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one thing over time, in any order. Several of one period are shown side by side
    and are never joined or averaged. `name` is written at its end."""

    name: str
    figures: tuple[Figure, ...]
    role: Role = "cham"


@dataclass(frozen=True, slots=True)
class Rule:
    """A target: a dashed line at `value`, which `label` (the policy, what it asks for) explains and
    `told` has in short. It ends at the day `due` where there is one."""

    value: float
    label: str
    told: str = ""
    due: Day | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """One indicator over time. At least one figure."""

    frame: Frame
    lines: tuple[Line, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """The figure of a part (a rank, a sector, a unit). `subject` has the colour, others are
    context. `rules` are targets of this part alone."""

    label: str
    value: float
    told: str
    status: Status = "unstated"
    subject: bool = True
    period: str = ""
    source: str = ""
    note: str = ""
    href: str = ""
    rules: tuple[Rule, ...] = ()
    about: Subject = Subject()


@dataclass(frozen=True, slots=True)
class Bars:
    """An indicator by its parts, in the order given, from zero. `of` names what the parts are
    (*Cấp xếp hạng*). At least one bar, at most `MOST_BARS`."""

    frame: Frame
    of: str
    bars: tuple[Bar, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """One place among several, with its figures over time; none where there is nothing to show.
    `subject` has the colour. `rules` are targets of this place alone."""

    label: str
    figures: tuple[Figure, ...]
    subject: bool = True
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Panels:
    """One indicator in several places: small charts with the same axes. At least one figure."""

    frame: Frame
    of: str
    panels: tuple[Panel, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullet:
    """How far a figure has come towards its target, both in one unit. `state_told` is the state in
    words; a value of None has not been told. `down` where less is better."""

    label: str
    value: float | None
    told: str
    target: float
    target_told: str
    state: State
    state_told: str
    due: str = ""
    status: Status = "unstated"
    source: str = ""
    href: str = ""
    down: bool = False
    about: Subject = Subject()


@dataclass(frozen=True, slots=True)
class Bullets:
    """Targets of any units, each measured by itself: 100% is the target. At least one."""

    frame: Frame
    bullets: tuple[Bullet, ...]


Chart: TypeAlias = Lines | Bars | Panels | Bullets


def status_of(code: str) -> Status:
    """The status of a code of records; `unstated` of none, and of one that charts do not know."""
    return next((one for one in STATUSES if one == code), "unstated")


def breaks_of(chart: Chart) -> tuple[str, ...]:
    """Why lines of a chart are broken, each reason once."""
    match chart:
        case Lines(lines=lines):
            found = [one.broken for line in lines for one in line.figures]
        case Panels(panels=panels):
            found = [one.broken for panel in panels for one in panel.figures]
        case _:
            found = []
    return tuple(dict.fromkeys(one for one in found if one))


def statuses_of(chart: Chart) -> tuple[Status, ...]:
    """The statuses of what a chart shows, in the order of `STATUSES`."""
    match chart:
        case Lines(lines=lines):
            found = {one.status for line in lines for one in line.figures}
        case Panels(panels=panels):
            found = {one.status for panel in panels for one in panel.figures}
        case Bars(bars=bars):
            found = {one.status for one in bars}
        case Bullets(bullets=bullets):
            found = {one.status for one in bullets if one.value is not None}
    return tuple(one for one in STATUSES if one in found)
