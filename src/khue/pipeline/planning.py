"""What the rows of a file do to the records of the registry, as it is now. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple, Protocol, TypeVar

from khue import intake
from khue.intake import Candidate, Plan
from khue.intake.identity import Fold
from khue.lib.parallel import Mapped, mapping
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Type
from khue.model.rights import Actor
from khue.model.values import Context, label_path, show_path
from khue.model.values.paths import ABSENT
from khue.pipeline.house import House
from khue.pipeline.known import Known, Located
from khue.pipeline.measuring import knowing_indicators
from khue.pipeline.referring import resolver, wholes
from khue.pipeline.rows import BLOCK, MANY, Rows, Spot, apart
from khue.registry import drafting, fold
from khue.registry.actions import Draft, require

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is and how much there is (0: not known)."""

FOLD = Fold(fold.paths, fold.patch)

Result = TypeVar("Result")
Taken = TypeVar("Taken", contravariant=True)
Gathered = TypeVar("Gathered", bound="Gatherer[Any]")


class Planned(NamedTuple):
    """One row that is a record: its record, the version it starts from, what it does, what was
    found in it, and where it stands."""

    record: str
    version: int
    before: dict[str, Any] | None
    plan: Plan
    findings: tuple[Finding, ...] = ()
    sheet: str = ""
    row: int | None = None


class Drafted(NamedTuple):
    """A record that changes, with what was found in its rows."""

    draft: Draft
    findings: Sequence[Finding]


class PlannedBlock(NamedTuple):
    """What a block of rows does: its rows that are records, one draft for each record that changes
    and of which no later row speaks, what there is to say, and the records that do not come to be
    (refused by their structure)."""

    planned: list[Planned]
    drafts: list[Drafted]
    findings: list[Finding]
    refused: list[str]


class Gatherer(Protocol[Taken]):
    """Takes in what was made of each block, in order."""

    def append(self, one: Taken, /) -> None:
        """Take in the next."""


def plan_rows(
    house: House,
    rows: Rows,
    *,
    source: str,
    actor: Actor,
    conclude: Callable[[PlannedBlock], Result],
    gather: Callable[[], Gathered],
    progress: Progress,
) -> tuple[Gathered, list[Finding]]:
    """What each row does, block by block as `conclude` puts it, and what there is to say of the
    whole file; refused rows are left out.

    A row that is refused only here, by the structure of its type, may be named by others: they are
    planned again without it, so that nothing refers to a record that does not come to be.
    """
    known = Known(rows, source)
    while True:
        gathered = gather()
        refused = set[str]()
        for one, left_out in _plan_once(house, known, source, actor, conclude, progress):
            gathered.append(one)
            refused.update(left_out)
        if not refused or not rows.refer_here:
            break
        known.refused |= refused
    return gathered, [*known.columns_gone(), *known.rows_gone(actor)]


def _plan_once(
    house: House,
    known: Known,
    source: str,
    actor: Actor,
    conclude: Callable[[PlannedBlock], Result],
    progress: Progress,
) -> Iterator[tuple[Result, list[str]]]:
    rows = known.rows
    context = house.context(actor=actor, source=source, gazetteer=house.gazetteer)
    planner = _Planner(
        actor,
        rows.type,
        rows.key,
        source,
        knowing_indicators(context, house.pack, rows.type),
        {column.path: column for column in house.pack.columns(rows.type.name)},
        resolver(known),
        wholes(known),
        dict(known.several),
    )

    def plan(located: Located) -> tuple[Result, list[str]]:
        planned = planner.plan(located)
        return conclude(planned), planned.refused

    # What the registry has of a row is compared with its history, which only this process can ask.
    parallel = known.is_new and len(rows) >= MANY
    with mapping(apart(plan), parallel=parallel) as over:
        planning: Mapped[Located, tuple[Result, list[str]]] = over
        for number, made in enumerate(planning(known.blocks()), 1):
            yield made
            progress("plan", min(number * BLOCK, len(rows)), len(rows))


@dataclass
class _Planner:
    """Plans rows with all that is known of the file at hand. For a record with `several` rows, the
    second goes on from the first, and only the last gives its draft."""

    actor: Actor
    type: Type
    key: Sequence[str]
    source: str
    context: Context
    columns: Mapping[str, Column]
    resolve: intake.Resolver
    wholes: Mapping[Spot, str]
    several: dict[str, int]
    _done: dict[str, dict[str, Any]] = field(default_factory=dict)
    _told: dict[str, list[Finding]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._reader_of = cache(partial(intake.Reader, self.type, [], self.context))

    def plan(self, located: Located) -> PlannedBlock:
        """What the rows of a block do."""
        result = PlannedBlock([], [], [], [])
        refused = set(located.block.refused)
        candidates = zip(
            located.block.candidates(), located.records, located.block.keys, strict=True
        )
        for number, (candidate, record, row_key) in enumerate(candidates):
            version, before = located.heads.get(record, (0, None))
            if record in located.withdrawn:
                note = finding("row_withdrawn", value=candidate.name, record=record)
                result.findings.append(note.at(sheet=candidate.sheet, row=candidate.row))
                unchanged = Plan("unchanged", {})
                result.planned.append(Planned(record, version, None, unchanged))
                continue
            now = self._done.get(record, before)
            erased = located.erased.get(record, ())
            one = self._plan(candidate, record, row_key, version, before, now, erased, result)
            if one is None:
                if number not in refused:
                    result.refused.append(record)
            else:
                result.planned.append(one)
                if record in self.several:
                    self._done[record] = one.plan.document
            self._draft(record, version, before, one, result)
        return result

    def _draft(
        self,
        record: str,
        version: int,
        before: dict[str, Any] | None,
        one: Planned | None,
        result: PlannedBlock,
    ) -> None:
        if record not in self.several:
            if one is not None and one.plan.outcome != "unchanged":
                draft = Draft(record, version, before, one.plan.document)
                result.drafts.append(Drafted(draft, one.findings))
            return
        self.several[record] -= 1
        told = self._told.setdefault(record, [])
        told += one.findings if one is not None else ()
        after = self._done.get(record)
        if not self.several[record] and after is not None and after != before:
            result.drafts.append(Drafted(Draft(record, version, before, after), told))

    def _plan(
        self,
        candidate: Candidate,
        record: str,
        row_key: str,
        version: int,
        whole_before: dict[str, Any] | None,
        before: dict[str, Any] | None,
        erased: Collection[str],
        result: PlannedBlock,
    ) -> Planned | None:
        """One row; None if it is refused. What there is to say is added to the result."""
        told: list[Finding] = []
        if erased:
            candidate, told = _without_erased(candidate, erased, self.type)
        reader = self._reader_of(candidate.sheet)
        gone = _cells_gone(candidate, before, self.source, row_key)
        if gone:
            candidate = reader.recall(candidate, gone, self.columns)
        whole = reader.complete(candidate, self.resolve, self.wholes)
        plan = intake.plan_row(
            whole,
            record=record,
            type_=self.type,
            source=self.source,
            key=row_key,
            before=before,
            versions=partial(drafting.versions, record, (self.source, row_key)),
            fold=FOLD,
        )
        if whole_before is not None and (plan.conflicts or plan.outcome != "unchanged"):
            # First of all: what there is to say may tell what others wrote into the record.
            now = Draft(record, version, whole_before, whole_before)
            require(self.actor, "propose", [now], self.context.pack)
        told += [*whole.findings, *_tell(plan, self.type, self.context)]
        told += _repeated(candidate, row_key, self.key)
        if not whole.refused and plan.outcome != "unchanged":
            told += self.context.pack.validate(plan.document)
        if told:
            told = [one.at(sheet=candidate.sheet, row=candidate.row) for one in told]
        # What an unchanged row states was told when it came in; what was erased since was not.
        is_known = plan.outcome == "unchanged" and not plan.conflicts
        result.findings.extend(
            one for one in told if one.code == "erased_stated_again" or not is_known
        )
        if any(one.level == "error" for one in told):
            return None
        place = candidate.sheet, candidate.row
        return Planned(record, version, whole_before, plan, tuple(told), *place)


def _without_erased(
    candidate: Candidate, erased: Collection[str], type_: Type
) -> tuple[Candidate, list[Finding]]:
    """The row without what was erased from its record: a file must not bring it back."""

    def is_erased(path: str) -> bool:
        return path.partition(".")[0] in erased

    again = sorted({path.partition(".")[0] for path in candidate.stated if is_erased(path)})
    if not again:
        return candidate, []
    kept = candidate._replace(
        stated={path: text for path, text in candidate.stated.items() if not is_erased(path)},
        fields={name: value for name, value in candidate.fields.items() if name not in erased},
        columns=frozenset(path for path in candidate.columns if not is_erased(path)),
        pending=tuple(one for one in candidate.pending if not is_erased(one[0].path)),
    )
    return kept, [
        finding("erased_stated_again", field=name, label=label_path(type_, name)) for name in again
    ]


def _tell(plan: Plan, type_: Type, context: Context) -> list[Finding]:
    """Conflicts, and cells that were emptied, in words."""
    told = []
    for conflict in plan.conflicts:
        now = {
            lang: show_path(type_, conflict.path, conflict.now, lang, context)
            for lang in ("vi", "en")
        }
        stated = "; ".join(conflict.stated) or ABSENT
        label = label_path(type_, conflict.path)
        told.append(
            finding("row_conflict", field=conflict.path, value=stated, label=label, now=now)
        )
    for path in plan.emptied:
        told.append(finding("cell_emptied", field=path, label=label_path(type_, path)))
    return told


def _repeated(candidate: Candidate, row_key: str, key: Sequence[str]) -> list[Finding]:
    """A finding if the row repeats the identifier or the key columns of one above."""
    number = intake.occurrence(row_key)
    if number == 1:
        return []
    if candidate.identifier:
        return [finding("identifier_repeated", value=candidate.identifier)]
    stated = ", ".join(filter(None, (candidate.stated.get(path) for path in key)))
    return [finding("row_repeated", value=stated or candidate.name, n=number)]


def _cells_gone(
    candidate: Candidate, before: dict[str, Any] | None, source: str, key: str
) -> dict[str, str]:
    """What this source last stated for the row in columns that the file does not have now."""
    stated = {} if before is None else intake.stated_by(before, source, key)
    return {path: text for path, text in stated.items() if path not in candidate.columns}
