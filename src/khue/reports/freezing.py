"""What a report on policies is made of: the public registry at one position of its ledger.

By today's rules, so that what has been closed, withdrawn or erased since is not in it. Figures of
later days than the one that is reported on are left out, and so is what documents ask for that
were issued later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from khue.lib.dates import Day
from khue.measures.counts import value_for
from khue.measures.figures import Observation, Target, Text
from khue.measures.findings import Finding
from khue.measures.indicators import Indicator
from khue.measures.periods import ends_of
from khue.measures.standings import Standing, Task
from khue.measures.trajectories import Trajectory
from khue.measures.values import ValueView
from khue.model.errors import NotFound, WrongUse
from khue.model.packs import Pack
from khue.model.rights import PUBLIC
from khue.places import Gazetteer, Unit
from khue.registry import queries

Document = Mapping[str, Any]

NAMING = (
    *("policy", "owner", "responsible", "issued_by"),
    *("evidence", "supporting", "serves"),
    *("amends", "replaces", "implements", "based_on", "guides"),
)
"""Fields of policies, targets and tasks that name other records."""


class Figures(Protocol):
    """What a report needs of the figures at a position (`khue.pipeline.Figures`)."""

    @property
    def indicators(self) -> Mapping[str, Indicator]: ...
    @property
    def observations(self) -> Mapping[str, Observation]: ...
    @property
    def targets(self) -> Mapping[str, Target]: ...
    @property
    def tasks(self) -> Mapping[str, Task]: ...
    @property
    def documents(self) -> Mapping[str, Document]: ...
    @property
    def computed(self) -> Mapping[str, tuple[ValueView, ...]]: ...
    @property
    def trajectories(self) -> Mapping[str, Trajectory]: ...
    @property
    def standings(self) -> Mapping[str, Standing]: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...


@dataclass(frozen=True)
class Asked:
    """What is reported on: a present unit, with its full name, and a period, at a position of the
    ledger. `at` is the day of the position, `day` the one that is reported on: the last of the
    period, or `at` where that is earlier."""

    unit: Unit
    name: Text
    period: str
    first: Day
    position: queries.Position
    at: Day
    day: Day


@dataclass(frozen=True)
class Frozen:
    """The public registry at a position, as far as a report on policies needs it.

    `policies`, `targets` and `tasks` are those that concern the unit, and `loose` how many of these
    belong to no public policy; `past` is how many targets and tasks of public policies are not told
    since they were reached or done before the period; `later` are the policies that were issued
    after the day, whose targets and tasks are not told; `documents` holds all these and what they
    name, by identifier. `counted` are the values that were computed for targets, `terms` the names
    of codes by vocabulary.
    """

    asked: Asked
    figures: Figures
    documents: Mapping[str, Document]
    redirects: Mapping[str, str]
    policies: tuple[str, ...]
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    loose: int
    past: int
    later: tuple[str, ...]
    findings: tuple[Finding, ...]
    counted: Mapping[str, ValueView]
    terms: Mapping[str, Mapping[str, Text]]

    def document(self, name: str) -> Document | None:
        """A record by an identifier that another names it by; None where it is not public."""
        return self.documents.get(self.redirects.get(name, name))


def ask(unit: Unit, period: str, position: queries.Position, gazetteer: Gazetteer) -> Asked:
    """What to report on. Raises `WrongUse` for a period without a first and a last day, `NotFound`
    if it had not begun at the position."""
    first, last = ends_of(period)
    if first is None or last is None:
        raise WrongUse(
            f"Kỳ «{period}» không có ngày đầu và ngày cuối.",
            f"The period '{period}' has no first and last day.",
            mend_vi="Ghi năm (2025), tháng (2025-06) hoặc khoảng (2025-01-01/2025-06-30).",
            mend_en="Give a year (2025), a month (2025-06) or a range (2025-01-01/2025-06-30).",
        )
    at = _day_of(position)
    if at is None or first > at:
        raise NotFound(
            f"Ở vị trí {position.seq} của sổ cái, kỳ {period} chưa bắt đầu.",
            f"At position {position.seq} of the ledger the period {period} had not begun.",
            mend_vi="Chọn kỳ sớm hơn, hoặc vị trí sau bằng --at.",
            mend_en="Choose an earlier period, or a later position with --at.",
        )
    name = unit.full_name(gazetteer.within(unit.code) or unit)
    return Asked(unit, name, period, first, position, at, min(last, at))


def freeze(asked: Asked, figures: Figures, pack: Pack, gazetteer: Gazetteer) -> Frozen:
    """The registry for a report on `asked`, with the figures of its position and day."""
    position = asked.position.seq
    policies = _standing(queries.ids(PUBLIC, "policy"), position, pack)
    redirects = queries.redirects(position, sight="public")
    known = {**policies, **figures.documents}
    every = (*figures.targets, *figures.tasks)
    here = {one for one in every if _concerns(asked.unit, known[one], gazetteer)}
    targets = [one for one in figures.targets.values() if one.id in here]
    tasks = [one for one in figures.tasks.values() if one.id in here]
    past = {one.id for one in targets if not _has_target(asked, one, figures)}
    past |= {one.id for one in tasks if _was_done(one, asked)}
    targets = [one for one in targets if one.id not in past]
    tasks = [one for one in tasks if one.id not in past]
    tasks = [one for one in tasks if not _comes_later(known[one.id], asked)]
    own = [*(one.id for one in targets), *(one.id for one in tasks)]
    bound = _bound_to(own, known, redirects)
    loose, later = len(own) - len(bound), _issued_later(bound.values(), known, asked)
    targets = [one for one in targets if bound.get(one.id) not in later]
    tasks = [one for one in tasks if bound.get(one.id) not in later]
    stated = _figures_about(targets, figures)
    about = [known[name] for name in (*policies, *own)]
    known |= _standing({*stated, *_named_by(about, redirects)} - known.keys(), position, pack)
    return Frozen(
        asked=asked,
        figures=figures,
        documents=known,
        redirects=redirects,
        policies=tuple(name for name in _in_order(bound.values(), known) if name not in later),
        targets=tuple(one for one in targets if one.id in bound),
        tasks=tuple(one for one in tasks if one.id in bound),
        loose=loose,
        past=len(_bound_to(past, known, redirects)),
        later=later,
        findings=tuple(
            one
            for one in figures.findings
            if one.severity != "confirmed" and stated.intersection(one.observations)
        ),
        counted={one.id: value for one in targets if (value := _counted(one, asked, figures))},
        terms={
            name: {code: dict(concept.label) for code, concept in one.concepts.items()}
            for name, one in pack.vocabularies.items()
        },
    )


def _standing(names: Iterable[str], position: int, pack: Pack) -> dict[str, Document]:
    """Those of these records that were there, by identifier."""
    found = queries.standing(sorted(names), position, pack, sight="public")
    return {one.record: queries.document_of(one) for one in found}


def _day_of(position: queries.Position) -> Day | None:
    if not position.at:
        return None
    here = datetime.fromisoformat(position.at).astimezone(ZoneInfo(settings.TIME_ZONE))
    return Day(here.year, here.month, here.day)


def _concerns(unit: Unit, document: Document, gazetteer: Gazetteer) -> bool:
    """Whether a record is of the unit, of one within it, or (for a province) of no place at all."""
    place = document.get("place")
    if not place:
        return unit.level == "province"
    code = place.get("code") or place.get("within") or ""  # open, but in which province is certain
    within = gazetteer.within(code) if code else None
    return code == unit.code or (within is not None and within.code == unit.code)


def _has_target(asked: Asked, target: Target, figures: Figures) -> bool:
    """Whether a target is one of the period: not if it was due before, and was reached."""
    due = ends_of(target.due)[1]
    is_over = due is not None and due < asked.first
    return not (is_over and figures.trajectories[target.id].state == "achieved")


def _was_done(task: Task, asked: Asked) -> bool:
    """Whether a task was done before the period began."""
    done = ends_of(task.done)[1]
    return done is not None and done < asked.first


def _comes_later(task: Document, asked: Asked) -> bool:
    """Whether a task was assigned only after the day that is reported on."""
    assigned = ends_of(task.get("assigned") or "")[0]
    return assigned is not None and assigned > asked.day


def _bound_to(
    names: Iterable[str], known: Mapping[str, Document], redirects: Mapping[str, str]
) -> dict[str, str]:
    """The policy of each of these targets and tasks that has a public one."""
    stated = {name: str(known[name].get("policy") or "") for name in names}
    found = {name: redirects.get(policy, policy) for name, policy in stated.items()}
    return {name: policy for name, policy in found.items() if policy in known}


def _figures_about(targets: Iterable[Target], figures: Figures) -> set[str]:
    """The figures of what targets are about, at their places."""
    about = {(one.known_as, one.place) for one in targets}
    found = figures.observations.values()
    return {one.id for one in found if (one.known_as, one.place) in about}


def _named_by(documents: Iterable[Document], redirects: Mapping[str, str]) -> Iterator[str]:
    for document in documents:
        for field in NAMING:
            held = document.get(field) or ()
            for name in (held,) if isinstance(held, str) else held:
                yield redirects.get(name, name)


def _counted(target: Target, asked: Asked, figures: Figures) -> ValueView | None:
    """What was computed for a target, unless that is of a later day."""
    indicator = figures.indicators.get(target.indicator)
    found = value_for(target, indicator, figures.computed.get(target.indicator, ()))
    last = ends_of(found.period)[1] if found else None
    return found if last is not None and last <= asked.day else None


def _issued_later(
    policies: Iterable[str], known: Mapping[str, Document], asked: Asked
) -> tuple[str, ...]:
    """Those that were certainly issued after the day that is reported on."""

    def is_later(issued: str) -> bool:
        first = ends_of(issued)[0]
        return first is not None and first > asked.day

    order = _in_order(policies, known)
    return tuple(name for name in order if is_later(known[name].get("issued") or ""))


def _in_order(policies: Iterable[str], known: Mapping[str, Document]) -> list[str]:
    """Policies, each once, in the order in which they were issued."""
    return sorted({*policies}, key=lambda name: _issued(known[name]))


def _issued(policy: Document) -> tuple[str, str]:
    return policy.get("issued") or "9999", policy["id"]
