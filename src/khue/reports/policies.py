"""The part of the progress report that tells of each document: its targets and its tasks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from khue.measures.evidence import figures_for
from khue.measures.figures import Observation, Target
from khue.measures.standings import Standing, Task
from khue.measures.trajectories import Trajectory
from khue.reports.freezing import Document, Frozen
from khue.reports.model import (
    Block,
    Cell,
    Column,
    Content,
    Heading,
    Paragraph,
    Run,
    Style,
    Table,
)
from khue.reports.pictures import WORST_FIRST, series
from khue.reports.telling import Teller, joined

RELATIONS = ("implements", "based_on", "guides", "amends", "replaces")


@dataclass(frozen=True)
class Part:
    """What a document asks for: its targets, the worst first, and its tasks, the longest overdue
    first."""

    policy: str
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]


def parts_of(frozen: Frozen) -> list[Part]:
    """All documents that ask for something, in the order in which they were issued."""
    targets = sorted(frozen.targets, key=lambda one: _rank(one, frozen))
    standings = frozen.figures.standings
    tasks = sorted(
        frozen.tasks,
        key=lambda one: (-(standings[one.id].days or 0), one.due or "9999", one.id),
    )
    return [
        Part(
            policy,
            tuple(one for one in targets if _of(one.id, frozen) == policy),
            tuple(one for one in tasks if _of(one.id, frozen) == policy),
        )
        for policy in frozen.policies
    ]


def blocks_of(part: Part, number: int, tell: Teller) -> Iterator[Block]:
    """One document: what it is, the charts of its targets, its targets, its tasks."""
    document = tell.frozen.documents[part.policy]
    yield Heading(2, (Run(f"{number}. "), tell.text(document["name"])))
    yield from _about(document, tell)
    name = tell.text(document["name"])
    if part.targets:
        # Before the table: what fills the rest of a page can be cut there, and a chart cannot.
        yield from series(part.targets, name.text, tell)
        yield Table(
            (tell.run("table.targets", policy=name.text),),
            (
                Column(tell.word("column.target"), 30),
                Column(tell.word("column.level"), 16),
                Column(tell.word("column.figure"), 20),
                Column(tell.word("column.state"), 34),
            ),
            tuple(_target_row(one, tell) for one in part.targets),
        )
    if part.tasks:
        yield Table(
            (tell.run("table.tasks", policy=name.text),),
            (
                Column(tell.word("column.task"), 32),
                Column(tell.word("column.owner"), 18),
                Column(tell.word("column.due"), 18),
                Column(tell.word("column.progress"), 32),
            ),
            tuple(_task_row(one, tell) for one in part.tasks),
        )


def responsible(record: str, stated: str, tell: Teller) -> Run:
    """Who is responsible: the record's name, else as stated; empty where nobody is named."""
    named = tell.name(record)
    # What is stated is Vietnamese: officials' names of units are.
    return named if named.text else Run(stated, lang="" if tell.lang == "vi" else "vi")


def due_of(due: str, tell: Teller) -> str:
    """By when something is to be done."""
    return tell.date(due) if due else tell.word("due.none")


def name_of_target(target: Target, tell: Teller, style: Style = "plain") -> Run:
    """What a target is called, with the part that it is of."""
    said = tell.text(target.name, style)
    parts = ", ".join(part for _, part in target.breakdowns)
    return Run(f"{said.text} ({parts})", said.style, said.lang) if parts else said


def newest(target: Target, tell: Teller) -> list[Observation]:
    """The newest figures of a target: several where sources tell several for one period."""
    known = figures_for(target, tell.frozen.figures.observations.values())
    return [one for one in known if one.period == known[-1].period]


def _rank(target: Target, frozen: Frozen) -> tuple[int, str, str]:
    state = frozen.figures.trajectories[target.id].state
    return WORST_FIRST.index(state), target.due or "9999", target.id


def _of(record: str, frozen: Frozen) -> str:
    """The policy of a target or a task."""
    stated = str(frozen.documents[record].get("policy") or "")
    return frozen.redirects.get(stated, stated)


def _about(document: Document, tell: Teller) -> Iterator[Block]:
    content: list[Content] = []
    if subject := document.get("subject") or document.get("description"):
        content.append((tell.sentence(subject),))
    issuer = responsible(document.get("issued_by") or "", document.get("issuer") or "", tell)
    if issuer.text:
        content.append((tell.run("policy.issuer"), issuer, Run(".")))
    if document.get("issued"):
        content.append((tell.run("policy.issued", date=tell.date(document["issued"])),))
    for relation in RELATIONS:
        if named := tell.names(_listed(document, relation)):
            content.append((tell.run(f"policy.{relation}"), *named, Run(".")))
    if content:
        yield Paragraph((*joined(content, " "), *tell.sources(document)))
    goals = [tell.sentence(one["text"]) for one in document.get("goals") or () if one.get("text")]
    if goals:
        yield Paragraph((tell.run("policy.goals"), *joined([(one,) for one in goals], " ")))


def _listed(document: Document, field: str) -> Sequence[str]:
    held = document.get(field) or ()
    return (held,) if isinstance(held, str) else held


def _target_row(target: Target, tell: Teller) -> tuple[Cell, ...]:
    document = tell.frozen.documents[target.id]
    trajectory = tell.frozen.figures.trajectories[target.id]
    stated = document.get("responsible_name") or ""
    who = responsible(document.get("responsible") or "", stated, tell)
    named: list[Content] = [(name_of_target(target, tell, "bold"),)]
    about: list[Content] = [(one,) for one in (_where(document, tell), who) if one.text]
    named += [joined(about, " · ")] if about else []
    level: list[Content] = [
        (Run(tell.level(target, trajectory.value)), *tell.sources(document)),
    ]
    level += [(tell.run("target.until", due=tell.date(target.due)),)] if target.due else []
    return tuple(named), tuple(level), _figures(target, tell), _state(trajectory, tell)


def _where(document: Document, tell: Teller) -> Run:
    place = document.get("place")
    if not place:
        return tell.run("target.country")
    own = place.get("code") == tell.frozen.asked.unit.code
    return Run("" if own else str(place.get("stated") or ""))


def _figures(target: Target, tell: Teller) -> Cell:
    lines: list[Content] = [
        (Run(tell.figure(one)), *tell.sources(tell.frozen.document(one.id)))
        for one in newest(target, tell)
    ]
    counted = tell.frozen.counted.get(target.id)
    if counted and counted.value is not None:
        unit = tell.frozen.figures.indicators[counted.indicator].unit
        lines.append((Run(tell.counted_as(counted, unit)), tell.counted(counted)))
    return tuple(lines) or ((tell.run("figure.none"),),)


def _state(trajectory: Trajectory, tell: Teller) -> Cell:
    why = trajectory.why[tell.lang]
    lines: list[Content] = [(Run(trajectory.label[tell.lang] + ". ", "bold"), Run(why))]
    if sum_ := trajectory.arithmetic.get(tell.lang):
        lines.append((Run(sum_, "italic"),))
    return tuple(lines)


def _task_row(task: Task, tell: Teller) -> tuple[Cell, ...]:
    document = tell.frozen.documents[task.id]
    owner = responsible(task.owner, task.owner_name, tell)
    named: list[Content] = [(tell.text(task.name, "bold"), *tell.sources(document))]
    if serves := tell.names(task.serves):
        named.append((tell.run("task.serves"), *serves))
    who = owner if owner.text else tell.run("owner.short")
    due = Run(due_of(task.due, tell))
    return tuple(named), ((who,),), ((due,),), _progress(document, task, tell)


def _progress(document: Document, task: Task, tell: Teller) -> Cell:
    stand: Standing = tell.frozen.figures.standings[task.id]
    label = f"{stand.label[tell.lang]}."
    why = stand.why[tell.lang].removeprefix(label).lstrip()
    lines: list[Content] = [(Run(f"{label} ", "bold"), Run(why))]
    proof = list(tell.names(task.evidence))
    cited = (document.get("evidence_document") or {}).get("text")
    proof += [Run(", ")] if proof and cited else []
    proof += [Run(str(cited))] if cited else []
    if proof:
        lines.append((tell.run("task.evidence"), *proof))
    elif stand.state == "done":
        lines.append((tell.run("task.no_evidence"),))
    return tuple(lines)
