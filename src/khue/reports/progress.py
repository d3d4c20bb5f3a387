"""The policy progress report: what the documents of a place ask for, and how far it has come."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from khue.measures.figures import Target
from khue.measures.overdue import Overdue, overdue
from khue.reports.freezing import Frozen
from khue.reports.letter import closing, letterhead, subject_of
from khue.reports.model import (
    Block,
    Cell,
    Column,
    Heading,
    Lang,
    Paragraph,
    Report,
    Run,
    Table,
)
from khue.reports.pictures import progress
from khue.reports.policies import (
    Part,
    blocks_of,
    due_of,
    name_of_target,
    newest,
    parts_of,
    responsible,
)
from khue.reports.telling import Teller

STATES = ("achieved", "on_track", "behind", "unknown")

SHORT_HASH = 16
"""Characters of a hash that people compare; the whole one stands at the end of the report."""

MOST_TOLD = 8
"""Targets that are behind, of which the summary tells."""

ROMAN = ("I", "II", "III", "IV", "V")

NAME = "policy-progress"


def policy_progress(frozen: Frozen, lang: Lang, agency: str = "") -> Report:
    """The report on what is frozen, as `agency` would send it: by default the people's committee
    of the place."""
    tell, asked = Teller(frozen, lang), frozen.asked
    parts = parts_of(frozen)
    return Report(
        lang=lang,
        title=f"{tell.word('letter.kind')}: {subject_of(tell)}",
        frozen=tell.word(
            "frozen",
            position=asked.position.seq,
            date=tell.day(asked.at),
            hash=asked.position.public_hash[:SHORT_HASH],
        ),
        day=asked.at,
        letterhead=letterhead(tell, agency),
        blocks=tuple(_numbered(_blocks(parts, tell, agency), tell)),
        closing=closing(tell),
    )


def _blocks(parts: Sequence[Part], tell: Teller, agency: str) -> Iterator[Block]:
    said = _said(tell)
    if not parts:
        yield Paragraph((tell.run("intro.none", **said),))
        yield from _later(tell)
        return
    yield Paragraph((tell.run("intro", policies=len(parts), **said),))
    yield from _later(tell)
    yield _heading(1, "summary", tell)
    yield from _summary(parts, tell)
    yield _heading(2, "policies", tell)
    for number, part in enumerate(parts, 1):
        yield from blocks_of(part, number, tell)
    yield _heading(3, "overdue", tell)
    yield from _overdue(tell)
    yield _heading(4, "doubts", tell)
    yield from _doubts(tell)
    yield _heading(5, "method", tell)
    yield from _method(tell, agency)


def _said(tell: Teller) -> dict[str, object]:
    asked = tell.frozen.asked
    return {
        "place": tell.place(),
        "position": asked.position.seq,
        "at": tell.day(asked.at),
        "day": tell.day(asked.day),
    }


def _later(tell: Teller) -> Iterator[Block]:
    """The documents that did not exist yet, so that nobody misses them."""
    if named := tell.names(tell.frozen.later):
        day = tell.day(tell.frozen.asked.day)
        yield Paragraph((tell.run("intro.later", day=day), *named, Run(".")))


def _heading(number: int, key: str, tell: Teller) -> Heading:
    return Heading(1, (Run(f"{ROMAN[number - 1]}. {tell.word(f'part.{key}')}"),))


def _summary(parts: Sequence[Part], tell: Teller) -> Iterator[Block]:
    trajectories, standings = tell.frozen.figures.trajectories, tell.frozen.figures.standings
    targets = [one for part in parts for one in part.targets]
    states = Counter[str](trajectories[one.id].state for one in targets)
    stands = Counter[str](standings[one.id].state for part in parts for one in part.tasks)
    counts = {one: states[one] for one in STATES}
    yield Paragraph((tell.run("summary.targets", total=len(targets), **counts),))
    done, late = stands["done"], stands["overdue"]
    rest = stands.total() - done - late
    said = tell.word("summary.tasks", total=stands.total(), done=done, overdue=late, open=rest)
    yield Paragraph((Run(said),))
    if tell.frozen.past:
        before = tell.day(tell.frozen.asked.first)
        yield Paragraph((tell.run("summary.past", n=tell.frozen.past, day=before),))
    late_targets = [one for one in targets if trajectories[one.id].state == "behind"]
    yield from (_behind(one, tell) for one in late_targets[:MOST_TOLD])
    if more := len(late_targets[MOST_TOLD:]):
        yield Paragraph((tell.run("summary.more", n=more),))
    if states["unknown"]:
        yield Paragraph((tell.run("summary.unknown", n=states["unknown"]),))
    yield _counts(parts, tell)
    yield from progress(targets, tell)


def _behind(target: Target, tell: Teller) -> Paragraph:
    """Why a target is behind, with the sources of its newest figures."""
    why = tell.frozen.figures.trajectories[target.id].why[tell.lang]
    notes = (
        note for own in newest(target, tell) for note in tell.sources(tell.frozen.document(own.id))
    )
    named = name_of_target(target, tell)
    label = replace(named, style="bold", text=f"{named.text}. ")
    return Paragraph((tell.run("summary.behind"), label, Run(why), *dict.fromkeys(notes)))


_COUNTED = {
    "targets": 10,
    "achieved": 12,
    "on_track": 8,
    "behind": 10,
    "unknown": 12,
    "tasks": 9,
    "overdue": 11,
}
"""What is counted of a document, with the share of the width that its title needs: no title breaks
within a word, also in a wide typeface that an office has instead of Word's."""


def _counts(parts: Sequence[Part], tell: Teller) -> Table:
    """How many targets and tasks of each document stand how."""
    trajectories, standings = tell.frozen.figures.trajectories, tell.frozen.figures.standings
    rows: list[tuple[str, list[int]]] = []
    for part in parts:
        states = Counter[str](trajectories[one.id].state for one in part.targets)
        late = sum(standings[one.id].state == "overdue" for one in part.tasks)
        name = tell.name(part.policy).text
        counts = [len(part.targets), *(states[one] for one in STATES), len(part.tasks), late]
        rows.append((name, counts))
    sums = [sum(column) for column in zip(*(counts for _, counts in rows), strict=True)]
    return Table(
        (tell.run("table.summary"),),
        (
            Column(tell.word("column.policy"), 100 - sum(_COUNTED.values())),
            *(
                Column(tell.word(f"column.{one}"), width, number=True)
                for one, width in _COUNTED.items()
            ),
        ),
        (
            *(
                (((Run(name),),), *(((Run(_count(one)),),) for one in counts))
                for name, counts in rows
            ),
            (
                ((Run(tell.word("total"), "bold"),),),
                *(((Run(_count(one), "bold"),),) for one in sums),
            ),
        ),
    )


def _count(number: int) -> str:
    """A count in a table, in which zeros would hide what is there."""
    return str(number) if number else "–"


def _overdue(tell: Teller) -> Iterator[Block]:
    """What is overdue, by responsible unit; the longest first."""
    frozen, day = tell.frozen, tell.day(tell.frozen.asked.day)
    figures = frozen.figures
    late = overdue(
        {one.id: one for one in frozen.tasks},
        figures.standings,
        {one.id: one for one in frozen.targets},
        figures.trajectories,
        frozen.documents,
        frozen.asked.day,
    )
    if not late:
        yield Paragraph((tell.run("overdue.none", day=day),))
        return
    yield Paragraph((tell.run("overdue.intro"),))
    owed = [(responsible(one.unit, one.unit_name, tell), one) for one in late]
    owed.sort(key=lambda one: (not one[0].text, one[0].text))
    # On each row, so that what goes on on the next page still says whose it is.
    rows = [_owed(_named(owner, tell), one, tell) for owner, one in owed]
    yield Table(
        (tell.run("table.overdue", day=day),),
        (
            Column(tell.word("column.owner"), 22),
            Column(tell.word("column.owed"), 28),
            Column(tell.word("column.policy"), 20),
            Column(tell.word("column.due"), 18),
            Column(tell.word("column.days"), 12, number=True),
        ),
        tuple(rows),
    )


def _named(owner: Run, tell: Teller) -> Run:
    return owner if owner.text else tell.run("owner.none")


def _owed(owner: Run, one: Overdue, tell: Teller) -> tuple[Cell, ...]:
    """A row: who (named once), what, of which document, by when, for how long."""
    document = tell.frozen.documents[one.id]
    kind = tell.run(f"owed.{one.kind}", name=tell.text(document["name"]).text)
    due = due_of(document.get("due") or "", tell)
    days = "" if one.days is None else tell.count(one.days)
    cells = (replace(owner, style="bold"), kind, tell.name(one.policy), Run(due), Run(days))
    return tuple(((cell,),) for cell in cells)


def _doubts(tell: Teller) -> Iterator[Block]:
    """What the figures of the targets' indicators say of each other."""
    findings = tell.frozen.findings
    if not findings:
        yield Paragraph((tell.run("doubts.none"),))
        return
    yield Paragraph((tell.run("doubts.intro"),))
    for one in findings:
        notes = dict.fromkeys(
            note for name in one.observations for note in tell.sources(tell.frozen.document(name))
        )
        mend = Run(" " + one.mend[tell.lang], "italic")
        yield Paragraph((Run(one.message[tell.lang]), *notes, mend))


def _method(tell: Teller, agency: str) -> Iterator[Block]:
    frozen = tell.frozen
    yield Paragraph((tell.run("method.states"),))
    if frozen.counted:
        yield Paragraph((tell.run("method.computed"),))
    if frozen.loose:
        yield Paragraph((tell.run("method.loose", n=frozen.loose),))
    yield Paragraph((tell.run("method.snapshot", **_said(tell)),))
    asked = frozen.asked
    command = f"khue report {NAME} --place {asked.unit.code} --period {asked.period}"
    command += f" --lang {tell.lang} --at {asked.position.seq}"
    command += f" --agency {shlex.quote(agency)}" if agency else ""
    yield Paragraph((Run(f"{command} {NAME}.pdf"),), small=True)
    digest = f" {asked.position.public_hash}"
    yield Paragraph((tell.run("method.hash", **_said(tell)), Run(digest)), small=True)


def _numbered(blocks: Iterator[Block], tell: Teller) -> Iterator[Block]:
    """The same with a number before the caption of each table."""
    number = 0
    for one in blocks:
        if isinstance(one, Table):
            number += 1
            lead = Run(tell.word("table", n=number), "bold")
            yield replace(one, caption=(lead, *one.caption))
        else:
            yield one
