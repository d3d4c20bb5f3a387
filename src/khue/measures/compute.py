"""The values of indicators on one snapshot: selects by the locked-in `engine`, formulas here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from khue.measures.formulas import evaluate, names_in
from khue.measures.indicators import OF_EVERY_PACK, Indicator, in_order
from khue.model.findings import Finding, finding
from khue.model.vocabularies import Vocabulary

if TYPE_CHECKING:
    from khue.measures.selects import Problem

Columns = Mapping[str, Mapping[str, str]]
"""The tables of a snapshot: name to columns, each with what it holds."""

Part = Mapping[str, str]
"""What a value is a part of, by breakdown: nothing is the whole."""

SECONDS = 20.0
"""Of processor time for one select."""

PATIENCE = 10
"""Times the processor time that a select may take: how long it is waited for on a busy machine."""

ANYWAY_S = 30.0

IDENTIFIERS = ("id", "subject", "object", "code")
"""The columns in which records stand, and units."""

SIDE = "__"
"""What the name of a table has that holds one field of the records of another."""

UNITS = "unit"
"""The table of units."""

OPEN = "unknown"
"""The part of what is in none, in every vocabulary."""

NO_VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType({})


@dataclass(frozen=True)
class Value:
    """One value of an indicator: of a part, with how many records were counted for it and a digest
    of which; None and nothing where it does not come from records."""

    indicator: str
    version: str
    part: Part
    value: float
    records: int | None = None
    digest: str = ""

    @property
    def name(self) -> str:
        """The part as canonical text."""
        return name_of(self.part)


@dataclass(frozen=True)
class Counted:
    """What one value was counted from: the identifiers of records, or the codes of units, sorted;
    with what each adds to it, if it is a sum. `digest` is that of the value."""

    value: float
    records: tuple[str, ...]
    amounts: tuple[float, ...] | None
    digest: str


def name_of(part: Part) -> str:
    """A part as canonical text."""
    return json.dumps(part, ensure_ascii=False, sort_keys=True)


def compute(
    indicators: Mapping[str, Indicator],
    columns: Columns,
    folder: Path | None,
    *,
    vocabularies: Mapping[str, Vocabulary] = NO_VOCABULARIES,
    seconds: float = SECONDS,
    workers: int = 2,
) -> tuple[list[Value], list[Finding]]:
    """All values of the computed and derived indicators, and why there are none of some: also where
    a part is none of those that `vocabularies` have for its breakdown.

    Without a folder the tables are empty: then it is seen whether selects fit their columns.
    """
    asked = [one for one in indicators.values() if one.obtained == "computed"]
    answers = dict(_answers(asked, columns, folder, seconds, workers))
    values: dict[str, list[Value]] = {}
    findings: list[Finding] = []
    for one in in_order(indicators):
        if one.obtained == "computed":
            answer = answers[one.key]
            if not isinstance(answer, Finding):
                answer = _outside(one, answer, vocabularies) or answer
            if isinstance(answer, Finding):
                findings.append(answer)
            else:
                values[one.key] = answer
        elif one.obtained == "derived":
            values[one.key] = list(_derived(one, indicators, values))
    return [value for key in indicators for value in values.get(key, ())], findings


def counted(
    one: Indicator, part: Part, columns: Columns, folder: Path, *, engine: Engine | None = None
) -> Counted | Finding | None:
    """What the value of a part was counted from on a snapshot; None where there is no such part.

    With an engine of that snapshot no other is started.
    """
    for code, what in _problems(one, columns):
        return finding(code, field=one.key, file=one.key, what=what)
    if engine is None:
        needed = {name: columns[name] for name in _tables_of(one, columns)}
        with Engine(needed, folder) as own:
            return counted(one, part, columns, folder, engine=own)
    answer = engine.ask(one.select, one.breakdowns, part=part)
    if "error" in answer:
        return finding(answer["error"], field=one.key, file=one.key, what=answer["message"])
    for row in answer["rows"]:
        amounts = None if row["amounts"] is None else tuple(row["amounts"])
        return Counted(row["value"], tuple(row["records"]), amounts, row["digest"])
    return None


class Engine:
    """A process that runs selects on a snapshot; started when first asked, and again after one that
    had to be ended."""

    def __init__(self, columns: Columns, folder: Path | None) -> None:
        self._columns, self._folder = columns, folder
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def ask(
        self,
        select: str,
        breakdowns: Sequence[str],
        seconds: float = SECONDS,
        part: Part | None = None,
        tables: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        """The `rows` of a select, or of the records behind one part, or its `error`, a code of
        `findings.yaml`, and a `message`.

        With the `tables` that the select reads, its values have to have records, all of these
        tables, and its places have to be units.
        """
        process = self._process or self._start()
        late = threading.Timer(ANYWAY_S + PATIENCE * seconds, process.kill)
        late.start()
        try:
            job = {"select": select, "breakdowns": list(breakdowns), "seconds": seconds}
            job |= {} if part is None else {"part": dict(part)}
            job |= {} if tables is None else self._required(tables)
            assert process.stdin is not None  # noqa: S101
            assert process.stdout is not None  # noqa: S101
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            return answer
        except (ValueError, OSError):
            timely = late.is_alive()
            process.wait()
            self._end()
            if process.returncode > 0:
                raise RuntimeError("the process that runs selects has failed") from None
            large = timely and process.returncode != -signal.SIGXCPU
            return {"error": "indicator_large" if large else "indicator_slow", "message": ""}
        finally:
            late.cancel()

    def _required(self, tables: Sequence[str]) -> dict[str, Any]:
        """What the records and the places of a select over some tables have to stand in: side
        tables, whose records are those of others, come after those, and then all units, which
        records name as their places."""
        ordered = sorted(tables, key=lambda name: (name == UNITS, SIDE in name, name))
        if UNITS in self._columns and UNITS not in ordered:
            ordered.append(UNITS)
        held = [
            (table, column)
            for table in ordered
            for column in IDENTIFIERS
            if column in self._columns[table]
        ]
        return {"identifiers": held, "units": UNITS if UNITS in self._files() else ""}

    def _start(self) -> subprocess.Popen[str]:
        files = self._files()
        empty = {name: dict(own) for name, own in self._columns.items() if name not in files}
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "khue.measures.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**_plain_environment(), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None  # noqa: S101
        process.stdin.write(json.dumps({"files": files, "columns": empty}) + "\n")
        process.stdin.flush()
        return process

    def _files(self) -> dict[str, str]:
        """The files of the tables; a table without rows has none."""
        if self._folder is None:
            return {}
        paths = {name: self._folder.absolute() / f"{name}.parquet" for name in self._columns}
        return {name: str(path) for name, path in paths.items() if path.is_file()}

    def _end(self) -> None:
        if self._process is not None:
            with self._process as process:
                process.kill()
            self._process = None


def _plain_environment() -> dict[str, str]:
    """What the process needs of ours: not where the registry is, nor how to get in."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _answers(
    asked: Sequence[Indicator],
    columns: Columns,
    folder: Path | None,
    seconds: float,
    workers: int,
) -> Iterator[tuple[str, list[Value] | Finding]]:
    """The answers to some selects, which are shared out between engines."""
    used = {name for one in asked for name in _tables_of(one, columns)}
    used |= {UNITS} & columns.keys()
    needed = {name: columns[name] for name in sorted(used)}

    waiting = iter(asked)  # whoever is done takes the next: some take a hundred times as long

    def ask(_: int) -> list[tuple[str, list[Value] | Finding]]:
        with Engine(needed, folder) as engine:
            return [(one.key, _answer(one, columns, engine, seconds)) for one in waiting]

    if not asked:
        return
    with ThreadPoolExecutor(workers) as pool:
        for answers in pool.map(ask, range(min(workers, len(asked)))):
            yield from answers


def _tables_of(one: Indicator, columns: Columns) -> tuple[str, ...]:
    from khue.measures.selects import tables_of

    return () if _problems(one, columns) else tables_of(one.select, columns)


def _problems(one: Indicator, columns: Columns) -> tuple[Problem, ...]:
    # What parses SQL takes a third of a second to load, and most commands run no select.
    from khue.measures.selects import check_select, wanted_of

    return check_select(one.select, columns, wanted_of(one.breakdowns))


def _answer(
    one: Indicator, columns: Columns, engine: Engine, seconds: float
) -> list[Value] | Finding:
    for code, what in _problems(one, columns):
        return finding(code, field=one.key, file=one.key, what=what)
    tables = _tables_of(one, columns)
    answer = engine.ask(one.select, one.breakdowns, seconds, tables=tables)
    if "error" in answer:
        return finding(answer["error"], field=one.key, file=one.key, what=answer["message"])
    return [
        Value(one.key, one.version, row["part"], row["value"], row["records"], row["digest"])
        for row in answer["rows"]
        if row["value"] is not None
    ]


def _outside(
    one: Indicator, values: Iterable[Value], vocabularies: Mapping[str, Vocabulary]
) -> Finding | None:
    """What there is to say of a value of a part that no vocabulary names."""
    named = {
        name: vocabularies[vocabulary].concepts
        for name in one.breakdowns
        if name not in OF_EVERY_PACK and (vocabulary := one.vocabulary_of(name)) in vocabularies
    }
    for value in values:
        for name, codes in named.items():
            held = value.part.get(name, OPEN)
            if held != OPEN and held not in codes:
                what = f"{name}={held}"
                return finding("indicator_part_unknown", field=one.key, file=one.key, what=what)
    return None


def _derived(
    one: Indicator, indicators: Mapping[str, Indicator], values: Mapping[str, Sequence[Value]]
) -> Iterator[Value]:
    """The values of a formula, of every part that its indicator is broken down by and that one of
    its terms has. A term that counts has nothing where it has no value: nothing was counted."""
    terms = names_in(one.formula)
    known = {name: {value.name: value for value in values.get(name, ())} for name in terms}
    parts = {
        value.name: value.part
        for name in terms
        for value in known[name].values()
        if set(value.part) <= set(one.breakdowns)
    }
    for part in sorted(parts):
        found = dict[str, float]()
        for name in terms:
            value = known[name].get(part)
            if value is not None:
                found[name] = value.value
            elif _counts(known[name]) and set(parts[part]) <= set(indicators[name].breakdowns):
                found[name] = 0
        result = evaluate(one.formula, found)
        if result is not None:
            yield Value(one.key, one.version, parts[part], result)


def _counts(values: Mapping[str, Value]) -> bool:
    return any(value.records is not None for value in values.values())
