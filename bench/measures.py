"""How fast figures are: `python -m bench measures [--records 1000000] [--part PART]`.

On records that `khue import --commit` brought in: a snapshot of all of them, all indicators over it
(`khue measure run`, once the snapshot is there), some of their selects beside the same over JSON
documents in SQLite, and the pages of all indicators over HTTP, each asked once of a server that
remembers nothing, in both languages.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import corpus, servers
from bench.client import ask
from bench.memory import run
from bench.spread import spread

LARGE = 1_000_000
WARMING = 4
"""So many pages are asked first, none of those that count."""

ASKED = {"snapshot_s": 60, "snapshot_mb": 2_000, "indicators_s": 20, "page_p95_ms": 150}
"""What a million records are to stay below, on two cores."""

INDICATORS = Path("packs/vietnam/indicators")

KHUE = [sys.executable, "-m", "khue"]

Told = dict[str, Any]


def main() -> None:
    """Measure, and tell as JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=LARGE)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--part", choices=[*PARTS], action="append")
    options.add_argument("--folder", type=Path, default=Path(".venv/bench"), help="kept homes")
    chosen = options.parse_known_args()[0]
    chosen.folder = chosen.folder.resolve()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    home = corpus.home(chosen.records, chosen.seed, chosen.folder)
    run([*KHUE, "types"], home)  # brings a home that was kept to this program
    told: Told = {"records": chosen.records, "load": round(os.getloadavg()[0], 1)}
    told["asked at 1,000,000"] = ASKED
    for part in chosen.part or PARTS:
        told[part] = PARTS[part](home, chosen)
    print(json.dumps(told, indent=2))


def _snapshot(home: Path, chosen: argparse.Namespace) -> Told:
    folder = chosen.folder / f"snapshot-{chosen.records}"
    told = _timed([*KHUE, "snapshot", str(folder)], home)
    size = sum(path.stat().st_size for path in folder.iterdir())
    shutil.rmtree(folder)
    return told | {"megabytes": round(size / 1e6)}


def _indicators(home: Path, chosen: argparse.Namespace) -> Told:
    shutil.rmtree(home / "snapshots", ignore_errors=True)
    first = _timed([*KHUE, "measure", "run"], home)
    return {"with their snapshot": first, "alone": _timed([*KHUE, "measure", "run"], home)}


def _selects(home: Path, chosen: argparse.Namespace) -> Told:
    _timed([*KHUE, "measure", "run"], home)
    folder = max((home / "snapshots").glob("public-then-*"), key=lambda one: one.stat().st_mtime)
    documents = chosen.folder / f"documents-{chosen.records}-{chosen.seed}.db"
    command = [sys.executable, "-m", "bench.selects", str(folder), str(documents)]
    environment = os.environ | {"KHUE_HOME": str(home)}
    told = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    found: Told = json.loads(told.stdout)
    return found


def _pages(home: Path, chosen: argparse.Namespace) -> Told:
    keys = sorted(path.stem for path in INDICATORS.glob("*.yaml"))
    addresses = [f"{lead}/measures/{key}" for lead in ("", "/en") for key in keys]
    told = {}
    for people in (1, 8):
        with servers.khue(home) as server:
            ask(server.port, addresses[:WARMING])
            told[f"{people} connections"] = spread(ask(server.port, addresses[WARMING:], people))
    return told


def _timed(command: list[str], home: Path) -> Told:
    """Seconds by the clock and of the processor, and the most memory of all processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, memory = run(command, home)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"s": round(seconds, 1), "cpu_s": round(processor, 1), "peak_mb": round(memory)}


PARTS: dict[str, Callable[[Path, argparse.Namespace], Told]] = {
    "snapshot": _snapshot,
    "indicators": _indicators,
    "selects": _selects,
    "pages": _pages,
}
