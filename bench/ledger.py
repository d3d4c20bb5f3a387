"""What the ledger can bear: `python -m bench ledger [--records 1000000] [--database sqlite]`.

On each database: saves a second with one writer and with eight; how long a save waits at most while
an import of 100,000 rows commits; history and as-of, verifying, rebuilding and backing up a ledger
of a million changes. Everything goes through the functions and commands that people use.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.importing import HEADS, SEED, SYLLABLES, rows
from bench.memory import run

BATCH = 20_000
WRITERS = 8
SAVES = 400
OFTEN, TIMES = 1_000, 50
"""So many of the records are changed so often."""


def main() -> None:
    """Measure on both databases, or on the one that `--database` names."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--import-rows", type=int, default=100_000)
    options.add_argument("--database", choices=["sqlite", "postgresql"])
    options.add_argument("--part", help=argparse.SUPPRESS)
    chosen = options.parse_known_args()[0]
    if chosen.part:
        PARTS[chosen.part](chosen)
        return
    for database in [chosen.database] if chosen.database else ["sqlite", "postgresql"]:
        print(f"\n{database}", flush=True)
        with tempfile.TemporaryDirectory() as folder, _address(database) as address:
            environment = os.environ | {"KHUE_HOME": folder} | address
            for part in PARTS:
                subprocess.run(
                    [sys.executable, "-m", "bench", "ledger", "--part", part, *sys.argv[1:]],
                    env=environment,
                    check=True,
                )


@contextmanager
def _address(database: str) -> Iterator[dict[str, str]]:
    if database == "sqlite":
        yield {}
        return
    from tests.postgres import running

    with running(durable=True) as server:
        yield {"KHUE_DATABASE": server.create("bench")}


def _saves(chosen: argparse.Namespace) -> None:
    """Single edits: by one process, then by eight at once, on records of their own."""
    _set_up()
    records = _fill(2_000)
    _tell_rate("saves, 1 writer", SAVES, _timed(lambda: _edit_each(records[:SAVES])))
    _tell_rate(
        "saves, 1 writer, search caught up", 100, _timed(lambda: _edit_each(records[:100], True))
    )
    share = SAVES // 2
    lots = [records[n * share % 1_600 : n * share % 1_600 + share] for n in range(WRITERS)]
    context = multiprocessing.get_context("spawn")
    with context.Pool(WRITERS, initializer=_set_up) as pool:
        pool.map(_edit_each, [lot[:5] for lot in lots])  # everyone has started
        _tell_rate(
            f"saves, {WRITERS} writers",
            WRITERS * share,
            _timed(lambda: pool.map(_edit_each, lots, chunksize=1)),
        )


def _waiting(chosen: argparse.Namespace) -> None:
    """How long saves take while a large import runs, each of them timed."""
    _set_up()
    records = _fill(200)
    path = Path(os.environ["KHUE_HOME"]) / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows(chosen.import_rows))
    start = time.perf_counter()
    command = [sys.executable, "-m", "khue", "import", str(path), "--type", "relic", "--commit"]
    importing = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    waits = []
    for number in range(1_000_000):
        if importing.poll() is not None:
            break
        waits.append(_timed(lambda n=number: _edit_each([records[n % len(records)]])))
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    assert importing.returncode == 0
    print(
        f"while {chosen.import_rows:,} rows were imported in {seconds:,.0f} s:"
        f" {len(waits):,} saves, longest {max(waits):.2f} s, p95 {_share(waits, 0.95):.3f} s",
        flush=True,
    )
    path.unlink()


def _large(chosen: argparse.Namespace) -> None:
    """A large ledger: written, read back at any position, verified, rebuilt and backed up."""
    _set_up()
    from khue.registry import queries

    before = queries.head()
    records: list[str] = []
    seconds = _timed(lambda: records.extend(_fill(chosen.records)))
    _tell_rate("changes written in batches", chosen.records, seconds)
    often = random.Random(SEED).sample(records, OFTEN)
    for turn in range(TIMES):
        _change_all(often, turn)
    head = queries.head()
    print(f"a ledger of {head:,} changes (memory {_peak():,.0f} MB)", flush=True)
    _read_back(records, often, before, head)
    out = Path(os.environ["KHUE_HOME"]).parent / f"bench-{os.getpid()}.zip"
    try:
        for command in (["verify"], ["rebuild"], ["backup", str(out)]):
            khue = [sys.executable, "-m", "khue", *command, "--json"]
            seconds, memory = run(khue, Path(os.environ["KHUE_HOME"]))
            _tell_rate(command[0], head, seconds)
            print(f"  {memory:,.0f} MB of memory", flush=True)
        print(f"  the file of the backup: {out.stat().st_size / 1e6:,.0f} MB")
    finally:
        out.unlink(missing_ok=True)


def _read_back(records: list[str], often: list[str], before: int, head: int) -> None:
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import queries

    pack, chance = house().pack, random.Random(SEED)
    chosen = [*chance.sample(records, 200), *chance.sample(often, 100)]
    history = [_timed(lambda r=one: queries.history(OPERATOR, r, pack)) for one in chosen]
    at = datetime.now(UTC)
    positions = [chance.randrange(before, head) for _ in chosen]
    as_of = [
        _timed(lambda r=one, p=place: queries.as_of(OPERATOR, r, p, pack))
        for one, place in zip(chosen, positions, strict=True)
    ]
    as_of += [_timed(lambda r=one: queries.as_of(OPERATOR, r, at, pack)) for one in chosen]
    for name, times in (("history", history), ("as-of", as_of)):
        p50, p95 = statistics.median(times) * 1e3, _share(times, 0.95) * 1e3
        print(f"{name}: {p50:.1f} ms at p50, {p95:.1f} ms at p95", flush=True)


PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "saves": _saves,
    "waiting": _waiting,
    "large": _large,
}


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "khue.settings"
    import django

    django.setup()
    from khue.pipeline import prepare_home

    prepare_home()


def _fill(count: int) -> list[str]:
    """New relics in batches of 20,000; gives their identifiers."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import actions

    chance = random.Random(time.time_ns())
    made: list[str] = []
    while len(made) < count:
        documents = [_document(chance) for _ in range(min(BATCH, count - len(made)))]
        drafts = [actions.Draft(one["id"], 0, None, one) for one in documents]
        actions.commit(
            actor=OPERATOR, why="đo tốc độ", kind="import", drafts=drafts, pack=house().pack
        )
        made += [one["id"] for one in documents]
    return made


def _document(chance: random.Random) -> dict[str, Any]:
    from khue.lib.identifiers import new_ulid

    name = f"{chance.choice(HEADS)} {' '.join(chance.choices(SYLLABLES, k=2)).title()}"
    code = f"{chance.randrange(1, 30_000):05d}"
    text = " ".join(chance.choices(SYLLABLES, k=60))
    record = new_ulid()
    return {
        "id": record,
        "type": "relic",
        "name": {"vi": name},
        "description": {"vi": text},
        "place": {
            "stated": code,
            "code": code,
            "within": "01",
            "candidates": [{"code": code, "name": f"Phường {code}", "source": "bench"}],
        },
        "designations": [{"rank": chance.choice(["NAT", "PROV", "SPEC"]), "date": "1990"}],
        "sources": [
            {"name": "bench", "key": f"id:{record}", "stated": {"name.vi": name, "place": code}}
        ],
    }


def _edit_each(records: list[str], with_search: bool = False) -> None:
    """One save for each record, from its newest version."""
    from khue import pipeline
    from khue.model.rights import OPERATOR
    from khue.registry import actions, drafting

    house = pipeline.house()
    for record in records:
        value = f"Name {time.time_ns()}"
        if with_search:
            pipeline.edit_record(house, record, {"name.en": value}, actor=OPERATOR, why="đo")
            continue
        version = drafting.heads([record])[record][0]
        actions.edit(
            actor=OPERATOR,
            why="đo",
            record=record,
            base=version,
            changes={"name.en": value},
            pack=house.pack,
        )


def _change_all(records: list[str], turn: int) -> None:
    """One batch that changes all these records."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import actions, drafting

    drafts = []
    for record, (version, document) in drafting.heads(records).items():
        assert document is not None
        after = document | {"name": document["name"] | {"en": f"Name {turn}"}}
        drafts.append(actions.Draft(record, version, document, after))
    actions.commit(actor=OPERATOR, why="đo", kind="edit", drafts=drafts, pack=house().pack)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _tell_rate(what: str, count: int, seconds: float) -> None:
    print(f"{what}: {count / seconds:,.0f} a second ({seconds:,.1f} s)", flush=True)


def _share(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
